"""Why a wish was not kept, and what one more table, slot or hour would add."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from events.timetable.bound import best_choice, quick_prices
from events.timetable.instance import Instance, Meeting, Wish
from events.timetable.problem import problem_of


class Reason(StrEnum):
    """What stood in the way of a wish."""

    NO_COMMON_SLOT = "no common free slot"
    BUYER_FULL = "buyer full"
    SUPPLIER_FULL = "supplier full"
    ALL_TABLES_TAKEN = "all tables taken"
    STILL_POSSIBLE = "both have time and a table is free"
    WEAKER = "weaker than what replaced it"


@dataclass(frozen=True)
class Unkept:
    """A wish without a meeting."""

    wish: Wish
    reason: Reason


@dataclass(frozen=True)
class WhatMoreAdds:
    """By how much the proven maximum of the sum of weights would rise with one more of each.

    A table more stands in every slot; in a slot or an hour more everyone is there, with tables as before.
    """

    table: float
    slot: float
    hour: float


class _Day:
    """What everyone's day looks like under a plan."""

    def __init__(self, instance: Instance, meetings: Iterable[Meeting]) -> None:
        owners = instance.booth_owners
        self.hosts = set(owners.values())
        self.free = {one.id: set(one.free) for one in instance.participants}
        self.limit = {one.id: one.limit for one in instance.participants}
        self.weight = {(one.buyer, one.supplier): one.weight for one in instance.wishes}
        self.busy: defaultdict[str, dict[int, float]] = defaultdict(dict)
        standing: Counter[int] = Counter()
        self.kept: set[tuple[str, str]] = set()
        for meeting in meetings:
            pair = (meeting.buyer, meeting.supplier)
            self.kept.add(pair)
            for who in pair:
                self.busy[who][meeting.slot] = self.weight.get(pair, 0.0)
            standing[meeting.slot] += not meeting.is_at_booth(owners)
        self.roomy = {
            slot for slot, tables in enumerate(instance.tables) if standing[slot] < tables - len(owners)
        }

    def is_full(self, who: str) -> bool:
        limit, busy = self.limit[who], self.busy[who]
        return (limit is not None and len(busy) >= limit) or self.free[who] <= busy.keys()

    def reason(self, wish: Wish) -> Reason:
        common = self.free[wish.buyer] & self.free[wish.supplier]
        if wish.slots is not None:
            common &= set(wish.slots)
        if not common:
            return Reason.NO_COMMON_SLOT
        full = [who for who in (wish.buyer, wish.supplier) if self.is_full(who)]
        if len(full) == 1:
            return Reason.BUYER_FULL if full[0] == wish.buyer else Reason.SUPPLIER_FULL
        if full:
            return Reason.WEAKER
        open_to_both = common - self.busy[wish.buyer].keys() - self.busy[wish.supplier].keys()
        booth = not self.hosts.isdisjoint((wish.buyer, wish.supplier))
        if not open_to_both:
            return Reason.WEAKER
        if booth or open_to_both & self.roomy:
            return Reason.STILL_POSSIBLE
        return Reason.ALL_TABLES_TAKEN


def reasons_for(instance: Instance, meetings: Iterable[Meeting]) -> tuple[Unkept, ...]:
    """Every wish of a checked instance that has none of the meetings, in the order of the wishes.

    A side is full when its limit or its free slots are used up. Where both are, or where both have time left
    but never at once, what took their places is worth more together. Where nothing stands in the way the wish
    came after the plan, or nothing is planned yet.
    """
    day = _Day(instance, meetings)
    return tuple(
        Unkept(wish, day.reason(wish))
        for wish in instance.wishes
        if (wish.buyer, wish.supplier) not in day.kept
    )


def proven_maximum(instance: Instance) -> float:
    """What no plan of the wishes that are not locked can exceed in sum of weights."""
    problem = problem_of(instance)
    plain = replace(problem, worth=problem.weight)
    return best_choice(plain, quick_prices(plain)).bound


def what_more_adds(instance: Instance, *, slots_an_hour: int) -> WhatMoreAdds:
    """See WhatMoreAdds; an hour holds as many slots as said."""
    now = proven_maximum(instance)
    table = replace(instance, tables=tuple(tables + 1 for tables in instance.tables))
    return WhatMoreAdds(
        table=max(0.0, proven_maximum(table) - now),
        slot=max(0.0, proven_maximum(_longer(instance, 1)) - now),
        hour=max(0.0, proven_maximum(_longer(instance, slots_an_hour)) - now),
    )


def _longer(instance: Instance, slots: int) -> Instance:
    extra = tuple(range(instance.slots, instance.slots + slots))
    return replace(
        instance,
        tables=instance.tables + (max(instance.tables),) * slots,
        participants=tuple(replace(one, free=one.free + extra) for one in instance.participants),
    )
