"""Figures locked at a month's end, and what has changed since: shown as adjustments, never written over."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from matchmaking.figures import locking
from matchmaking.figures.counts import FIGURES, values
from matchmaking.figures.measuring import Figure, Reading, Value
from matchmaking.figures.scope import Scope, last_day, whole_city
from matchmaking.figures.summing import sums_of
from matchmaking.figures.wording import exact
from matchmaking.models import MonthlySnapshot

SHOWN_MONTHS = 6
COUNTS = ("signed_projects", "docking_activities", "intention_projects")
AMOUNTS = ("order_volume_cny", "intention_value_cny")
"""Compared on the page; amounts only for readers who may see what few deals add up to."""


class MonthNotOver(Refused):
    """Only a past month can be locked."""


class MonthLocked(Refused):
    """A month is locked once."""


class LaterMonthLocked(Refused):
    """Months are locked in their order: a correction shows in the next one."""


class NotCityOffice(Refused):
    """Only the city office, or the operator at the command line, locks figures."""


@dataclass(frozen=True)
class Adjustment:
    """A figure of a locked month that the ledger gives otherwise today."""

    figure: Figure
    locked: Value
    now: Value

    @property
    def in_words(self) -> tuple[str, str]:
        """What was locked, and what the ledger gives today."""
        return exact(self.figure.unit, self.locked), exact(self.figure.unit, self.now)


@dataclass(frozen=True)
class Compared:
    """A locked month beside today's recomputation."""

    snapshot: MonthlySnapshot
    adjustments: Sequence[Adjustment]


def lock(month: dt.date, *, by: User | None, at: dt.datetime | None = None) -> MonthlySnapshot:
    """Keep the city's figures as they stand for the end of a month; any day of the month names it.

    What was corrected in the month locked before is kept with this one as its adjustments, figure by figure
    and deal by deal. Figures without a past, such as needs open today, are left out.

    :param by: of the city office; None for the operator at the command line.
    :param at: when it was locked, by default now.
    :raises MonthNotOver, MonthLocked, LaterMonthLocked, NotCityOffice: see their names.
    """
    if by is not None and not by.is_superuser:
        raise NotCityOffice(_("Only the city office locks the figures of a month."))
    first = month.replace(day=1)
    if last_day(first) >= timezone.localdate():
        raise MonthNotOver(_("This month is not over: its figures can still change by themselves."))
    if MonthlySnapshot.objects.filter(month__gt=first).exists():
        raise LaterMonthLocked(_("A later month is locked already: months are locked one after the other."))
    scope = whole_city(last_day(first))
    keys = [key for key, figure in FIGURES.items() if figure.has_past]
    with acting(by):
        locking.hold_the_ledger()
        kept = {key: _stored(value) for key, value in values(scope, *keys).items()}
        try:
            with transaction.atomic():
                snapshot = MonthlySnapshot.objects.create(
                    month=first,
                    figures=kept,
                    adjustments=_corrections(first),
                    locked_by=by,
                    locked_at=at or timezone.now(),
                )
                locking.keep(snapshot)
                return snapshot
        except IntegrityError:
            raise MonthLocked(_("The figures of this month are locked already.")) from None


def _corrections(first: dt.date) -> dict[str, Any]:
    """What changed in the month locked before, since it was locked: nothing where there is none."""
    before = MonthlySnapshot.objects.filter(month__lt=first).order_by("-month").first()
    if before is None:
        return {}
    figures = {each.figure.key: [_stored(each.locked), _stored(each.now)] for each in adjustments(before)}
    moved = locking.as_json(locking.moved_since(before.month))
    return {"month": f"{before.month:%Y-%m}", "figures": figures, "deals": moved} if figures or moved else {}


def corrections(snapshot: MonthlySnapshot) -> list[Adjustment]:
    """The adjustments of the month before that were published with this one."""
    stored = snapshot.adjustments.get("figures", {})
    return [
        Adjustment(FIGURES[key], _value(pair[0]), _value(pair[1]))
        for key, pair in stored.items()
        if key in FIGURES
    ]


def adjustments(snapshot: MonthlySnapshot, *keys: str, reading: Reading | None = None) -> list[Adjustment]:
    """The named figures (all where none is named) whose locked value is not what the ledger gives today."""
    reading = reading or Reading(_end_of(snapshot))
    kept = [key for key in keys or FIGURES if key in snapshot.figures]
    pairs = [(key, _value(snapshot.figures[key]), FIGURES[key].measure(reading).value) for key in kept]
    return [Adjustment(FIGURES[key], locked, now) for key, locked, now in pairs if locked != now]


def _end_of(snapshot: MonthlySnapshot) -> Scope:
    return whole_city(last_day(snapshot.month))


def compared(*, with_few: bool) -> list[Compared]:
    """The newest locked months for a page, each with the adjustments of its main figures."""
    keys = (*COUNTS, *AMOUNTS) if with_few else COUNTS
    newest = list(MonthlySnapshot.objects.order_by("-month")[:SHOWN_MONTHS])
    if not newest:
        return []
    scopes = [_end_of(snapshot) for snapshot in newest]
    readings = [Reading(scope, known) for scope, known in zip(scopes, sums_of(scopes), strict=True)]
    return [
        Compared(snapshot, adjustments(snapshot, *keys, reading=reading))
        for snapshot, reading in zip(newest, readings, strict=True)
    ]


def _stored(value: Value) -> int | str | None:
    """As JSON that loses nothing: amounts and shares as texts."""
    return str(value) if isinstance(value, Decimal) else value


def stored_value(snapshot: MonthlySnapshot, key: str) -> Value:
    """A figure as it was locked."""
    return _value(snapshot.figures[key])


def _value(stored: int | str | None) -> Value:
    return Decimal(stored) if isinstance(stored, str) else stored
