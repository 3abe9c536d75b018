"""Change the table of a meeting in its slot: to a free one, or with whoever sits there."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from events.models import Meeting
from events.models.meeting import MeetingQuerySet
from events.timetable.meetings import MeetingNotPossible, require_event

_ASIDE = 32767
"""A table that no session has, where one of two meetings waits while they change places."""


class TableChanged(MeetingNotPossible):
    """Somebody else moved the meeting meanwhile; the sentence says where it is now."""


@dataclass(frozen=True)
class Table:
    """A table in the slot of a meeting, with the meeting that sits at it."""

    number: int
    taken_by: Meeting | None


def tables_for(meeting: Meeting) -> list[Table]:
    """The other tables of the meeting's slot, free ones first; none without a slot."""
    if meeting.slot is None:
        return []
    rows = _standing_in(meeting).select_related("buyer__company", "supplier__company")
    sitting = {row.table: row for row in rows}
    others = (number for number in range(1, meeting.slot.session.tables + 1) if number != meeting.table)
    tables = [Table(number, sitting.get(number)) for number in others]
    return sorted(tables, key=lambda table: (table.taken_by is not None, table.number))


def change_table(meeting: Meeting, *, table: int, was: int, by: User) -> Meeting | None:
    """Take a meeting from table ``was`` to another one; whoever sits there takes the old one.

    Returns the meeting that had to change places, None where the table was free.

    :raises NotYourEvent: the person does not run the event.
    :raises TableChanged: it is no longer at the table where the person saw it.
    :raises MeetingNotPossible: no such table, no slot, cancelled, or the other meeting is over.
    """
    require_event(meeting.event_id, by)
    with acting(by):
        mine = _locked(meeting)
        if mine.table != was:
            raise TableChanged(
                _("Somebody moved this meeting meanwhile: it is at table %(table)s now.")
                % {"table": mine.table}
            )
        if mine.slot is None or not 1 <= table <= mine.slot.session.tables or table == was:
            raise MeetingNotPossible(_("The session has no such table."))
        other = _standing_in(mine).filter(table=table).select_for_update(of=("self",)).first()
        try:
            with transaction.atomic():
                if other:
                    _seat(other, _ASIDE)
                _seat(mine, table)
                if other:
                    _seat(other, was)
        except IntegrityError:
            raise MeetingNotPossible(_("Somebody took this table at this moment: choose again.")) from None
    return other


def _locked(meeting: Meeting) -> Meeting:
    row = Meeting.objects.select_for_update(of=("self",)).select_related("slot__session").get(pk=meeting.pk)
    if row.state == Meeting.State.CANCELLED:
        raise MeetingNotPossible(_("This meeting was cancelled."))
    return row


def _standing_in(meeting: Meeting) -> MeetingQuerySet:
    """The other meetings of the same slot."""
    rows = Meeting.objects.filter(slot=meeting.slot).exclude(pk=meeting.pk)
    return rows.exclude(state=Meeting.State.CANCELLED)


def _seat(meeting: Meeting, table: int) -> None:
    meeting.table, meeting.is_locked = table, True
    meeting.save(update_fields=["table", "is_locked", "updated_at"])
