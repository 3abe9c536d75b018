"""Requests to meet are answered or expire; a no is final, whoever plans."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.outbox import deliver
from events.models import DockingEvent, Meeting, MeetingWish, Registration, Seat
from events.timetable.by_hand import arrange
from events.timetable.meetings import MeetingNotPossible, move
from events.timetable.publishing import draft
from events.wishing import WishNotPossible, expire_requests, wish
from tests.events.conftest import District
from tests.factories.events import (
    make_delegate,
    make_event,
    make_meeting,
    make_registration,
    make_session,
    make_wish,
)

TOMORROW = timezone.localdate() + dt.timedelta(days=1)


class Pair:
    """A buyer and a supplier at an event tomorrow with a day to answer."""

    def __init__(self, district: District) -> None:
        self.event = make_event(starts_on=TOMORROW, organisers=[district.organiser], answer_hours=24)
        self.session = make_session(self.event, slots=2, tables=2)
        self.slot = self.session.slots.order_by("starts_at")[0]
        self.buyer = make_registration(self.event, district.buyer)
        self.supplier = make_registration(self.event, district.supplier)

    def asks(self, district: District) -> MeetingWish:
        made = wish(self.supplier, self.buyer, "meet", by=district.seller)
        assert made is not None
        return made

    def meeting(self, **given: Any) -> Meeting:
        return make_meeting(
            event=self.event, buyer=self.buyer, supplier=self.supplier, slot=self.slot, **given
        )


@pytest.fixture
def pair(district: District) -> Pair:
    return Pair(district)


def overdue(row: MeetingWish) -> MeetingWish:
    row.expires_at = timezone.now() - dt.timedelta(minutes=1)
    row.save(update_fields=["expires_at"])
    return row


def test_request_has_its_hours_and_the_other_firm_is_told(pair: Pair, district: District) -> None:
    make_delegate(pair.buyer, email="buyer@example.test", language="en")
    row = pair.asks(district)
    assert row.expires_at is not None
    assert dt.timedelta(hours=23) < row.expires_at - timezone.now() <= dt.timedelta(hours=24)
    deliver()
    assert [message.to for message in mail.outbox] == [["buyer@example.test"]]


def test_without_a_time_to_answer_a_wish_counts_as_it_is(pair: Pair, district: District) -> None:
    DockingEvent.objects.update(answer_hours=None)
    assert pair.asks(district).expires_at is None


def test_request_that_expired_is_left_out_of_the_timetable_at_once(pair: Pair, district: District) -> None:
    row = pair.asks(district)
    assert draft(pair.event, by=district.organiser).kept == 1
    overdue(row)
    assert draft(pair.event, by=district.organiser).kept == 0


def test_answered_request_does_not_expire(pair: Pair, district: District) -> None:
    row = overdue(pair.asks(district))
    wish(pair.buyer, pair.supplier, "meet", by=district.purchaser)
    assert expire_requests() == 0
    assert draft(pair.event, by=district.organiser).kept == 1
    assert MeetingWish.objects.counting().filter(pk=row.pk).exists()


def test_expiry_frees_the_slot_and_is_told_once(pair: Pair, district: District) -> None:
    make_delegate(pair.supplier, email="seller@example.test", language="en")
    overdue(pair.asks(district))
    meeting = pair.meeting()
    assert [expire_requests(), expire_requests()] == [1, 0]
    meeting.refresh_from_db()
    assert (meeting.state, Seat.objects.count()) == ("cancelled", 0)
    deliver()
    subjects = sorted(message.subject.split(":")[0] for message in mail.outbox)
    assert subjects == ["A meeting was cancelled", "Your request was not answered"]


def test_meeting_that_an_organiser_locked_survives_the_expiry(pair: Pair, district: District) -> None:
    overdue(pair.asks(district))
    meeting = pair.meeting(is_locked=True)
    expire_requests()
    meeting.refresh_from_db()
    assert meeting.state == "published"


def test_expired_request_can_be_made_anew(pair: Pair, district: District) -> None:
    overdue(pair.asks(district))
    expire_requests()
    again = pair.asks(district)
    assert (again.expired_at, again.expires_at is not None and again.expires_at > timezone.now()) == (
        None,
        True,
    )


def test_no_ends_a_standing_meeting_and_both_are_told(pair: Pair, district: District) -> None:
    for registration, to in ((pair.buyer, "b@example.test"), (pair.supplier, "s@example.test")):
        make_delegate(registration, email=to)
    meeting = pair.meeting()
    wish(pair.buyer, pair.supplier, "no", by=district.purchaser)
    meeting.refresh_from_db()
    assert meeting.state == "cancelled"
    deliver()
    assert sorted(message.to[0] for message in mail.outbox) == ["b@example.test", "s@example.test"]


def test_no_is_final_for_drafts_moves_and_meetings_by_hand(pair: Pair, district: District) -> None:
    wish(pair.supplier, pair.buyer, "must", by=district.seller)
    wish(pair.buyer, pair.supplier, "no", by=district.purchaser)
    assert draft(pair.event, by=district.organiser).meetings == 0
    with pytest.raises(MeetingNotPossible):
        arrange(pair.event, pair.buyer, pair.supplier, slot=pair.slot, table=1, by=district.organiser)
    assert Meeting.objects.count() == 0


def test_database_itself_refuses_a_meeting_past_a_no(pair: Pair) -> None:
    make_wish(pair.buyer, pair.supplier, strength="no")
    with pytest.raises(IntegrityError, match="said no"), transaction.atomic():
        pair.meeting()
    old = make_meeting(event=pair.event, buyer=pair.buyer, supplier=pair.supplier, state="cancelled")
    with pytest.raises(IntegrityError, match="said no"), transaction.atomic():
        Meeting.objects.filter(pk=old.pk).update(state="published")


def test_move_past_a_no_is_refused_with_a_sentence(pair: Pair, district: District) -> None:
    meeting = pair.meeting()
    make_wish(pair.supplier, pair.buyer, strength="no")
    with pytest.raises(MeetingNotPossible):
        move(meeting, slot=pair.session.slots.order_by("starts_at")[1], table=1, by=district.organiser)


def test_organiser_does_not_take_a_firm_s_no_back(pair: Pair, district: District) -> None:
    wish(pair.buyer, pair.supplier, "no", by=district.purchaser)
    for strength in ("meet", ""):
        with pytest.raises(WishNotPossible):
            wish(pair.buyer, pair.supplier, strength, by=district.organiser)
    assert wish(pair.buyer, pair.supplier, "meet", by=district.purchaser) is not None
    assert Registration.objects.count() == 2
