"""What the hall looks like at a moment: who meets whom now, next, and what is done."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from events.models import DockingEvent, Meeting
from events.models.meeting import MeetingQuerySet


@dataclass(frozen=True)
class Hall:
    """Meetings that run, those of the next slot, and since when."""

    now: list[Meeting]
    next: list[Meeting]
    next_at: dt.datetime | None


def published(event: DockingEvent) -> MeetingQuerySet:
    """What the firms know of, cancelled meetings left out, in order of time and table."""
    rows = Meeting.objects.told().filter(event=event).exclude(state=Meeting.State.CANCELLED)
    return rows.select_related("slot", "need", "buyer__company", "supplier__company").order_by(
        "slot__starts_at", "table", "pk"
    )


def hall_of(event: DockingEvent, at: dt.datetime | None = None) -> Hall:
    """The hall at a moment, by default now: two or three queries."""
    at = at or timezone.now()
    rows = published(event)
    coming = rows.filter(slot__starts_at__gt=at).values_list("slot__starts_at", flat=True).first()
    return Hall(
        now=list(rows.filter(slot__starts_at__lte=at, slot__ends_at__gt=at)),
        next=list(rows.filter(slot__starts_at=coming)) if coming else [],
        next_at=coming,
    )
