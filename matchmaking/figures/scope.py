"""What a figure is about: the city, a chain, a division, a month or a kind of event, up to a day."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Max
from django.db.models.functions import Greatest
from django.utils import timezone

from companies.models import Division, IndustrialChain
from events.models import Deal, DockingEvent


@dataclass(frozen=True)
class Scope:
    """Limits of a figure; what is None does not limit. ``as_of`` is the last day that counts."""

    as_of: dt.date
    since: dt.date | None = None
    chain: IndustrialChain | None = None
    division: Division | None = None
    kind: str = ""

    def in_month(self, first_day: dt.date) -> "Scope":
        """The same within one month."""
        return replace(self, since=first_day, as_of=min(self.as_of, last_day(first_day)))

    @property
    def end(self) -> dt.datetime:
        """The first moment after the last day, in the city's time."""
        return timezone.make_aware(dt.datetime.combine(self.as_of + dt.timedelta(days=1), dt.time.min))

    @property
    def start(self) -> dt.datetime | None:
        """The first moment of the first day, in the city's time."""
        return timezone.make_aware(dt.datetime.combine(self.since, dt.time.min)) if self.since else None


def last_day(month: dt.date) -> dt.date:
    """The last day of the month of a date."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def ledger_date() -> dt.date:
    """The day of the newest entry of the ledger, a held event or a step of a deal; never after today.

    Figures are published with this date: a ledger without new entries does not pretend to be newer.
    """
    today = timezone.localdate()
    steps = Greatest(
        "intention_on", "framework_on", "signed_on", "performing_on", "completed_on", "terminated_on"
    )
    newest = [
        DockingEvent.objects.held().filter(ends_on__lte=today).aggregate(day=Max("ends_on"))["day"],
        Deal.objects.aggregate(day=Max(steps))["day"],
    ]
    return min(today, max((day for day in newest if day), default=today))


def whole_city(as_of: dt.date | None = None) -> Scope:
    """Everything up to a day, by default the ledger's date."""
    return Scope(as_of=as_of or ledger_date())
