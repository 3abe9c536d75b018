"""From wishes and slots to a plan: the timetable of an event, with a proof of how good it is.

Without gaps the best wishes are chosen by linear program and all of them find a slot by edge colouring, which
is proven to be the best plan. With gaps every slot is assigned exactly, one after the other, and what time is
left goes into improving that plan.
"""

import time
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from events.timetable.bound import Choice, Prices, best_choice, quick_prices
from events.timetable.grid import NOBODY, Grid
from events.timetable.improvement import improve
from events.timetable.instance import Instance, Meeting
from events.timetable.problem import Bools, Problem, problem_of
from events.timetable.seating import seat
from events.timetable.slot_by_slot import plan_slot_by_slot

CONTENT = 0.997
"""From this share of the bound on a first plan is good enough to go on from."""
DRAFTING = 8e-6
"""Seconds a wish that planning slot by slot takes."""
PROVING = 9e-6
"""The same of the linear program with its colouring; without them it is solved after the clock stopped."""
SEATING = 1e-6
"""Seconds a wish that it takes to find the tables at the end."""
EXHAUSTIVE = 1_000_000
"""So many chains are never tried: the insertion goes on until it succeeds or nothing is left to try."""


@dataclass(frozen=True)
class Plan:
    """A timetable: all meetings, the locked ones included, in the order of slots and tables.

    `weight` is the sum over the wishes kept, `bound` what no plan can exceed that keeps as many must-meets,
    `wished` the sum over all wishes; `musts_kept` and `musts_possible` count must-meets, the latter proven.
    `seconds` were spent on the plan, `bound_seconds` after it on the proof.
    """

    meetings: tuple[Meeting, ...]
    weight: float
    bound: float
    wished: float
    musts_kept: int
    musts_possible: int
    seconds: float
    bound_seconds: float

    @property
    def proven(self) -> bool:
        """Whether no better plan exists."""
        return self.weight >= self.bound - 1e-6 * max(1.0, self.bound)


def plan_timetable(
    instance: Instance, *, seconds: float = 20.0, seed: int = 0, rounds: int | None = None
) -> Plan:
    """The best plan found in so many seconds for a checked instance; locked meetings stay as they are.

    The same instance, seed and `rounds` of improvement give the same plan wherever the seconds suffice.
    """
    started = time.perf_counter()
    deadline = started + seconds
    problem = problem_of(instance)
    prices = quick_prices(problem)
    grid, choice = _first_plan(problem, prices, deadline)
    if choice is not None and _worth(problem, grid) < choice.bound * (1 - 1e-9):
        improve(problem, grid, choice.prices, bound=choice.bound, deadline=deadline, seed=seed, rounds=rounds)
    meetings = seat(instance, problem, grid.slot)
    planned = time.perf_counter()
    bound = (choice or best_choice(problem, prices)).bound
    seconds_of = planned - started, time.perf_counter() - planned
    return _plan(instance, problem, grid, meetings, bound=bound, seconds=seconds_of)


def _first_plan(problem: Problem, prices: Prices, deadline: float) -> tuple[Grid, Choice | None]:
    """The better of two plans, as far as time allows: the best choice coloured, and slot by slot.

    Where one side has slots to spare, as without gaps, the former comes first; otherwise the latter, which is
    far better where all places of both sides are wanted.
    """
    early = problem.has_no_gaps or _has_slots_to_spare(problem, prices)
    choice = best_choice(problem, prices) if early else None
    grids: list[Grid] = []
    if choice is not None:
        grids.append(_fill(Grid(problem), problem, choice.prices, choice.chosen, deadline))
        if problem.has_no_gaps or _worth(problem, grids[0]) >= CONTENT * choice.bound:
            return grids[0], choice
    if choice is None or deadline - time.perf_counter() > DRAFTING * problem.size:
        grids.append(_draft(problem, choice.prices if choice else prices, deadline - SEATING * problem.size))
    if choice is None and deadline - time.perf_counter() > PROVING * problem.size:
        choice = best_choice(problem, prices)
        grids.append(_fill(Grid(problem), problem, choice.prices, choice.chosen, deadline))
    return max(grids, key=lambda one: _worth(problem, one)), choice


def _has_slots_to_spare(problem: Problem, prices: Prices) -> bool:
    """Whether tables suffice and a side has most of its places free of charge."""
    split, usual = problem.buyers, float(problem.weight.mean()) if problem.size else 0.0
    if problem.tables.min() < min(split, problem.people - split):
        return False
    paid = np.where(prices.place > 0.02 * usual, problem.capacity, 0)
    sides = [(paid[:split], problem.capacity[:split]), (paid[split:], problem.capacity[split:])]
    return any(some.sum() < 0.5 * all_.sum() for some, all_ in sides)


def _worth(problem: Problem, grid: Grid) -> float:
    return float(problem.worth[np.array(grid.slot, np.int64) != NOBODY].sum())


def _draft(problem: Problem, prices: Prices, deadline: float) -> Grid:
    """Slot by slot, then whatever still fits."""
    grid = Grid(problem)
    slot = plan_slot_by_slot(problem, prices, deadline)
    grid.move(enumerate(slot.tolist()))
    return _fill(grid, problem, prices, prices.gains(problem) > 0, deadline)


def _fill(grid: Grid, problem: Problem, prices: Prices, chosen: Bools, deadline: float) -> Grid:
    """Insert the chosen wishes (m), the hardest to place first, then the others by gain over the prices.

    The deadline is for the latter alone; without gaps all chosen ones are sure to find their place.
    """
    sure = problem.has_no_gaps
    first = np.flatnonzero(chosen & (np.array(grid.slot, np.int64) == NOBODY))
    crowd = problem.totals(of=np.flatnonzero(chosen))
    ease = problem.choices[first] - (crowd[problem.buyer[first]] + crowd[problem.supplier[first]]) / 2
    for wish in first[np.argsort(ease, kind="stable")].tolist():
        grid.insert(wish, EXHAUSTIVE if sure else 40)
    rest = np.flatnonzero(np.array(grid.slot, np.int64) == NOBODY)
    rest = rest[np.argsort(-prices.gains(problem)[rest], kind="stable")]
    for number, wish in enumerate(rest.tolist()):
        if number % 32 == 0 and time.perf_counter() > deadline:
            break
        grid.insert(wish, 10)
    return grid


def _plan(
    instance: Instance,
    problem: Problem,
    grid: Grid,
    meetings: tuple[Meeting, ...],
    *,
    bound: float,
    seconds: tuple[float, float],
) -> Plan:
    kept = {(meeting.buyer, meeting.supplier) for meeting in meetings}
    locked = {(meeting.buyer, meeting.supplier) for meeting in instance.locked}
    already = [wish for wish in instance.wishes if (wish.buyer, wish.supplier) in locked]
    met = [wish for wish in instance.wishes if (wish.buyer, wish.supplier) in kept]
    placed = np.array(grid.slot, np.int64) != NOBODY
    musts = int((problem.worth > problem.weight)[placed].sum())
    fixed = sum(map(attrgetter("weight"), already))
    return Plan(
        meetings=meetings,
        weight=sum(map(attrgetter("weight"), met)),
        bound=fixed + _bound_with(problem, bound, musts),
        wished=sum(map(attrgetter("weight"), instance.wishes)),
        musts_kept=musts + sum(wish.must for wish in already),
        musts_possible=int(bound // problem.must_bonus) + sum(wish.must for wish in already),
        seconds=seconds[0],
        bound_seconds=seconds[1],
    )


def _bound_with(problem: Problem, bound: float, musts: int) -> float:
    """The bound on weight alone, for plans that keep as many must-meets."""
    if bound < (musts + 1) * problem.must_bonus:
        return bound - musts * problem.must_bonus
    plain = replace(problem, worth=problem.weight)
    return best_choice(plain, quick_prices(plain)).bound
