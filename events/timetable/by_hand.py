"""Meetings that an organiser places by hand: what to think of first, and one more meeting."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from events.models import DockingEvent, Meeting, MeetingWish, Registration, Slot
from events.timetable.meetings import MeetingNotPossible, place, require_event

State = Meeting.State


def warnings_of(meeting: Meeting, slot: Slot, table: int) -> list[str]:
    """What speaks against a place, as sentences; nothing of it is forbidden.

    A double booking and a firm's no are not among them: those are refused, by the act and by the database.
    """
    found = []
    for firm in (meeting.buyer, meeting.supplier):
        sessions = [each.pk for each in firm.sessions.all()]
        if sessions and slot.session_id not in sessions:
            found.append(_("%(firm)s does not come to this session.") % {"firm": firm.company})
        if firm.absent_slots.filter(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at).exists():
            found.append(_("%(firm)s is not there at that time.") % {"firm": firm.company})
        limit = firm.meeting_limit or meeting.event.meeting_limit
        others = Meeting.objects.standing().with_registration(firm).exclude(pk=meeting.pk).count()
        if limit is not None and others >= limit:
            found.append(
                _("%(firm)s wants at most %(limit)s meetings.") % {"firm": firm.company, "limit": limit}
            )
        if firm.booth is not None and firm.booth != table:
            found.append(
                _("%(firm)s has its own table, number %(table)s.")
                % {"firm": firm.company, "table": firm.booth}
            )
    host = _host(meeting, table)
    if host:
        found.append(_("%(firm)s has this table as its own.") % {"firm": host.company})
    if meeting.state == State.PUBLISHED:
        found.append(_("Both firms know the old place: their delegates get a letter."))
    return found


def _host(meeting: Meeting, table: int) -> Registration | None:
    rows = Registration.objects.active().filter(event=meeting.event_id, booth=table)
    return rows.exclude(pk__in=[meeting.buyer_id, meeting.supplier_id]).select_related("company").first()


def arrange(
    event: DockingEvent, buyer: Registration, supplier: Registration, *, slot: Slot, table: int, by: User
) -> Meeting:
    """One more meeting, placed by hand: a locked draft until it is published.

    :raises NotYourEvent: the person does not run the event.
    :raises MeetingNotPossible: they meet already, one said no, one has no place, or the table is taken.
    """
    require_event(event.pk, by)
    with acting(by):
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        firms = Registration.objects.confirmed().filter(event=event)
        sides = {buyer.side: buyer.pk, supplier.side: supplier.pk}
        if len(sides) < 2 or firms.filter(pk__in=sides.values()).count() < 2:
            raise MeetingNotPossible(_("Choose a buyer and a supplier with a confirmed place."))
        pair = Q(buyer=sides["buyer"], supplier=sides["supplier"])
        if Meeting.objects.filter(pair).exclude(state=State.CANCELLED).exists():
            raise MeetingNotPossible(_("These two firms have a meeting already."))
        if MeetingWish.objects.between(buyer.pk, supplier.pk).refusals().exists():
            raise MeetingNotPossible(_("One of these firms said no to the other: nobody is forced to meet."))
        meeting = Meeting.objects.create(
            event=event, buyer_id=sides["buyer"], supplier_id=sides["supplier"], is_locked=True
        )
        place(meeting, slot, table)
    return meeting
