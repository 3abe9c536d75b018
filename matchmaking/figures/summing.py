"""Sums of the ledger for a scope, from cells that the database keeps up to date.

A scope's whole months are read from ``LedgerCell``, the days of a month that is not whole and everything
that has an end from ``LedgerEntry``. Both are written in the transaction of the deal, so nothing is ever
stale, and the work grows with the months and chains, not with the deals. What counts is defined in ``rows``.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from companies.models import Division
from matchmaking.figures.scope import Scope, last_day
from matchmaking.models import LedgerEntry

BY = {"chain": "c", "division": "d", "kind": "k"}
"""Columns by which cells stand apart, in the order of a breakdown's letters."""
COLUMNS = {"chain": "chain_id", "division": "division_id", "kind": "kind"}
NEVER = dt.date.max


@dataclass
class Sums:
    """What the entries of one fact add up to; amounts in yuan, the numbers of deals that have them beside."""

    entries: int = 0
    with_amount: int = 0
    amount: Decimal = field(default_factory=Decimal)
    with_fulfilled: int = 0
    fulfilled: Decimal = field(default_factory=Decimal)
    confirmed: int = 0
    confirmed_with_amount: int = 0
    confirmed_amount: Decimal = field(default_factory=Decimal)
    contested: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, name) + getattr(other, name) for name in NAMES))


Table = dict[Any, dict[str, Sums]]
"""For every value of a column, for every fact, its sums."""

NAMES = [each.name for each in fields(Sums)]
_OF_AN_ENTRY = """1, (amount IS NOT NULL)::int, COALESCE(amount, 0), (fulfilled IS NOT NULL)::int,
    COALESCE(fulfilled, 0), is_confirmed::int, (is_confirmed AND amount IS NOT NULL)::int,
    CASE WHEN is_confirmed THEN COALESCE(amount, 0) ELSE 0 END, is_contested::int"""
_ENTRIES = f"""
    SELECT fact, {{day_key}} AS key, {_OF_AN_ENTRY}
    FROM matchmaking_ledgerentry
    WHERE day BETWEEN asked.since AND asked.last {{narrow}}"""  # noqa: S608  # our own column names
# The first part holds whole months; the others the days before and after them, and what has an end.
_CELLS = f"""
    SELECT fact, {{month_key}} AS key, {", ".join(NAMES)}
    FROM matchmaking_ledgercell
    WHERE breakdown = {{breakdown}} AND month BETWEEN asked.first_month AND asked.last_month {{narrow}}
    UNION ALL {_ENTRIES} AND ended_on IS NULL AND known_from IS NULL
        AND day BETWEEN asked.tail AND asked.last
    UNION ALL {_ENTRIES} AND ended_on IS NULL AND known_from IS NULL
        AND day BETWEEN asked.since AND asked.head
    UNION ALL {_ENTRIES} AND ended_on > asked.as_of AND (known_from IS NULL OR known_from <= asked.as_of)
    UNION ALL {_ENTRIES} AND ended_on IS NULL AND known_from <= asked.as_of"""  # noqa: S608  # the same
PARTS = 5
_SUMS = """
SELECT asked.number, x.key, x.fact, {sums}
FROM (VALUES {asked}) AS asked(number, since, last, as_of, first_month, last_month, head, tail)
CROSS JOIN LATERAL ({parts}) x(fact, key, {names})
GROUP BY 1, 2, 3"""

# Arrays for each kind of event: chains, divisions, months counted from the year 0, deals with an amount.
# "day + 0" keeps the planner from reading all days by index where few entries have an end.
_ATOM = """
    SELECT chain_id, division_id, kind, {month} AS month, {deals}
    FROM {table}, asked WHERE x.fact = asked.fact"""
_OF_ENTRIES = _ATOM.format(
    month="date_trunc('month', day::timestamp)::date", deals="1", table="matchmaking_ledgerentry x"
)
ATOMS = f"""
WITH asked(since, last, as_of, first_month, last_month, head, tail, fact) AS (
    VALUES (%s::date, %s::date, %s::date, %s::date, %s::date, %s::date, %s::date, %s)
), parts(chain_id, division_id, kind, month, deals) AS ({
    _ATOM.format(month="month", deals="with_amount", table="matchmaking_ledgercell x")
} AND breakdown = 'cdk' AND month BETWEEN asked.first_month AND asked.last_month
    UNION ALL {_OF_ENTRIES} AND amount IS NOT NULL AND day BETWEEN asked.tail AND asked.last
        AND ended_on IS NULL AND known_from IS NULL
    UNION ALL {_OF_ENTRIES} AND amount IS NOT NULL AND day BETWEEN asked.since AND asked.head
        AND ended_on IS NULL AND known_from IS NULL
    UNION ALL {_OF_ENTRIES} AND amount IS NOT NULL AND day + 0 BETWEEN asked.since AND asked.last
        AND ended_on > asked.as_of AND (known_from IS NULL OR known_from <= asked.as_of)
    UNION ALL {_OF_ENTRIES} AND amount IS NOT NULL AND day BETWEEN asked.since AND asked.last
        AND ended_on IS NULL AND known_from <= asked.as_of
), atoms AS (
    SELECT chain_id, division_id, kind, (extract(year FROM month) * 12 + extract(month FROM month) - 1)::int
        AS month, SUM(deals)::int AS deals
    FROM parts GROUP BY 1, 2, 3, 4 HAVING SUM(deals) > 0
)
SELECT kind, array_agg(chain_id), array_agg(division_id), array_agg(month), array_agg(deals)
FROM atoms GROUP BY kind ORDER BY kind"""  # noqa: S608  # our own column names


def entries(scope: Scope) -> QuerySet[LedgerEntry]:
    """The entries that count in a scope; every figure of deals is a sum over them."""
    found = LedgerEntry.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=scope.as_of),
        Q(known_from=None) | Q(known_from__lte=scope.as_of),
        day__range=(scope.since or dt.date.min, scope.last),
    )
    found = found.filter(chain=scope.chain) if scope.chain else found
    found = found.filter(division__in=places(scope)) if scope.division else found
    return found.filter(kind=scope.kind) if scope.kind else found


def is_done(scope: Scope) -> Q:
    """Intentions that are signed projects on the day; signed projects of which something was fulfilled."""
    return Q(done_on__lte=scope.as_of) & (Q(undone_on=None) | Q(undone_on__gt=scope.as_of))


def sums(scope: Scope, by: str = "") -> Table:
    """The sums of a scope by ``chain``, ``division``, ``kind`` or ``month``; under None without a ``by``.

    One query.
    """
    return sums_of([scope], by)[0]


def sums_of(scopes: Sequence[Scope], by: str = "") -> list[Table]:
    """The same for several scopes of the same chain, division and kind; one query for all."""
    found: list[Table] = [defaultdict(dict) for _scope in scopes]
    narrow, values = _narrow(scopes[0])
    asked = {name for name in BY if getattr(scopes[0], name)} | ({by} & BY.keys())
    key = COLUMNS.get(by, "NULL")
    letters = "".join(letter for name, letter in BY.items() if name in (asked or {"kind"}))
    query = _SUMS.format(
        names=", ".join(NAMES),
        sums=", ".join(f"SUM({name})" for name in NAMES),
        asked=", ".join(["(%s::int" + ", %s::date" * 7 + ")"] * len(scopes)),
        parts=_CELLS.format(
            narrow=narrow,
            breakdown=f"'{letters}'",
            month_key="month" if by == "month" else key,
            day_key="date_trunc('month', day::timestamp)::date" if by == "month" else key,
        ),
    )
    limits: list[Any] = [value for number, scope in enumerate(scopes) for value in (number, *days(scope))]
    with connection.cursor() as cursor:
        cursor.execute(query, [*limits, *values * PARTS])
        for number, name, fact, *summed in cursor.fetchall():
            found[number][name][fact] = Sums(*summed)
    return found


def whole(table: Table) -> dict[str, Sums]:
    """The lines of a table added up."""
    facts = {fact for line in table.values() for fact in line}
    return {fact: sum((line[fact] for line in table.values() if fact in line), Sums()) for fact in facts}


def days(scope: Scope) -> tuple[dt.date, ...]:
    """First, last and looking day; first and last whole month; last day before and first day after them."""
    since = scope.since or dt.date.min
    first = since if since.day == 1 else last_day(since) + dt.timedelta(days=1)
    last = scope.last.replace(day=1)
    if scope.last != last_day(last):
        last = (last - dt.timedelta(days=1)).replace(day=1)
    if last < first:
        return since, scope.last, scope.as_of, NEVER, dt.date.min, dt.date.min, since
    head = first - dt.timedelta(days=1) if scope.since else dt.date.min
    return since, scope.last, scope.as_of, first, last, head, last_day(last) + dt.timedelta(days=1)


def places(scope: Scope) -> list[int]:
    """Keys of the scope's division and, unless only itself is asked, of those below it."""
    if scope.division is None or scope.only_itself:
        return [scope.division.pk] if scope.division else []
    return list(Division.objects.filter(path__startswith=scope.division.path).values_list("pk", flat=True))


def _narrow(scope: Scope) -> tuple[str, list[Any]]:
    """Conditions on chain, division and kind that cells and entries share, with their values."""
    found: list[tuple[str, Any]] = []
    if scope.chain:
        found.append(("chain_id = %s", scope.chain.pk))
    if scope.division:
        found.append(("division_id = ANY(%s)", places(scope)))
    if scope.kind:
        found.append(("kind = %s", scope.kind))
    return "".join(f" AND {condition}" for condition, _value in found), [value for _condition, value in found]
