"""The proof of how good a timetable can be at most."""

import pytest
from hypothesis import given, settings

from events.timetable.bound import best_choice, quick_prices
from events.timetable.instance import Instance
from events.timetable.problem import problem_of
from tests.events.plan_checks import best_by_search, hall, small_instances


@given(small_instances(musts=False))
@settings(max_examples=150, deadline=None)
def test_no_plan_exceeds_the_bound(instance: Instance) -> None:
    problem = problem_of(instance)
    _, weight = best_by_search(instance)
    quick = quick_prices(problem)
    assert best_choice(problem, quick).bound >= weight - 1e-7
    assert quick.bound(problem) >= weight - 1e-7


@given(small_instances(gaps=False, booths=False, musts=False))
@settings(max_examples=100, deadline=None)
def test_without_gaps_the_bound_is_reached(instance: Instance) -> None:
    problem = problem_of(instance)
    _, weight = best_by_search(instance)
    assert best_choice(problem, quick_prices(problem)).bound == pytest.approx(weight, abs=1e-6)


@pytest.mark.parametrize("tables", [200, 20])
def test_the_best_prices_prove_the_choice_to_be_the_best(tables: int) -> None:
    problem = problem_of(hall(1, buyers=80, suppliers=120, slots=10, tables=tables, wishes=3000))
    choice = best_choice(problem, quick_prices(problem))
    assert choice.exact
    assert choice.bound == pytest.approx(problem.worth[choice.chosen].sum())
    assert (problem.totals(of=choice.chosen) <= problem.capacity).all()
    assert choice.chosen.sum() <= tables * 10


def test_quick_prices_are_near_the_best_ones() -> None:
    problem = problem_of(hall(2, buyers=100, suppliers=150, slots=12, tables=90, wishes=4000))
    quick = quick_prices(problem)
    assert quick.bound(problem) <= 1.02 * best_choice(problem, quick).bound
