"""Every figure is exactly its rows: random ledgers reckoned twice, and each rule by itself."""

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.utils import timezone

from companies.models import Division, IndustrialChain
from events.models import Deal, DockingEvent, Meeting, Registration
from matchmaking.figures import tables
from matchmaking.figures.counts import FIGURES, values
from matchmaking.figures.scope import NO_EVENT, Scope, ledger_date, whole_city
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_need,
    make_node,
    make_posting,
    make_sector,
)
from tests.factories.events import (
    make_confirmation,
    make_deal,
    make_event,
    make_evidence,
    make_fulfilment,
    make_meeting,
    make_rate,
    make_registration,
)
from tests.factories.matchmaking import make_counted_deal, make_introduced_match

pytestmark = pytest.mark.django_db

TODAY = dt.date(2022, 11, 27)
ALL = Scope(as_of=TODAY)
"""Everything to the day of the published result."""
SUMMED = ("signed", "signed_cny", "intentions", "intention_cny")


def value(key: str, scope: Scope = ALL) -> object:
    return FIGURES[key].of(scope)


# Random ledgers: what is drawn is reckoned in Python and must be what the database gives.


@dataclass
class Drawn:
    """A deal as it was drawn, to be reckoned without the database."""

    chain: IndustrialChain
    division: Division
    kind: str
    intention_on: dt.date | None = None
    framework_on: dt.date | None = None
    signed_on: dt.date | None = None
    terminated_on: dt.date | None = None
    intention: Decimal | None = None
    signed: Decimal | None = None
    rate: Decimal = Decimal(1)
    is_proven: bool = False
    confirmed_by: int = 0

    def counts(self, as_of: dt.date) -> bool:
        standing = self.terminated_on is None or self.terminated_on > as_of
        return standing and self.signed_on is not None and self.signed_on <= as_of

    def intended(self, as_of: dt.date) -> bool:
        return self.intention_on is not None and self.intention_on <= as_of

    def in_yuan(self, amount: Decimal | None) -> Decimal:
        return ((amount or Decimal(0)) * self.rate).quantize(Decimal("0.01"))


def draw(rng: random.Random, city: "City") -> Drawn:
    event = rng.choice([*city.events, None])
    deal = Drawn(rng.choice(city.chains), rng.choice(city.divisions), event.kind if event else "")
    day = dt.date(2022, 5, 1) + dt.timedelta(days=rng.randrange(240))
    foreign = rng.random() < 0.3
    deal.rate = Decimal("7.0877") if foreign else Decimal(1)
    stage = rng.choice(list(Deal.Stage))
    fields: dict[str, object] = {"stage": stage}
    if stage in {"intention", "framework"} or rng.random() < 0.4:
        deal.intention_on, deal.intention = day, Decimal(rng.randrange(1, 10**9)) / 100
        day += dt.timedelta(days=rng.randrange(20))
    if stage == "framework" or rng.random() < 0.2:
        deal.framework_on = day
        day += dt.timedelta(days=rng.randrange(20))
    if stage in {"signed", "performing", "completed"} or (stage == "terminated" and rng.random() < 0.7):
        deal.signed_on, deal.signed = day, Decimal(rng.randrange(1, 10**11)) / 100
        day += dt.timedelta(days=rng.randrange(60))
    if stage == "terminated":
        deal.terminated_on = day
    if stage in {"performing", "completed"}:
        fields[f"{stage}_on"] = day
    has_verifier = deal.signed_on is not None and rng.random() < 0.7
    has_document = deal.signed_on is not None and rng.random() < 0.8
    deal.is_proven = has_verifier and has_document
    row = make_deal(
        city.buyer,
        city.supplier,
        amount=None,
        counting_chain=deal.chain,
        counting_division=deal.division,
        event=event,
        intention_on=deal.intention_on,
        framework_on=deal.framework_on,
        signed_on=deal.signed_on,
        terminated_on=deal.terminated_on,
        intention_amount=deal.intention,
        signed_amount=deal.signed,
        currency="USD" if foreign else "CNY",
        rate_to_cny=deal.rate,
        verified_by=city.verifier if has_verifier else None,
        recorded_by=city.recorder,
        **fields,
    )
    if has_document:
        make_evidence(row, added_by=city.recorder)
    sides = [side for side in ("buyer", "supplier") if deal.is_proven and rng.random() < 0.6]
    for side in sides:
        make_confirmation(row, side=side, answer="confirmed")
    deal.confirmed_by = len(sides)
    return deal


class City:
    """Two chains, a district with a zone below it, events of two kinds, and who writes the ledger."""

    def __init__(self) -> None:
        self.city = make_division()
        self.district = make_division(self.city)
        self.zone = make_division(self.district)
        self.divisions = [self.city, self.district, self.zone]
        self.chains = [make_chain(self.city), make_chain(self.city)]
        self.buyer, self.supplier = make_buyer(), make_company()
        self.recorder, self.verifier = make_user(), make_user()
        self.events = [
            make_event(
                host=self.divisions[at % 3],
                chains=self.chains[: 1 + at % 2],
                kind=kind,
                state=DockingEvent.State.HELD,
                starts_on=dt.date(2022, 6 + at, 10),
            )
            for at, kind in enumerate(("oem_parts", "trade_fair", "oem_parts", "promotion"))
        ]


@pytest.mark.parametrize("seed", range(6))
def test_a_random_ledger_reckoned_by_hand_gives_the_same_figures(seed: int) -> None:
    rng, city = random.Random(seed), City()
    deals = [draw(rng, city) for _ in range(40)]
    as_of = dt.date(2022, 5, 15) + dt.timedelta(days=rng.randrange(260))
    standing = [deal for deal in deals if deal.counts(as_of)]
    proven = [deal for deal in standing if deal.is_proven]
    unproven = [deal for deal in standing if not deal.is_proven]
    both = [deal for deal in proven if deal.confirmed_by == 2]
    intended = [deal for deal in deals if deal.intended(as_of)]
    framework = [
        deal
        for deal in deals
        if deal.framework_on
        and deal.framework_on <= as_of
        and not (deal.signed_on and deal.signed_on <= as_of)
        and not (deal.terminated_on and deal.terminated_on <= as_of)
    ]
    keys = {
        "signed_projects": len(proven),
        "order_volume_cny": sum((deal.in_yuan(deal.signed) for deal in proven), Decimal(0)),
        "signed_confirmed": len(both),
        "signed_confirmed_cny": sum((deal.in_yuan(deal.signed) for deal in both), Decimal(0)),
        "signed_unverified": len(unproven),
        "signed_unverified_cny": sum((deal.in_yuan(deal.signed) for deal in unproven), Decimal(0)),
        "intention_projects": len(intended),
        "intention_value_cny": sum((deal.in_yuan(deal.intention) for deal in intended), Decimal(0)),
        "framework_agreements": len(framework),
        "docking_activities": sum(event.ends_on <= as_of for event in city.events),
    }
    assert values(Scope(as_of=as_of), *keys) == keys


@pytest.mark.parametrize("seed", range(6))
def test_the_lines_of_every_table_add_up_to_the_city(seed: int) -> None:
    rng, city = random.Random(seed), City()
    for _ in range(30):
        draw(rng, city)
    whole = values(ALL, "signed_projects", "order_volume_cny", "intention_projects", "intention_value_cny")
    for table in (tables.by_chain, tables.by_division, tables.by_month, tables.by_kind):
        lines = table(ALL)
        sums = [sum(getattr(line, name) for line in lines) for name in SUMMED]
        assert sums == list(whole.values()), table.__name__


@pytest.mark.parametrize("seed", range(6))
def test_a_line_counts_the_rows_to_which_it_leads(seed: int) -> None:
    rng, city = random.Random(seed), City()
    for _ in range(30):
        draw(rng, city)
    chains = {chain.code: chain for chain in IndustrialChain.objects.all()}
    places = {place.code: place for place in Division.objects.all()}
    scopes = [
        *((line, ALL.in_month(dt.date.fromisoformat(f"{line.key}-01"))) for line in tables.by_month(ALL)),
        *((line, Scope(TODAY, chain=chains[line.key])) for line in tables.by_chain(ALL)),
        *(
            (line, Scope(TODAY, division=places[line.key], only_itself=True))
            for line in tables.by_division(ALL)
        ),
        *((line, Scope(TODAY, kind=line.key)) for line in tables.by_kind(ALL)),
    ]
    shown = [(line.signed, line.intentions, 0 if line.key == NO_EVENT else line.events) for line, _ in scopes]
    counted = [
        tuple(
            FIGURES[key].rows(scope).count()
            for key in ("signed_projects", "intention_projects", "docking_activities")
        )
        for _, scope in scopes
    ]
    assert shown == counted


# Each rule by itself.


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
    late = {"registered_at": dt.datetime(2023, 1, 1, tzinfo=dt.UTC)}
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
