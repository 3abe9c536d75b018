import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from accounts.outbox import deliver
from companies.models import Company
from events.arriving import (
    AlreadyCheckedIn,
    NotAdmitted,
    NotArrived,
    UnknownBadge,
    UnreadableCode,
    check_in,
    take_back,
)
from events.models import DockingEvent, Meeting, MeetingWish, Registration, Seat
from events.registration import (
    AlreadyRegistered,
    NotYours,
    Person,
    RegistrationNotPossible,
    approve,
    refuse,
    register,
    withdraw,
)
from events.wishing import WishNotPossible, wish
from tests.events.conftest import District
from tests.factories.companies import make_buyer, make_company, make_need, make_representative
from tests.factories.events import make_event, make_meeting, make_registration, make_session, make_wish


def registered(district: District, **changes: Any) -> Registration:
    """The supplier comes, registered by its own representative."""
    values: dict[str, Any] = {"by": district.seller, "side": "supplier"}
    return register(district.event, changes.pop("company", district.supplier), **values | changes)


def test_company_registers_with_its_delegates(district: District) -> None:
    registration = registered(district, delegates=[Person("Ye Ming", email="ye@example.test")])
    assert registration.state == Registration.State.CONFIRMED
    assert list(registration.delegates.values_list("name", "email")) == [("Ye Ming", "ye@example.test")]


def test_buyer_shows_its_own_needs(district: District) -> None:
    need = make_need(district.buyer)
    registration = registered(
        district, company=district.buyer, by=district.purchaser, side="buyer", needs=[need]
    )
    assert list(registration.needs.all()) == [need]


def test_full_event_has_a_waiting_list(district: District) -> None:
    DockingEvent.objects.update(capacity=1)
    make_registration(district.event)
    assert registered(district).state == Registration.State.WAITING


def test_company_that_is_not_verified_waits_for_the_organiser(district: District) -> None:
    Company.objects.filter(pk=district.supplier.pk).update(verification="pending", verified_at=None)
    district.supplier.refresh_from_db()
    registration = registered(district)
    assert registration.state == Registration.State.ASKED
    assert approve(registration, by=district.organiser).state == Registration.State.CONFIRMED


def test_organiser_refuses_who_asked(district: District) -> None:
    registration = make_registration(district.event, state="asked")
    assert refuse(registration, by=district.organiser).state == Registration.State.REFUSED


def test_admitting_to_a_full_event_puts_on_the_waiting_list(district: District) -> None:
    DockingEvent.objects.update(capacity=0)
    registration = make_registration(district.event, state="asked")
    assert approve(registration, by=district.organiser).state == Registration.State.WAITING


@pytest.mark.parametrize("person", ["seller", "stranger"])
def test_only_who_runs_the_event_decides(district: District, person: str) -> None:
    registration = make_registration(district.event, district.supplier, state="asked")
    with pytest.raises(NotYours):
        approve(registration, by=getattr(district, person))


def test_company_registers_once(district: District) -> None:
    registered(district)
    with pytest.raises(AlreadyRegistered):
        registered(district, by=district.organiser)


def test_company_may_come_back_after_it_withdrew(district: District) -> None:
    withdraw(registered(district), by=district.seller)
    assert registered(district).state == Registration.State.CONFIRMED


def test_stranger_registers_no_foreign_company(district: District) -> None:
    with pytest.raises(NotYours):
        registered(district, by=district.stranger)


@pytest.mark.parametrize(
    "event",
    [{"state": "cancelled"}, {"state": "held"}, {"state": "draft"}, {"starts_on": dt.date(2022, 1, 1)}],
)
def test_event_that_is_not_open_takes_no_registrations(district: District, event: dict[str, Any]) -> None:
    district.event = make_event(organisers=[district.organiser], **event)
    with pytest.raises(RegistrationNotPossible):
        registered(district, by=district.organiser)


def test_company_comes_only_on_a_side_of_its_profile(district: District) -> None:
    with pytest.raises(RegistrationNotPossible):
        registered(district, side="buyer")


def test_foreign_needs_are_refused(district: District) -> None:
    with pytest.raises(RegistrationNotPossible):
        registered(district, needs=[make_need()])


def test_first_of_the_waiting_list_moves_up_and_is_told(district: District) -> None:
    DockingEvent.objects.update(capacity=1)
    leaving = registered(district)
    waiting = make_representative(company=make_company())
    first = register(district.event, waiting.company, by=waiting.user, side="supplier")
    second = make_registration(district.event, state="waiting")
    withdraw(leaving, by=district.seller)
    deliver()
    states = list(Registration.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk"))
    assert [row.state for row in states] == ["confirmed", "waiting"]
    moved_up = [letter for letter in mail.outbox if "名额" in letter.subject or "free" in letter.subject]
    assert [letter.to for letter in moved_up] == [[waiting.user.email]]


def test_withdrawing_from_the_waiting_list_moves_nobody_up(district: District) -> None:
    DockingEvent.objects.update(capacity=0)
    leaving = registered(district)
    other = make_registration(district.event, state="waiting")
    withdraw(leaving, by=district.seller)
    other.refresh_from_db()
    assert other.state == Registration.State.WAITING


def test_withdrawing_cancels_meetings_and_frees_the_slot(district: District) -> None:
    session = make_session(district.event, slots=1)
    registration = make_registration(district.event, district.supplier)
    meeting = make_meeting(
        make_registration(district.event, district.buyer), registration, slot=session.slots.get()
    )
    withdraw(registration, by=district.seller)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CANCELLED
    assert Seat.objects.count() == 0


def test_who_has_arrived_cannot_withdraw(district: District) -> None:
    registration = make_registration(district.event, district.supplier, checked_in_at=timezone.now())
    with pytest.raises(RegistrationNotPossible):
        withdraw(registration, by=district.seller)


def test_badge_is_checked_in_once(district: District) -> None:
    registration = make_registration(district.event, district.supplier)
    arrived = check_in(registration.badge_code, event=district.event, by=district.organiser)
    assert arrived.checked_in_at is not None
    with pytest.raises(AlreadyCheckedIn):
        check_in(registration.badge_code, event=district.event, by=district.organiser)


def test_scanner_may_send_an_address_that_ends_with_the_code(district: District) -> None:
    code = make_registration(district.event, district.supplier).badge_code
    scanned = f" https://example.test/badge/{code.upper()}/\n"
    assert check_in(scanned, event=district.event, by=district.organiser).badge_code == code


@pytest.mark.parametrize(
    ("scanned", "error", "sentence"),
    [
        ("", UnreadableCode, "Nothing was read: scan the badge again, or find the firm by its name."),
        (
            "WIFI:S:hall;T:WPA;P:guest;;",
            UnreadableCode,
            "This is not a badge's code, which has 16 letters and digits: try the name instead.",
        ),
        (
            "https://example.test/floor/badge/0123/",
            UnreadableCode,
            "This is not a badge's code, which has 16 letters and digits: try the name instead.",
        ),
        (
            "https://example.test/floor/badge/0123456789abcdef/",
            UnknownBadge,
            "No badge has this code: it may be a mistyped or an old one. Try the name instead.",
        ),
    ],
)
def test_wrong_code_is_told_by_what_is_wrong(
    district: District, scanned: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        check_in(scanned, event=district.event, by=district.organiser)
    assert str(refused.value) == sentence


def test_badge_of_another_event_names_it_unless_it_is_a_draft(district: District) -> None:
    foreign, hidden = make_registration(), make_registration(make_event(state="draft"))
    sentences = []
    for row in (foreign, hidden):
        with pytest.raises(UnknownBadge) as refused:
            check_in(row.badge_code, event=district.event, by=district.organiser)
        sentences.append(str(refused.value))
    named = f"This badge belongs to another event: {foreign.event}, {foreign.event.starts_on:%Y-%m-%d}."
    assert sentences == [named, "This badge belongs to another event."]


def test_nobody_arrives_at_an_event_that_is_over(district: District) -> None:
    day = timezone.localdate() - dt.timedelta(days=3)
    event = make_event(starts_on=day, organisers=[district.organiser])
    row = make_registration(event)
    with pytest.raises(NotAdmitted):
        check_in(row.badge_code, event=event, by=district.organiser)
    row.refresh_from_db()
    assert row.checked_in_at is None


@pytest.mark.parametrize("hours", [-24, 24])
def test_arrival_noted_by_a_phone_whose_clock_is_a_day_wrong_is_kept(district: District, hours: int) -> None:
    row = make_registration(district.event)
    wrong = timezone.now() + dt.timedelta(hours=hours + (-20 if hours < 0 else 0))
    before = timezone.now()
    check_in(row.badge_code, event=district.event, by=district.organiser, at=wrong)
    row.refresh_from_db()
    assert row.checked_in_at is not None
    assert before <= row.checked_in_at <= timezone.now()


def test_same_arrival_sent_twice_by_a_phone_is_answered_twice(district: District) -> None:
    row, at = make_registration(district.event), timezone.now() - dt.timedelta(minutes=5)
    for _each in range(2):
        check_in(row.badge_code, event=district.event, by=district.organiser, at=at)
    row.refresh_from_db()
    assert (row.checked_in_at, row.checked_in_by) == (at, district.organiser)


def test_second_arrival_is_told_when_and_by_whom(district: District) -> None:
    row = make_registration(district.event, district.supplier)
    check_in(row.badge_code, event=district.event, by=district.organiser)
    with pytest.raises(AlreadyCheckedIn) as refused:
        check_in(row.badge_code, event=district.event, by=district.officer)
    row.refresh_from_db()
    at = timezone.localtime(row.checked_in_at)
    assert (
        str(refused.value)
        == f"{district.supplier} was checked in already, at {at:%H:%M} by {district.organiser}."
    )


def test_arrival_is_taken_back_once(district: District) -> None:
    row = make_registration(district.event, checked_in_at=timezone.now())
    assert take_back(row, by=district.organiser).checked_in_at is None
    with pytest.raises(NotArrived):
        take_back(row, by=district.organiser)


@pytest.mark.parametrize("state", ["waiting", "withdrawn", "asked", "refused"])
def test_badge_without_a_confirmed_place_is_not_admitted(district: District, state: str) -> None:
    registration = make_registration(district.event, district.supplier, state=state)
    with pytest.raises(NotAdmitted):
        check_in(registration.badge_code, event=district.event, by=district.organiser)


def test_stranger_checks_nobody_in(district: District) -> None:
    registration = make_registration(district.event, district.supplier)
    with pytest.raises(NotYours):
        check_in(registration.badge_code, event=district.event, by=district.stranger)


def pair(district: District) -> tuple[Registration, Registration]:
    return (
        make_registration(district.event, district.buyer),
        make_registration(district.event, district.supplier),
    )


def test_wish_replaces_the_earlier_one(district: District) -> None:
    buyer, supplier = pair(district)
    wish(buyer, supplier, "must", by=district.purchaser)
    wish(buyer, supplier, "no", by=district.purchaser)
    assert list(MeetingWish.objects.values_list("wished_by", "other", "strength")) == [
        (buyer.pk, supplier.pk, "no")
    ]


def test_empty_wish_takes_the_wish_back(district: District) -> None:
    buyer, supplier = pair(district)
    make_wish(buyer, supplier)
    wish(buyer, supplier, "", by=district.purchaser)
    assert MeetingWish.objects.count() == 0


@pytest.mark.parametrize("person", ["seller", "stranger"])
def test_only_the_own_company_wishes(district: District, person: str) -> None:
    buyer, supplier = pair(district)
    user: User = getattr(district, person)
    with pytest.raises(WishNotPossible):
        wish(buyer, supplier, "meet", by=user)


def test_wish_names_only_the_other_side_of_the_same_event(district: District) -> None:
    buyer, _supplier = pair(district)
    for other in (make_registration(), make_registration(district.event, make_buyer()), buyer):
        with pytest.raises(WishNotPossible):
            wish(buyer, other, "meet", by=district.purchaser)
