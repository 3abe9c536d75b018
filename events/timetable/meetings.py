"""What happens to single meetings: placed, locked, moved, cancelled, held."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from events import telling
from events.models import DockingEvent, Meeting, MeetingWish, Seat, Slot

State = Meeting.State


class MeetingNotPossible(Refused):
    """Table or firm is taken in the slot, or the meeting is over."""


class NotedMeanwhile(Refused):
    """Somebody noted something else after the moment at which this was said without network."""


class NotYourEvent(Refused):
    """The person does not run the event."""


def require_event(event_id: int, by: User) -> None:
    """:raises NotYourEvent: the person does not run the event."""
    if not DockingEvent.objects.overseen_by(by).filter(pk=event_id).exists():
        raise NotYourEvent(_("Only who runs the event may change its timetable."))


def place(meeting: Meeting, slot: Slot, table: int) -> None:
    """Seat both firms at a table in a slot; the database lets nobody and no table in twice.

    Call it in a transaction.

    :raises MeetingNotPossible: the table or one of the firms is taken in that slot, or no such table.
    """
    if not 1 <= table <= slot.session.tables or slot.session.event_id != meeting.event_id:
        raise MeetingNotPossible(_("The session has no such table."))
    _require_no_refusal(meeting)
    meeting.slot, meeting.table = slot, table
    try:
        with transaction.atomic():
            meeting.seats.all().delete()
            meeting.save()
            Seat.objects.bulk_create(
                Seat(meeting=meeting, registration_id=registration, slot=slot)
                for registration in (meeting.buyer_id, meeting.supplier_id)
            )
    except IntegrityError:
        raise MeetingNotPossible(_taken(meeting, slot, table)) from None


def _taken(meeting: Meeting, slot: Slot, table: int) -> str | Promise:
    """Which other meeting is in the way, as a sentence."""
    others = Meeting.objects.exclude(state=State.CANCELLED).exclude(pk=meeting.pk)
    others = others.select_related("buyer__company", "supplier__company")
    sitting = others.filter(slot=slot, table=table).first()
    if sitting:
        return _("Table %(table)s is taken in that slot: %(other)s") % {"table": table, "other": sitting}
    at_once = others.filter(slot__starts_at__lt=slot.ends_at, slot__ends_at__gt=slot.starts_at)
    for firm in (meeting.buyer, meeting.supplier):
        other = at_once.with_registration(firm).first()
        if other:
            said = {"firm": firm.company, "other": other}
            return _("%(firm)s has another meeting in that slot: %(other)s") % said
    return _("The table or one of the firms is taken in that slot.")


def _require_no_refusal(meeting: Meeting) -> None:
    """:raises MeetingNotPossible: one of the two firms said no; the database would refuse as well."""
    if MeetingWish.objects.between(meeting.buyer_id, meeting.supplier_id).refusals().exists():
        raise MeetingNotPossible(_("One of these firms said no to the other: nobody is forced to meet."))


def give_back_seats(meetings: QuerySet[Meeting]) -> None:
    """Cancel meetings and free their slots for others; a draft loses its slot, so that nobody reads of it."""
    keys = list(meetings.values_list("pk", flat=True))
    Seat.objects.filter(meeting__in=keys).delete()
    Meeting.objects.filter(pk__in=keys, state=State.DRAFT).update(slot=None, table=None)
    Meeting.objects.filter(pk__in=keys).update(state=State.CANCELLED, updated_at=timezone.now())


def lock(meeting: Meeting, *, by: User, locked: bool = True) -> Meeting:
    """Keep a meeting where it is when the timetable is drafted again, or let it go.

    :raises NotYourEvent: the person does not run the event.
    """
    require_event(meeting.event_id, by)
    with acting(by):
        meeting = _standing(meeting)
        meeting.is_locked = locked
        meeting.save(update_fields=["is_locked", "updated_at"])
    return meeting


def move(
    meeting: Meeting,
    *,
    slot: Slot,
    table: int,
    by: User,
    seen: dt.datetime | None = None,
    site: str = "",
) -> Meeting:
    """Move a meeting to another slot or table; it stays there when the timetable is drafted again.

    Delegates who know the meeting are told. ``seen`` is when the meeting that the person looked at was last
    changed: where somebody else was faster, they are told instead of overruling them unseen.

    :raises NotYourEvent: the person does not run the event.
    :raises MeetingNotPossible: taken, no such table, refused by a firm, over, or changed since it was seen.
    """
    require_event(meeting.event_id, by)
    with acting(by):
        meeting = _standing(meeting, seen)
        before = (meeting.slot_id, meeting.table)
        meeting.is_locked = True
        place(meeting, slot, table)
        if meeting.state == State.PUBLISHED and before != (slot.pk, table):
            telling.tell_of_change(_with_firms(meeting), "moved", site=site)
    return meeting


def cancel(meeting: Meeting, *, by: User, seen: dt.datetime | None = None, site: str = "") -> Meeting:
    """Cancel a meeting and free its slot; delegates who know it are told. ``seen`` as in ``move``.

    :raises NotYourEvent: the person does not run the event.
    :raises MeetingNotPossible: it is over or cancelled already, or changed since it was seen.
    """
    require_event(meeting.event_id, by)
    with acting(by):
        meeting = _standing(meeting, seen)
        give_back_seats(Meeting.objects.filter(pk=meeting.pk))
        if meeting.state == State.PUBLISHED:
            telling.tell_of_change(_with_firms(meeting), "cancelled", site=site)
    meeting.refresh_from_db()
    return meeting


def _with_firms(meeting: Meeting) -> Meeting:
    """The meeting with what a letter about it names."""
    rows = Meeting.objects.select_related("event", "slot", "buyer__company", "supplier__company")
    return rows.get(pk=meeting.pk)


def note_outcome(
    meeting: Meeting, *, by: User, outcome: str, comment: str = "", at: dt.datetime | None = None
) -> Meeting:
    """Say what came of a meeting: it took place. A later word replaces the earlier one.

    ``at`` is the moment at which a phone without network noted it.

    :raises NotYourEvent: the person does not run the event.
    :raises MeetingNotPossible: it was cancelled, is a draft, or the outcome is unknown.
    :raises NotedMeanwhile: something else was noted after ``at``.
    """
    if outcome not in Meeting.Outcome.values:
        raise MeetingNotPossible(_("Choose one of the outcomes."))
    return _note(meeting, by, (State.HELD, outcome), comment, at)


def note_no_show(meeting: Meeting, *, by: User, comment: str = "", at: dt.datetime | None = None) -> Meeting:
    """Say that somebody did not come; raises as ``note_outcome`` does."""
    return _note(meeting, by, (State.NO_SHOW, ""), comment, at)


def take_back(meeting: Meeting, *, by: User) -> Meeting:
    """Undo an outcome or a no-show that was tapped by mistake: the meeting is to come again.

    :raises NotYourEvent: the person does not run the event.
    :raises MeetingNotPossible: nothing was noted.
    """
    require_event(meeting.event_id, by)
    with acting(by):
        meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        if meeting.state not in {State.HELD, State.NO_SHOW}:
            raise MeetingNotPossible(_("Nothing was noted for this meeting."))
        meeting.state, meeting.outcome = State.PUBLISHED, ""
        meeting.save(update_fields=["state", "outcome", "updated_at"])
    return meeting


def _note(meeting: Meeting, by: User, word: tuple[str, str], comment: str, at: dt.datetime | None) -> Meeting:
    require_event(meeting.event_id, by)
    with acting(by):
        meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
        if meeting.state not in {State.PUBLISHED, State.HELD, State.NO_SHOW}:
            raise MeetingNotPossible(_("This meeting is a draft or was cancelled."))
        if (meeting.state, meeting.outcome) == word and comment.strip() in {"", meeting.comment}:
            return meeting
        if at and meeting.state != State.PUBLISHED and meeting.updated_at > at:
            raise NotedMeanwhile(_("Meanwhile somebody noted: %(word)s.") % {"word": _word(meeting)})
        meeting.state, meeting.outcome = word
        meeting.comment = comment.strip() or meeting.comment
        meeting.save(update_fields=["state", "outcome", "comment", "updated_at"])
    return meeting


def _word(meeting: Meeting) -> str:
    return meeting.get_outcome_display() if meeting.outcome else meeting.get_state_display()


def _standing(meeting: Meeting, seen: dt.datetime | None = None) -> Meeting:
    """The meeting with its row locked.

    :raises MeetingNotPossible: it took place, failed or was cancelled, or changed since it was seen.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if meeting.state not in {State.DRAFT, State.PUBLISHED}:
        raise MeetingNotPossible(_("This meeting is over."))
    if seen is not None and meeting.updated_at != seen:
        raise MeetingNotPossible(_("Somebody else changed this meeting meanwhile: look at it again."))
    return meeting
