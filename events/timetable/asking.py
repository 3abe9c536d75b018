"""What the planner is asked: the hours, firms, wishes and standing meetings of an event, from its records."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refused
from events.models import DockingEvent, Meeting, MeetingWish, Registration, Slot
from events.timetable import instance as plans
from events.timetable.rooms import Rooms

WEIGHTS = {MeetingWish.Strength.MUST: 3.0, MeetingWish.Strength.MEET: 1.0}
"""What a wish counts; the wishes of both sides add up."""


class TimetableNotPossible(Refused):
    """No slot lies ahead, slots overlap in part, or standing meetings contradict each other."""


class Place(NamedTuple):
    """A table of a session in one of its slots."""

    slot: Slot
    table: int


@dataclass(frozen=True)
class Question:
    """What is asked: ``hours`` in order of time, each with its places; the instance counts in both."""

    hours: list[list[Place]]
    instance: plans.Instance
    standing: list[Meeting]
    rooms: Rooms

    @property
    def slots_an_hour(self) -> int:
        """How many slots begin within the first full hour, at least one."""
        starts = [places[0].slot.starts_at for places in self.hours]
        within = [start for start in starts if start - starts[0] < dt.timedelta(hours=1)]
        return max(1, len(within))


def question_of(event: DockingEvent) -> Question:
    """What the planner is asked now: in hours that lie ahead, around what is locked or told.

    Drafts that nobody locked make room.

    :raises TimetableNotPossible: see its name.
    """
    hours = _hours(event)
    if not any(places[0].slot.starts_at > timezone.now() for places in hours):
        raise TimetableNotPossible(_("No slot lies ahead: add a session with slots first."))
    kept = [each for each in _standing(event) if each.is_locked or each.state != Meeting.State.DRAFT]
    rooms = _rooms(event, hours)
    instance = _instance(event, hours, kept, rooms, ahead_only=True)
    try:
        instance.check()
    except plans.InstanceError:
        raise TimetableNotPossible(
            _(
                "Meetings that stand contradict each other or the firms' own tables: "
                "move or cancel one of them first."
            )
        ) from None
    return Question(hours, instance, kept, rooms)


def whole_question(event: DockingEvent) -> Question:
    """The same over all hours with nothing fixed, and all meetings as they stand: to judge a timetable by.

    :raises TimetableNotPossible: there are no slots, or they overlap in part.
    """
    hours = _hours(event)
    kept = _standing(event)
    rooms = _rooms(event, hours)
    instance = _instance(event, hours, kept, rooms, ahead_only=False)
    return Question(hours, replace(instance, locked=()), kept, rooms)


def meetings_of(question: Question) -> list[plans.Meeting]:
    """The standing meetings that have a place, as the planner names them."""
    return _placed(question.hours, question.standing)


def _standing(event: DockingEvent) -> list[Meeting]:
    rows = Meeting.objects.filter(event=event).exclude(state=Meeting.State.CANCELLED)
    return list(rows.select_related("buyer__company", "supplier__company").order_by("pk"))


def _hours(event: DockingEvent) -> list[list[Place]]:
    """The places of each hour, parallel sessions together; hours in order of time.

    :raises TimetableNotPossible: there are no slots, or two overlap without beginning together.
    """
    slots = list(
        Slot.objects.filter(session__event=event).select_related("session").order_by("starts_at", "pk")
    )
    if not slots:
        raise TimetableNotPossible(_("No slot lies ahead: add a session with slots first."))
    hours: dict[object, list[Place]] = defaultdict(list)
    ends_at = slots[0].starts_at
    for slot in slots:
        if slot.starts_at not in hours and slot.starts_at < ends_at:
            raise TimetableNotPossible(_("Slots overlap in part: give parallel sessions the same hours."))
        hours[slot.starts_at].extend(Place(slot, table) for table in range(1, slot.session.tables + 1))
        ends_at = max(ends_at, slot.ends_at)
    return list(hours.values())


def _rooms(event: DockingEvent, hours: list[list[Place]]) -> Rooms:
    """The sessions of the tables, and which of them the firms chose."""
    chosen: defaultdict[str, set[int]] = defaultdict(set)
    rows = Registration.sessions.through.objects.filter(registration__event=event)
    for firm, session in rows.values_list("registration_id", "session_id").order_by("pk"):
        chosen[str(firm)].add(session)
    return Rooms(
        hours=[[place.slot.session_id for place in places] for places in hours],
        chosen={firm: frozenset(sessions) for firm, sessions in chosen.items()},
    )


def _instance(
    event: DockingEvent, hours: list[list[Place]], kept: list[Meeting], rooms: Rooms, *, ahead_only: bool
) -> plans.Instance:
    """The event as numbers; ids are keys of registrations, tables count within an hour."""
    now = timezone.now()
    open_hours = {n for n, places in enumerate(hours) if not ahead_only or places[0].slot.starts_at > now}
    involved = {key for meeting in kept for key in (meeting.buyer_id, meeting.supplier_id)}
    rows = event.registrations.filter(Q(state="confirmed") | Q(pk__in=involved)).order_by("pk")
    people = {
        row.pk: plans.Participant(
            id=str(row.pk),
            side="buyer" if row.side == "buyer" else "supplier",
            free=_free(row, hours, open_hours) if row.state == "confirmed" else (),
            limit=row.meeting_limit or event.meeting_limit,
            booth=_booth(row, hours),
        )
        for row in rows.select_related("company").prefetch_related("sessions", "absent_slots")
    }
    return plans.Instance(
        tables=tuple(len(places) for places in hours),
        participants=tuple(people.values()),
        wishes=_wishes(
            event, people, rooms, unseated={(m.buyer_id, m.supplier_id) for m in kept if not m.slot_id}
        ),
        locked=tuple(_placed(hours, kept)),
    )


def _free(row: Registration, hours: list[list[Place]], open_hours: set[int]) -> tuple[int, ...]:
    """The hours in which a firm is there: those of its sessions, less its gaps."""
    sessions = {session.pk for session in row.sessions.all()}
    absent = {slot.pk for slot in row.absent_slots.all()}
    free = []
    for number in sorted(open_hours):
        slots = {place.slot for place in hours[number]}
        there = [slot for slot in slots if not sessions or slot.session_id in sessions]
        if there and not any(slot.pk in absent for slot in slots):
            free.append(number)
    return tuple(free)


def _booth(row: Registration, hours: list[list[Place]]) -> int | None:
    """The firm's own table; where sessions run at once it stands in the first of them.

    :raises TimetableNotPossible: a session has no such table.
    """
    if row.booth is None or row.state != Registration.State.CONFIRMED:
        return None
    if any(row.booth > places[0].slot.session.tables for places in hours):
        raise TimetableNotPossible(
            _("%(company)s has table %(table)s of its own, which not every session has.")
            % {"company": row.company, "table": row.booth}
        )
    return row.booth - 1


def _placed(hours: list[list[Place]], meetings: list[Meeting]) -> list[plans.Meeting]:
    """Meetings that have a place.

    :raises TimetableNotPossible: at a table that the session no longer has.
    """
    where = {place: (n, t) for n, places in enumerate(hours) for t, place in enumerate(places)}
    slots = {place.slot.pk: place.slot for places in hours for place in places}
    placed = []
    for meeting in meetings:
        if meeting.slot_id is None or meeting.table is None:
            continue
        place = Place(slots[meeting.slot_id], meeting.table)
        if place not in where:
            raise TimetableNotPossible(
                _("%(meeting)s has a table that the session no longer has: move it first.")
                % {"meeting": meeting}
            )
        hour, table = where[place]
        placed.append(plans.Meeting(str(meeting.buyer_id), str(meeting.supplier_id), hour, table))
    return placed


def _wishes(
    event: DockingEvent, people: dict[int, plans.Participant], rooms: Rooms, unseated: set[tuple[int, int]]
) -> tuple[plans.Wish, ...]:
    """One wish a pair: the weights of both sides together, none where a side says no or let it expire."""
    said: dict[tuple[int, int], list[str]] = defaultdict(list)
    rows = MeetingWish.objects.counting().filter(
        wished_by__event=event, wished_by__in=people, other__in=people
    )
    for one, other, strength in rows.values_list("wished_by_id", "other_id", "strength").order_by("pk"):
        pair = (one, other) if people[one].side == "buyer" else (other, one)
        if people[pair[0]].side == "buyer" and people[pair[1]].side == "supplier":
            said[pair].append(strength)
    return tuple(
        plans.Wish(
            str(buyer),
            str(supplier),
            weight=sum(WEIGHTS[MeetingWish.Strength(strength)] for strength in strengths),
            must=MeetingWish.Strength.MUST in strengths,
            slots=rooms.slots(str(buyer), str(supplier)) if rooms.matter else None,
        )
        for (buyer, supplier), strengths in said.items()
        if MeetingWish.Strength.NO not in strengths and (buyer, supplier) not in unseated
    )
