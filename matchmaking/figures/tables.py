"""Figures side by side: by chain, division, month and kind of event. Each line adds up from the same rows."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from companies.models import Division, IndustrialChain
from events.models import DockingEvent
from events.totals import FEW
from matchmaking.figures import rows
from matchmaking.figures.scope import NO_EVENT, Scope
from matchmaking.figures.summing import Table, sums
from matchmaking.models import Fact


@dataclass(frozen=True)
class Line:
    """One line of a table: signed and intended, never added to each other."""

    label: str
    key: str
    signed: int = 0
    signed_cny: Decimal = Decimal(0)
    intentions: int = 0
    intention_cny: Decimal = Decimal(0)
    events: int = 0

    def is_revealing(self) -> bool:
        """Whether so few deals stand behind an amount that it tells of one firm."""
        return 0 < self.signed < FEW or 0 < self.intentions < FEW

    def without_amounts(self) -> "Line":
        return replace(self, signed_cny=Decimal(0), intention_cny=Decimal(0))

    def with_amounts(self, **amounts: Decimal) -> "Line":
        return replace(self, **amounts)  # type: ignore[arg-type]  # amounts alone are given


def _grouped(table: Table) -> dict[Any, dict[str, Any]]:
    """Counts and sums of signed deals and intentions for each chain, division, kind or month."""
    found: dict[Any, dict[str, Any]] = {}
    for key, facts in table.items():
        signed, intended = facts.get(Fact.SIGNED), facts.get(Fact.INTENTION)
        line: dict[str, Any] = {}
        if signed and signed.entries:
            line |= {"signed": signed.entries, "signed_cny": signed.amount}
        if intended and intended.entries:
            line |= {"intentions": intended.entries, "intention_cny": intended.amount}
        if line:
            found[key] = line
    return found


def by_chain(scope: Scope) -> list[Line]:
    """One line for each chain that owns a deal or takes part in an event; largest signed amount first."""
    found = _grouped(sums(scope, "chain"))
    held = _events_by_chain(scope)
    chains = IndustrialChain.objects.filter(pk__in={*found, *held}).select_related("owner")
    lines = [
        Line(_chain_label(chain), chain.code, events=held.get(chain.pk, 0), **found.get(chain.pk, {}))
        for chain in chains
    ]
    return sorted(lines, key=lambda line: (-line.signed_cny, -line.signed, line.label))


def _events_by_chain(scope: Scope) -> dict[int, int]:
    """Events held by each chain that takes part, of the scope's chain alone where it names one."""
    part = DockingEvent.chains.through.objects.filter(dockingevent__in=rows.events_held(scope).values("pk"))
    if scope.chain:
        part = part.filter(industrialchain=scope.chain)
    return dict(part.order_by().values_list("industrialchain").annotate(n=Count("pk")))


def _chain_label(chain: IndustrialChain) -> str:
    return str(chain) if chain.owner.kind == Division.Kind.PREFECTURE else f"{chain} · {chain.owner}"


def by_division(scope: Scope) -> list[Line]:
    """One line for each division that itself owns a deal or hosts an event; largest signed amount first."""
    found = _grouped(sums(scope, "division"))
    held = dict(rows.events_held(scope).order_by().values_list("host").annotate(n=Count("pk")))
    divisions = Division.objects.filter(pk__in={*found, *held})
    lines = [
        Line(str(division), division.code, events=held.get(division.pk, 0), **found.get(division.pk, {}))
        for division in divisions
    ]
    return sorted(lines, key=lambda line: (-line.signed_cny, -line.signed, line.label))


def by_kind(scope: Scope, table: Table | None = None) -> list[Line]:
    """One line for each kind of event with the deals that were made there, one for those made elsewhere.

    :param table: the sums of the scope by kind, where they are read already.
    """
    found = _grouped(sums(scope, "kind") if table is None else table)
    held = dict(rows.events_held(scope).order_by().values_list("kind").annotate(n=Count("pk")))
    lines = [
        Line(kind_label(kind), kind, events=held.get(kind, 0), **found.get(kind, {}))
        for kind in DockingEvent.Kind.values
        if kind in found or kind in held
    ]
    outside = [Line(kind_label(NO_EVENT), NO_EVENT, **found[NO_EVENT])] if NO_EVENT in found else []
    return lines + outside


def kind_label(kind: str) -> str:
    """A kind of event in words; empty for none asked."""
    if kind == NO_EVENT:
        return _("outside events")
    return str(DockingEvent.Kind(kind).label) if kind else ""


def by_month(scope: Scope) -> list[Line]:
    """One line for each month from the first with an entry to the scope's, oldest first."""
    found = _grouped(sums(scope, "month"))
    events = rows.events_held(scope).annotate(month=TruncMonth("ends_on")).order_by().values_list("month")
    held = dict(events.annotate(n=Count("pk")))
    known = [*found, *held]
    return [
        Line(f"{month:%Y-%m}", f"{month:%Y-%m}", events=held.get(month, 0), **found.get(month, {}))
        for month in (_each_month(min(known), scope.last) if known else ())
    ]


def by_year(months: Sequence[Line], *, are_public: bool) -> list[Line]:
    """The lines of months, oldest first, folded into one for each year.

    :param are_public: whether amounts that tell of few deals were taken out of them. A year of which a month
        is without its amount has none either, because the difference would tell it.
    """
    return [
        _year(key, list(lines), are_public) for key, lines in groupby(months, key=lambda line: line.key[:4])
    ]


def _year(key: str, months: Sequence[Line], are_public: bool) -> Line:
    hides_signed = are_public and any(line.signed and not line.signed_cny for line in months)
    hides_intended = are_public and any(line.intentions and not line.intention_cny for line in months)
    return Line(
        key,
        key,
        signed=sum(line.signed for line in months),
        signed_cny=Decimal(0) if hides_signed else sum((line.signed_cny for line in months), Decimal(0)),
        intentions=sum(line.intentions for line in months),
        intention_cny=Decimal(0)
        if hides_intended
        else sum((line.intention_cny for line in months), Decimal(0)),
        events=sum(line.events for line in months),
    )


def _each_month(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + dt.timedelta(days=32)).replace(day=1)
