"""One small city with one of everything, and twelve people who stand differently to it.

The owners' things lie in the first district on the first chain; the others' in the second.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Viewer
from companies.models import Company, Division, Posting, Representative, SourcingNeed
from events.deals.shown import values_of
from events.models import Deal, TimetableRun
from matchmaking.models import Indicator, Match, MonthlySnapshot
from tests.factories.accounts import make_letter, make_superuser, make_user
from tests.factories.aftercare import make_alert, make_follow_up, make_problem, make_visit
from tests.factories.companies import (
    make_certification,
    make_chain,
    make_company,
    make_contact,
    make_division,
    make_link,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
    make_scheme,
    make_sector,
)
from tests.factories.events import (
    make_confirmation,
    make_deal,
    make_delegate,
    make_double,
    make_event,
    make_evidence,
    make_fulfilment,
    make_invitation,
    make_meeting,
    make_rate,
    make_registration,
    make_series,
    make_session,
    make_wish,
)

TOKEN = "a-token-that-only-the-buyer-was-sent"


@dataclass(frozen=True)
class Scene:
    """People by name, and the object of each address by what it is."""

    people: dict[str, Viewer]
    things: dict[str, Any]


def make_scene() -> Scene:
    """Everything, in some 150 rows."""
    city = make_division(kind=Division.Kind.PREFECTURE)
    here, elsewhere = make_division(city), make_division(city)
    chain, other_chain = make_chain(owner=city), make_chain(owner=city)
    node, other_node = make_node(chain), make_node(other_chain)
    sector = make_sector()
    buyer = make_company(buys=True, supplies=False, division=here, main_sector=sector)
    supplier = make_company(division=here, nodes=[node])
    rival = make_company(buys=True, division=elsewhere, nodes=[other_node])
    people = _people(chain, other_chain, here, elsewhere, (buyer, supplier, rival))
    things: dict[str, Any] = {
        "division": city,
        "sector": sector,
        "chain": chain,
        "node": node,
        "link": make_link(node, make_node(chain)),
        "buyer": buyer,
        "supplier": supplier,
        "pending": make_company(division=here, verification=Company.Verification.PENDING),
    }
    things |= _of_companies(buyer, supplier, node, people)
    things |= _of_events(buyer, supplier, chain, here, people)
    things |= _of_deals(things, people)
    things |= _of_matches(things, people)
    return Scene(people, things)


def _people(
    chain: Any, other_chain: Any, here: Any, elsewhere: Any, firms: tuple[Company, Company, Company]
) -> dict[str, Viewer]:
    buyer, supplier, rival = firms
    organiser = make_user(is_staff=True)
    other_organiser = make_user(is_staff=True)
    return {
        "anonymous": AnonymousUser(),
        "stranger": make_user(),
        "purchaser": make_representative(company=buyer).user,
        "seller": make_representative(company=supplier).user,
        "rival": make_representative(company=rival).user,
        "chief": make_posting(chain=chain).user,
        "other_chief": make_posting(chain=other_chain).user,
        "officer": make_posting(division=here).user,
        "other_officer": make_posting(division=elsewhere).user,
        "organiser": organiser,
        "other_organiser": other_organiser,
        "office": make_superuser(),
    }


def _of_companies(buyer: Company, supplier: Company, node: Any, people: dict[str, Viewer]) -> dict[str, Any]:
    verified_only = SourcingNeed.Visibility.VERIFIED_SUPPLIERS
    return {
        "offering": make_offering(supplier, node=node),
        "certification": make_certification(supplier),
        "scheme": make_scheme(),
        "contact": make_contact(supplier),
        "representative": make_representative(make_user(), supplier, state=Representative.State.ASKED),
        "posting": Posting.objects.get(chain=node.chain),
        "need": make_need(buyer, node=node, visibility=verified_only),
        "submitted": make_need(buyer, node=node, state=SourcingNeed.State.SUBMITTED),
        "person": people["stranger"],
    }


def _of_events(
    buyer: Company, supplier: Company, chain: Any, here: Any, people: dict[str, Viewer]
) -> dict[str, Any]:
    event = make_event(host=here, chains=[chain], organisers=[people["organiser"]])  # type: ignore[list-item]  # signed in
    make_event(organisers=[people["other_organiser"]])  # type: ignore[list-item]  # signed in
    session = make_session(event, slots=1)
    bought, sold = make_registration(event, buyer), make_registration(event, supplier)
    slot = session.slots.get()
    meeting = make_meeting(event=event, buyer=bought, supplier=sold, slot=slot, table=1, state="published")
    return {
        "event": event,
        "series": make_series(host=here),
        "session": session,
        "slot": slot,
        "registration": sold,
        "delegate": make_delegate(sold),
        "wish": make_wish(sold, bought),
        "invitation": make_invitation(event, supplier),
        "run": TimetableRun.objects.create(event=event, asked_by=people["organiser"], state="done"),  # type: ignore[misc]  # signed in
        "letter": make_letter(about="event", about_key=event.pk, state="failed"),
        "meeting": meeting,
        "rate": make_rate(),
    }


def _of_deals(things: dict[str, Any], people: dict[str, Viewer]) -> dict[str, Any]:
    deal = make_deal(
        buyer=things["buyer"],
        supplier=things["supplier"],
        stage=Deal.Stage.SIGNED,
        event=things["event"],
        counting_chain=things["chain"],
        counting_division=things["event"].host,
        recorded_by=people["organiser"],
        verified_by=people["officer"],
    )
    supplier = things["supplier"]
    visit = make_visit(supplier)
    return {
        "follow_up": make_follow_up(deal, token=TOKEN),
        "visit": visit,
        "problem": make_problem(supplier, token=TOKEN, state="proposed", visit=visit, chain=things["chain"]),
        "alert": make_alert(supplier, things["buyer"], chain=things["chain"]),
        "deal": deal,
        "double": make_double(deal, _signed_again(deal)),
        "evidence": make_evidence(deal),
        "confirmation": make_confirmation(deal, token=TOKEN, shown=values_of(deal)),
        "fulfilment": make_fulfilment(deal),
    }


def _signed_again(deal: Deal) -> Deal:
    """The same project, recorded by the neighbours: only the city office answers for both."""
    return make_deal(deal.buyer, make_company())


def _of_matches(things: dict[str, Any], people: dict[str, Viewer]) -> dict[str, Any]:
    match = Match.objects.create(
        need=things["need"],
        supplier=things["supplier"],
        origin=Match.Origin.STAFF,
        state=Match.State.INTRODUCED,
        introduced_at=timezone.now(),
        introduced_by=people["chief"],  # type: ignore[misc]  # signed in
    )
    indicator = Indicator.objects.create(
        division=things["division"],
        name_zh="外贸总额",
        name_en="Foreign trade",
        period_from=dt.date(2022, 1, 1),
        period_to=dt.date(2022, 10, 31),
        value_cny=1,
        source_zh="海关",
        source_en="Customs",
    )
    month = MonthlySnapshot.objects.create(month=dt.date(2022, 5, 1), figures={}, locked_at=timezone.now())
    return {"match": match, "indicator": indicator, "snapshot": month}
