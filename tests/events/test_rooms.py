"""Sessions that run at once: nobody sits in one that they did not choose."""

import pytest

from events.models import Meeting
from events.timetable.assessing import assess
from events.timetable.instance import Instance, Participant, Wish
from events.timetable.instance import Meeting as Planned
from events.timetable.publishing import draft
from events.timetable.rooms import Rooms, plan_in_rooms
from tests.events.conftest import District
from tests.events.test_publishing import Hall, hall
from tests.factories.companies import make_buyer, make_company
from tests.factories.events import make_registration, make_session

__all__ = ["hall"]


def people(*ids: str, booths: dict[str, int] | None = None, slots: int = 2) -> tuple[Participant, ...]:
    """Participants, buyers where the id begins with b, there in every slot."""
    return tuple(
        Participant(
            each,
            "buyer" if each.startswith("b") else "supplier",
            tuple(range(slots)),
            booth=(booths or {}).get(each),
        )
        for each in ids
    )


def seated(
    instance: Instance, hours: list[list[int]], chosen: dict[str, set[int]]
) -> dict[tuple[str, str], tuple[int, int | None]]:
    """Slot and table of every pair that meets."""
    rooms = Rooms(hours, {firm: frozenset(sessions) for firm, sessions in chosen.items()})
    plan = plan_in_rooms(instance, rooms, seconds=0.2)
    places = [(each.slot, each.table) for each in plan.meetings]
    assert len(set(places)) == len(places)
    assert plan.weight <= plan.bound + 1e-9
    return {(each.buyer, each.supplier): (each.slot, each.table) for each in plan.meetings}


def test_firm_of_one_of_two_parallel_sessions_sits_at_its_tables(hall: Hall, district: District) -> None:
    hall.wish_all()
    beside = make_session(hall.event, slots=2, tables=2)
    hall.suppliers[0].sessions.set([beside])
    hall.suppliers[1].sessions.set([hall.session])
    made = draft(hall.event, by=district.organiser, seconds=0.2)
    where = set(Meeting.objects.values_list("supplier_id", "slot__session_id"))
    assert (made.kept, made.share_of_bound) == (4, 1.0)
    assert where == {(hall.suppliers[0].pk, beside.pk), (hall.suppliers[1].pk, hall.session.pk)}


def test_pair_without_a_common_session_does_not_meet_and_is_told_why(hall: Hall, district: District) -> None:
    hall.wish_all()
    beside = make_session(hall.event, slots=2, tables=2)
    hall.buyers[0].sessions.set([hall.session])
    for supplier in hall.suppliers:
        supplier.sessions.set([beside])
    draft(hall.event, by=district.organiser, seconds=0.2)
    assessment = assess(hall.event)
    assert hall.pairs() == {(hall.buyers[1].pk, supplier.pk) for supplier in hall.suppliers}
    assert [(each.buyer, each.reason) for each in assessment.missed] == [
        (hall.buyers[0], "no_common_slot")
    ] * 2
    assert assessment.is_best


def test_firms_that_chose_nothing_may_sit_in_either_session(hall: Hall, district: District) -> None:
    make_session(hall.event, slots=2, tables=2)
    for _each in range(2):
        hall.buyers.append(make_registration(hall.event, make_buyer()))
        hall.suppliers.append(make_registration(hall.event, make_company()))
    hall.wish_all()
    made = draft(hall.event, by=district.organiser, seconds=0.2)
    assert (made.pairs, made.kept) == (16, 8)


def test_full_session_sends_what_does_not_fit_to_another_hour() -> None:
    instance = Instance(
        tables=(3, 3),
        participants=people("b1", "b2", "s1", "s2"),
        wishes=(Wish("b1", "s1", 2.0), Wish("b2", "s2", 1.0)),
    )
    found = seated(instance, [[1, 2, 2], [1, 2, 2]], {"s1": {1}, "s2": {1}})
    assert {table for _slot, table in found.values()} == {0}
    assert sorted(slot for slot, _table in found.values()) == [0, 1]


def test_who_may_sit_anywhere_makes_room_for_who_may_not() -> None:
    instance = Instance(
        tables=(2,),
        participants=people("b1", "b2", "s1", "s2", slots=1),
        wishes=(Wish("b1", "s1", 2.0), Wish("b2", "s2", 1.0)),
    )
    assert seated(instance, [[1, 2]], {"s2": {1}}) == {("b1", "s1"): (0, 1), ("b2", "s2"): (0, 0)}


def test_must_meet_keeps_the_last_table_of_its_session() -> None:
    instance = Instance(
        tables=(3,),
        participants=people("b1", "b2", "s1", "s2", slots=1),
        wishes=(Wish("b1", "s1", 9.0), Wish("b2", "s2", 1.0, must=True)),
    )
    found = seated(instance, [[1, 2, 2]], {"s1": {1}, "s2": {1}})
    assert found == {("b2", "s2"): (0, 0)}


def test_small_session_holds_the_best_of_the_day_where_nobody_comes_to_two() -> None:
    pairs = {("b1", "s1"): 10.0, ("b2", "s2"): 9.0, ("b1", "s2"): 1.0, ("b2", "s1"): 1.0}
    instance = Instance(
        tables=(6, 6),
        participants=people("b1", "b2", "s1", "s2", "b3", "s3"),
        wishes=(*(Wish(*pair, weight) for pair, weight in pairs.items()), Wish("b3", "s3", 1.0)),
    )
    chosen = {"b1": {1}, "b2": {1}, "s1": {1}, "s2": {1}, "b3": {2}, "s3": {2}}
    found = seated(instance, [[2, 2, 1, 2, 2, 2], [1, 2, 2, 2, 2, 2]], chosen)
    assert set(found) == {("b1", "s1"), ("b2", "s2"), ("b3", "s3")}
    assert {found["b1", "s1"], found["b2", "s2"]} == {(0, 2), (1, 0)}


def test_locked_meeting_keeps_its_firms_out_of_the_other_session_of_the_hour() -> None:
    instance = Instance(
        tables=(2,),
        participants=people("b1", "s1", "s2", slots=1),
        wishes=(Wish("b1", "s1", 1.0), Wish("b1", "s2", 9.0)),
        locked=(Planned("b1", "s1", 0, 0),),
    )
    found = seated(instance, [[1, 2]], {"b1": {2}, "s1": {2}, "s2": {2}})
    assert found == {("b1", "s1"): (0, 0)}


def test_own_table_stands_in_the_session_its_owner_chose() -> None:
    instance = Instance(
        tables=(4,),
        participants=people("b1", "b2", "s1", "s2", booths={"s1": 0}, slots=1),
        wishes=(Wish("b1", "s1", 1.0), Wish("b2", "s2", 1.0)),
    )
    assert seated(instance, [[1, 1, 2, 2]], {"s1": {2}, "s2": {2}}) == {
        ("b1", "s1"): (0, 2),
        ("b2", "s2"): (0, 3),
    }


def test_locked_meeting_stays_even_in_another_session() -> None:
    locked = Planned("b1", "s1", 0, 0)
    instance = Instance(
        tables=(2, 2),
        participants=people("b1", "b2", "s1", "s2"),
        wishes=(Wish("b1", "s1", 1.0), Wish("b2", "s2", 1.0)),
        locked=(locked,),
    )
    found = seated(instance, [[1, 2], [1, 2]], {"s1": {2}, "s2": {1}})
    assert found == {("b1", "s1"): (0, 0), ("b2", "s2"): (1, 0)}


@pytest.mark.parametrize("chosen", [{}, {"s1": frozenset({1})}])
def test_one_session_an_hour_needs_no_second_seating(chosen: dict[str, frozenset[int]]) -> None:
    assert not Rooms([[1, 1], [2, 2]], chosen).matter
