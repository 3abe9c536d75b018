"""Who of all firms, and who of those at an event, suits its guests: the engine asked for a docking event."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from companies.models import Company, SourcingNeed
from events.inviting import invitable
from events.models import DockingEvent, Registration
from events.models.registration import RegistrationQuerySet
from matchmaking.engine.needs import WITH_RELATIONS
from matchmaking.engine.stored import KEPT
from matchmaking.engine.suggestions import Suggestion, best_of, between, ranking_of

MOST_NEEDS = 40
"""Needs that are looked at for one event, those that guests show first."""
A_NEED = 15
"""Firms that one need may bring."""
MOST_FIRMS = 60
"""Firms that are suggested for one event."""
RANKED_ANEW = 4
"""Needs that are ranked to the last firm for one page: each takes tens of milliseconds."""
MOST_PARTNERS = 200
"""Firms of the other side that are compared with one registered firm."""
SHOWN = 12


@dataclass(frozen=True)
class Fit:
    """A firm that may be invited, with the guests' needs that it fits, the best first."""

    company: Company
    needs: tuple[SourcingNeed, ...]
    percent: float


def guests_needs(event: DockingEvent, viewer: User) -> list[SourcingNeed]:
    """Open needs of the buyers who come: those that they show at the event, and others the viewer may see.

    Nobody learns of a need here that they may not see under its buyer's name.
    """
    buyers = Registration.objects.confirmed().filter(event=event, side=Registration.Side.BUYER)
    shown = Registration.needs.through.objects.filter(registration__in=buyers.values("pk"))
    visible = SourcingNeed.objects.visible_to(viewer)
    named = SourcingNeed.objects.naming_buyer_to(viewer).values("pk")
    rows = SourcingNeed.objects.open().filter(
        Q(pk__in=shown.values("sourcingneed_id")) | Q(buyer__in=buyers.values("company_id"), pk__in=named)
    )
    found = rows.filter(pk__in=visible.values("pk")).select_related(*WITH_RELATIONS).order_by("-pk")
    first = set(shown.values_list("sourcingneed_id", flat=True))
    return sorted(found, key=lambda need: need.pk not in first)[:MOST_NEEDS]


def firms_that_fit(event: DockingEvent, viewer: User, needs: Sequence[SourcingNeed]) -> list[Fit]:
    """Firms that are neither invited nor registered, best first by the guests' needs that they fit."""
    able = set(invitable(event, viewer).filter(supplies=True).values_list("pk", flat=True))
    fits: defaultdict[int, list[tuple[float, SourcingNeed]]] = defaultdict(list)
    for need, found in _found(needs, able):
        for company, total in found[:A_NEED]:
            fits[company].append((total, need))
    best = sorted(fits, key=lambda key: (-max(fits[key], key=_score)[0], -len(fits[key]), key))[:MOST_FIRMS]
    companies = Company.objects.select_related("division").in_bulk(best)
    return [
        Fit(
            company=companies[key],
            needs=tuple(need for _total, need in sorted(fits[key], key=_score, reverse=True)),
            percent=min(100.0, max(fits[key], key=_score)[0]),
        )
        for key in best
    ]


def _found(
    needs: Sequence[SourcingNeed], able: set[int]
) -> list[tuple[SourcingNeed, list[tuple[int, float]]]]:
    """Who of the able ones suits each need, best first.

    The best of a need are stored. Where most of them are invited already and too few are left in all, some
    needs are ranked anew, to the last firm.
    """
    stored = best_of(needs)
    found = [(need, [one for one in stored.get(need.pk, ()) if one[0] in able]) for need in needs]
    short = [
        place
        for place, (need, left) in enumerate(found)
        if len(left) < A_NEED and len(stored.get(need.pk, ())) == KEPT
    ]
    if len({company for _need, left in found for company, _total in left}) < MOST_FIRMS:
        for place in short[:RANKED_ANEW]:
            need = found[place][0]
            everybody = [(one.candidate.company, one.score.total) for one in ranking_of(need).suppliers]
            found[place] = (need, [one for one in everybody if one[0] in able])
    return found


def _score(fit: tuple[float, SourcingNeed]) -> float:
    return fit[0]


def suggested_partners(
    registration: Registration, partners: RegistrationQuerySet, viewer: User
) -> tuple[Suggestion, ...]:
    """Firms of the other side that suit a registered firm, by needs that the viewer may see."""
    others = list(partners.select_related("company").order_by("pk")[:MOST_PARTNERS])
    if registration.side == Registration.Side.BUYER:
        needs = _needs_of([registration.company_id], registration, viewer)
        return between(needs, [row.company for row in others], limit=SHOWN)
    needs = _needs_of([row.company_id for row in others], registration, viewer)
    return between(needs, [registration.company], limit=SHOWN)


def _needs_of(buyers: Sequence[int], registration: Registration, viewer: User) -> list[SourcingNeed]:
    """Open needs of buyers, those shown at the event alone where a buyer shows some."""
    shown = Registration.needs.through.objects.filter(registration__event=registration.event_id)
    showing = set(shown.values_list("registration__company_id", flat=True))
    named = SourcingNeed.objects.naming_buyer_to(viewer).values("pk")
    rows = (
        SourcingNeed.objects.open()
        .filter(buyer__in=buyers, pk__in=named)
        .filter(pk__in=SourcingNeed.objects.visible_to(viewer).values("pk"))
        .filter(~Q(buyer__in=showing) | Q(pk__in=shown.values("sourcingneed_id")))
    )
    return list(rows.select_related(*WITH_RELATIONS).order_by("pk"))
