"""The timetable of an event: drafted from the wishes, published to the firms, filled up again later."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from events import telling
from events.models import DockingEvent, Meeting, Seat
from events.timetable import instance as plans
from events.timetable.asking import Place, Question, TimetableNotPossible, question_of
from events.timetable.meetings import require_event
from events.timetable.rooms import plan_in_rooms
from events.timetable.scheduling import Plan

__all__ = ["Draft", "TimetableNotPossible", "adopt", "draft", "publish"]

SECONDS = 2.0
"""How long an organiser waits for a draft; the search in the background goes on for longer."""


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


def draft(event: DockingEvent, *, by: User, seconds: float = SECONDS) -> Draft:
    """Draft the meetings of an event from the wishes, in slots that lie ahead.

    What is locked or was told to the firms stays; earlier drafts that are not locked make room. A "no" of
    either side keeps a pair apart, and so does a request that nobody answered in time. Firms meet in the
    sessions they come to, outside their gaps, up to their limit, at their own table where they have one.
    Nobody sits in two parallel sessions at once, nor in one that they do not come to.

    :raises NotYourEvent: the person does not run the event.
    :raises TimetableNotPossible: see its name.
    """
    require_event(event.pk, by)
    with acting(by):
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        question = question_of(event)
        plan = plan_in_rooms(question.instance, question.rooms, seconds=seconds)
        replace_drafts(event, question, plan)
    return result_of(question, plan)


def adopt(event: DockingEvent, question: Question, plan: Plan, *, by: User) -> bool:
    """Put a plan that was found in the background in the place of the drafts; False if things changed since.

    Nothing is written unless the event still asks the same question.
    """
    with acting(by, "a better timetable was found"):
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        again = question_of(event)
        if (again.instance, again.rooms) != (question.instance, question.rooms):
            return False
        replace_drafts(event, question, plan)
    return True


def result_of(question: Question, plan: Plan) -> Draft:
    """What a plan achieves."""
    met = {(each.buyer, each.supplier) for each in plan.meetings}
    wishes = question.instance.wishes
    return Draft(
        meetings=len(plan.meetings),
        pairs=len(wishes),
        kept=sum((wish.buyer, wish.supplier) in met for wish in wishes),
        weight=plan.weight,
        bound=plan.bound,
    )


def publish(event: DockingEvent, *, by: User, site: str = "") -> int:
    """Show the drafted meetings to the firms and tell their delegates; how many meetings are new to them.

    :raises NotYourEvent: the person does not run the event.
    """
    require_event(event.pk, by)
    with acting(by):
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        drafts = Meeting.objects.filter(event=event, state=Meeting.State.DRAFT, slot__isnull=False)
        firms = {key for pair in drafts.values_list("buyer_id", "supplier_id") for key in pair}
        count = drafts.update(state=Meeting.State.PUBLISHED, updated_at=timezone.now())
        telling.tell_of_timetable(event, firms, site=site)
    return count


def replace_drafts(event: DockingEvent, question: Question, plan: Plan) -> None:
    """Take the loose drafts out and write those of the plan; the event's row must be locked.

    :raises TimetableNotPossible: somebody placed a meeting meanwhile, so that a place is taken.
    """
    loose = Meeting.objects.filter(event=event, state=Meeting.State.DRAFT, is_locked=False)
    Seat.objects.filter(meeting__in=loose.values("pk")).delete()
    loose.delete()
    kept = {(meeting.buyer_id, meeting.supplier_id) for meeting in question.standing}
    try:
        with transaction.atomic():
            _store(event, question.hours, plan.meetings, kept)
    except IntegrityError:
        raise TimetableNotPossible(_("The timetable changed at this moment: draft again.")) from None


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
