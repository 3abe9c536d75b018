"""Deals that lie in the same cell of every published table, from cells that the database keeps.

An atom is a chain, a division, a kind of event and a month with the number of its deals that have an amount.
Read from ``LedgerCell``, not from the deals, and handed on as arrays: a large ledger has some ten thousand.
"""

import datetime as dt
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from django.db import connection

from companies.models import Division, IndustrialChain
from matchmaking.figures.disclosure import Column, Places
from matchmaking.figures.scope import Scope
from matchmaking.figures.summing import ATOMS, days
from matchmaking.models import Fact

NAMES = ("chain", "division", "month")
MONTHS = 12

Columns = tuple[Sequence[str], Places]
"""The kinds of event, and of each atom: the place of its kind, its chain, its division and its month."""


def read(scope: Scope, fact: Fact) -> tuple[Columns, Places]:
    """The atoms of one fact in the whole city up to the scope's day, sorted; the deals of each. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ATOMS, [*days(scope), fact])
        groups = cursor.fetchall()
    kinds = [kind for kind, *_rest in groups]
    if not groups:
        return (kinds, np.zeros((4, 0), dtype=np.int64)), np.zeros(0, dtype=np.int64)
    found = np.concatenate(
        [np.vstack([np.full(len(rest[0]), at), *rest]) for at, (_kind, *rest) in enumerate(groups)], axis=1
    )
    found = found[:, np.lexsort(found[:-1])]
    return (kinds, found[:-1]), found[-1]


def digest(columns: Columns, deals: Places) -> str:
    """A name for these atoms, the same for the same alone."""
    kinds, places = columns
    return blake2b(
        repr(kinds).encode() + np.ascontiguousarray(places).tobytes() + deals.tobytes(), digest_size=20
    ).hexdigest()


def named(columns: Columns) -> list[Column]:
    """The columns with the names that the tables give to their lines. Two queries."""
    kinds, (kind, *rest) = columns
    codes = [
        dict(IndustrialChain.objects.values_list("pk", "code")),
        dict(Division.objects.values_list("pk", "code")),
    ]
    found = [Column("kind", kinds, kind)]
    for name, keys in zip(NAMES, rest, strict=True):
        values, at = np.unique(keys, return_inverse=True)
        words = [_month(int(key)) for key in values] if name == "month" else []
        found.append(Column(name, words or [codes[len(found) - 1][int(key)] for key in values], at))
    return found


def _month(number: int) -> str:
    """Months are counted from the year 0."""
    return f"{dt.date(number // MONTHS, number % MONTHS + 1, 1):%Y-%m}"
