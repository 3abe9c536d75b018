"""The demo city: its rows add up to the published result, and one seed and day give the same city."""

import contextlib
import datetime as dt
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import User
from companies import credit_code
from companies.models import Company, Offering, Posting, Representative, SourcingNeed
from companies.reference.loading import load
from events.deals.evidence import PDF, kind_of
from events.models import (
    Deal,
    DockingEvent,
    EventSeries,
    Evidence,
    ExposureAlert,
    FollowUp,
    Fulfilment,
    Meeting,
    Problem,
    Seat,
)
from matchmaking.demo.amounts import is_round, spread
from matchmaking.demo.firms import Checking, Firm
from matchmaking.demo.ground import read_ground
from matchmaking.demo.makers import make_makers
from matchmaking.demo.meetings import at
from matchmaking.demo.offerings import make_offerings
from matchmaking.demo.people import ACCOUNTS, CHIEF, DISTRICT, ORGANISER, PASSWORD, SUPPLIER
from matchmaking.demo.registering import invented_credit_code, organisation_check
from matchmaking.figures.counts import values
from matchmaking.figures.scope import whole_city
from matchmaking.models import Match, MonthlySnapshot

AS_OF = dt.date(2022, 11, 27)


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The loaded city for all tests of this module, taken back at their end; gives what the command said."""
    out = io.StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        call_command("load_demo", vectors=False, stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def undone(city: str) -> Iterator[None]:
    """Whatever the test changes is taken back."""
    with contextlib.suppress(transaction.TransactionManagementError), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("figure", "published"),
    [
        ("chiefs", 20),
        ("docking_activities", 77),
        ("signed_projects", 221),
        ("order_volume_cny", Decimal(39_300_000_000)),
        ("order_volume_usd", Decimal(5_560_000_000)),
        ("intention_value_cny", Decimal(950_000_000)),
        ("companies_served", 8_357),
    ],
)
def test_a_figure_is_the_published_one(city: str, figure: str, published: int | Decimal) -> None:
    assert values(whole_city(AS_OF), figure) == {figure: published}


def test_the_figures_are_dated_with_the_published_day(city: str) -> None:
    assert whole_city().as_of == AS_OF


def test_more_than_nine_of_ten_classified_firms_are_small_or_medium(city: str) -> None:
    assert Decimal("0.92") < values(whole_city(AS_OF), "sme_share")["sme_share"] < Decimal("0.95")  # type: ignore[operator]  # there are classified firms


def test_a_changed_row_changes_the_figure(undone: None) -> None:
    deal = Deal.objects.verified().filter(currency="CNY", terminated_on=None)[0]
    found = Deal.objects.filter(pk=deal.pk)
    found.update(
        signed_amount=F("signed_amount") + 1, version=F("version") + 1, verified_by=None, verified_at=None
    )
    found.update(verified_by=deal.verified_by, verified_at=deal.verified_at)
    assert values(whole_city(AS_OF), "order_volume_cny") == {"order_volume_cny": Decimal(39_300_000_001)}


def test_held_events_are_of_all_nine_kinds(city: str) -> None:
    assert set(DockingEvent.objects.held().values_list("kind", flat=True)) == set(DockingEvent.Kind.values)


def test_only_the_five_batches_carry_intention_amounts(city: str) -> None:
    batches = EventSeries.objects.get().events.annotate(
        intentions=Count("deals", filter=Q(deals__intention_amount__isnull=False))
    )
    assert sorted(batches.values_list("intentions", flat=True)) == [9] * 5
    assert Deal.objects.filter(intention_amount__isnull=False).count() == 45


def test_no_deal_has_both_an_intention_and_a_signed_amount(city: str) -> None:
    both = Deal.objects.filter(intention_amount__isnull=False, signed_amount__isnull=False)
    assert both.count() == 0


def test_neta_signed_with_eight_makers_after_its_visit(city: str) -> None:
    visit = DockingEvent.objects.get(kind="invite_in", name_en__contains="Neta visits")
    signed = Deal.objects.verified().filter(event=visit, buyer__name_en="Hozon Auto (Neta)")
    assert (signed.count(), visit.starts_on.strftime("%Y-%m")) == (8, "2022-07")


def test_qiaoluming_reports_a_hundred_million_of_new_output(city: str) -> None:
    report = Fulfilment.objects.get(deal__supplier__name_en="Qiaoluming Technology Co Ltd")
    assert (report.year, report.new_output_amount, report.reported_by_name) == (
        2022,
        Decimal(100_000_000),
        "Dai Bingjie, sales manager",
    )


def test_twenty_helicopters_were_signed_for_at_the_airshow(city: str) -> None:
    deal = Deal.objects.get(supplier__name_en="Wenzhou Duofu Aviation Industry Co Ltd")
    assert deal.event is not None
    assert (deal.quantity, deal.event.kind) == (Decimal(20), "trade_fair")
    assert deal.buyer.name_en == "Shanghai X-Square Aviation Co Ltd"


def test_four_guests_came_to_the_summit(city: str) -> None:
    summit = DockingEvent.objects.get(name_en="2022 Fortune China 500 Summit")
    guests = summit.registrations.filter(company__is_invented=False)
    assert sorted(guests.values_list("company__name_en", flat=True)) == [
        "Budweiser",
        "Metro",
        "Midea Group",
        "SAP",
    ]


def test_only_the_companies_of_the_report_are_real_and_have_no_code(city: str) -> None:
    real = Company.objects.filter(is_invented=False)
    assert (real.count(), real.filter(credit_code=None).count()) == (9, 9)


def test_every_credit_code_holds_and_belongs_to_the_division(city: str) -> None:
    rows = Company.objects.exclude(credit_code=None).values_list("credit_code", "division__path")
    wrong = [code for code, path in rows if code and not (credit_code.is_valid(code) and code[2:8] in path)]
    assert wrong == []


def test_every_headline_deal_has_its_own_document_and_a_second_person(city: str) -> None:
    evidence = Evidence.objects.filter(deal__verified_at__isnull=False)
    digests = Counter(evidence.values_list("sha256", flat=True))
    assert set(digests.values()) == {1}
    assert not Deal.objects.filter(verified_by=F("recorded_by")).exists()


def test_a_document_is_a_pdf_that_says_what_it_is(city: str) -> None:
    evidence = Evidence.objects.all()[0]
    with evidence.file.open() as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == evidence.sha256
    assert kind_of(content[:16]) is PDF
    assert b"(DEMONSTRATION, NOT A CONTRACT)" in content


def test_most_deals_are_confirmed_by_both_sides_and_two_contested(city: str) -> None:
    counted = values(whole_city(AS_OF), "signed_confirmed", "signed_contested")
    assert counted == {"signed_confirmed": 155, "signed_contested": 2}


def test_october_shows_an_adjustment_since_it_was_locked(city: str) -> None:
    assert MonthlySnapshot.objects.count() == 6
    locked = MonthlySnapshot.objects.get(month=dt.date(2022, 10, 1)).figures["signed_projects"]
    now = values(whole_city(dt.date(2022, 10, 31)), "signed_projects")["signed_projects"]
    assert now == locked + 1


def test_about_350_needs_are_open_and_twelve_or_more_are_netas(city: str) -> None:
    open_needs = SourcingNeed.objects.open()
    assert open_needs.count() == 350
    assert open_needs.filter(buyer__name_en="Hozon Auto (Neta)").count() == 14


def test_needs_are_written_in_one_language_or_both(city: str) -> None:
    shapes = {(bool(zh), bool(en)) for zh, en in SourcingNeed.objects.values_list("title_zh", "title_en")}
    assert shapes == {(True, False), (False, True), (True, True)}


def test_no_place_of_a_sentence_is_left_unfilled(city: str) -> None:
    texts = [
        *SourcingNeed.objects.values_list("text", flat=True),
        *Offering.objects.values_list("text", flat=True),
    ]
    assert [text for text in texts if "{" in text] == []


def test_demo_accounts_sign_in_with_the_password(city: str) -> None:
    users = User.objects.filter(email__in=[account.email for account in ACCOUNTS])
    assert [user.check_password(PASSWORD) for user in users] == [True] * 6
    assert EmailAddress.objects.filter(user__in=users, verified=True, primary=True).count() == 6


def test_nobody_else_can_sign_in(city: str) -> None:
    others = User.objects.exclude(email__in=[account.email for account in ACCOUNTS])
    assert not any(user.has_usable_password() for user in others)


def test_the_chief_leads_auto_parts(city: str) -> None:
    led = Posting.objects.filter(user__email=CHIEF.email, role="chief").values_list("chain__code", flat=True)
    assert "auto_parts" in led


def test_the_district_officer_serves_ruian(city: str) -> None:
    posting = Posting.objects.get(user__email=DISTRICT.email, role="district_officer")
    assert posting.division is not None
    assert posting.division.code == "330381"


def test_every_chain_of_the_city_has_a_chief(city: str) -> None:
    led = Posting.objects.filter(role="chief", chain__owner__kind="prefecture").values_list("chain__code")
    assert led.distinct().count() == 17


def test_the_organiser_has_an_event_today_with_a_timetable(city: str) -> None:
    organiser = User.objects.get(email=ORGANISER.email)
    event = DockingEvent.objects.get(state="published", starts_on=timezone.localdate())
    assert organiser in event.organisers.all()
    assert Meeting.objects.filter(event=event, state="published").count() > 100


def test_nobody_sits_at_two_tables(city: str) -> None:
    assert Seat.objects.count() == 2 * Meeting.objects.count()


def test_the_supplier_has_three_introductions_to_answer(city: str) -> None:
    own = Representative.objects.get(user__email=SUPPLIER.email).company
    waiting = Match.objects.filter(supplier=own, state="introduced", supplier_answer="", need__state="open")
    assert waiting.count() >= 3


def test_there_are_matches_in_every_state(city: str) -> None:
    assert set(Match.objects.values_list("state", flat=True)) == set(Match.State.values)


def test_nothing_of_the_past_lies_in_the_future(city: str) -> None:
    now = timezone.now()
    late = Match.objects.filter(
        Q(introduced_at__gt=now) | Q(buyer_answered_at__gt=now) | Q(supplier_answered_at__gt=now)
    )
    assert (late.count(), SourcingNeed.objects.filter(opened_at__gt=now).count()) == (0, 0)


def test_the_audit_trail_knows_every_row(city: str) -> None:
    trail = Company.history.rel.related_model  # type: ignore[attr-defined]  # made by the audit trail
    inserted = trail.objects.filter(pgh_label="insert", pgh_obj__in=Company.objects.values("pk"))
    assert inserted.count() == Company.objects.count()


def test_loading_again_says_so_and_changes_nothing(city: str) -> None:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    assert out.getvalue() == (
        "The demo city is loaded already; --again builds it anew. Nothing was changed.\n"
    )


def test_loading_says_what_it_does_and_sums_up(city: str) -> None:
    assert "… companies\n" in city
    assert "   9,300 companies\n" in city


@pytest.mark.django_db
def test_it_is_refused_where_the_settings_are_not_a_demos(settings: Any) -> None:
    settings.IS_DEMO = False
    with pytest.raises(CommandError, match="needs DEBUG=1 or DEMO=1"):
        call_command("load_demo")


def _some_firms(seed: str) -> list[Firm]:
    clerk = User.objects.filter(is_superuser=True)[0]
    checking = Checking(clerk, AS_OF, at(dt.date(2022, 5, 1), 9))
    return make_makers(Random(seed), read_ground(), 150, checking)


def _said_by(firms: list[Firm]) -> list[str]:
    return [row.text for row in make_offerings(Random("words"), read_ground(), firms)]


def test_the_same_seed_gives_the_same_firms_and_words(city: str) -> None:
    first, second, other = _some_firms("one"), _some_firms("one"), _some_firms("two")
    assert [firm.company.name_zh for firm in first] == [firm.company.name_zh for firm in second]
    assert _said_by(first) == _said_by(second)
    assert _said_by(first) != _said_by(other)


def test_amounts_add_up_and_few_are_round() -> None:
    amounts = spread(Random(1), Decimal(39_300_000_000), 221, sigma=1.15, least=Decimal(1_600_000))
    assert (sum(amounts), len(amounts)) == (Decimal(39_300_000_000), 221)
    assert sum(map(is_round, amounts)) <= 22


def test_an_invented_code_is_right_in_form_and_never_given_twice() -> None:
    codes = {invented_credit_code(number, "330381") for number in range(20_000)}
    assert len(codes) == 20_000
    assert all(credit_code.is_valid(code) for code in list(codes)[:500])


def test_the_check_character_is_that_of_the_standard() -> None:
    assert (organisation_check("MA2CT812"), organisation_check("25602433")) == ("4", "X")


def test_visits_and_solved_problems_are_those_of_the_years_report(city: str) -> None:
    keys = ("visits", "problems_solved")
    assert values(whole_city(dt.date(2022, 12, 31)), *keys) == {"visits": 316, "problems_solved": 492}
    published = values(whole_city(AS_OF), *keys, "problems_raised")
    assert published == {"visits": 289, "problems_solved": 447, "problems_raised": 492}


def test_follow_ups_were_answered_left_silent_and_report_late_payments(city: str) -> None:
    rows = FollowUp.objects.all()
    assert set(rows.values_list("source", flat=True)) == {"", "link", "office"}
    assert rows.filter(payment="late").count() > 5
    assert rows.silent().filter(asked_at__isnull=False).exists()
    assert not rows.filter(answered_at__isnull=False, deal__supplier__is_invented=False).exists()


def test_a_late_payment_became_a_problem_of_its_firm(city: str) -> None:
    late = FollowUp.objects.filter(payment="late").count()
    assert Problem.objects.filter(source="follow_up", follow_up__payment="late").count() == late


def test_problems_of_today_wait_for_the_office_and_for_the_firm(city: str) -> None:
    own = Representative.objects.get(user__email=SUPPLIER.email).company
    assert set(Problem.objects.filter(company=own).values_list("state", flat=True)) >= {"open", "proposed"}


def test_some_suppliers_are_beyond_the_threshold_of_exposure_and_not_all(city: str) -> None:
    alerts = ExposureAlert.objects.standing().count()
    assert 5 <= alerts <= 60


def test_the_supplier_has_signed_deals_questions_about_them_and_a_share_of_its_own(city: str) -> None:
    supplier = Company.objects.get(
        pk=Representative.objects.get(user__email="supplier@demo.invalid").company_id
    )
    deals = Deal.objects.filter(supplier=supplier).signed().verified()
    asked = FollowUp.objects.filter(deal__in=deals)
    assert deals.count() == 3
    assert {row.answered_at is None for row in asked} == {True, False}


def test_an_intention_comes_days_before_the_signature(city: str) -> None:
    days = [
        (deal.signed_on - deal.intention_on).days
        for deal in Deal.objects.signed().filter(intention_on__isnull=False)
        if deal.signed_on and deal.intention_on
    ]
    assert (len(days) > 20, 5 <= sorted(days)[len(days) // 2] <= 40) == (True, True)
