"""The hours of an event: sessions with tables, cut into slots with their breaks."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from events.models import DockingEvent, Meeting, Session, Slot
from events.models.meeting import MeetingQuerySet
from events.timetable.meetings import require_event

MOST_SLOTS = 60


class SessionNotPossible(Refused):
    """The hours or tables do not fit; the sentence says why."""


@dataclass(frozen=True)
class Hours:
    """When a session meets: slots of so many minutes with so many between them, and one longer break."""

    day: dt.date
    begins: dt.time
    ends: dt.time
    minutes: int
    between: int = 0
    break_from: dt.time | None = None
    break_until: dt.time | None = None

    def slots(self) -> list[tuple[dt.datetime, dt.datetime]]:
        """Beginning and end of every slot that fits; none reaches into the break."""
        at, end = self._at(self.begins), self._at(self.ends)
        length, gap = dt.timedelta(minutes=self.minutes), dt.timedelta(minutes=self.between)
        pause = (self._at(self.break_from), self._at(self.break_until)) if self._has_break() else None
        found: list[tuple[dt.datetime, dt.datetime]] = []
        while at + length <= end:
            if pause and at < pause[1] and at + length > pause[0]:
                at = pause[1]
                continue
            found.append((at, at + length))
            at += length + gap
        return found

    def _has_break(self) -> bool:
        return bool(self.break_from and self.break_until and self.break_from < self.break_until)

    def _at(self, time: dt.time | None) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.day, time or dt.time()))


def add_session(
    event: DockingEvent, *, by: User, name_zh: str, name_en: str, tables: int, hours: Hours
) -> Session:
    """A session with its slots.

    :raises NotYourEvent: the person does not run the event.
    :raises SessionNotPossible: not a day of the event, no slot fits, too many, or half over another.
    """
    require_event(event.pk, by)
    slots = hours.slots()
    with acting(by):
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        _check(event, hours, slots)
        session = Session.objects.create(event=event, name_zh=name_zh, name_en=name_en, tables=tables)
        Slot.objects.bulk_create(
            Slot(session=session, starts_at=begins, ends_at=ends) for begins, ends in slots
        )
    return session


def change_session(session: Session, *, by: User, name_zh: str, name_en: str, tables: int) -> Session:
    """Another name, more or fewer tables.

    :raises NotYourEvent: the person does not run the event.
    :raises SessionNotPossible: a meeting stands at a table that would go.
    """
    require_event(session.event_id, by)
    with acting(by):
        DockingEvent.objects.select_for_update(of=("self",)).get(pk=session.event_id)
        used = _meetings(session).aggregate(most=Max("table"))["most"] or 0
        if tables < used:
            raise SessionNotPossible(
                _("A meeting stands at table %(table)s: move it before you take tables away.")
                % {"table": used}
            )
        session.name_zh, session.name_en, session.tables = name_zh, name_en, tables
        session.save(update_fields=["name_zh", "name_en", "tables"])
    return session


def remove_session(session: Session, *, by: User) -> None:
    """Take a session out, with its slots.

    :raises NotYourEvent: the person does not run the event.
    :raises SessionNotPossible: meetings stand in it, or stood there once.
    """
    require_event(session.event_id, by)
    with acting(by):
        DockingEvent.objects.select_for_update(of=("self",)).get(pk=session.event_id)
        if Meeting.objects.filter(slot__session=session).exists():
            raise SessionNotPossible(_("Meetings were placed in this session: it stays."))
        session.slots.all().delete()
        session.delete()


def _meetings(session: Session) -> MeetingQuerySet:
    return Meeting.objects.filter(slot__session=session).exclude(state=Meeting.State.CANCELLED)


def _check(event: DockingEvent, hours: Hours, slots: list[tuple[dt.datetime, dt.datetime]]) -> None:
    """:raises SessionNotPossible: the first thing that is wrong."""
    if not event.starts_on <= hours.day <= event.ends_on:
        raise SessionNotPossible(_("This day is not a day of the event."))
    if not slots:
        raise SessionNotPossible(_("Not one slot fits into these hours."))
    if len(slots) > MOST_SLOTS:
        raise SessionNotPossible(_("More than %(most)s slots: make them longer.") % {"most": MOST_SLOTS})
    others = Slot.objects.filter(
        session__event=event, starts_at__lt=slots[-1][1], ends_at__gt=slots[0][0]
    ).values_list("starts_at", "ends_at")
    for begins, ends in others:
        if any(start != begins and start < ends and end > begins for start, end in slots):
            raise SessionNotPossible(
                _("These slots overlap those of another session in part: give both the same hours.")
            )
