"""Which pairs are introduced: against every choice there is, limit by limit, bound and cost."""

import time
from collections import Counter
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.allotment import Allotment, Pair, Room, allot

Case = tuple[list[Pair], dict[int, Room], dict[int, int], set[int]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Up to three needs and four suppliers, at most nine pairs."""
    needs = {need: Room(draw(st.integers(0, 2)), 0) for need in range(draw(st.integers(1, 3)))}
    needs = {need: Room(room.least, room.least + draw(st.integers(0, 2))) for need, room in needs.items()}
    suppliers = {supplier: draw(st.integers(0, 2)) for supplier in range(draw(st.integers(1, 4)))}
    every = [(need, supplier) for need in needs for supplier in suppliers]
    kept = draw(st.lists(st.sampled_from(every), unique=True, max_size=9))
    pairs = [Pair(need, supplier, draw(st.integers(1, 60)) / 2) for need, supplier in kept]
    return pairs, needs, suppliers, draw(st.sets(st.sampled_from(sorted(suppliers))))


def choices(case: Case) -> list[tuple[Pair, ...]]:
    """Every choice within the limits."""
    pairs, needs, suppliers, _ = case
    found = []
    for size in range(len(pairs) + 1):
        for chosen in combinations(pairs, size):
            of_needs = Counter(pair.need for pair in chosen)
            of_suppliers = Counter(pair.supplier for pair in chosen)
            if all(of_needs[n] <= room.most for n, room in needs.items()) and all(
                of_suppliers[s] <= most for s, most in suppliers.items()
            ):
                found.append(chosen)
    return found


def lacking(case: Case, chosen: tuple[Pair, ...]) -> int:
    found = Counter(pair.need for pair in chosen)
    return sum(max(0, room.least - found[need]) for need, room in case[1].items())


def new_in(case: Case, chosen: tuple[Pair, ...]) -> int:
    return len({pair.supplier for pair in chosen} & case[3])


def worth(chosen: tuple[Pair, ...]) -> float:
    return sum(pair.score for pair in chosen)


def solved(case: Case, share: float = 0.0) -> Allotment:
    pairs, needs, suppliers, newcomers = case
    return allot(pairs, needs=needs, suppliers=suppliers, newcomers=newcomers, share=share)


@settings(deadline=None, max_examples=60)
@given(cases())
def test_the_choice_is_the_best_of_all_choices(case: Case) -> None:
    every = choices(case)
    fewest = min(lacking(case, chosen) for chosen in every)
    best = max(worth(chosen) for chosen in every if lacking(case, chosen) == fewest)
    found = solved(case)
    assert (lacking(case, found.chosen), found.value) == (fewest, pytest.approx(best))


@settings(deadline=None, max_examples=60)
@given(cases(), st.sampled_from([0.2, 0.5, 1.0]))
def test_with_a_share_for_newcomers_it_is_the_best_of_those_that_keep_it(case: Case, share: float) -> None:
    found = solved(case, share)
    every = choices(case)
    fewest = min(lacking(case, chosen) for chosen in every)
    covering = [chosen for chosen in every if lacking(case, chosen) == fewest]
    fair = [chosen for chosen in covering if new_in(case, chosen) >= found.newcomers_asked]
    assert lacking(case, found.chosen) == fewest
    assert found.newcomers >= found.newcomers_asked
    assert found.newcomers_asked <= max(new_in(case, chosen) for chosen in covering)
    assert found.value == pytest.approx(max(map(worth, fair)))


@settings(deadline=None, max_examples=60)
@given(cases(), st.sampled_from([0.0, 0.5, 1.0]))
def test_limits_are_kept_the_bound_holds_and_fairness_costs_nothing_less_than_nothing(
    case: Case, share: float
) -> None:
    found = solved(case, share)
    assert found.chosen in choices(case)
    assert found.bound >= found.value - 1e-6
    assert found.bound == pytest.approx(found.value, abs=1e-4)
    assert found.fairness_cost >= 0
    assert sum(found.short.values()) == lacking(case, found.chosen)


def test_a_need_that_many_could_supply_steps_back_for_one_that_a_single_firm_can() -> None:
    pairs = [Pair(1, 1, 90), Pair(1, 2, 80), Pair(2, 1, 10)]
    found = allot(pairs, needs={1: Room(1, 1), 2: Room(1, 1)}, suppliers={1: 1, 2: 1})
    assert (set(found.chosen), found.short) == ({pairs[1], pairs[2]}, {})


def test_a_need_that_nobody_can_supply_is_short_and_the_others_are_not() -> None:
    found = allot([Pair(1, 1, 5)], needs={1: Room(1, 2), 2: Room(2, 2)}, suppliers={1: 1})
    assert found.short == {2: 2}


def test_the_price_of_fairness_is_the_score_that_newcomers_lack() -> None:
    pairs = [Pair(1, 1, 90), Pair(1, 2, 70), Pair(2, 1, 90), Pair(2, 3, 85)]
    rooms = {1: Room(1, 1), 2: Room(1, 1)}
    found = allot(pairs, needs=rooms, suppliers={1: 2, 2: 1, 3: 1}, newcomers={2, 3}, share=0.5)
    assert (found.newcomers, found.newcomers_asked, found.fairness_cost) == (1, 1, 5)


def test_nothing_to_choose_from_is_nothing_chosen() -> None:
    found = allot([], needs={}, suppliers={})
    assert (found.chosen, found.value, found.bound) == ((), 0, 0)


def test_four_hundred_needs_are_allotted_in_seconds() -> None:
    rng = Random(1)
    pairs = [
        Pair(need, supplier, rng.uniform(1, 100))
        for need in range(400)
        for supplier in rng.sample(range(2000), 30)
    ]
    start = time.process_time()
    found = allot(
        pairs,
        needs={need: Room(3, 5) for need in range(400)},
        suppliers=dict.fromkeys(range(2000), 2),
        newcomers=set(range(0, 2000, 2)),
        share=0.6,
    )
    assert (found.short, found.bound) == ({}, pytest.approx(found.value))
    assert time.process_time() - start < 20
