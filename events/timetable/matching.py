"""The best meetings of one slot: an exact assignment."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from events.timetable.problem import Floats, Ints

ALIKE = 0.85
"""Sides at least this close in number are filled to a square."""


def best_matching(
    buyer: Ints, supplier: Ints, value: Floats, buyer_price: Floats, supplier_price: Floats
) -> Ints:
    """The indices of the pairs, of m given ones, that have the largest sum of `value` with nobody twice.

    `buyer`, `supplier` (m) number people from 0 a side, `value` (m) is positive. The prices, one a buyer and
    one a supplier, only save time: where both sides are about as long, a square filled with idle people
    assigns everybody, so that prices cancel out, and near the dual solution that is several times faster.
    """
    rows, row = np.unique(buyer, return_inverse=True)
    columns, column = np.unique(supplier, return_inverse=True)
    shape = len(rows), len(columns)
    if min(shape) > ALIKE * max(shape):
        shape = max(shape), max(shape)
    cost = np.zeros(shape)
    if shape[0] == shape[1]:
        cost[: len(rows)] += buyer_price[rows, None]
        cost[:, : len(columns)] += supplier_price[columns]
    cost[row, column] -= value
    pair = np.full(shape, -1, np.int64)
    pair[row, column] = np.arange(len(value))
    found = pair[linear_sum_assignment(cost)]
    matched: Ints = found[found >= 0]
    return matched
