"""Which table each meeting gets: booths at their owner's, others where one of the two sat before."""

from events.timetable.grid import NOBODY
from events.timetable.instance import Instance, Meeting
from events.timetable.problem import Problem


def seat(instance: Instance, problem: Problem, slot: list[int]) -> tuple[Meeting, ...]:
    """All meetings with their tables: the locked ones and the wishes placed in `slot` (m), sorted by both."""
    owners = instance.booth_owners
    booths = {owner: table for table, owner in owners.items()}
    taken = [set(owners) for _ in instance.tables]
    seated = [meeting for meeting in instance.locked if meeting.table is not None]
    for meeting in seated:
        taken[meeting.slot].add(-1 if meeting.table is None else meeting.table)
    lowest = [0] * instance.slots
    before: dict[str, int] = {}
    for into, buyer, supplier in sorted(_waiting(instance, problem, slot)):
        table = booths.get(supplier, booths.get(buyer, -1))
        if table < 0:
            gone = taken[into]
            while lowest[into] in gone:
                lowest[into] += 1
            known = (before.get(buyer, -1), before.get(supplier, -1))
            liked = [one for one in known if 0 <= one < instance.tables[into] and one not in gone]
            table = liked[0] if liked else lowest[into]
            gone.add(table)
            before[buyer] = before[supplier] = table
        seated.append(Meeting(buyer, supplier, into, table))
    return tuple(sorted(seated, key=lambda one: (one.slot, -1 if one.table is None else one.table)))


def _waiting(instance: Instance, problem: Problem, slot: list[int]) -> list[tuple[int, str, str]]:
    """Slot, buyer and supplier of all that have no table yet."""
    ids, buyer, supplier = problem.ids, problem.buyer.tolist(), problem.supplier.tolist()
    waiting = [
        (into, ids[buyer[number]], ids[supplier[number]])
        for number, into in enumerate(slot)
        if into != NOBODY
    ]
    waiting += [(one.slot, one.buyer, one.supplier) for one in instance.locked if one.table is None]
    return waiting
