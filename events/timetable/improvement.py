"""A plan made better: exchanges guided by prices, and slots planned anew where most is lost."""

import itertools
import math
import random
import time

import numpy as np

from events.timetable.bound import Prices
from events.timetable.grid import NOBODY, Grid, slots_in
from events.timetable.problem import Floats, Problem
from events.timetable.resolving import resolve_slots

EXCHANGES = 4000
"""Tries between two times that slots are planned anew."""
REPLAN_SECONDS = 0.6
"""What planning a few slots anew may take."""
SHIFTS = 12
"""How often a free slot is moved about before a wish is given up."""
SMALL = 3000
"""Up to so many ways to place a wish the whole plan is one whole-number program."""
PATIENCE = 12
"""After so many rounds without a gain nothing more is expected."""


def improve(
    problem: Problem,
    grid: Grid,
    prices: Prices,
    *,
    bound: float,
    deadline: float,
    seed: int,
    rounds: int | None,
) -> None:
    """Change the grid for the better until `bound`, `deadline` (perf_counter) or so many rounds."""
    if not problem.size:
        return
    work = _Improvement(problem, grid, prices, deadline, seed)
    if problem.common.sum() <= SMALL:
        work.replan(list(range(problem.slots)), widest=np.inf, gap=0.0)
        return
    idle, best, best_slots = 0, work.worth(), list(grid.slot)
    for turn in itertools.count() if rounds is None else range(rounds):
        work.exchange(EXCHANGES, warmth=0.02 / (1 + turn / 4))
        work.replan(work.costly_slots(2 + turn % 2), widest=0.1, gap=None)
        worth = work.worth()
        idle = 0 if worth > best else idle + 1
        if worth > best:
            best, best_slots = worth, list(grid.slot)
        if best >= bound * (1 - 1e-9) or idle >= PATIENCE or time.perf_counter() >= deadline:
            break
    grid.move(enumerate(best_slots))


class _Improvement:
    """The grid to improve, with what guides it: each wish's worth and its gain over the prices."""

    def __init__(self, problem: Problem, grid: Grid, prices: Prices, deadline: float, seed: int) -> None:
        self.problem, self.grid, self.prices, self.deadline = problem, grid, prices, deadline
        self.usual = float(problem.weight.mean()) or 1.0
        self.gains: Floats = prices.gains(problem)
        self.value: list[float] = problem.worth.tolist()
        self.gain: list[float] = self.gains.tolist()
        self.chance = random.Random(seed)  # noqa: S311 - a search, nothing secret
        near = np.flatnonzero(self.gains > -0.12 * self.usual)
        self.near: list[int] = near[np.argsort(-self.gains[near], kind="stable")].tolist()
        self.offers: list[list[int]] = [[] for _ in range(problem.people)]
        for wish in self.near:
            self.offers[grid.buyer[wish]].append(wish)
            self.offers[grid.supplier[wish]].append(wish)

    def worth(self) -> float:
        """What the grid is worth now."""
        return float(self.problem.worth[np.array(self.grid.slot) != NOBODY].sum())

    def exchange(self, tries: int, *, warmth: float) -> None:
        """Force wishes in that gain over the prices, for such as do not.

        A plan that is worse by about `warmth` usual weights is kept at times, so that the search does not end
        at the first summit.
        """
        warmth *= self.usual
        for number, wish in enumerate(self._worth_forcing(tries)):
            if number % 32 == 0 and time.perf_counter() >= self.deadline:
                break
            if self.grid.slot[wish] != NOBODY:
                continue
            self.grid.log.clear()
            change = self._force(wish)
            if change is None or (change < 0 and self.chance.random() >= math.exp(change / warmth)):
                self.grid.undo()

    def _worth_forcing(self, tries: int) -> list[int]:
        chance, gain = self.chance.random, self.gain
        left = [wish for wish in self.near if self.grid.slot[wish] == NOBODY]
        order: list[int] = []
        while left and len(order) < tries:
            ranked = sorted(left, key=lambda wish: -gain[wish] - 0.1 * self.usual * chance())
            order += ranked[: max(50, len(left) // 4)]
        return order[:tries]

    def _force(self, wish: int) -> float | None:
        """Place the wish, taking out the weakest meeting of a full side; the change, None if impossible."""
        grid = self.grid
        sides = (grid.buyer[wish], grid.supplier[wish])
        change = self.value[wish]
        touched = list(sides)
        for person in sides:
            if grid.free[person] and grid.left[person] > 0:
                continue
            weakest = self._weakest(person)
            if weakest == NOBODY:
                return None
            grid.take(weakest)
            change -= self.value[weakest]
            touched += [grid.buyer[weakest], grid.supplier[weakest]]
        if not self._shift_in(wish, SHIFTS):
            return None
        for person in dict.fromkeys(touched):
            change += self._refill(person)
        return change

    def _weakest(self, person: int) -> int:
        placed = [wish for wish in self.grid.at[person] if wish != NOBODY]
        chance = self.chance.random
        return min(placed, key=lambda wish: self.gain[wish] + 0.04 * self.usual * chance(), default=NOBODY)

    def _refill(self, person: int) -> float:
        grid, added = self.grid, 0.0
        if not (grid.free[person] and grid.left[person] > 0):
            return added
        for wish in self.offers[person]:
            if grid.slot[wish] == NOBODY and grid.can_meet_more(wish) and self._shift_in(wish, 4):
                added += self.value[wish]
                if not (grid.free[person] and grid.left[person] > 0):
                    break
        return added

    def _shift_in(self, wish: int, shifts: int) -> bool:
        """Insert the wish, moving free slots of its two sides about at random until it fits."""
        grid, chance = self.grid, self.chance.random
        for _ in range(shifts):
            if grid.insert(wish, 4):
                return True
            person = grid.buyer[wish] if chance() < 0.5 else grid.supplier[wish]
            free = list(slots_in(grid.free[person]))
            busy = list(slots_in(grid.present[person] & ~grid.free[person]))
            if not free or not busy:
                return False
            grid.shift(person, free[int(chance() * len(free))], busy[int(chance() * len(busy))])
        return False

    def costly_slots(self, count: int) -> list[int]:
        """Slots drawn by what is lost there: priced places and tables left empty, meetings below price."""
        problem, slot = self.problem, np.array(self.grid.slot)
        placed = np.flatnonzero(slot != NOBODY)
        idle = problem.free.copy()
        idle[problem.buyer[placed], slot[placed]] = False
        idle[problem.supplier[placed], slot[placed]] = False
        lost = (idle * self.prices.place[:, None]).sum(0)
        lost += np.bincount(slot[placed], np.maximum(-self.gains[placed], 0), problem.slots)
        lost += self.prices.table * np.maximum(self.grid.seats, 0)
        first = self.chance.choices(range(problem.slots), (lost + 1e-3 * self.usual).tolist())
        others = [one for one in range(problem.slots) if one not in first]
        return first + self.chance.sample(others, min(count - 1, len(others)))

    def replan(self, which: list[int], *, widest: float, gap: float | None) -> None:
        """Plan these slots anew, with wishes that lose at most `widest` usual weights against the prices."""
        slot = np.array(self.grid.slot)
        able = np.flatnonzero((slot == NOBODY) & (self.gains > -widest * self.usual))
        if gap is None:
            gap = 0.05 * self.usual / max(float(self.problem.worth[np.isin(slot, which)].sum()), self.usual)
        seconds = min(REPLAN_SECONDS, self.deadline - time.perf_counter())
        if seconds > 0:
            self.grid.move(resolve_slots(self.problem, slot, np.array(which), able, seconds=seconds, gap=gap))
