"""Every list takes the same number of queries for one row and for three."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from events.models import ExchangeRate
from tests.factories.accounts import make_letter, make_superuser, make_user
from tests.factories.aftercare import make_alert, make_follow_up, make_problem, make_visit
from tests.factories.companies import (
    make_buyer,
    make_certification,
    make_chain,
    make_company,
    make_contact,
    make_division,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
    make_scheme,
    make_sector,
)
from tests.factories.events import (
    make_deal,
    make_delegate,
    make_event,
    make_evidence,
    make_fulfilment,
    make_invitation,
    make_meeting,
    make_rate,
    make_registration,
    make_session,
    make_slot,
    make_wish,
)
from tests.factories.matchmaking import (
    index,
    make_accepted_match,
    make_counted_deal,
    make_indicator,
    make_introduced_match,
    make_match,
)
from tests.pages import address, client_of, text_of

pytestmark = pytest.mark.django_db


class Town:
    """People whose lists grow row by row, each row with everything that a line shows."""

    def __init__(self) -> None:
        self.office: User = make_superuser()
        self.seller, self.purchaser = make_user(), make_user()
        self.supplier = make_representative(self.seller, make_company()).company
        self.buyer = make_representative(self.purchaser, make_buyer()).company
        self.need = make_need(self.buyer)
        self.event = make_event(chains=[make_chain()], state="draft")

    def company(self) -> None:
        node, sector = make_node(), make_sector("C3670")
        division = make_division()
        company = make_company(nodes=[node], main_sector=sector, division=division, tier="srdi", buys=True)
        make_offering(company, node=node)
        make_certification(company)
        make_need(company, node=node, place=division, required_certifications=[make_scheme()])
        waiting = make_company(verification="pending", division=division, main_sector=sector)
        make_representative(company=waiting, state="asked")
        make_posting(chain=node.chain)

    def own_part(self) -> None:
        make_offering(self.supplier)
        make_certification(self.supplier)
        make_contact(self.supplier)
        make_representative(company=self.supplier)

    def need_of_buyer(self) -> None:
        make_need(self.buyer, node=make_node(), required_certifications=[make_scheme()])
        make_need(self.buyer, node=make_node(), state="submitted", text="Iron")

    def match(self) -> None:
        supplier = make_company(division=make_division())
        make_contact(supplier)
        make_accepted_match(self.need, supplier)
        make_match(self.need, make_company(), offering=make_offering())
        make_introduced_match(
            make_need(make_buyer(), visibility="anonymous", node=make_node()), self.supplier
        )

    def suggestion(self) -> None:
        offering = make_offering(make_company(division=make_division()), name_en="Brake calipers")
        if not self.supplier.offerings.exists():
            make_offering(self.supplier, name_en="Brake calipers")
        make_need(make_buyer(), title_en="Brake calipers", title_zh=offering.name_zh)
        index()

    def firm_left_out(self) -> None:
        """A firm that fits the need and lacks the certificate that it asks for, as its own has run out."""
        scheme = self.need.required_certifications.first() or make_scheme()
        self.need.required_certifications.add(scheme)
        offering = make_offering(make_company(division=make_division()), name_zh=self.need.title_zh)
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        make_certification(offering.company, scheme=scheme, valid_until=yesterday)
        index()

    def deal(self) -> None:
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        event = make_event(state="held", chains=[make_chain()], host=make_division(), starts_on=yesterday)
        fields: dict[str, Any] = {
            "event": event,
            "counting_chain": make_chain(),
            "counting_division": make_division(),
        }
        make_fulfilment(
            make_counted_deal(self.buyer, self.supplier, **fields), year=2020, new_output_amount=5
        )
        make_evidence(make_deal(self.buyer, self.supplier, stage="signed", **fields))
        make_deal(self.buyer, self.supplier, stage="framework", **fields)
        make_meeting(supplier=make_registration(event, make_company()), state="held")

    def aftercare(self) -> None:
        """A signed deal with a late payment, a problem with everybody in it, a visit and an alert."""
        buyer = make_buyer()
        deal = make_counted_deal(buyer, self.supplier, counting_chain=make_chain())
        make_follow_up(deal)
        make_follow_up(deal, days=90, source="link", payment="late")
        fields: dict[str, Any] = {"owner": make_user(), "climbed_to": make_user(), "chain": make_chain()}
        make_problem(self.supplier, **fields)
        make_problem(self.supplier, state="solved", **fields)
        make_visit(self.supplier, chain=make_chain())
        make_alert(self.supplier, buyer, told=make_user())

    def exposure(self) -> None:
        """One more firm of the buyer's group that bought, with a late payment."""
        buyer = make_buyer(parent=self.buyer)
        deal = make_counted_deal(buyer, make_company(), counting_chain=make_chain())
        make_counted_deal(buyer, self.supplier)
        make_follow_up(deal, source="link", payment="late")
        make_follow_up(make_counted_deal(self.buyer, self.supplier), source="link", payment="late")

    def rate(self) -> None:
        make_rate("USD", date=dt.date(2000, 1, 1) + dt.timedelta(days=ExchangeRate.objects.count()))

    def indicator(self) -> None:
        make_indicator(division=make_division())

    def letter(self) -> None:
        make_letter(person=make_user(), about="deal", about_key=make_deal().pk)

    def docking(self) -> None:
        """What an organiser's lists show: firms that come with a meeting, one invited, wishes, letters."""
        buyer = make_registration(self.event, make_buyer(division=make_division()))
        arrived: dict[str, Any] = {"checked_in_at": timezone.now()}
        coming = make_registration(self.event, make_company(division=make_division()), **arrived)
        make_delegate(coming)
        make_wish(buyer, coming)
        make_wish(coming, make_registration(self.event, make_buyer()), strength="must")
        coming.needs.set([make_need(coming.company)])
        slot = make_slot(make_session(self.event))
        make_meeting(buyer, coming, slot=slot, event=self.event)
        make_invitation(self.event, make_company(division=make_division()))
        make_letter(person=make_user(), about="event", about_key=self.event.pk)

    def meeting(self) -> None:
        make_meeting(supplier=make_registration(make_event(), self.supplier))


Grow = Callable[[Town], None]
LISTS: list[tuple[str, str, Grow]] = [
    ("companies:company-list", "", Town.company),
    ("companies:company-list", "office", Town.company),
    ("companies:buyer-list", "", Town.company),
    ("needs:need-list", "", Town.company),
    ("needs:need-list", "seller", Town.company),
    ("chains:chain-list", "", Town.company),
    ("home", "", Town.company),
    ("figures:index", "", Town.deal),
    ("portal:home", "seller", Town.match),
    ("portal:home", "seller", Town.suggestion),
    ("portal:need-list", "purchaser", Town.need_of_buyer),
    ("portal:matches", "purchaser", Town.match),
    ("portal:matches", "seller", Town.match),
    ("portal:matches", "seller", Town.suggestion),
    ("portal:deals", "seller", Town.deal),
    ("portal:meetings", "seller", Town.meeting),
    ("desk:home", "office", Town.company),
    ("desk:home", "office", Town.deal),
    ("desk:needs", "office", Town.need_of_buyer),
    ("desk:matches", "office", Town.match),
    ("desk:deals", "office", Town.deal),
    ("desk:deals-to-verify", "office", Town.deal),
    ("desk:follow-ups", "office", Town.aftercare),
    ("desk:problems", "office", Town.aftercare),
    ("desk:visits", "office", Town.aftercare),
    ("desk:exposure", "office", Town.aftercare),
    ("portal:follow-ups", "seller", Town.aftercare),
    ("portal:problems", "seller", Town.aftercare),
    ("portal:exposure", "seller", Town.aftercare),
    ("desk:companies-to-verify", "office", Town.company),
    ("desk:reports", "office", Town.deal),
    ("desk:conversion", "office", Town.deal),
    ("desk:indicators", "office", Town.indicator),
    ("deals:rates", "office", Town.rate),
    ("desk:letter-list", "office", Town.letter),
    ("desk:plans", "office", Town.company),
]
OF_AN_EVENT = [
    "events:invitation-list",
    "events:registration-list",
    "events:badges",
    "events:timetable",
    "events:wishes-missed",
    "events:letter-list",
    "floor:timetable",
    "floor:check-in",
    "floor:closing",
]
ROWS = [
    ("signed_projects", Town.deal),
    ("docking_activities", Town.deal),
    ("companies_served", Town.deal),
    ("meetings_held", Town.deal),
    ("new_output_cny", Town.deal),
    ("introductions", Town.match),
    ("open_needs", Town.company),
    ("chiefs", Town.company),
    ("visits", Town.aftercare),
    ("problems_solved", Town.aftercare),
]
OFFICIALS_ROWS = [
    ("follow_ups_due", Town.aftercare),
    ("solved_of_raised", Town.aftercare),
    ("reported_new_output_cny", Town.deal),
]


def seen(url: str, who: User | None) -> tuple[int, int]:
    """Queries and letters of a page for somebody who has signed in before."""
    client = client_of(who)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured), len(text_of(response))


def counted(town: Town, url: str, who: str, grow: Grow) -> tuple[int, int]:
    """Queries with one row and with three, which must be there to be read."""
    person = getattr(town, who) if who else None
    grow(town)
    one, short = seen(url, person)
    for _ in range(2):
        grow(town)
    three, long = seen(url, person)
    assert long > short
    return one, three


@pytest.mark.parametrize(("name", "who", "grow"), LISTS, ids=lambda each: getattr(each, "__name__", each))
def test_a_list_takes_the_same_queries_for_one_and_three_rows(name: str, who: str, grow: Grow) -> None:
    one, three = counted(Town(), address(name), who, grow)
    assert one == three


@pytest.mark.parametrize("name", ["exposure-buyer", "exposure-deals", "exposure-supplier"])
def test_exposure_takes_the_same_queries_for_one_and_three_rows(name: str) -> None:
    town = Town()
    about = town.supplier if name == "exposure-supplier" else town.buyer
    one, three = counted(town, address(f"desk:{name}", about.pk), "office", Town.exposure)
    assert one == three


@pytest.mark.parametrize("name", OF_AN_EVENT)
def test_a_list_of_an_event_takes_the_same_queries_for_one_and_three_rows(name: str) -> None:
    town = Town()
    query = {"at": "all"} if name == "events:timetable" else {}
    where = address(name, town.event.slug, **query)
    one, three = counted(town, where, "office", Town.docking)
    assert one == three


@pytest.mark.parametrize(("figure", "grow"), ROWS, ids=[figure for figure, _ in ROWS])
def test_the_rows_of_a_figure_take_the_same_queries_for_one_and_three(figure: str, grow: Grow) -> None:
    one, three = counted(Town(), address("figures:rows", figure), "", grow)
    assert one == three


@pytest.mark.parametrize(("figure", "grow"), OFFICIALS_ROWS, ids=[figure for figure, _ in OFFICIALS_ROWS])
def test_the_rows_of_officials_take_the_same_queries_for_one_and_three(figure: str, grow: Grow) -> None:
    one, three = counted(Town(), address("figures:rows", figure), "office", grow)
    assert one == three


@pytest.mark.parametrize("grow", [Town.match, Town.suggestion], ids=["on the list", "suggested"])
@pytest.mark.parametrize("who", ["purchaser", "office"])
def test_a_need_takes_the_same_queries_for_one_and_three_suppliers(who: str, grow: Grow) -> None:
    town = Town()
    one, three = counted(town, address("needs:need-detail", town.need.pk), who, grow)
    assert one == three


def test_firms_left_out_of_a_need_take_the_same_queries_for_one_and_three() -> None:
    town = Town()
    one, three = counted(town, address("needs:need-left-out", town.need.pk), "purchaser", Town.firm_left_out)
    assert one == three


def test_the_own_profile_takes_the_same_queries_for_one_and_three_parts() -> None:
    town = Town()
    one, three = counted(town, address("portal:company-edit", town.supplier.pk), "seller", Town.own_part)
    assert one == three


def test_a_company_page_takes_the_same_queries_for_one_and_three_parts() -> None:
    town = Town()
    one, three = counted(town, address("companies:company-detail", town.supplier.pk), "", Town.own_part)
    assert one == three


@pytest.mark.parametrize("kind", ["companies", "nodes", "divisions", "chains"])
def test_choices_take_the_same_queries_for_one_and_three_rows(kind: str) -> None:
    one, three = counted(Town(), address(f"choices:{kind}"), "", Town.company)
    assert one == three
