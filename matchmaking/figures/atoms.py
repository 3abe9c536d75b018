"""Deals that lie in the same cell of every published table, from cells that the database keeps.

An atom is a chain, a division, a kind of event and a month with the number of its deals that have an amount.
Read from ``LedgerCell``, not from the deals, and handed on as arrays: a large ledger has some ten thousand.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from django.db import connection
from django.db.models import Sum

from matchmaking.figures.disclosure import Column, Places
from matchmaking.figures.scope import Scope
from matchmaking.figures.summing import ATOMS, days
from matchmaking.models import Fact, LedgerCell

NAMES = ("chain", "division", "month")
MONTHS = 12

Columns = tuple[Sequence[str], Places]
"""The kinds of event, and of each atom: the place of its kind, its chain, its division and its month."""


def read(scope: Scope, fact: Fact) -> tuple[Columns, Places]:
    """The atoms of one fact in the whole city up to the scope's day; the deals of each. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ATOMS, [*days(scope), fact])
        groups = cursor.fetchall()
    kinds = [kind for kind, *_rest in groups]
    if not groups:
        return (kinds, np.zeros((4, 0), dtype=np.int64)), np.zeros(0, dtype=np.int64)
    found = np.concatenate(
        [np.vstack([np.full(len(rest[0]), at), *rest]) for at, (_kind, *rest) in enumerate(groups)], axis=1
    )
    return (kinds, found[:-1]), found[-1]


def state(fact: Fact) -> str:
    """A name for all that was written of a fact: another one after each write, and for each reader its own.

    Every write adds a number drawn by chance, so that equal sums are the same writes (but for one chance in
    some 10 to the 15th), whatever was committed in which order. Folding keeps the sum. One query.
    """
    marks = LedgerCell.objects.filter(breakdown=LedgerCell.Breakdown.WRITES, fact=fact)
    found = marks.aggregate(sum=Sum("amount"), number=Sum("entries"))
    return f"{found['number']}:{found['sum']}"


def named(columns: Columns) -> list[Column]:
    """The tables: kinds and months as the lines of tables are called, chains and divisions by their keys."""
    kinds, (kind, *rest) = columns
    found = [Column("kind", kinds, kind)]
    for name, keys in zip(NAMES, rest, strict=True):
        values, at = np.unique(keys, return_inverse=True)
        words = [_month(int(key)) if name == "month" else str(key) for key in values]
        found.append(Column(name, words, at))
    return found


def _month(number: int) -> str:
    """Months are counted from the year 0."""
    return f"{dt.date(number // MONTHS, number % MONTHS + 1, 1):%Y-%m}"
