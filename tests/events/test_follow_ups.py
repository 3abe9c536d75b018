"""Follow-ups: made each night, asked by a link, answered once, and silence that shows."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Letter, User
from accounts.outbox import deliver
from events.aftercare import following
from events.aftercare.due import make_due
from events.aftercare.following import Said, answer_by_link, answer_signed_in, ask
from events.aftercare.links import AddressMissing, LinkReplaced
from events.deals.following_up import ReportNotPossible
from events.deals.rights import NotAllowed
from events.models import Deal, FollowUp, Fulfilment, Problem
from tests.events.conftest import District
from tests.factories.accounts import make_superuser, make_user
from tests.factories.aftercare import make_follow_up
from tests.factories.companies import make_posting
from tests.factories.events import make_deal

TODAY = dt.date(2026, 3, 1)
SITE = "https://duijie.test"


def signed(district: District, days_ago: int = 0, **fields: Any) -> Deal:
    values: dict[str, Any] = {
        "stage": "signed",
        "on": TODAY - dt.timedelta(days=days_ago),
        "counting_division": district.division,
        "counting_chain": district.chain,
        "recorded_by": district.officer,
    }
    return make_deal(district.buyer, district.supplier, **values | fields)


def this_year() -> int:
    return timezone.localdate().year


@pytest.fixture
def follow_up(district: District) -> FollowUp:
    return make_follow_up(signed(district, on=timezone.localdate()), owner=district.officer)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [(29, []), (30, [30]), (89, [30]), (90, [90]), (180, [180]), (365, [365]), (729, [365]), (730, [])],
)
def test_a_deal_is_asked_the_newest_question_it_passed(
    district: District, days_ago: int, expected: list[int]
) -> None:
    deal = signed(district, days_ago)
    make_due(TODAY)
    made = list(FollowUp.objects.values_list("deal", "days", "due_on", "owner"))
    assert made == [
        (deal.pk, days, deal.signed_on + dt.timedelta(days=days), district.officer.pk)  # type: ignore[operator]  # a signed deal has its day
        for days in expected
    ]


def test_a_second_night_makes_and_tells_nothing(district: District) -> None:
    signed(district, 40)
    first, second = make_due(TODAY), make_due(TODAY)
    assert (len(first), second, Letter.objects.count()) == (1, [], 1)


def test_over_a_year_a_deal_is_asked_four_times(district: District) -> None:
    deal = signed(district, 0)
    for day in range(400):
        if day % 10 == 0 or day in FollowUp.Days.values:
            make_due(TODAY + dt.timedelta(days=day))
    assert list(deal.follow_ups.values_list("days", flat=True)) == [30, 90, 180, 365]


@pytest.mark.parametrize(("hour", "made"), [(15, 0), (16, 1)])
def test_the_day_begins_at_midnight_in_shanghai(
    district: District, monkeypatch: pytest.MonkeyPatch, hour: int, made: int
) -> None:
    signed(district, on=dt.date(2026, 1, 30))
    moment = dt.datetime(2026, 2, 28, hour, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert len(make_due()) == made


def test_intentions_and_terminated_deals_are_not_followed_up(district: District) -> None:
    signed(district, 40, stage="intention")
    signed(district, 40, stage="terminated", signed_on=TODAY - dt.timedelta(days=40))
    assert make_due(TODAY) == []


def test_when_the_recorder_no_longer_serves_the_chains_office_gets_it(district: District) -> None:
    office = make_posting(chain=district.chain, role="chain_office").user
    signed(district, 40, recorded_by=make_user())
    assert [row.owner for row in make_due(TODAY)] == [office]


def test_the_owner_is_told_once_how_many_there_are(district: District) -> None:
    signed(district, 40)
    signed(district, 95)
    make_due(TODAY)
    assert list(Letter.objects.values_list("to", "title")) == [
        (district.officer.email, "后续跟踪到期：2条")
        if district.officer.language == "zh-hans"
        else (district.officer.email, "Follow-ups that became due: 2")
    ]


def link_of(follow_up: FollowUp, by: User, **kwargs: Any) -> str:
    """The token of a fresh link."""
    asked = ask(follow_up, by=by, site=SITE, **{"to": "boss@firm.test"} | kwargs)
    return asked.link.rstrip("/").rpartition("/")[2]


def test_the_link_goes_out_by_letter_and_its_token_is_not_stored(
    district: District, follow_up: FollowUp, mailoutbox: list[Any]
) -> None:
    with override("en"):
        token = link_of(follow_up, district.officer)
    deliver()
    follow_up.refresh_from_db()
    assert [mail.to for mail in mailoutbox] == [["boss@firm.test"]]
    assert token in mailoutbox[0].body
    assert (follow_up.delivery, follow_up.links, follow_up.token_hash != token) == ("sent", 1, True)
    assert not Letter.objects.filter(text__contains=token).exists()


def test_a_newer_link_takes_the_place_of_the_older(district: District, follow_up: FollowUp) -> None:
    old = link_of(follow_up, district.officer)
    new = link_of(follow_up, district.officer)
    with pytest.raises(LinkReplaced):
        following.find(old)
    assert following.find(new) == follow_up
    assert list(Letter.objects.order_by("pk").values_list("state", flat=True)) == ["dropped", "waiting"]


def test_links_are_capped_need_an_address_and_an_official(district: District, follow_up: FollowUp) -> None:
    with pytest.raises(AddressMissing):
        ask(follow_up, by=district.officer, site=SITE)
    with pytest.raises(NotAllowed):
        link_of(follow_up, district.stranger)
    with pytest.raises(NotAllowed):
        link_of(follow_up, district.seller)
    for _each in range(following.MOST_LINKS):
        link_of(follow_up, district.officer)
    with pytest.raises(following.AskingNotPossible):
        link_of(follow_up, district.officer)


def test_an_answer_by_link_becomes_the_years_report_of_the_firm(
    district: District, follow_up: FollowUp
) -> None:
    token = link_of(follow_up, district.officer)
    said = Said(this_year(), ordered=Decimal(30), delivered=Decimal(20), payment="on_time")
    answer_by_link(token, said)
    follow_up.refresh_from_db()
    deal = Deal.objects.get()
    assert (follow_up.source, follow_up.answered_by, follow_up.payment) == ("link", None, "on_time")
    assert (deal.ordered_amount, deal.fulfilled_amount) == (Decimal(30), Decimal(20))
    with override("zh-hans"):
        assert Fulfilment.objects.get().reported_by is None


def test_what_is_not_said_now_stays_as_it_was_reported(district: District, follow_up: FollowUp) -> None:
    deal = follow_up.deal
    first = make_follow_up(deal, days=90, owner=district.officer)
    answer_signed_in(first, Said(this_year(), ordered=Decimal(30), new_output=Decimal(9)), by=district.seller)
    answer_signed_in(follow_up, Said(this_year(), delivered=Decimal(5)), by=district.seller)
    report = Fulfilment.objects.get()
    assert (report.ordered_amount, report.fulfilled_amount, report.new_output_amount) == (30, 5, 9)


def test_a_link_is_answered_once(district: District, follow_up: FollowUp) -> None:
    token = link_of(follow_up, district.officer)
    answer_by_link(token, Said(this_year(), payment="late"))
    with pytest.raises(following.FollowUpClosed):
        answer_by_link(token, Said(this_year(), payment="on_time"))


def test_an_expired_link_and_a_terminated_deal_take_no_answer(
    district: District, follow_up: FollowUp
) -> None:
    token = link_of(follow_up, district.officer)
    FollowUp.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    with pytest.raises(following.FollowUpClosed):
        answer_by_link(token, Said(this_year(), payment="late"))
    other = make_follow_up(
        signed(district, stage="terminated", signed_on=timezone.localdate(), on=timezone.localdate()),
        token="other",
    )
    with pytest.raises(following.FollowUpClosed):
        answer_by_link("other", Said(this_year(), payment="late"))
    assert other.answered_at is None


@pytest.mark.parametrize(("person", "source"), [("seller", "portal"), ("officer", "office")])
def test_who_signs_in_answers_as_firm_or_as_office(
    district: District, follow_up: FollowUp, person: str, source: str
) -> None:
    by = getattr(district, person)
    answer_signed_in(follow_up, Said(this_year(), payment="not_due"), by=by)
    follow_up.refresh_from_db()
    assert (follow_up.source, follow_up.answered_by) == (source, by)


@pytest.mark.parametrize("person", ["purchaser", "stranger"])
def test_others_do_not_answer(district: District, follow_up: FollowUp, person: str) -> None:
    with pytest.raises(NotAllowed):
        answer_signed_in(follow_up, Said(this_year(), payment="late"), by=getattr(district, person))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Said(2026), following.NothingSaid),
        (Said(1999, payment="late"), ReportNotPossible),
        (Said(3000, ordered=Decimal(1)), ReportNotPossible),
        (Said(2026, ordered=Decimal(-1)), ReportNotPossible),
    ],
)
def test_an_answer_that_says_nothing_or_nonsense_is_refused_whole(
    district: District, follow_up: FollowUp, said: Said, error: type[Exception]
) -> None:
    with pytest.raises(error):
        answer_signed_in(follow_up, said, by=district.seller)
    follow_up.refresh_from_db()
    assert (follow_up.answered_at, Fulfilment.objects.count()) == (None, 0)


def test_what_is_stuck_becomes_a_problem_of_the_firm_with_the_owner(
    district: District, follow_up: FollowUp
) -> None:
    answer_signed_in(
        follow_up,
        Said(this_year(), payment="late", stuck="The buyer waits for its bank."),
        by=district.seller,
    )
    problem = Problem.objects.get()
    assert (problem.company, problem.owner, problem.source, problem.subject, problem.deal) == (
        district.supplier,
        district.officer,
        "follow_up",
        "payment",
        follow_up.deal,
    )


def test_who_sees_a_follow_up(district: District, follow_up: FollowUp) -> None:
    people = {
        name: FollowUp.objects.visible_to(getattr(district, name)).exists()
        for name in ("officer", "verifier", "seller", "purchaser", "stranger")
    }
    assert people == {
        "officer": True, "verifier": True, "seller": True, "purchaser": False, "stranger": False,
    }  # fmt: skip
    assert FollowUp.objects.editable_by(make_superuser()).count() == 1
    assert not FollowUp.objects.editable_by(district.seller).exists()


def test_silence_begins_thirty_days_after_it_was_due(district: District, follow_up: FollowUp) -> None:
    today = timezone.localdate()
    FollowUp.objects.update(due_on=today - dt.timedelta(days=30))
    assert not FollowUp.objects.silent().exists()
    FollowUp.objects.update(due_on=today - dt.timedelta(days=31))
    follow_up.refresh_from_db()
    assert (FollowUp.objects.silent().exists(), follow_up.is_silent) == (True, True)
