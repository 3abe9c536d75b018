"""Which companies count as served, and how many of them are small or medium."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from events.models import Meeting, Registration
from matchmaking.figures.counts import FIGURES, values
from matchmaking.figures.scope import Scope
from tests.factories.companies import (
    make_buyer,
    make_company,
    make_need,
    make_sector,
)
from tests.factories.events import (
    make_deal,
    make_event,
    make_meeting,
    make_registration,
)
from tests.factories.matchmaking import make_introduced_match
from tests.matchmaking.ledger_city import City

pytestmark = pytest.mark.django_db

TODAY = dt.date(2022, 11, 27)
ALL = Scope(as_of=TODAY)
"""Everything to the day of the published result."""


def value(key: str, scope: Scope = ALL) -> object:
    return FIGURES[key].of(scope)


def test_companies_served_are_distinct_over_the_four_sources() -> None:
    supplier, buyer = make_company(), make_buyer()
    event = make_event(state="held", starts_on=TODAY, ends_on=TODAY)
    at = dt.datetime(2022, 11, 1, 12, tzinfo=dt.UTC)
    registered = make_registration(event, supplier, registered_at=at)
    sitting = make_registration(event, buyer, registered_at=at)
    make_meeting(sitting, registered, state="held")
    make_introduced_match(make_need(buyer), supplier, introduced_at=at)
    make_deal(buyer, supplier, on=TODAY)
    assert set(FIGURES["companies_served"].rows(ALL)) == {supplier, buyer}
    assert value("companies_served") == 2


def test_each_of_the_four_sources_serves_a_company_by_itself() -> None:
    at = dt.datetime(2022, 11, 1, 12, tzinfo=dt.UTC)
    held = make_event(state="held", starts_on=TODAY, ends_on=TODAY)
    registered = make_registration(held, registered_at=at).company
    introduced = make_introduced_match(introduced_at=at)
    dealt = make_deal(on=TODAY)
    # Registered by the books only after the day, but seen at the table.
    late: dict[str, Any] = {"registered_at": dt.datetime(2023, 1, 1, tzinfo=dt.UTC)}
    met = make_meeting(
        make_registration(held, make_buyer(), **late), make_registration(held, **late), state="held"
    )
    make_match_that_nobody_was_told_of()
    expected = {
        registered,
        introduced.supplier,
        introduced.need.buyer,
        dealt.buyer,
        dealt.supplier,
        met.buyer.company,
        met.supplier.company,
    }
    assert set(FIGURES["companies_served"].rows(ALL)) == expected


def make_match_that_nobody_was_told_of() -> None:
    make_introduced_match(introduced_at=None, state="shortlisted")


def test_withdrawn_registrations_and_cancelled_events_serve_nobody() -> None:
    at = dt.datetime(2022, 11, 1, 12, tzinfo=dt.UTC)
    make_registration(registered_at=at, state=Registration.State.WITHDRAWN)
    make_registration(make_event(state="cancelled"), registered_at=at)
    make_meeting(state=Meeting.State.NO_SHOW, event=make_event(state="draft"))
    assert FIGURES["companies_served"].rows(ALL).count() == 0


def test_companies_served_in_a_division_are_its_own() -> None:
    city = City()
    inside = make_company(division=city.zone)
    make_deal(make_buyer(division=city.city), inside, on=TODAY)
    assert list(FIGURES["companies_served"].rows(Scope(TODAY, division=city.district))) == [inside]


def test_the_sme_share_is_over_the_classified_only() -> None:
    sector = make_sector("C3670")
    for people in (None, 5, 30, 500, 5000):
        revenue = {None: None, 5: 10**6, 30: 10**7, 500: 10**8, 5000: 10**10}[people]
        company = make_company(main_sector=sector, employees=people, revenue_cny=revenue)
        make_deal(supplier=company, buyer=make_buyer(), on=TODAY)
    classes = Counter(FIGURES["companies_served"].rows(ALL).values_list("size_class", flat=True))
    assert classes == {"": 6, "micro": 1, "small": 1, "medium": 1, "large": 1}
    assert values(ALL, "sme_share", "companies_unclassified") == {
        "sme_share": Decimal("0.7500"),
        "companies_unclassified": 6,
    }
