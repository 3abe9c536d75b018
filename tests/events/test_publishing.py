import datetime as dt

import pytest
from django.utils import timezone

from companies.models import Company
from events.models import DockingEvent, Meeting, Registration, Seat
from events.timetable.hall import hall_of
from events.timetable.meetings import (
    MeetingNotPossible,
    NotYourEvent,
    cancel,
    lock,
    move,
    note_no_show,
    note_outcome,
)
from events.timetable.publishing import TimetableNotPossible, draft, publish
from tests.events.conftest import District
from tests.factories.companies import make_buyer, make_company
from tests.factories.events import (
    make_event,
    make_meeting,
    make_registration,
    make_session,
    make_slot,
    make_wish,
)

TOMORROW = timezone.localdate() + dt.timedelta(days=1)


class Hall:
    """An event tomorrow with two buyers, two suppliers, one session of two tables and two slots."""

    def __init__(self, district: District) -> None:
        self.event = make_event(starts_on=TOMORROW, organisers=[district.organiser], host=district.division)
        self.session = make_session(self.event, slots=2, tables=2)
        self.buyers = [self._comes(make_buyer()) for _each in range(2)]
        self.suppliers = [self._comes(make_company()) for _each in range(2)]

    def _comes(self, company: Company) -> Registration:
        return make_registration(self.event, company)

    def pairs(self) -> set[tuple[int, int]]:
        return set(Meeting.objects.filter(event=self.event).values_list("buyer_id", "supplier_id"))

    def wish_all(self) -> None:
        for buyer in self.buyers:
            for supplier in self.suppliers:
                make_wish(buyer, supplier)


@pytest.fixture
def hall(district: District) -> Hall:
    return Hall(district)


def test_all_wishes_meet_where_slots_and_tables_suffice(hall: Hall, district: District) -> None:
    hall.wish_all()
    made = draft(hall.event, by=district.organiser, seconds=0.2)
    assert (made.pairs, made.kept, made.share_of_bound) == (4, 4, 1.0)
    assert set(Meeting.objects.values_list("state", flat=True)) == {Meeting.State.DRAFT}
    assert Seat.objects.count() == 8


def test_no_of_either_side_keeps_a_pair_apart(hall: Hall, district: District) -> None:
    hall.wish_all()
    make_wish(hall.suppliers[0], hall.buyers[0], strength="no")
    draft(hall.event, by=district.organiser, seconds=0.2)
    every = {(buyer.pk, supplier.pk) for buyer in hall.buyers for supplier in hall.suppliers}
    assert hall.pairs() == every - {(hall.buyers[0].pk, hall.suppliers[0].pk)}


def test_must_meet_comes_before_ordinary_wishes(hall: Hall, district: District) -> None:
    hall.session.slots.last().delete()  # type: ignore[union-attr]  # there are two
    hall.session.tables = 1
    hall.session.save()
    hall.wish_all()
    hall.buyers[1].wishes.filter(other=hall.suppliers[1]).update(strength="must")
    draft(hall.event, by=district.organiser, seconds=0.2)
    assert hall.pairs() == {(hall.buyers[1].pk, hall.suppliers[1].pk)}


def test_drafting_again_leaves_what_is_locked_or_published(hall: Hall, district: District) -> None:
    first = hall.session.slots.all()[0]
    told = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first, table=2)
    locked = make_meeting(hall.buyers[1], hall.suppliers[1], slot=first, table=1, state="draft")
    lock(locked, by=district.organiser)
    hall.wish_all()
    draft(hall.event, by=district.organiser, seconds=0.2)
    kept = {(row.pk, row.slot_id, row.table) for row in Meeting.objects.filter(pk__in=[told.pk, locked.pk])}
    assert kept == {(told.pk, first.pk, 2), (locked.pk, first.pk, 1)}
    assert len(hall.pairs()) == 4


def test_parallel_sessions_seat_nobody_twice_in_an_hour(hall: Hall, district: District) -> None:
    make_session(hall.event, slots=2, tables=5)
    hall.wish_all()
    draft(hall.event, by=district.organiser, seconds=0.2)
    seats = [(seat.registration_id, seat.slot.starts_at) for seat in Seat.objects.select_related("slot")]
    assert len(seats) == len(set(seats)) == 8


def test_slots_that_overlap_in_part_are_refused(hall: Hall, district: District) -> None:
    other = make_session(hall.event)
    begins = min(hall.session.slots.values_list("starts_at", flat=True))
    make_slot(other, starts_at=begins + dt.timedelta(minutes=10))
    with pytest.raises(TimetableNotPossible):
        draft(hall.event, by=district.organiser)


def test_event_without_slots_ahead_has_no_timetable(district: District) -> None:
    with pytest.raises(TimetableNotPossible):
        draft(district.event, by=district.organiser)


def test_stranger_drafts_nothing(hall: Hall, district: District) -> None:
    with pytest.raises(NotYourEvent):
        draft(hall.event, by=district.stranger)


def test_publishing_tells_the_drafts(hall: Hall, district: District) -> None:
    hall.wish_all()
    draft(hall.event, by=district.organiser, seconds=0.2)
    assert publish(hall.event, by=district.organiser) == 4
    assert publish(hall.event, by=district.organiser) == 0


def test_moving_to_a_taken_table_or_firm_is_refused(hall: Hall, district: District) -> None:
    first, second = hall.session.slots.all()
    here = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first, table=1)
    make_meeting(hall.buyers[1], hall.suppliers[1], slot=first, table=2)
    moving = make_meeting(hall.buyers[1], hall.suppliers[0], slot=second, table=1)
    for table in (1, 2, 3, 0):
        with pytest.raises(MeetingNotPossible):
            move(moving, slot=first, table=table, by=district.organiser)
    moving.refresh_from_db()
    assert (moving.slot, moving.table, here.slot) == (second, 1, first)
    assert moving.seats.count() == 2


def test_moved_meeting_is_locked(hall: Hall, district: District) -> None:
    first, second = hall.session.slots.all()
    moved = move(
        make_meeting(hall.buyers[0], hall.suppliers[0], slot=first),
        slot=second,
        table=2,
        by=district.organiser,
    )
    assert (moved.slot, moved.table, moved.is_locked) == (second, 2, True)
    assert set(moved.seats.values_list("slot", flat=True)) == {second.pk}


def test_cancelled_meeting_frees_its_seats(hall: Hall, district: District) -> None:
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0], slot=hall.session.slots.first())
    assert cancel(meeting, by=district.organiser).state == Meeting.State.CANCELLED
    assert Seat.objects.count() == 0


def test_outcome_says_that_the_meeting_was_held(hall: Hall, district: District) -> None:
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0], slot=hall.session.slots.first())
    noted = note_outcome(meeting, by=district.organiser, outcome="sample", comment="Three pieces.")
    assert (noted.state, noted.outcome, noted.comment) == ("held", "sample", "Three pieces.")
    assert note_no_show(meeting, by=district.organiser).state == Meeting.State.NO_SHOW


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_draft_or_cancelled_meeting_has_no_outcome(hall: Hall, district: District, state: str) -> None:
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0], state=state)
    with pytest.raises(MeetingNotPossible):
        note_outcome(meeting, by=district.organiser, outcome="deal")


def test_stranger_notes_nothing(hall: Hall, district: District) -> None:
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0])
    with pytest.raises(NotYourEvent):
        note_outcome(meeting, by=district.stranger, outcome="deal")


def test_hall_knows_who_meets_now_and_next(hall: Hall) -> None:
    first, second = hall.session.slots.all()
    now = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first)
    after = make_meeting(hall.buyers[0], hall.suppliers[1], slot=second)
    make_meeting(hall.buyers[1], hall.suppliers[0], slot=second, table=2, state="cancelled")
    seen = hall_of(DockingEvent.objects.get(pk=hall.event.pk), first.starts_at + dt.timedelta(minutes=5))
    assert (seen.now, seen.next, seen.next_at) == ([now], [after], second.starts_at)
