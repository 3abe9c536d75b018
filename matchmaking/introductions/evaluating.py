"""The report on what came of introductions, for the command and the desk: aggregates only."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from companies.models import IndustrialChain
from events.models import Deal
from matchmaking.engine.evaluation import (
    Change,
    Group,
    Labelled,
    by_month,
    by_rank,
    change,
    groups,
)
from matchmaking.models import Match, MatchExample

Outcome = MatchExample.Outcome


@dataclass(frozen=True, slots=True)
class Report:
    """How well introductions went; chains by their code, languages by their value."""

    day: date
    introductions: int
    answered: int
    by_rank: tuple[Group, ...]
    by_month: tuple[Group, ...]
    by_version: tuple[Group, ...]
    by_chain: tuple[Group, ...]
    by_language: tuple[Group, ...]
    change: Change | None


def report(day: date | None = None) -> Report:
    """What is known on a day, by default today: introductions up to it."""
    day = day or timezone.localdate()
    found = [one for one in labelled() if one.on <= day]
    ranked = [one for one in found if one.rank is not None]
    return Report(
        day=day,
        introductions=len(found),
        answered=sum(one.accepted is not None for one in found),
        by_rank=by_rank(found),
        by_month=by_month(found),
        by_version=groups(ranked, lambda one: one.version),
        by_chain=groups(ranked, lambda one: one.chain),
        by_language=groups(ranked, lambda one: one.language),
        change=change(found, day),
    )


def labelled() -> list[Labelled]:
    """Every introduction with what came of it; one query for the examples and two beside."""
    signed = _signed()
    codes = dict(IndustrialChain.objects.values_list("pk", "code"))
    rows = (
        MatchExample.objects.order_by()
        .values("match_key")
        .annotate(
            introduced=Min("at", filter=Q(outcome=Outcome.INTRODUCED)),
            place=Max("rank", filter=Q(outcome=Outcome.INTRODUCED)),
            version=Max("engine_version", filter=Q(outcome=Outcome.INTRODUCED)),
            on_chain=Max("chain", filter=Q(outcome=Outcome.INTRODUCED)),
            written=Max("language", filter=Q(outcome=Outcome.INTRODUCED)),
            yes=Count("pk", filter=Q(outcome=Outcome.YES)),
            no=Count("pk", filter=Q(outcome=Outcome.NO)),
            further=Count("pk", filter=Q(outcome__in=[Outcome.MET, Outcome.DEALT])),
        )
        .filter(introduced__isnull=False)
    )
    return [
        Labelled(
            on=timezone.localdate(row["introduced"]),
            rank=row["place"],
            version=row["version"],
            chain=codes.get(row["on_chain"], ""),
            language=row["written"],
            accepted=False if row["no"] else True if row["yes"] == 2 or row["further"] else None,
            met=bool(row["further"]),
            signed=row["match_key"] in signed,
        )
        for row in rows
    ]


def _signed() -> set[int]:
    """Matches whose two firms have signed a deal for the need."""
    deals = Deal.objects.signed().filter(need=OuterRef("need"), supplier=OuterRef("supplier"))
    return set(Match.objects.filter(Exists(deals)).order_by().values_list("pk", flat=True))
