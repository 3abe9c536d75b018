"""The rows that each figure counts; every number on a page is an aggregate of one of these querysets."""

from dataclasses import replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Round

from accounts.models import User
from companies.models import Company, IndustrialChain, Posting, SourcingNeed
from companies.models.company_queries import CompanyQuerySet
from events.models import Confirmation, Deal, DockingEvent, Evidence, Fulfilment, Meeting, Registration
from events.models.deal import FIRST_STEP
from matchmaking.figures.scope import NO_EVENT, Scope
from matchmaking.models import Match

Parties = list[tuple[QuerySet[Any, Any], str]]


def _within(scope: Scope, field: str) -> Q:
    """Rows whose day lies in the scope."""
    condition = Q(**{f"{field}__lte": scope.last})
    return condition & Q(**{f"{field}__gte": scope.since}) if scope.since else condition


def _within_moment(scope: Scope, field: str) -> Q:
    """Rows whose moment lies in the scope, by the city's days."""
    condition = Q(**{f"{field}__lt": scope.end})
    return condition & Q(**{f"{field}__gte": scope.start}) if scope.start else condition


def _standing(scope: Scope) -> Q:
    """Deals not terminated on the day."""
    return Q(terminated_on=None) | Q(terminated_on__gt=scope.as_of)


def _in_division(scope: Scope, column: str) -> Q:
    """Rows whose division is the scope's or lies below it."""
    if scope.division is None:
        return Q()
    if scope.only_itself:
        return Q(**{column: scope.division})
    return Q(**{f"{column}__path__startswith": scope.division.path})


def events_of_chain(scope: Scope) -> QuerySet[Any, Any]:
    """Keys of the events in which the scope's chain takes part."""
    through = DockingEvent.chains.through.objects.filter(industrialchain=scope.chain)
    return through.values("dockingevent_id")


def chiefs(scope: Scope) -> QuerySet[User]:
    """Persons who are chief or deputy chief of a city chain on the day."""
    postings = Posting.objects.chiefs().filter(
        Q(until=None) | Q(until__gt=scope.last),
        since__lte=scope.last,
        chain__in=IndustrialChain.objects.of_the_city(),
    )
    if scope.chain:
        postings = postings.filter(chain=scope.chain)
    return User.objects.filter(pk__in=postings.values("user_id")).order_by("name")


def events_held(scope: Scope) -> QuerySet[DockingEvent]:
    """Docking events held, by their last day."""
    events = DockingEvent.objects.held().filter(_within(scope, "ends_on"), _in_division(scope, "host"))
    if scope.chain:
        events = events.filter(pk__in=events_of_chain(scope))
    return events.filter(kind=scope.kind) if scope.kind else events


def _counted(deals: QuerySet[Deal], scope: Scope) -> QuerySet[Deal]:
    """Deals that the scope's chain or division owns, at events of the kind; a merged one counts nowhere."""
    deals = deals.filter(_in_division(scope, "counting_division"), merged_into=None)
    if scope.chain:
        deals = deals.filter(counting_chain=scope.chain)
    if scope.kind == NO_EVENT:
        return deals.filter(event=None)
    return deals.filter(event__kind=scope.kind) if scope.kind else deals


def reported_signed(scope: Scope) -> QuerySet[Deal]:
    """Every deal reported as signed and not terminated on the day, verified or not."""
    return _counted(Deal.objects.signed().filter(_standing(scope), _within(scope, "signed_on")), scope)


def _is_verified() -> Q:
    """Verified, with evidence."""
    return Q(Exists(Evidence.objects.filter(deal=OuterRef("pk")))) & Q(verified_at__isnull=False)


def signed(scope: Scope) -> QuerySet[Deal]:
    """The headline: signed, with evidence, verified by another person than who recorded."""
    return reported_signed(scope).filter(_is_verified())


def signed_unverified(scope: Scope) -> QuerySet[Deal]:
    """Reported as signed, not verified: shown beside the headline, never in it."""
    return reported_signed(scope).exclude(_is_verified())


def _answered(side: str, answer: str) -> Exists:
    return Exists(
        Confirmation.objects.filter(
            deal=OuterRef("pk"), side=side, answer=answer, voided_at=None, version=OuterRef("version")
        )
    )


def signed_confirmed(scope: Scope) -> QuerySet[Deal]:
    """Headline deals that both sides confirmed in their present version."""
    return signed(scope).filter(_answered("buyer", "confirmed"), _answered("supplier", "confirmed"))


def signed_contested(scope: Scope) -> QuerySet[Deal]:
    """Headline deals that a side contests."""
    contested = Q(_answered("buyer", "contested")) | Q(_answered("supplier", "contested"))
    return signed(scope).filter(contested)


def signed_silent(scope: Scope) -> QuerySet[Deal]:
    """Headline deals that no side contests and that not both sides have confirmed."""
    contested = Q(_answered("buyer", "contested")) | Q(_answered("supplier", "contested"))
    both = Q(_answered("buyer", "confirmed")) & Q(_answered("supplier", "confirmed"))
    return signed(scope).exclude(contested | both)


def took_part(scope: Scope) -> QuerySet[Deal]:
    """Headline deals counted elsewhere in which the scope's chain or division took part: outside its sum."""
    whole = signed(replace(scope, chain=None, division=None, only_itself=False))
    here = _in_division(scope, "counting_division")
    here &= Q(counting_chain=scope.chain) if scope.chain else Q()
    return whole.filter(pk__in=taking_part(scope)).exclude(here) if here else whole.none()


def firms_of(scope: Scope) -> QuerySet[Any, Any]:
    """Keys of the firms of the scope's division."""
    return Company.objects.filter(_in_division(scope, "division")).order_by().values("pk")


def taking_part(scope: Scope) -> QuerySet[Any, Any]:
    """Keys of all deals at events of the scope's chain; without a chain, with a firm of its division."""
    if scope.chain:
        return Deal.objects.filter(event__in=events_of_chain(scope)).order_by().values("pk")
    firms = firms_of(scope)
    # Each side by its own index: one condition on both would read every deal.
    buying, selling = Deal.objects.filter(buyer__in=firms), Deal.objects.filter(supplier__in=firms)
    return buying.order_by().values("pk").union(selling.order_by().values("pk"))


def framework_agreements(scope: Scope) -> QuerySet[Deal]:
    """Framework agreements that have not been signed as contracts."""
    unsigned = Q(signed_on=None) | Q(signed_on__gt=scope.as_of)
    return _counted(Deal.objects.filter(_standing(scope), unsigned, _within(scope, "framework_on")), scope)


def intentions(scope: Scope) -> QuerySet[Deal]:
    """Deals for which an intention was recorded, whatever came of it."""
    return _counted(Deal.objects.intended().filter(_within(scope, "intention_on")), scope)


def fulfilments(scope: Scope) -> QuerySet[Fulfilment]:
    """Reports of fulfilment of headline deals, by the day of the report; new output in yuan to a fen."""
    deals = signed(replace(scope, since=None, until=None))
    return Fulfilment.objects.filter(_within(scope, "reported_on"), deal__in=deals.values("pk")).annotate(
        new_output_cny=Round(F("new_output_amount") * F("deal__rate_to_cny"), precision=2)
    )


def introductions(scope: Scope) -> QuerySet[Match]:
    """Introductions of a supplier to a buyer."""
    matches = Match.objects.introduced().filter(
        _within_moment(scope, "introduced_at"), _in_division(scope, "supplier__division")
    )
    return matches.filter(need__node__chain=scope.chain) if scope.chain else matches


def meetings_held(scope: Scope) -> QuerySet[Meeting]:
    """Meetings that took place at events."""
    held = Meeting.objects.filter(state=Meeting.State.HELD)
    return held.filter(event__in=events_held(scope).values("pk"))


def registrations(scope: Scope) -> QuerySet[Registration]:
    """Active registrations at events that were not cancelled, by the day of registering."""
    rows = Registration.objects.active().filter(_within_moment(scope, "registered_at"))
    rows = rows.exclude(
        event__in=DockingEvent.objects.filter(state=DockingEvent.State.CANCELLED).values("pk")
    )
    if scope.chain:
        rows = rows.filter(event__in=events_of_chain(scope))
    return rows.filter(event__kind=scope.kind) if scope.kind else rows


def deals_begun(scope: Scope) -> QuerySet[Deal]:
    """Deals of any stage, by their first day."""
    return _counted(Deal.objects.alias(begun_on=FIRST_STEP).filter(_within(scope, "begun_on")), scope)


def companies_served(scope: Scope) -> CompanyQuerySet:
    """Distinct companies with a registration, an introduction, a held meeting or a deal.

    For a division, its own companies count. Introductions belong to no kind of event.
    """
    companies = Company.objects.filter(_in_division(scope, "division"))
    parties = _parties(replace(scope, division=None, only_itself=False))
    if scope.since or scope.chain or scope.kind:
        first, *others = [found.order_by().values_list(company) for found, company in parties]
        return companies.filter(pk__in=first.union(*others))
    return served_at_all(companies, parties)


def served_at_all(companies: CompanyQuerySet, parties: Parties) -> CompanyQuerySet:
    """Of the companies those that stand in any of the rows: a look into an index for each until it is found.

    Reads no more of a longer ledger. Scalar subqueries, because the database would hash all rows of an
    ``EXISTS`` among alternatives.
    """
    condition = Q()
    for number, (found, company) in enumerate(parties):
        one = found.filter(**{company: OuterRef("pk")}).order_by().values("pk")[:1]
        companies = companies.alias(**{f"found_{number}": Subquery(one)})
        condition |= Q(**{f"found_{number}__isnull": False})
    return companies.filter(condition)


def _parties(scope: Scope) -> Parties:
    """Rows that show that a company was served, each with the way to the company."""
    deals, meetings = deals_begun(scope), meetings_held(scope)
    parties: Parties = [
        (registrations(scope), "company_id"),
        (deals, "supplier_id"),
        (deals, "buyer_id"),
        (meetings, "supplier__company_id"),
        (meetings, "buyer__company_id"),
    ]
    if not scope.kind:
        met = introductions(scope)
        parties += [(met, "supplier_id"), (met, "need__buyer_id")]
    return parties


def served_classified(scope: Scope) -> QuerySet[Company]:
    """Companies served that the size rule classifies."""
    return companies_served(scope).classified()


def served_smes(scope: Scope) -> QuerySet[Company]:
    """Companies served that are medium, small or micro."""
    return companies_served(scope).smes()


def served_unclassified(scope: Scope) -> QuerySet[Company]:
    """Companies served for which the size rule has no threshold or whose figures are missing."""
    return companies_served(scope).filter(size_class="")


def open_needs(scope: Scope) -> QuerySet[SourcingNeed]:
    """Needs open today; the past of this figure is not kept."""
    needs = SourcingNeed.objects.open().filter(_in_division(scope, "buyer__division"))
    return needs.filter(node__chain=scope.chain) if scope.chain else needs
