"""Sums of the ledger for a scope, from cells that the database keeps up to date.

A scope's whole months are read from ``LedgerCell``, the days of a month that is not whole and everything
that has an end from ``LedgerEntry``. Both are written in the transaction of the deal, so nothing is ever
stale, and the work grows with the months and chains, not with the deals. What counts is defined in ``rows``.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Self

from django.db.models import BooleanField, Count, DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, TruncMonth

from companies.models import Division
from matchmaking.figures.scope import Scope, last_day
from matchmaking.models import LedgerCell, LedgerEntry

BY = {"chain": "c", "division": "d", "kind": "k"}
"""Columns by which cells stand apart, in the order of a breakdown's letters."""


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

    def add(self, row: dict[str, Any]) -> None:
        """Add the sums of a row of the database; an empty one is nothing."""
        for name in NAMES:
            setattr(self, name, getattr(self, name) + (row[f"sum_{name}"] or 0))


NAMES = [each.name for each in fields(Sums)]
_OF_CELLS: dict[str, Any] = {f"sum_{name}": Sum(name) for name in NAMES}
_CONFIRMED = Q(is_confirmed=True)
_OF_ENTRIES: dict[str, Any] = {
    "sum_entries": Count("pk"),
    "sum_with_amount": Count("amount"),
    "sum_amount": Sum("amount"),
    "sum_with_fulfilled": Count("fulfilled"),
    "sum_fulfilled": Sum("fulfilled"),
    "sum_confirmed": Count("pk", filter=_CONFIRMED),
    "sum_confirmed_with_amount": Count("amount", filter=_CONFIRMED),
    "sum_confirmed_amount": Sum("amount", filter=_CONFIRMED),
    "sum_contested": Count("pk", filter=Q(is_contested=True)),
}

Table = dict[Any, dict[str, Sums]]
"""For every value of a column, for every fact, its sums."""


@dataclass(frozen=True)
class Months:
    """The whole months of a scope, by their first days; none where ``last`` lies before ``first``."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, scope: Scope) -> Self:
        first = scope.since or dt.date.min
        if first.day > 1:
            first = last_day(first) + dt.timedelta(days=1)
        last = scope.last.replace(day=1)
        if scope.last != last_day(last):
            last = (last - dt.timedelta(days=1)).replace(day=1)
        return cls(first, last)

    def rest(self, scope: Scope) -> Q:
        """Days of the scope outside them, before and after."""
        if self.last < self.first:
            return Q()
        after = Q(day__gt=last_day(self.last))
        return after | Q(day__lt=self.first) if scope.since else after


def entries(scope: Scope) -> QuerySet[LedgerEntry]:
    """The entries that count in a scope; every figure of deals is a sum over them."""
    found = _narrowed(LedgerEntry.objects.all(), scope).filter(
        Q(ended_on=None) | Q(ended_on__gt=scope.as_of),
        Q(known_from=None) | Q(known_from__lte=scope.as_of),
        day__lte=scope.last,
    )
    return found.filter(day__gte=scope.since) if scope.since else found


def sums(scope: Scope, by: str = "") -> Table:
    """The sums of a scope by ``chain``, ``division``, ``kind`` or ``month``; under None without a ``by``.

    One query.
    """
    found: Table = defaultdict(dict)
    for row in _rows(scope, by):
        found[row["key"]].setdefault(row["fact"], Sums()).add(row)
    return dict(found)


def _rows(scope: Scope, by: str) -> QuerySet[Any, dict[str, Any]]:
    """Rows of sums: from the cells, from the days that no cell is for, from what has an end."""
    asked = {name for name in BY if getattr(scope, name)} | ({by} & BY.keys())
    counted = entries(scope)
    if len(asked) == len(BY):  # so narrow that no cells are kept for it
        return _grouped(counted, by, _OF_ENTRIES)
    months = Months.of(scope)
    letters = "".join(letter for name, letter in BY.items() if name in (asked or {"kind"}))
    cells = _narrowed(LedgerCell.objects.filter(breakdown=letters), scope)
    cells = cells.filter(month__gte=months.first, month__lte=months.last)
    days = counted.filter(months.rest(scope), ended_on=None, known_from=None)
    ending = counted.filter(Q(ended_on__gt=scope.as_of) | Q(ended_on=None, known_from__isnull=False))
    apart = [_grouped(part, by, _OF_ENTRIES) for part in (days, ending)]
    return _grouped(cells, by, _OF_CELLS).union(*apart, all=True)


def _narrowed(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Of the scope's chain, division and kind of event."""
    if scope.chain:
        rows = rows.filter(chain=scope.chain)
    if scope.kind:
        rows = rows.filter(kind=scope.kind)
    if scope.division and scope.only_itself:
        rows = rows.filter(division=scope.division)
    elif scope.division:
        below = Division.objects.filter(path__startswith=scope.division.path)
        rows = rows.filter(division__in=below.values("pk"))
    return rows


def _grouped(rows: QuerySet[Any], by: str, columns: dict[str, Any]) -> QuerySet[Any, dict[str, Any]]:
    key: Any = Value(None, output_field=BooleanField(null=True))
    if by == "month":
        key = F("month") if rows.model is LedgerCell else Cast(TruncMonth("day"), DateField())
    elif by:
        key = F("kind" if by == "kind" else f"{by}_id")
    grouped: QuerySet[Any, dict[str, Any]] = rows.order_by().values("fact", key=key).annotate(**columns)
    return grouped
