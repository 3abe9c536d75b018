"""What a timetable is made of: people and their free slots, wishes with their weight, slots and tables.

The JSON form, all numbers of slots and tables counted from 0; what stands in brackets may be left out, and
"tables" may also be a list, one number a slot:

    {"slots": 20, "tables": 48,
     "participants": [{"id": "b1", "side": "buyer", ["free": [0, 1, 5], "limit": 6, "booth": 4]}],
     "wishes": [{"buyer": "b1", "supplier": "s7", "weight": 6.5, ["must": true]}],
     ["locked": [{"buyer": "b1", "supplier": "s7", "slot": 5, "table": 3}]]}

Without "free" a participant is there in every slot; without "limit" it may meet in every slot; a "booth" is a
table at which only its owner receives. A locked meeting stays as it is, whatever the free slots say.
"""

import math
from dataclasses import dataclass
from typing import Literal

Side = Literal["buyer", "supplier"]


class InstanceError(ValueError):
    """What was read is not a timetable to plan; the message begins with the place of the fault."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A delegate or firm; `free` ascends, `limit` is the most meetings it wants, locked ones included."""

    id: str
    side: Side
    free: tuple[int, ...]
    limit: int | None = None
    booth: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """That these two meet, once; `weight` is their mutual interest, on any scale from 0 up.

    `slots` are those in which they may meet at all; None, as always from JSON: wherever both are free.
    """

    buyer: str
    supplier: str
    weight: float
    must: bool = False
    slots: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who meets whom, when and where; `table` is None only for a locked meeting that has none yet."""

    buyer: str
    supplier: str
    slot: int
    table: int | None = None

    def is_at_booth(self, owners: dict[int, str]) -> bool:
        """Whether it needs none of the shared tables; `owners` has who owns which booth."""
        if self.table is not None:
            return self.table in owners
        return not {self.buyer, self.supplier}.isdisjoint(owners.values())


@dataclass(frozen=True, slots=True)
class Instance:
    """Everything that a plan is made from; `tables` has one number a slot. By hand, it wants a `check`."""

    tables: tuple[int, ...]
    participants: tuple[Participant, ...]
    wishes: tuple[Wish, ...]
    locked: tuple[Meeting, ...] = ()

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return len(self.tables)

    @property
    def booth_owners(self) -> dict[int, str]:
        """Which table is whose booth."""
        return {one.booth: one.id for one in self.participants if one.booth is not None}

    def check(self) -> None:
        """Raise InstanceError, naming the place, unless all parts fit together."""
        sides = _check_participants(self)
        _check_wishes(self, sides)
        _check_locked(self, sides)


def _check_participants(instance: Instance) -> dict[str, Side]:
    sides: dict[str, Side] = {}
    booths: dict[int, str] = {}
    everywhere = min(instance.tables)
    for number, one in enumerate(instance.participants):
        place = f"participants[{number}]"
        if one.id in sides:
            raise InstanceError(f"{place}.id: {one.id!r} is there twice")
        sides[one.id] = one.side
        for slot in one.free:
            if not 0 <= slot < instance.slots:
                raise InstanceError(f"{place}.free: slot {slot} is not one of 0 to {instance.slots - 1}")
        if one.booth is None:
            continue
        if not 0 <= one.booth < everywhere:
            raise InstanceError(f"{place}.booth: table {one.booth} is not one of 0 to {everywhere - 1}")
        if one.booth in booths:
            raise InstanceError(
                f"{place}.booth: table {one.booth} is already the booth of {booths[one.booth]!r}"
            )
        booths[one.booth] = one.id
    return sides


def _check_pair(place: str, buyer: str, supplier: str, sides: dict[str, Side]) -> None:
    for key, who in (("buyer", buyer), ("supplier", supplier)):
        if who not in sides:
            raise InstanceError(f"{place}.{key}: no participant has the id {who!r}")
        if sides[who] != key:
            raise InstanceError(f"{place}.{key}: {who!r} is a {sides[who]}")


def _check_wishes(instance: Instance, sides: dict[str, Side]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for number, wish in enumerate(instance.wishes):
        place = f"wishes[{number}]"
        _check_pair(place, wish.buyer, wish.supplier, sides)
        if not math.isfinite(wish.weight) or wish.weight < 0:
            raise InstanceError(f"{place}.weight: {wish.weight} is not a number from 0 up")
        first = seen.setdefault((wish.buyer, wish.supplier), number)
        if first != number:
            raise InstanceError(
                f"{place}: {wish.buyer!r} and {wish.supplier!r} stand already in wishes[{first}]"
            )


def _check_locked(instance: Instance, sides: dict[str, Side]) -> None:
    taken: dict[tuple[str, str | int, int], int] = {}
    pairs: dict[tuple[str, str], int] = {}
    owners = instance.booth_owners
    standing = [tables - len(owners) for tables in instance.tables]
    for number, meeting in enumerate(instance.locked):
        place = f"locked[{number}]"
        _check_pair(place, meeting.buyer, meeting.supplier, sides)
        if not 0 <= meeting.slot < instance.slots:
            raise InstanceError(f"{place}.slot: {meeting.slot} is not one of 0 to {instance.slots - 1}")
        first = pairs.setdefault((meeting.buyer, meeting.supplier), number)
        if first != number:
            raise InstanceError(f"{place}: the two meet already in locked[{first}]")
        uses: list[tuple[str, str | int]] = [("who", meeting.buyer), ("who", meeting.supplier)]
        if meeting.table is not None:
            _check_locked_table(place, meeting, instance.tables[meeting.slot], owners)
            uses.append(("table", meeting.table))
        standing[meeting.slot] -= not meeting.is_at_booth(owners)
        if standing[meeting.slot] < 0:
            raise InstanceError(f"{place}: slot {meeting.slot} has fewer tables than locked meetings")
        for kind, which in uses:
            first = taken.setdefault((kind, which, meeting.slot), number)
            if first != number:
                what = f"table {which}" if kind == "table" else repr(which)
                raise InstanceError(f"{place}: {what} is taken in slot {meeting.slot} by locked[{first}]")


def _check_locked_table(place: str, meeting: Meeting, tables: int, owners: dict[int, str]) -> None:
    table = meeting.table
    if table is None:
        return
    if not 0 <= table < tables:
        raise InstanceError(f"{place}.table: {table} is not one of 0 to {tables - 1}")
    if owners.get(table, meeting.buyer) not in {meeting.buyer, meeting.supplier}:
        raise InstanceError(f"{place}.table: {table} is the booth of {owners[table]!r}")
