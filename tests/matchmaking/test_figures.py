"""What each figure counts and what it leaves out, one rule a test."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from matchmaking.figures import tables
from matchmaking.figures.counts import FIGURES, values
from matchmaking.figures.scope import Scope, ledger_date, whole_city
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_need,
    make_node,
    make_posting,
)
from tests.factories.events import (
    make_confirmation,
    make_deal,
    make_event,
    make_evidence,
    make_fulfilment,
    make_rate,
    make_registration,
)
from tests.factories.matchmaking import make_counted_deal, make_introduced_match
from tests.matchmaking.ledger_city import City

pytestmark = pytest.mark.django_db

TODAY = dt.date(2022, 11, 27)
ALL = Scope(as_of=TODAY)
"""Everything to the day of the published result."""


def value(key: str, scope: Scope = ALL) -> object:
    return FIGURES[key].of(scope)


def test_an_intention_is_never_signed() -> None:
    make_deal(stage="intention", on=TODAY, amount=950_000_000)
    assert values(ALL, "signed_projects", "order_volume_cny", "intention_value_cny") == {
        "signed_projects": 0,
        "order_volume_cny": 0,
        "intention_value_cny": 950_000_000,
    }


def test_an_intention_that_was_signed_stands_in_both_columns_with_its_own_amounts() -> None:
    make_counted_deal(on=TODAY, amount=300, intention_on=dt.date(2022, 6, 1), intention_amount=500)
    assert values(ALL, "order_volume_cny", "intention_value_cny") == {
        "order_volume_cny": 300,
        "intention_value_cny": 500,
    }


def test_a_framework_agreement_is_not_signed() -> None:
    make_deal(stage="framework", on=TODAY)
    assert values(ALL, "signed_projects", "signed_unverified", "framework_agreements") == {
        "signed_projects": 0,
        "signed_unverified": 0,
        "framework_agreements": 1,
    }


def test_a_terminated_deal_counts_until_the_day_before() -> None:
    make_counted_deal(
        on=dt.date(2022, 6, 1),
        stage="terminated",
        signed_on=dt.date(2022, 6, 1),
        terminated_on=dt.date(2022, 9, 1),
    )
    days = [dt.date(2022, 8, 31), dt.date(2022, 9, 1)]
    assert [value("signed_projects", Scope(day)) for day in days] == [1, 0]


def test_a_month_leaves_out_what_was_terminated_later() -> None:
    make_counted_deal(stage="terminated", signed_on=dt.date(2022, 6, 1), terminated_on=dt.date(2022, 9, 1))
    assert value("signed_projects", ALL.in_month(dt.date(2022, 6, 1))) == 0


def test_a_deal_without_document_or_without_verifier_stands_beside_the_headline() -> None:
    make_deal(stage="signed", on=TODAY, verified_by=make_user(), amount=5)
    make_evidence(make_deal(stage="signed", on=TODAY, amount=7))
    make_counted_deal(on=TODAY, amount=11)
    assert values(ALL, "order_volume_cny", "signed_unverified", "signed_unverified_cny") == {
        "order_volume_cny": 11,
        "signed_unverified": 2,
        "signed_unverified_cny": 12,
    }


def test_confirmed_means_by_both_in_the_present_version() -> None:
    one_side, old_version, both = (make_counted_deal(on=TODAY, version=2) for _ in range(3))
    make_confirmation(one_side, side="buyer", answer="confirmed")
    for side in ("buyer", "supplier"):
        make_confirmation(old_version, side=side, answer="confirmed", version=1)
        make_confirmation(both, side=side, answer="confirmed")
    assert list(FIGURES["signed_confirmed"].rows(ALL)) == [both]


def test_a_voided_confirmation_confirms_nothing() -> None:
    deal = make_counted_deal(on=TODAY)
    for side in ("buyer", "supplier"):
        make_confirmation(deal, side=side, answer="confirmed", voided_at=timezone.now())
    assert value("signed_confirmed") == 0


def test_a_deal_that_one_side_contests_is_contested_and_not_confirmed() -> None:
    deal = make_counted_deal(on=TODAY)
    make_confirmation(deal, side="buyer", answer="confirmed")
    make_confirmation(deal, side="supplier", answer="contested")
    assert values(ALL, "signed_contested", "signed_confirmed") == {
        "signed_contested": 1,
        "signed_confirmed": 0,
    }


def test_one_deal_counts_once_for_city_chain_and_division_and_took_part_elsewhere() -> None:
    city = City()
    owner, other = city.chains
    event = make_event(host=city.city, chains=[owner, other], state="held", starts_on=TODAY)
    supplier = make_company(division=city.zone)
    deal = make_counted_deal(
        supplier=supplier, on=TODAY, event=event, counting_chain=owner, counting_division=city.city
    )
    keys = ("signed_projects", "signed_took_part")
    got = {
        "city": values(ALL, *keys),
        "owner": values(Scope(TODAY, chain=owner), *keys),
        "other": values(Scope(TODAY, chain=other), *keys),
        "division": values(Scope(TODAY, division=city.city, only_itself=True), *keys),
        "zone": values(Scope(TODAY, division=city.zone), *keys),
    }
    assert {name: tuple(both.values()) for name, both in got.items()} == {
        "city": (1, 0),
        "owner": (1, 0),
        "other": (0, 1),
        "division": (1, 0),
        "zone": (0, 1),
    }
    assert list(FIGURES["signed_took_part"].rows(Scope(TODAY, chain=other))) == [deal]


def test_a_division_counts_what_lies_below_it_and_its_line_only_itself() -> None:
    city = City()
    for division in (city.district, city.zone, city.zone):
        make_counted_deal(on=TODAY, counting_division=division)
    lines = {line.key: line.signed for line in tables.by_division(Scope(TODAY, division=city.district))}
    assert value("signed_projects", Scope(TODAY, division=city.district)) == 3
    assert lines == {city.district.code: 1, city.zone.code: 2}


def test_a_table_within_a_chain_has_the_lines_of_that_chain_alone() -> None:
    city = City()
    assert [line.key for line in tables.by_chain(Scope(TODAY, chain=city.chains[1]))] == [city.chains[1].code]


def test_moments_are_cut_at_midnight_in_shanghai() -> None:
    last = dt.datetime(2022, 11, 27, 15, 59, 59, tzinfo=dt.UTC)
    first = dt.datetime(2022, 11, 27, 16, 0, 0, tzinfo=dt.UTC)
    make_introduced_match(introduced_at=last)
    make_introduced_match(introduced_at=first)
    days = [TODAY, TODAY + dt.timedelta(days=1)]
    assert [value("introductions", Scope(day)) for day in days] == [1, 2]
    assert value("introductions", Scope(days[1]).in_month(dt.date(2022, 11, 1))) == 2


def test_a_registration_at_midnight_in_shanghai_belongs_to_the_new_day() -> None:
    make_registration(registered_at=dt.datetime(2022, 11, 27, 16, 0, tzinfo=dt.UTC))
    days = [TODAY, TODAY + dt.timedelta(days=1)]
    assert [value("companies_served", Scope(day)) for day in days] == [0, 1]


def test_events_count_on_their_last_day_when_they_were_held() -> None:
    make_event(state="held", starts_on=dt.date(2022, 11, 26), ends_on=TODAY)
    make_event(state="published", starts_on=dt.date(2022, 11, 1))
    make_event(state="cancelled", starts_on=dt.date(2022, 11, 1))
    days = [dt.date(2022, 11, 26), TODAY]
    assert [value("docking_activities", Scope(day)) for day in days] == [0, 1]


def test_nothing_classified_has_no_share() -> None:
    assert value("sme_share") is None


def test_dollars_are_the_yuan_at_the_newest_rate_of_the_day() -> None:
    make_counted_deal(on=TODAY, amount=39_300_000_000)
    assert value("order_volume_usd") is None
    make_rate(rate="7.0683", date=dt.date(2022, 11, 1))
    make_rate(rate="6.5", date=dt.date(2022, 12, 1))
    assert value("order_volume_usd") == Decimal(5_560_035_652)


def test_new_output_is_in_yuan_at_the_deals_own_rate() -> None:
    deal = make_counted_deal(on=dt.date(2022, 7, 1), currency="USD", rate_to_cny=Decimal("7.1"))
    make_fulfilment(deal, year=2022, new_output_amount=Decimal("10.01"), reported_on=TODAY)
    make_fulfilment(deal, year=2023, new_output_amount=99, reported_on=TODAY + dt.timedelta(days=1))
    make_fulfilment(make_deal(stage="signed", on=TODAY), year=2022, new_output_amount=5, reported_on=TODAY)
    assert value("new_output_cny") == Decimal("71.07")


def test_chiefs_are_persons_posted_to_city_chains_on_the_day_each_once() -> None:
    city = make_division(kind="prefecture")
    chief, gone = make_user(), make_user()
    since = dt.date(2022, 5, 1)
    for _ in range(2):
        make_posting(chief, chain=make_chain(city), since=since)
    make_posting(gone, chain=make_chain(city), since=since, until=TODAY)
    make_posting(make_user(), chain=make_chain(make_division(city, kind="district")), since=since)
    make_posting(make_user(), chain=make_chain(city), role="chain_office", since=since)
    make_posting(make_user(), chain=make_chain(city), role="deputy", since=TODAY + dt.timedelta(days=1))
    assert list(FIGURES["chiefs"].rows(ALL)) == [chief]
    assert value("chiefs", Scope(TODAY - dt.timedelta(days=1))) == 2


def test_open_needs_follow_chain_and_division_of_the_buyer() -> None:
    city = City()
    node = make_node(city.chains[0])
    need = make_need(make_buyer(division=city.zone), node=node)
    make_need(node=node, answer_by=timezone.localdate() - dt.timedelta(days=1))
    make_need()
    scope = Scope(TODAY, chain=city.chains[0], division=city.district)
    assert list(FIGURES["open_needs"].rows(scope)) == [need]


def test_the_ledgers_date_is_that_of_its_newest_entry() -> None:
    make_event(state="held", starts_on=dt.date(2022, 11, 20), ends_on=TODAY)
    make_deal(on=dt.date(2022, 11, 3))
    assert ledger_date() == TODAY


def test_a_ledger_never_stands_in_the_future() -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert (ledger_date(), whole_city(tomorrow).as_of) == (timezone.localdate(), timezone.localdate())


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure_of_an_empty_ledger_is_nothing(key: str) -> None:
    nothing = None if key in {"sme_share", "order_volume_usd"} else 0
    assert (FIGURES[key].of(ALL), FIGURES[key].rows(ALL).count()) == (nothing, 0)
