"""The timetable of an event: drafted from the wishes, published to the firms, filled up again later."""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from events.models import DockingEvent, Meeting, MeetingWish, Seat, Slot
from events.timetable import instance as plans
from events.timetable.meetings import require_event
from events.timetable.scheduling import plan_timetable

SECONDS = 3.0
"""How long an organiser waits for a draft."""
WEIGHTS = {MeetingWish.Strength.MUST: 3.0, MeetingWish.Strength.MEET: 1.0}
"""What a wish counts; the wishes of both sides add up."""


class TimetableNotPossible(Refused):
    """No slot lies ahead, slots overlap in part, or standing meetings contradict each other."""


@dataclass(frozen=True)
class Draft:
    """What a draft achieves: meetings in all, wished pairs and how many meet, weight and its proven bound."""

    meetings: int
    pairs: int
    kept: int
    weight: float
    bound: float

    @property
    def share_of_bound(self) -> float:
        """Between 0 and 1; 1 means that no better timetable exists."""
        return self.weight / self.bound if self.bound else 1.0


class Place(NamedTuple):
    """A table of a session in one of its slots."""

    slot: Slot
    table: int


def draft(event: DockingEvent, *, by: User, seconds: float = SECONDS) -> Draft:
    """Draft the meetings of an event from the wishes, in slots that lie ahead.

    What is locked or was told to the firms stays; earlier drafts that are not locked make room. A "no" of
    either side keeps a pair apart. Parallel sessions share their hours: nobody sits in two of them at once.

    :raises NotYourEvent: the person does not run the event.
    :raises TimetableNotPossible: see its name.
    """
    require_event(event.pk, by)
    with acting(by):
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        hours = _hours(event)
        loose = Meeting.objects.filter(event=event, state=Meeting.State.DRAFT, is_locked=False)
        Seat.objects.filter(meeting__in=loose.values("pk")).delete()
        loose.delete()
        standing = Meeting.objects.filter(event=event).exclude(state=Meeting.State.CANCELLED)
        kept = list(standing.select_related("buyer__company", "supplier__company"))
        instance = _instance(event, hours, kept)
        plan = plan_timetable(instance, seconds=seconds)
        _store(event, hours, plan.meetings, {(m.buyer_id, m.supplier_id) for m in kept})
    met = {(each.buyer, each.supplier) for each in plan.meetings}
    return Draft(
        meetings=len(plan.meetings),
        pairs=len(instance.wishes),
        kept=sum((wish.buyer, wish.supplier) in met for wish in instance.wishes),
        weight=plan.weight,
        bound=plan.bound,
    )


def publish(event: DockingEvent, *, by: User) -> int:
    """Show the drafted meetings to the firms; the number of meetings that are new to them.

    :raises NotYourEvent: the person does not run the event.
    """
    require_event(event.pk, by)
    with acting(by):
        DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        drafts = Meeting.objects.filter(event=event, state=Meeting.State.DRAFT, slot__isnull=False)
        return drafts.update(state=Meeting.State.PUBLISHED, updated_at=timezone.now())


def _hours(event: DockingEvent) -> list[list[Place]]:
    """The places of each hour, parallel sessions together; hours in order of time.

    :raises TimetableNotPossible: no slot lies ahead, or two slots overlap without beginning together.
    """
    slots = list(
        Slot.objects.filter(session__event=event).select_related("session").order_by("starts_at", "pk")
    )
    if not any(slot.starts_at > timezone.now() for slot in slots):
        raise TimetableNotPossible(_("No slot lies ahead: add a session with slots first."))
    hours: dict[object, list[Place]] = defaultdict(list)
    ends_at = slots[0].starts_at
    for slot in slots:
        if slot.starts_at not in hours and slot.starts_at < ends_at:
            raise TimetableNotPossible(_("Slots overlap in part: give parallel sessions the same hours."))
        hours[slot.starts_at].extend(Place(slot, table) for table in range(1, slot.session.tables + 1))
        ends_at = max(ends_at, slot.ends_at)
    return list(hours.values())


def _instance(event: DockingEvent, hours: list[list[Place]], kept: list[Meeting]) -> plans.Instance:
    """What the planner is asked; ids are keys of registrations, tables count within an hour."""
    ahead = tuple(n for n, places in enumerate(hours) if places[0].slot.starts_at > timezone.now())
    where = {place: (n, t) for n, places in enumerate(hours) for t, place in enumerate(places)}
    slots = {place.slot.pk: place.slot for places in hours for place in places}
    involved = {key for meeting in kept for key in (meeting.buyer_id, meeting.supplier_id)}
    rows = event.registrations.filter(Q(state="confirmed") | Q(pk__in=involved)).order_by("pk")
    people = {
        row.pk: plans.Participant(
            id=str(row.pk),
            side="buyer" if row.side == "buyer" else "supplier",
            free=ahead if row.state == "confirmed" else (),
        )
        for row in rows
    }
    locked = []
    for meeting in kept:
        if meeting.slot_id is None or meeting.table is None:
            continue
        place = Place(slots[meeting.slot_id], meeting.table)
        if place not in where:
            raise TimetableNotPossible(
                _("%(meeting)s has a table that the session no longer has: move it first.")
                % {"meeting": meeting}
            )
        hour, table = where[place]
        locked.append(plans.Meeting(str(meeting.buyer_id), str(meeting.supplier_id), hour, table))
    instance = plans.Instance(
        tables=tuple(len(places) for places in hours),
        participants=tuple(people.values()),
        wishes=_wishes(event, people, unseated={(m.buyer_id, m.supplier_id) for m in kept if not m.slot_id}),
        locked=tuple(locked),
    )
    try:
        instance.check()
    except plans.InstanceError:
        raise TimetableNotPossible(
            _("Two meetings of the same firms stand in the timetable: cancel one of them first.")
        ) from None
    return instance


def _wishes(
    event: DockingEvent, people: dict[int, plans.Participant], unseated: set[tuple[int, int]]
) -> tuple[plans.Wish, ...]:
    """One wish a pair: the weights of both sides together, none where a side says no."""
    said: dict[tuple[int, int], list[str]] = defaultdict(list)
    rows = MeetingWish.objects.filter(wished_by__event=event, wished_by__in=people, other__in=people)
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
        )
        for (buyer, supplier), strengths in said.items()
        if MeetingWish.Strength.NO not in strengths and (buyer, supplier) not in unseated
    )


def _store(
    event: DockingEvent,
    hours: list[list[Place]],
    planned: tuple[plans.Meeting, ...],
    kept: set[tuple[int, int]],
) -> None:
    """Write the new meetings as drafts, with their seats."""
    drafts = []
    for each in planned:
        buyer, supplier = int(each.buyer), int(each.supplier)
        if (buyer, supplier) in kept or each.table is None:
            continue
        place = hours[each.slot][each.table]
        drafts.append(
            Meeting(event=event, buyer_id=buyer, supplier_id=supplier, slot=place.slot, table=place.table)
        )
    Meeting.objects.bulk_create(drafts)
    Seat.objects.bulk_create(
        Seat(meeting=meeting, registration_id=key, slot=meeting.slot)
        for meeting in drafts
        for key in (meeting.buyer_id, meeting.supplier_id)
    )
