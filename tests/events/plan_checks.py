"""What the tests of timetables share: invented instances, a referee and a search through all plans."""

import random
from collections.abc import Iterable

from hypothesis import strategies as st

from events.timetable.instance import Instance, Meeting, Participant, Side, Wish


def hall(
    seed: int,
    *,
    buyers: int,
    suppliers: int,
    slots: int,
    tables: int,
    wishes: int,
    presence: float = 1.0,
    booths: int = 0,
) -> Instance:
    """An instance drawn from the seed; everyone is free in a slot with the probability `presence`."""
    draw = random.Random(seed)
    sides: list[tuple[Side, int]] = [("buyer", buyers), ("supplier", suppliers)]
    people = [
        Participant(
            id=f"{side[0]}{number}",
            side=side,
            free=tuple(slot for slot in range(slots) if draw.random() < presence),
            booth=number if side == "supplier" and number < booths else None,
        )
        for side, count in sides
        for number in range(count)
    ]
    pairs = draw.sample(
        [(buyer, supplier) for buyer in range(buyers) for supplier in range(suppliers)], wishes
    )
    wanted = tuple(Wish(f"b{buyer}", f"s{supplier}", draw.uniform(1, 10)) for buyer, supplier in pairs)
    instance = Instance((tables,) * slots, tuple(people), wanted)
    instance.check()
    return instance


@st.composite
def small_instances(
    draw: st.DrawFn, *, gaps: bool = True, booths: bool = True, musts: bool = True
) -> Instance:
    """Up to 4 buyers, 4 suppliers, 3 slots and 7 wishes."""
    slots = draw(st.integers(1, 3))
    tables = draw(st.lists(st.integers(0, 3), min_size=slots, max_size=slots))
    if not gaps:
        tables = tables[:1] * slots
    everyone: list[Participant] = []
    free_booths = list(range(min(tables)))
    for side, letter in (("buyer", "b"), ("supplier", "s")):
        for number in range(draw(st.integers(1, 4))):
            free = draw(st.sets(st.integers(0, slots - 1))) if gaps else range(slots)
            booth = free_booths.pop() if booths and free_booths and draw(st.booleans()) else None
            limit = draw(st.none() | st.integers(0, slots))
            everyone.append(
                Participant(
                    f"{letter}{number}",
                    "buyer" if side == "buyer" else "supplier",
                    tuple(sorted(free)),
                    limit,
                    booth,
                )
            )
    names = [[one.id for one in everyone if one.side == side] for side in ("buyer", "supplier")]
    pairs = draw(st.sets(st.tuples(*map(st.sampled_from, names)), max_size=7))
    wishes = tuple(
        Wish(buyer, supplier, draw(st.integers(0, 9)) / 2, must=musts and draw(st.integers(0, 3)) == 0)
        for buyer, supplier in sorted(pairs)
    )
    instance = Instance(tuple(tables), tuple(everyone), wishes)
    instance.check()
    return instance


def faults(instance: Instance, meetings: Iterable[Meeting]) -> list[str]:
    """Every rule that the meetings break, judged without any code of the planner."""
    people = {one.id: one for one in instance.participants}
    wished = {(wish.buyer, wish.supplier) for wish in instance.wishes}
    booths = {one.booth: one.id for one in instance.participants if one.booth is not None}
    found: list[str] = []
    seen: set[tuple[object, ...]] = set()
    count: dict[str, int] = {}
    for meeting in meetings:
        pair = (meeting.buyer, meeting.supplier)
        uses: list[tuple[object, ...]] = [("pair", *pair), ("table", meeting.table, meeting.slot)]
        uses += [("person", who, meeting.slot) for who in pair]
        found += [f"{use} twice" for use in uses if use in seen]
        seen.update(uses)
        for who in pair:
            count[who] = count.get(who, 0) + 1
        if meeting.table is None or not 0 <= meeting.table < instance.tables[meeting.slot]:
            found.append(f"{meeting}: no such table")
        if meeting in instance.locked:
            continue
        if pair not in wished:
            found.append(f"{meeting}: nobody wished it")
        found += [
            f"{who} is absent in {meeting.slot}" for who in pair if meeting.slot not in people[who].free
        ]
        owners = [who for who in pair if people[who].booth is not None]
        if owners and meeting.table not in {people[who].booth for who in owners}:
            found.append(f"{meeting}: not at the booth")
        if not owners and meeting.table in booths:
            found.append(f"{meeting}: at the booth of another")
    for who, times in count.items():
        limit = people[who].limit
        locked = sum(who in {one.buyer, one.supplier} for one in instance.locked)
        if limit is not None and times > max(limit, locked):
            found.append(f"{who} has {times} meetings, more than {limit}")
    return found


def best_by_search(instance: Instance) -> tuple[int, float]:
    """Must-meets kept and sum of weights of the best plan, by trying every slot for every wish."""
    people = {one.id: one for one in instance.participants}
    booths = sum(one.booth is not None for one in instance.participants)
    best = (0, 0.0)

    def go_on(
        number: int, busy: set[tuple[str, int]], standing: dict[int, int], musts: int, sum_: float
    ) -> None:
        nonlocal best
        if number == len(instance.wishes):
            best = max(best, (musts, sum_))
            return
        go_on(number + 1, busy, standing, musts, sum_)
        wish = instance.wishes[number]
        pair = (wish.buyer, wish.supplier)
        for who in pair:
            limit = people[who].limit
            if limit is not None and sum(name == who for name, _ in busy) >= limit:
                return
        shared = all(people[who].booth is None for who in pair)
        for slot in set(people[wish.buyer].free) & set(people[wish.supplier].free):
            taken = standing.get(slot, 0)
            if busy & {(who, slot) for who in pair} or (shared and taken >= instance.tables[slot] - booths):
                continue
            go_on(
                number + 1,
                busy | {(who, slot) for who in pair},
                {**standing, slot: taken + shared},
                musts + wish.must,
                sum_ + wish.weight,
            )

    go_on(0, set(), {}, 0, 0.0)
    return best
