"""Sessions that run at once: every meeting in one that both firms come to.

The planner counts the tables of an hour together. Where firms chose among sessions that run at once, its plan
is seated anew: in each hour the heaviest meetings that find a table in a session of both firms (an assignment
that is the best of its hour), and what found none there is moved to another hour where it can be. The bound
stays proven, since it allows more than the sessions do.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from events.timetable.instance import Instance, Meeting
from events.timetable.scheduling import Plan, plan_timetable


@dataclass(frozen=True)
class Rooms:
    """Which session each table of each hour belongs to, and the sessions that firms chose.

    ``hours`` has a session's key for every table of an hour; a firm that is not in ``chosen`` comes to all.
    """

    hours: Sequence[Sequence[int]]
    chosen: Mapping[str, frozenset[int]]

    @property
    def matter(self) -> bool:
        """Whether sessions run at once and anybody chose among them."""
        return bool(self.chosen) and any(len(set(tables)) > 1 for tables in self.hours)

    def shared(self, hour: int, buyer: str, supplier: str) -> frozenset[int]:
        """The sessions of an hour that both firms come to."""
        there = frozenset(self.hours[hour])
        return there & self.chosen.get(buyer, there) & self.chosen.get(supplier, there)

    def slots(self, buyer: str, supplier: str) -> tuple[int, ...]:
        """The hours in which there is a session that both firms come to."""
        return tuple(hour for hour in range(len(self.hours)) if self.shared(hour, buyer, supplier))


def plan_in_rooms(instance: Instance, rooms: Rooms, *, seconds: float) -> Plan:
    """The best plan found in so many seconds for a checked instance, every meeting in a session of both."""
    plan = plan_timetable(instance, seconds=seconds)
    return seated_in_rooms(instance, rooms, plan) if rooms.matter else plan


def seated_in_rooms(instance: Instance, rooms: Rooms, plan: Plan) -> Plan:
    """The plan with every meeting that is not locked in a session of both firms; some may be lost."""
    wishes = {(wish.buyer, wish.supplier): wish for wish in instance.wishes}
    weights = {pair: (wish.must, wish.weight) for pair, wish in wishes.items()}
    seating = _Seating(instance, rooms)
    locked = {(each.buyer, each.supplier) for each in instance.locked}
    loose = [each for each in plan.meetings if (each.buyer, each.supplier) not in locked]
    loose.sort(key=lambda one: weights.get((one.buyer, one.supplier), (False, 0.0)), reverse=True)
    without = [meeting for meeting in loose if not seating.seats(meeting)]
    for meeting in without:
        seating.seats_elsewhere(meeting)
    meetings = seating.meetings()
    kept = [wishes[pair] for each in meetings if (pair := (each.buyer, each.supplier)) in wishes]
    musts = sum(wish.must for wish in kept)
    return replace(
        plan,
        meetings=meetings,
        weight=sum(wish.weight for wish in kept),
        musts_kept=musts,
        bound=plan.bound if musts >= plan.musts_kept else plan.wished,
    )


class _Seating:
    """Who sits where: for each hour its tables with their meetings."""

    def __init__(self, instance: Instance, rooms: Rooms) -> None:
        self.rooms, self.booths = rooms, {owner: table for table, owner in instance.booth_owners.items()}
        self.free = {one.id: set(one.free) for one in instance.participants}
        self.at: defaultdict[int, dict[int, Meeting]] = defaultdict(dict)
        self.locked = {(each.slot, each.table) for each in instance.locked}
        self.own = [self._own_tables(hour) for hour in range(len(rooms.hours))]
        for each in instance.locked:
            if each.table is not None:
                self._put(each, each.slot, each.table)

    def _own_tables(self, hour: int) -> dict[int, str]:
        """Whose table each is: that of the same number in every session that its owner chose."""
        tables, owners = self.rooms.hours[hour], {}
        for owner, number in self.booths.items():
            for session in self.rooms.chosen.get(owner, frozenset(tables[:1])):
                of_session = [table for table, one in enumerate(tables) if one == session]
                if number < len(of_session):
                    owners[of_session[number]] = owner
        return owners

    def seats(self, meeting: Meeting) -> bool:
        """Seat it in its hour; others may change tables for it, nobody loses one."""
        return self._find(meeting, meeting.slot, set())

    def seats_elsewhere(self, meeting: Meeting) -> bool:
        """Seat it in another hour in which both are there and meet nobody."""
        able = sorted(self.free[meeting.buyer] & self.free[meeting.supplier])
        return any(
            self._find(replace(meeting, slot=hour), hour, set())
            for hour in able
            if not self._busy(hour) & {meeting.buyer, meeting.supplier}
        )

    def _busy(self, hour: int) -> set[str]:
        return {who for each in self.at[hour].values() for who in (each.buyer, each.supplier)}

    def _find(self, meeting: Meeting, hour: int, tried: set[int]) -> bool:
        """A table for it, along a chain of meetings that change tables (Kuhn's augmenting paths)."""
        for table in self._tables(meeting, hour):
            if table in tried or (hour, table) in self.locked:
                continue
            tried.add(table)
            sitting = self.at[hour].get(table)
            if sitting is None or self._find(sitting, hour, tried):
                self._put(meeting, hour, table)
                return True
        return False

    def _tables(self, meeting: Meeting, hour: int) -> list[int]:
        """Tables at which the two may sit, that of the plan first."""
        shared = self.rooms.shared(hour, meeting.buyer, meeting.supplier)
        own, pair = self.own[hour], {meeting.buyer, meeting.supplier}
        hosts = pair & self.booths.keys() & set(own.values())
        able = [
            table
            for table, session in enumerate(self.rooms.hours[hour])
            if session in shared and (own.get(table) in hosts if hosts else table not in own)
        ]
        return sorted(able, key=lambda table: table != meeting.table)

    def _put(self, meeting: Meeting, hour: int, table: int) -> None:
        self.at[hour][table] = replace(meeting, slot=hour, table=table)

    def meetings(self) -> tuple[Meeting, ...]:
        """All that sit, in the order of hours and tables."""
        return tuple(self.at[hour][table] for hour in sorted(self.at) for table in sorted(self.at[hour]))
