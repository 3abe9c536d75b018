"""Sessions that run at once: every meeting in one that both firms come to.

Where nobody may sit in two sessions that run at once, each session of an hour is planned as a slot of its
own, as exactly as any timetable. Otherwise the planner counts the tables of an hour together, and its plan is
seated anew: in each hour the heaviest meetings that find a table in a session of both firms (an assignment
that is the best of its hour, not of the day), and what found none there is moved to another hour where it can
be. The bound stays proven either way, since it allows more than the sessions do.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from events.timetable.instance import Instance, Meeting, Participant
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

    def are_apart(self, instance: Instance) -> bool:
        """Whether nobody who wishes may sit in two sessions of an hour, and every table is anybody's."""
        firms = {who for wish in instance.wishes for who in (wish.buyer, wish.supplier)}
        return not instance.booth_owners and all(
            len(self.shared(hour, firm, firm)) <= 1 for firm in firms for hour in range(len(self.hours))
        )


def plan_in_rooms(instance: Instance, rooms: Rooms, *, seconds: float) -> Plan:
    """The best plan found in so many seconds for a checked instance, every meeting in a session of both."""
    if rooms.matter and rooms.are_apart(instance):
        apart = _Apart(rooms)
        plan = plan_timetable(apart.split(instance), seconds=seconds)
        return replace(plan, meetings=apart.joined(plan.meetings))
    plan = plan_timetable(instance, seconds=seconds)
    return seated_in_rooms(instance, rooms, plan) if rooms.matter else plan


class _Apart:
    """Each session of an hour as a slot of its own, and back."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self.slots = [
            (hour, session) for hour, all_ in enumerate(rooms.hours) for session in sorted(set(all_))
        ]
        self.tables = [
            [table for table, one in enumerate(rooms.hours[hour]) if one == session]
            for hour, session in self.slots
        ]
        self.at = {
            (hour, table): (slot, number)
            for slot, (hour, _session) in enumerate(self.slots)
            for number, table in enumerate(self.tables[slot])
        }

    def split(self, instance: Instance) -> Instance:
        """The instance over these slots; whoever is locked into an hour is in no other session of it."""
        busy = {(who, each.slot) for each in instance.locked for who in (each.buyer, each.supplier)}
        return Instance(
            tables=tuple(map(len, self.tables)),
            participants=tuple(
                replace(one, free=tuple(self._free(one, {hour for who, hour in busy if who == one.id})))
                for one in instance.participants
            ),
            wishes=tuple(replace(wish, slots=None) for wish in instance.wishes),
            locked=tuple(self._moved(each) for each in instance.locked),
        )

    def _free(self, one: Participant, busy: set[int]) -> Iterator[int]:
        hours = set(one.free) - busy
        for slot, (hour, session) in enumerate(self.slots):
            if hour in hours and session in self.rooms.shared(hour, one.id, one.id):
                yield slot

    def _moved(self, meeting: Meeting) -> Meeting:
        slot, table = self.at[meeting.slot, meeting.table or 0]
        return replace(meeting, slot=slot, table=table)

    def joined(self, meetings: Sequence[Meeting]) -> tuple[Meeting, ...]:
        """The meetings in their hours, in the order of hours and tables."""
        found = [
            replace(each, slot=self.slots[each.slot][0], table=self.tables[each.slot][each.table or 0])
            for each in meetings
        ]
        return tuple(sorted(found, key=lambda one: (one.slot, one.table or 0)))


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
