"""The planner of timetables, judged by a referee that shares no code with it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.timetable.instance import Instance, Meeting, Participant, Wish
from events.timetable.reasons import Reason, reasons_for, what_more_adds
from events.timetable.scheduling import Plan, plan_timetable
from tests.events.plan_checks import best_by_search, faults, hall, small_instances


def kept_weight(instance: Instance, plan: Plan) -> float:
    met = {(one.buyer, one.supplier) for one in plan.meetings}
    return sum(wish.weight for wish in instance.wishes if (wish.buyer, wish.supplier) in met)


@given(small_instances())
@settings(max_examples=150, deadline=None)
def test_a_small_plan_is_as_good_as_the_best_of_all_plans(instance: Instance) -> None:
    plan = plan_timetable(instance, seconds=5)
    assert faults(instance, plan.meetings) == []
    musts, weight = best_by_search(instance)
    assert plan.musts_kept == musts
    assert plan.weight == pytest.approx(weight)


@given(small_instances(gaps=False, booths=False))
@settings(max_examples=100, deadline=None)
def test_without_gaps_every_small_plan_is_proven_best(instance: Instance) -> None:
    plan = plan_timetable(instance, seconds=5)
    assert plan.weight == pytest.approx(plan.bound)


@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(2, 8))
@settings(max_examples=25, deadline=None)
def test_without_gaps_everything_chosen_finds_its_slot_and_table(seed: int, tables: int, slots: int) -> None:
    instance = hall(seed, buyers=15, suppliers=12, slots=slots, tables=tables, wishes=110)
    plan = plan_timetable(instance, seconds=5, rounds=0)
    assert faults(instance, plan.meetings) == []
    assert plan.weight == pytest.approx(plan.bound)


@given(st.integers(0, 10**6), st.floats(0.4, 1), st.integers(4, 30), st.integers(0, 4))
@settings(max_examples=20, deadline=None)
def test_plans_with_gaps_break_no_rule_and_no_bound(
    seed: int, presence: float, tables: int, booths: int
) -> None:
    instance = hall(
        seed, buyers=30, suppliers=30, slots=8, tables=tables, wishes=400, presence=presence, booths=booths
    )
    plan = plan_timetable(instance, seconds=2, rounds=1)
    assert faults(instance, plan.meetings) == []
    assert plan.weight == pytest.approx(kept_weight(instance, plan))
    assert plan.weight <= plan.bound + 1e-6


def test_a_plan_with_gaps_is_near_its_bound() -> None:
    instance = hall(3, buyers=60, suppliers=90, slots=12, tables=60, wishes=1500, presence=0.8)
    plan = plan_timetable(instance, seconds=20, rounds=3)
    assert plan.weight >= 0.99 * plan.bound


def test_improvement_never_makes_a_plan_worse() -> None:
    instance = hall(5, buyers=50, suppliers=50, slots=10, tables=40, wishes=1200, presence=0.7)
    first, better = (plan_timetable(instance, seconds=30, rounds=rounds) for rounds in (0, 2))
    assert better.weight > first.weight


def test_the_same_seed_gives_the_same_plan() -> None:
    instance = hall(7, buyers=40, suppliers=50, slots=10, tables=30, wishes=900, presence=0.7)
    one, two = (plan_timetable(instance, seconds=60, seed=4, rounds=1) for _ in range(2))
    assert one.meetings == two.meetings


def test_a_plan_comes_even_when_there_is_no_time() -> None:
    instance = hall(9, buyers=100, suppliers=150, slots=20, tables=90, wishes=3000, presence=0.8)
    plan = plan_timetable(instance, seconds=0.001)
    assert faults(instance, plan.meetings) == []
    assert plan.weight >= 0.9 * plan.bound


@pytest.mark.parametrize("tables", [30, 6])
def test_a_second_run_fills_gaps_without_touching_what_is_locked(tables: int) -> None:
    instance = hall(11, buyers=30, suppliers=30, slots=8, tables=tables, wishes=350, presence=0.8, booths=2)
    first = plan_timetable(instance, seconds=20, rounds=1)
    locked = first.meetings[::3]
    again = plan_timetable(replace(instance, locked=locked), seconds=20, rounds=1)
    assert faults(replace(instance, locked=locked), again.meetings) == []
    assert [one for one in again.meetings if one in locked] == list(locked)
    assert len(again.meetings) > len(locked)
    assert again.weight <= again.bound + 1e-6


def test_a_locked_meeting_stays_against_absence_limit_and_without_a_wish() -> None:
    locked = Meeting("b0", "s0", slot=1, table=2)
    instance = Instance(
        tables=(3, 3),
        participants=(
            Participant("b0", "buyer", free=(0,), limit=1),
            Participant("s0", "supplier", free=(0,)),
            Participant("s1", "supplier", free=(0,)),
        ),
        wishes=(Wish("b0", "s1", 5.0),),
        locked=(locked,),
    )
    instance.check()
    assert plan_timetable(instance, seconds=1).meetings == (locked,)


def test_a_must_meet_goes_before_any_weight() -> None:
    instance = Instance(
        tables=(1,),
        participants=(
            Participant("b0", "buyer", free=(0,)),
            Participant("b1", "buyer", free=(0,)),
            Participant("s0", "supplier", free=(0,)),
        ),
        wishes=(Wish("b0", "s0", 100.0), Wish("b1", "s0", 0.5, must=True)),
    )
    plan = plan_timetable(instance, seconds=1)
    assert [(one.buyer, one.supplier) for one in plan.meetings] == [("b1", "s0")]
    assert (plan.musts_kept, plan.musts_possible, plan.bound) == (1, 1, 0.5)


def test_must_meets_are_all_kept_in_a_full_hall_where_they_fit() -> None:
    instance = hall(13, buyers=40, suppliers=40, slots=8, tables=35, wishes=900, presence=0.9)
    wishes = tuple(
        replace(wish, must=number % 20 == 0, weight=0.1 if number % 20 == 0 else wish.weight)
        for number, wish in enumerate(instance.wishes)
    )
    plan = plan_timetable(replace(instance, wishes=wishes), seconds=20, rounds=1)
    assert plan.musts_kept == plan.musts_possible == 45
    assert plan.weight >= 0.98 * plan.bound


def test_a_booth_owner_receives_at_the_booth_and_others_share_the_rest() -> None:
    instance = Instance(
        tables=(2,),
        participants=(
            Participant("b0", "buyer", free=(0,)),
            Participant("b1", "buyer", free=(0,)),
            Participant("b2", "buyer", free=(0,)),
            Participant("s0", "supplier", free=(0,), booth=0),
            Participant("s1", "supplier", free=(0,)),
            Participant("s2", "supplier", free=(0,)),
        ),
        wishes=(Wish("b0", "s0", 1.0), Wish("b1", "s1", 3.0), Wish("b2", "s2", 2.0)),
    )
    plan = plan_timetable(instance, seconds=1)
    assert plan.meetings == (Meeting("b0", "s0", 0, 0), Meeting("b1", "s1", 0, 1))


def test_a_buyer_keeps_the_table_from_meeting_to_meeting() -> None:
    instance = hall(17, buyers=1, suppliers=4, slots=4, tables=3, wishes=4)
    plan = plan_timetable(instance, seconds=1)
    assert [one.table for one in plan.meetings] == [0, 0, 0, 0]


def reasons_of(instance: Instance) -> list[tuple[str, str, Reason]]:
    plan = plan_timetable(instance, seconds=1)
    return [(one.wish.buyer, one.wish.supplier, one.reason) for one in reasons_for(instance, plan.meetings)]


def test_each_wish_not_kept_has_its_reason() -> None:
    instance = Instance(
        tables=(1, 2),
        participants=(
            Participant("early", "buyer", free=(0,)),
            Participant("late", "buyer", free=(1,)),
            Participant("modest", "buyer", free=(0, 1), limit=1),
            Participant("also early", "buyer", free=(0,)),
            Participant("morning", "supplier", free=(0,)),
            Participant("noon", "supplier", free=(0, 1)),
            Participant("afternoon", "supplier", free=(1,)),
            Participant("other morning", "supplier", free=(0,)),
        ),
        wishes=(
            Wish("early", "morning", 9.0),
            Wish("late", "morning", 9.0),
            Wish("also early", "other morning", 1.0),
            Wish("modest", "afternoon", 8.0),
            Wish("modest", "noon", 2.0),
            Wish("also early", "morning", 1.0),
            Wish("early", "other morning", 1.0),
        ),
    )
    assert reasons_of(instance) == [
        ("late", "morning", Reason.NO_COMMON_SLOT),
        ("also early", "other morning", Reason.ALL_TABLES_TAKEN),
        ("modest", "noon", Reason.BUYER_FULL),
        ("also early", "morning", Reason.SUPPLIER_FULL),
        ("early", "other morning", Reason.BUYER_FULL),
    ]


def test_a_wish_between_two_full_sides_was_weaker() -> None:
    people = [("b0", "buyer"), ("b1", "buyer"), ("s0", "supplier"), ("s1", "supplier")]
    instance = Instance(
        tables=(2,),
        participants=tuple(
            Participant(name, "buyer" if side == "buyer" else "supplier", (0,)) for name, side in people
        ),
        wishes=(Wish("b0", "s0", 5.0), Wish("b1", "s1", 5.0), Wish("b0", "s1", 1.0)),
    )
    assert reasons_of(instance) == [("b0", "s1", Reason.WEAKER)]


def test_what_one_more_table_slot_or_hour_would_add() -> None:
    instance = Instance(
        tables=(1,),
        participants=tuple(
            [Participant(f"b{number}", "buyer", (0,)) for number in range(4)]
            + [Participant(f"s{number}", "supplier", (0,)) for number in range(4)]
        ),
        wishes=tuple(Wish(f"b{number}", f"s{number}", float(4 - number)) for number in range(4)),
    )
    more = what_more_adds(instance, slots_an_hour=2)
    assert (more.table, more.slot, more.hour) == pytest.approx((3.0, 3.0, 5.0))
