"""What a figure is about: the city, a chain, a division, a month or a kind of event, up to a day."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Max
from django.utils import timezone

from companies.models import Division, IndustrialChain
from events.models import Deal, DockingEvent
from events.models.deal import NEWEST_STEP
from matchmaking.models import NO_KIND

NO_EVENT = NO_KIND


@dataclass(frozen=True)
class Scope:
    """Limits of a figure; what is None does not limit.

    ``as_of`` is the day on which the ledger is looked at: nothing later is known. ``since`` and ``until``
    are the first and the last day of what counts.
    """

    as_of: dt.date
    since: dt.date | None = None
    until: dt.date | None = None
    chain: IndustrialChain | None = None
    division: Division | None = None
    only_itself: bool = False
    """The division without those below it."""
    kind: str = ""
    reported: int | None = None
    """The year that reports of fulfilment are for; limits nothing else."""

    def in_month(self, first_day: dt.date) -> "Scope":
        """The same within one month, as it is known on ``as_of``."""
        return replace(self, since=first_day, until=last_day(first_day))

    def in_year(self, year: int) -> "Scope":
        """The same within one year, as it is known on ``as_of``."""
        return replace(self, since=dt.date(year, 1, 1), until=dt.date(year, 12, 31))

    @property
    def month(self) -> str:
        """The month, as 2022-11, that the scope is limited to; empty where it is not."""
        return f"{self.since:%Y-%m}" if self.since and self.until == last_day(self.since) else ""

    @property
    def year(self) -> str:
        """The year that the scope is limited to; empty where it is not."""
        if self.since and (self.since, self.until) == (
            dt.date(self.since.year, 1, 1),
            dt.date(self.since.year, 12, 31),
        ):
            return f"{self.since:%Y}"
        return ""

    @property
    def last(self) -> dt.date:
        """The last day that counts."""
        return min(self.until, self.as_of) if self.until else self.as_of

    @property
    def end(self) -> dt.datetime:
        """The first moment after the last day, in the city's time."""
        return _midnight(self.last + dt.timedelta(days=1))

    @property
    def start(self) -> dt.datetime | None:
        """The first moment of the first day, in the city's time."""
        return _midnight(self.since) if self.since else None

    def query(self) -> dict[str, str]:
        """The limits as they stand in an address."""
        asked = {
            "chain": self.chain.code if self.chain else "",
            "division": self.division.code if self.division else "",
            "itself": "1" if self.only_itself else "",
            "kind": self.kind,
            "month": self.month,
            "year": self.year,
            "reported": str(self.reported or ""),
            "as_of": self.as_of.isoformat(),
        }
        return {name: value for name, value in asked.items() if value}


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def last_day(month: dt.date) -> dt.date:
    """The last day of the month of a date."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def ledger_date() -> dt.date:
    """The day of the newest entry of the ledger, a held event or a step of a deal; never after today.

    Figures are published with this date: a ledger without new entries does not pretend to be newer.
    """
    today = timezone.localdate()
    newest = [
        DockingEvent.objects.held().filter(ends_on__lte=today).aggregate(day=Max("ends_on"))["day"],
        Deal.objects.aggregate(day=Max(NEWEST_STEP))["day"],
    ]
    return min(today, max((day for day in newest if day), default=today))


def whole_city(as_of: dt.date | None = None) -> Scope:
    """Everything up to a day, by default the ledger's date; the future is not known today."""
    return Scope(as_of=min(as_of, timezone.localdate()) if as_of else ledger_date())
