"""What each deal counted for when a month was locked, and which deals have moved since."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from events.models import Deal
from matchmaking.figures import rows
from matchmaking.figures.scope import last_day, whole_city
from matchmaking.models import LockedDeal, MonthlySnapshot


@dataclass(frozen=True)
class Counted:
    """Yuan that a deal adds to the signed and to the intention amount; None where it does not count."""

    signed: Decimal | None = None
    intention: Decimal | None = None


NOTHING = Counted()


@dataclass(frozen=True)
class Moved:
    """A deal that counts otherwise than it did."""

    deal_id: int
    before: Counted
    after: Counted


def counted_at(month: dt.date) -> dict[int, Counted]:
    """What every deal counts for at the end of a month, as the ledger gives it today; two queries."""
    scope = whole_city(last_day(month))
    zero = Decimal(0)
    signed = {
        key: value or zero for key, value in rows.signed(scope).order_by().values_list("pk", "signed_cny")
    }
    intended = rows.intentions(scope).order_by().values_list("pk", "intention_cny")
    intentions = {key: value or zero for key, value in intended}
    return {key: Counted(signed.get(key), intentions.get(key)) for key in {*signed, *intentions}}


def locked_with(month: dt.date) -> dict[int, Counted]:
    """What every deal counted for when the month was locked; one query."""
    newest = LockedDeal.objects.filter(snapshot__month__lte=month).order_by("deal_id", "-snapshot__month")
    found = newest.distinct("deal_id").values_list("deal_id", "signed_cny", "intention_cny")
    return {key: Counted(signed, intention) for key, signed, intention in found}


def moved_between(before: dict[int, Counted], after: dict[int, Counted]) -> list[Moved]:
    """Deals that differ, by key."""
    return [
        Moved(key, before.get(key, NOTHING), after.get(key, NOTHING))
        for key in sorted({*before, *after})
        if before.get(key, NOTHING) != after.get(key, NOTHING)
    ]


def moved_since(month: dt.date) -> list[Moved]:
    """Deals that count otherwise at the end of a locked month than it was locked with."""
    return moved_between(locked_with(month), counted_at(month))


def keep(snapshot: MonthlySnapshot) -> None:
    """Keep what each deal counts for, where it differs from the last month that was locked."""
    moved = moved_between(locked_with(snapshot.month), counted_at(snapshot.month))
    LockedDeal.objects.bulk_create(
        [
            LockedDeal(
                snapshot=snapshot,
                deal_id=each.deal_id,
                signed_cny=each.after.signed,
                intention_cny=each.after.intention,
            )
            for each in moved
        ],
        batch_size=1000,
    )


def hold_the_ledger() -> None:
    """Let no deal, document or answer change until the month is locked: writers at work end first."""
    tables = "events_deal, events_evidence, events_confirmation, events_fulfilment"
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")  # names of our own


def as_json(moved: Iterable[Moved]) -> dict[str, dict[str, list[str | None]]]:
    """Moved deals as they are stored with a month: by key, signed and intention before and after."""

    def text(value: Decimal | None) -> str | None:
        return None if value is None else str(value)

    return {
        str(each.deal_id): {
            "signed": [text(each.before.signed), text(each.after.signed)],
            "intention": [text(each.before.intention), text(each.after.intention)],
        }
        for each in moved
    }


def from_json(stored: dict[str, dict[str, list[str | None]]]) -> list[Moved]:
    """The reverse of ``as_json``."""

    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return [
        Moved(
            int(key),
            Counted(number(each["signed"][0]), number(each["intention"][0])),
            Counted(number(each["signed"][1]), number(each["intention"][1])),
        )
        for key, each in stored.items()
    ]


def titles(moved: Iterable[Moved]) -> dict[int, Deal]:
    """The deals by key."""
    return Deal.objects.select_related("buyer", "supplier").in_bulk([each.deal_id for each in moved])
