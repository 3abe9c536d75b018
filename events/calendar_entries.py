"""Events and agendas as iCalendar files (RFC 5545)."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from companies.models import Company
from events.models import DockingEvent, Meeting


def _calendar(name: str = "") -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Duijie//Docking events//EN")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
    return calendar


def of_event(event: DockingEvent, address: str) -> bytes:
    """One event over its days; ``address`` is that of its page."""
    return of_events([(event, address)])


def of_events(events: Iterable[tuple[DockingEvent, str]], name: str = "") -> bytes:
    """Events over their days, each with the address of its page; ``name`` is that of the calendar."""
    calendar = _calendar(name)
    for event, address in events:
        entry = Event()
        entry.add("uid", f"event-{event.pk}@duijie")
        entry.add("dtstamp", timezone.now().astimezone(dt.UTC))
        entry.add("last-modified", event.updated_at.astimezone(dt.UTC))
        entry.add("dtstart", event.starts_on)
        entry.add("dtend", event.ends_on + dt.timedelta(days=1))
        entry.add("summary", str(event))
        entry.add("location", event.venue)
        entry.add("url", address)
        cancelled = event.state == DockingEvent.State.CANCELLED
        entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def of_meetings(meetings: Iterable[Meeting], company: Company, name: str = "") -> bytes:
    """A firm's meetings, each named by whom it meets; those without a slot are left out."""
    calendar = _calendar(name)
    for meeting in meetings:
        if meeting.slot is None:
            continue
        other = meeting.supplier if meeting.buyer.company_id == company.pk else meeting.buyer
        entry = Event()
        entry.add("uid", f"meeting-{meeting.pk}@duijie")
        entry.add("dtstamp", timezone.now().astimezone(dt.UTC))
        entry.add("last-modified", meeting.updated_at.astimezone(dt.UTC))
        entry.add("dtstart", meeting.slot.starts_at.astimezone(dt.UTC))
        entry.add("dtend", meeting.slot.ends_at.astimezone(dt.UTC))
        entry.add("summary", str(other.company))
        table = _("Table %(number)s") % {"number": meeting.table}
        entry.add("location", f"{table}, {meeting.event.venue}".rstrip(", "))
        cancelled = meeting.state == Meeting.State.CANCELLED
        entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
