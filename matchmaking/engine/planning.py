"""A plan of introductions for many needs at once: the engine's candidates, chosen by ``allotment``."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import F

from companies.models import Company, SourcingNeed
from companies.models.need import SourcingNeedQuerySet
from matchmaking.engine.allotment import Allotment, Pair, Room, allot
from matchmaking.engine.explaining import explained, explained_rank
from matchmaking.engine.features import Scale
from matchmaking.engine.needs import WITH_RELATIONS, need_features
from matchmaking.engine.ranking import Ranked
from matchmaking.engine.reverse import ranked_needs_of
from matchmaking.engine.stored import Fit, SuggestionList, listed, stored
from matchmaking.engine.suggestions import Suggestion, ranking_of, shown, suggest
from matchmaking.engine.words_and_vectors import is_indexed, refresh_needs
from matchmaking.models import Match

DEPTH = 40
"""Places of each need's list that are looked at."""
MOST_NEEDS = 300
"""Needs of one plan, those to be answered soonest: a plan of so many takes a second or two of a processor."""
ENDED = (Match.State.DECLINED, Match.State.CLOSED)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan keeps to."""

    each: int = 3
    """Introductions a supplier gets at most, those on these needs' lists included."""
    least: int = 3
    """Suppliers a need gets at least where possible, those on its list included."""
    most: int = 5
    share: float = 0.3
    """Distinct firms never introduced before among the introductions."""


class Why(StrEnum):
    """Why a need stays below its least number."""

    NOBODY = "nobody"
    """No supplier comes into question."""
    REQUIREMENTS = "requirements"
    """Those who would come into question lack a required certificate."""
    FEW = "few"
    """Fewer come into question than are wanted."""
    TAKEN = "taken"
    """Those who come into question are at their limit through other needs."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A supplier for a need, with its place on the need's whole list where that was made."""

    score: float
    place: int | None
    known: tuple[Fit, Scale] | Ranked
    """What its reasons are made of when it is chosen."""


@dataclass(frozen=True, slots=True)
class Short:
    """A need below its least number."""

    need: SourcingNeed
    lacking: int
    why: Why
    left_out: int
    """Firms that lack a required certificate."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who would be introduced to whom."""

    needs: tuple[SourcingNeed, ...]
    left_for_later: int
    """Needs beyond the most of one plan."""
    allotment: Allotment
    suggestions: tuple[Suggestion, ...]
    """The chosen pairs, by need and then by score; ``place`` is that on the need's list, 0 where unknown."""
    newcomers: frozenset[int]
    """Suppliers of the chosen pairs that were never introduced."""
    short: tuple[Short, ...]
    came_into_question: int
    """Distinct suppliers."""
    never_introduced: int
    """Of these, those that were never introduced before."""


@dataclass(frozen=True, slots=True)
class Field:
    """Needs with everybody who comes into question for each."""

    needs: dict[int, SourcingNeed]
    candidates: dict[int, dict[int, Candidate]]
    """By need and supplier."""
    left_out: dict[int, int]


def chain_field(needs: Iterable[SourcingNeed]) -> Field:
    """Every supplier may be introduced: the first places of each need's list."""
    found = {need.pk: need for need in needs}
    lists = {pk: _list_of(need) for pk, need in found.items()}
    return Field(
        found,
        {
            pk: {
                fit.company: Candidate(fit.total, place, (fit, known.scale))
                for place, fit in enumerate(known.items, 1)
            }
            for pk, known in lists.items()
        },
        {pk: known.left_out_in_all for pk, known in lists.items()},
    )


def event_field(needs: Iterable[SourcingNeed], suppliers: Iterable[Company]) -> Field:
    """Only these suppliers are there: each beside every need, many in one statement."""
    found = _indexed(needs)
    features = need_features(found.values())
    candidates: dict[int, dict[int, Candidate]] = {pk: {} for pk in found}
    there = [each.pk for each in suppliers]
    for supplier, ranked in ranked_needs_of(there, features).items():
        for pk, one in ranked:
            if found[pk].buyer_id != supplier:
                candidates[pk][supplier] = Candidate(one.score.total, None, one)
    demanding = [pk for pk, need in features.items() if need.required_certifications]
    return Field(found, candidates, {pk: len(there) - len(candidates[pk]) for pk in demanding})


def _list_of(need: SourcingNeed) -> SuggestionList:
    """The stored list, worked out and stored before where it no longer holds."""
    known = stored(need.pk, limit=DEPTH)
    if known is None:
        suggest(need, viewer=None, limit=1)
        known = stored(need.pk, limit=DEPTH)
    if known is None:
        known = listed(ranking_of(need), limit=DEPTH)
    return known


def plan(field: Field, limits: Limits, *, left_for_later: int = 0) -> Plan:
    """The best introductions under the limits; what is on the lists counts, and is not chosen again."""
    listed, ended = _matches(field.needs)
    of_needs = Counter(need for need, _ in listed)
    of_suppliers = Counter(supplier for _, supplier in listed)
    taken = listed | ended
    pairs = [
        Pair(need, supplier, candidate.score)
        for need, found in field.candidates.items()
        for supplier, candidate in found.items()
        if (need, supplier) not in taken
    ]
    everybody = {pair.supplier for pair in pairs}
    newcomers = everybody - _introduced(everybody)
    allotment = allot(
        pairs,
        needs={
            pk: Room(max(0, limits.least - of_needs[pk]), max(0, limits.most - of_needs[pk]))
            for pk in field.needs
        },
        suppliers={supplier: max(0, limits.each - of_suppliers[supplier]) for supplier in everybody},
        newcomers=newcomers,
        share=limits.share,
    )
    return Plan(
        needs=tuple(field.needs.values()),
        left_for_later=left_for_later,
        allotment=allotment,
        suggestions=said_of(field, [(pair.need, pair.supplier) for pair in allotment.chosen]),
        newcomers=frozenset(pair.supplier for pair in allotment.chosen) & newcomers,
        short=_short(field, allotment, Counter(pair.need for pair in pairs)),
        came_into_question=len(everybody),
        never_introduced=len(newcomers),
    )


def soonest(needs: SourcingNeedQuerySet) -> tuple[list[SourcingNeed], int]:
    """The open needs of a plan, those to be answered soonest, and how many are left for later."""
    rows = needs.open().select_related(*WITH_RELATIONS)
    ordered = rows.order_by(F("answer_by").asc(nulls_last=True), "pk")
    return list(ordered[:MOST_NEEDS]), max(0, rows.count() - MOST_NEEDS)


def _indexed(needs: Iterable[SourcingNeed]) -> dict[int, SourcingNeed]:
    found = {need.pk: need for need in needs}
    stale = [pk for pk, need in found.items() if not is_indexed(need)]
    if stale:
        refresh_needs(stale)
    return found


def _matches(needs: Iterable[int]) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs of need and supplier that are on a list, and those that ended."""
    rows = Match.objects.filter(need__in=list(needs)).values_list("need_id", "supplier_id", "state")
    listed: set[tuple[int, int]] = set()
    ended: set[tuple[int, int]] = set()
    for need, supplier, state in rows:
        (ended if state in ENDED else listed).add((need, supplier))
    return listed, ended


def _introduced(suppliers: Iterable[int]) -> set[int]:
    """Those that were introduced to somebody before."""
    known = Match.objects.introduced().filter(supplier__in=list(suppliers))
    return set(known.order_by().values_list("supplier_id", flat=True).distinct())


def said_of(field: Field, pairs: Iterable[tuple[int, int]]) -> tuple[Suggestion, ...]:
    """What is to be said of pairs of need and supplier, by need and then by score; unknown ones are left out.

    ``place`` is that on the need's whole list, 0 where that was not made.
    """
    chosen = [(n, s) for n, s in pairs if s in field.candidates.get(n, {})]
    features = need_features(field.needs[pk] for pk in {need for need, _ in chosen})
    kept, said = [], []
    for need, supplier in chosen:
        known = field.candidates[need][supplier].known
        if isinstance(known, Ranked):
            said.append((field.needs[need], explained_rank(features[need], known)))
        else:
            kept.append((field.needs[need], *known))
    said += explained(kept)
    order = {need: place for place, need in enumerate(field.needs)}
    said.sort(key=lambda one: (order[one[0].pk], -one[1].score.total, one[1].company))
    return tuple(
        replace(item, place=field.candidates[item.need.pk][item.company.pk].place or 0)
        for item in shown(said)
    )


def _short(field: Field, allotment: Allotment, offered: Counter[int]) -> tuple[Short, ...]:
    chosen: defaultdict[int, int] = defaultdict(int)
    for pair in allotment.chosen:
        chosen[pair.need] += 1
    found = []
    for pk, lacking in allotment.short.items():
        left_out = field.left_out.get(pk, 0)
        if offered[pk] >= lacking + chosen[pk]:
            why = Why.TAKEN
        elif left_out:
            why = Why.REQUIREMENTS
        else:
            why = Why.FEW if offered[pk] else Why.NOBODY
        found.append(Short(field.needs[pk], lacking, why, left_out))
    return tuple(found)
