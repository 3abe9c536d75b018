"""Several slots planned anew at once, exactly: a small whole-number program."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from events.timetable.problem import Floats, Ints, Problem

NODES = 200


@dataclass(frozen=True)
class _Program:
    """A column for each way to place a wish: `wish` and `slot` (k); rows say what may not exceed `most`."""

    wish: Ints
    slot: Ints
    rows: csr_matrix
    most: Floats


def resolve_slots(
    problem: Problem, slot: Ints, which: Ints, able: Ints, *, seconds: float, gap: float = 0.0
) -> list[tuple[int, int]]:
    """The best plan of the slots `which`, all others as they are in `slot` (m); [] if none better was found.

    `able` are the wishes not placed now that may be; `gap` is the relative loss at which HiGHS may stop. The
    result lists every wish that was in these slots or is now, with its new slot or -1.
    """
    before = np.flatnonzero(np.isin(slot, which))
    program = _program(problem, slot, which, np.union1d(before, able))
    if not len(program.wish):
        return []
    result = milp(
        -problem.worth[program.wish],
        integrality=np.ones(len(program.wish), np.int8),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(program.rows, -np.inf, program.most),
        options={"time_limit": max(seconds, 0.01), "node_limit": NODES, "mip_rel_gap": gap},
    )
    if result.x is None:
        return []
    kept = result.x > 0.5
    after, where = program.wish[kept], program.slot[kept]
    gained = problem.worth[after].sum() - problem.worth[before].sum()
    if gained <= 1e-9 * (1 + problem.worth[before].sum()):
        return []
    out = np.setdiff1d(before, after)
    return [*((wish, -1) for wish in out.tolist()), *zip(after.tolist(), where.tolist(), strict=True)]


def _program(problem: Problem, slot: Ints, which: Ints, wishes: Ints) -> _Program:
    number, column = np.nonzero(problem.common[wishes][:, which])
    wish, into = wishes[number], which[column]
    usable = (problem.tables[into] > 0) | ~problem.shared[wish]
    number, column, wish, into = number[usable], column[usable], wish[usable], into[usable]
    people, slots = problem.people, len(which)
    elsewhere = (slot >= 0) & ~np.isin(slot, which)
    left = problem.limit - problem.totals(of=elsewhere)
    every = np.arange(len(wish))
    shared = np.flatnonzero(problem.shared[wish])
    buyer, supplier = problem.buyer[wish], problem.supplier[wish]
    # Rows in this order: a person in a slot, the tables of a slot, a wish once, a person's limit.
    tables, once = people * slots, people * slots + slots
    limits = once + len(wishes)
    row = np.concatenate(
        [
            buyer * slots + column,
            supplier * slots + column,
            tables + column[shared],
            once + number,
            limits + buyer,
            limits + supplier,
        ]
    )
    entry = np.concatenate([every, every, shared, every, every, every])
    most = np.concatenate(
        [np.ones(people * slots), problem.tables[which], np.ones(len(wishes)), np.maximum(left, 0)]
    )
    matrix = csr_matrix((np.ones(len(row)), (row, entry)), shape=(limits + people, len(wish)))
    binding = np.diff(matrix.indptr) > most
    return _Program(wish, into, matrix[binding], most[binding])
