"""An instance as arrays: what may still be placed, beside what is locked."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from events.timetable.instance import Instance, Participant

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Problem:
    """m wishes that could be placed, n participants (buyers first), T slots.

    `wish` (m) counts in instance.wishes; `buyer`, `supplier` (m) count participants in the order of `ids`;
    `weight` (m) is the wish's own, `worth` (m) adds `must_bonus` to every must-meet, so that one of them is
    worth more than all ordinary wishes together. `shared` (m): the meeting needs one of the shared tables,
    because neither side has a booth. `free` (n, T) and `limit` (n) are what the locked meetings left,
    `tables` (T) the shared tables that they left.
    """

    ids: tuple[str, ...]
    buyers: int
    wish: Ints
    buyer: Ints
    supplier: Ints
    weight: Floats
    worth: Floats
    must_bonus: float
    shared: Bools
    free: Bools
    limit: Ints
    tables: Ints

    @property
    def size(self) -> int:
        """How many wishes could be placed."""
        return len(self.wish)

    @property
    def people(self) -> int:
        """How many participants there are."""
        return len(self.ids)

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return len(self.tables)

    @cached_property
    def common(self) -> Bools:
        """(m, T): both sides of the wish are free in the slot."""
        both: Bools = self.free[self.buyer] & self.free[self.supplier]
        return both

    @cached_property
    def choices(self) -> Ints:
        """(m): in how many slots the wish could be placed."""
        counts: Ints = self.common.sum(1)
        return counts

    @cached_property
    def capacity(self) -> Ints:
        """(n): how many meetings each participant can still have, by its limit and its free slots."""
        most: Ints = np.minimum(self.limit, self.free.sum(1))
        return most

    @cached_property
    def places(self) -> float:
        """How many meetings at shared tables all slots together can hold at most."""
        active = np.zeros(self.people, bool)
        active[self.buyer[self.shared]] = True
        active[self.supplier[self.shared]] = True
        there = self.free & active[:, None]
        sides = np.minimum(there[: self.buyers].sum(0), there[self.buyers :].sum(0))
        return float(np.minimum(sides, self.tables).sum())

    @cached_property
    def has_no_gaps(self) -> bool:
        """Everyone whose wishes could be placed is free in the same slots, which all have as many tables."""
        active = np.union1d(self.buyer, self.supplier)
        if not len(active):
            return True
        first = self.free[active[0]]
        alike = bool((self.free[active] == first).all())
        return alike and len(np.unique(self.tables[first])) <= 1

    def totals(self, values: Floats | Ints | None = None, of: Ints | Bools | None = None) -> Floats:
        """(n): for each participant the sum of `values` (1 each by default) over its wishes among `of`."""
        pick = slice(None) if of is None else of
        given = None if values is None else np.asarray(values, float)
        sums: Floats = np.bincount(self.buyer[pick], given, self.people).astype(float)
        sums += np.bincount(self.supplier[pick], given, self.people)
        return sums

    def only(self, kept: Bools) -> "Problem":
        """The same with only the wishes (m) that are kept."""
        return replace(
            self,
            wish=self.wish[kept],
            buyer=self.buyer[kept],
            supplier=self.supplier[kept],
            weight=self.weight[kept],
            worth=self.worth[kept],
            shared=self.shared[kept],
        )


def _room_left(instance: Instance, people: list[Participant]) -> tuple[Bools, Ints, Ints]:
    """(n, T) free, (n) limit and (T) shared tables, less what the locked meetings take."""
    index = {one.id: number for number, one in enumerate(people)}
    free = np.zeros((len(people), instance.slots), bool)
    for number, one in enumerate(people):
        free[number, list(one.free)] = True
    limit = np.array([instance.slots if one.limit is None else one.limit for one in people], np.int64)
    owners = instance.booth_owners
    tables = np.array(instance.tables, np.int64) - len(owners)
    for meeting in instance.locked:
        for who in (meeting.buyer, meeting.supplier):
            free[index[who], meeting.slot] = False
            limit[index[who]] -= 1
        tables[meeting.slot] -= not meeting.is_at_booth(owners)
    return free, np.maximum(limit, 0), tables


def problem_of(instance: Instance) -> Problem:
    """The arrays of a checked instance: the wishes that have a common slot left and no locked meeting."""
    people = sorted(instance.participants, key=lambda one: one.side)
    index = {one.id: number for number, one in enumerate(people)}
    free, limit, tables = _room_left(instance, people)
    buyer = np.array([index[wish.buyer] for wish in instance.wishes], np.int64)
    supplier = np.array([index[wish.supplier] for wish in instance.wishes], np.int64)
    booth = np.array([one.booth is not None for one in people], bool)
    locked = {(meeting.buyer, meeting.supplier) for meeting in instance.locked}
    possible = np.array([(wish.buyer, wish.supplier) not in locked for wish in instance.wishes], bool)
    shared = ~(booth[buyer] | booth[supplier])
    seats = np.where(shared[:, None], tables > 0, True)
    possible &= (free[buyer] & free[supplier] & seats).any(1) & (limit[buyer] > 0) & (limit[supplier] > 0)
    for number, one in enumerate(instance.wishes):
        if one.slots is not None and possible[number]:
            possible[number] = (free[buyer[number]] & free[supplier[number]])[list(one.slots)].any()
    wish = np.flatnonzero(possible)
    weight = np.array([one.weight for one in instance.wishes], float)[wish]
    must = np.array([one.must for one in instance.wishes], bool)[wish]
    bonus = 1.0 + float(weight.sum())
    return Problem(
        ids=tuple(one.id for one in people),
        buyers=Counter(one.side for one in people)["buyer"],
        wish=wish,
        buyer=buyer[wish],
        supplier=supplier[wish],
        weight=weight,
        worth=weight + bonus * must,
        must_bonus=bonus,
        shared=shared[wish],
        free=free,
        limit=limit,
        tables=tables,
    )
