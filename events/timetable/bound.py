"""How much a timetable can be worth at most, proven by prices (linear programming duality).

The bound forgets that a meeting has to find one slot that suits both and keeps only what counts in sum:
nobody has more meetings than places, all tables together hold so many, no two meet twice. That is a transport
problem, whose linear program has a whole-numbered best solution. Any prices of places and tables give an
upper bound by weak duality, however they were found; HiGHS makes them the best ones.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_matrix

from events.timetable.problem import Bools, Floats, Problem

QUICK_STEPS = 60
PRICING_ROUNDS = 8


@dataclass(frozen=True)
class Prices:
    """What one more place of each participant (n) and one more shared table would be worth."""

    place: Floats
    table: float

    def gains(self, problem: Problem) -> Floats:
        """(m): what each wish is worth above the price of the places and the table that it needs."""
        gains: Floats = problem.worth - self.place[problem.buyer] - self.place[problem.supplier]
        gains -= self.table * problem.shared
        return gains

    def bound(self, problem: Problem) -> float:
        """No plan is worth more than this."""
        paid = float(self.place @ problem.capacity) + self.table * problem.places
        return paid + float(np.maximum(self.gains(problem), 0).sum())


@dataclass(frozen=True)
class Choice:
    """Which wishes (m) the linear program keeps; `exact` when their worth equals the bound of the prices."""

    chosen: Bools
    prices: Prices
    bound: float
    exact: bool


def quick_prices(problem: Problem) -> Prices:
    """Prices within a fraction of a per cent of the best ones, by subgradient steps with momentum."""
    capacity = problem.capacity.astype(float)
    place, table = np.zeros(problem.people), 0.0
    if not problem.size:
        return Prices(place, table)
    step = 0.5 * float(problem.weight.mean())
    pace = np.zeros(problem.people)
    scale, places = np.maximum(capacity, 1), max(problem.places, 1.0)
    best, best_bound = Prices(place, table), np.inf
    for turn in range(QUICK_STEPS):
        now = Prices(place, table)
        gains = now.gains(problem)
        wanted = gains > 0
        bound = float(place @ capacity) + table * problem.places + float(gains[wanted].sum())
        if bound < best_bound:
            best, best_bound = now, bound
        short = step / (1 + 0.15 * turn)
        excess = np.clip((problem.totals(of=np.flatnonzero(wanted)) - capacity) / scale, -1, 1)
        pace = 0.6 * pace + 0.4 * short * excess
        place = np.maximum(place + pace, 0)
        crowding = (float((wanted & problem.shared).sum()) - problem.places) / places
        table = max(0.0, table + 0.5 * short * min(1.0, max(-1.0, 6 * crowding)))
    return best


def best_choice(problem: Problem, start: Prices) -> Choice:
    """The best wishes by linear program and the best prices.

    Only wishes whose gain at the `start` prices is near zero are in doubt: HiGHS solves for these, and wishes
    that the new prices contradict are added until none does.
    """
    prices, gains = start, start.gains(problem)
    chosen = gains > 0
    if not problem.size:
        return Choice(chosen, prices, 0.0, exact=True)
    usual = float(problem.weight.mean())
    doubt = np.abs(gains) < 0.1 * usual
    for turn in range(PRICING_ROUNDS):
        doubt |= _overfull(problem, chosen & ~doubt)
        if turn == PRICING_ROUNDS - 1:
            doubt[:] = True
        chosen, prices = _solve(problem, chosen, doubt, prices)
        gains = prices.gains(problem)
        slack = 1e-7 * (1 + problem.worth)
        wrong = ~doubt & ((chosen & (gains < -slack)) | (~chosen & (gains > slack)))
        if not wrong.any():
            break
        # What contradicts the prices moves its neighbours' too: let those that it may turn be in doubt.
        near = problem.totals(of=wrong) > 0
        doubt |= wrong | ((near[problem.buyer] | near[problem.supplier]) & (np.abs(gains) < 0.3 * usual))
    bound = prices.bound(problem)
    worth = float(problem.worth[chosen].sum())
    return Choice(chosen, prices, bound, exact=bound - worth <= 1e-9 * max(bound, 1.0))


def _overfull(problem: Problem, settled: Bools) -> Bools:
    """(m): settled wishes of participants, or of tables, that have more settled wishes than places."""
    over = problem.totals(of=settled) > problem.capacity
    out: Bools = settled & (over[problem.buyer] | over[problem.supplier])
    if (settled & problem.shared).sum() > problem.places:
        out |= settled & problem.shared
    return out


def _solve(problem: Problem, chosen: Bools, doubt: Bools, before: Prices) -> tuple[Bools, Prices]:
    """The linear program over the wishes in doubt, the others as they are."""
    column = np.flatnonzero(doubt)
    if not column.size:
        return chosen, before
    settled = chosen & ~doubt
    left = problem.capacity - problem.totals(of=settled)
    tables_left = problem.places - float((settled & problem.shared).sum())
    last = problem.people
    shared = np.flatnonzero(problem.shared[column])
    rows = np.r_[problem.buyer[column], problem.supplier[column], np.full(len(shared), last)]
    columns = np.r_[np.arange(len(column)), np.arange(len(column)), shared]
    matrix = csc_matrix((np.ones(len(rows)), (rows, columns)), shape=(last + 1, len(column)))
    used = np.zeros(last + 1, bool)
    used[rows] = True
    result = linprog(  # type: ignore[call-overload]  # the stubs know only dense matrices
        -problem.worth[column],
        A_ub=matrix[used],
        b_ub=np.r_[left, tables_left][used],
        bounds=(0, 1),
        method="highs-ipm",
    )
    if result.x is None:
        return chosen, before
    # Rows that no doubtful wish touches keep their price where they are full and are free elsewhere.
    price = np.where(np.r_[left, tables_left] > 0, 0.0, np.r_[before.place, before.table])
    price[used] = np.maximum(-result.ineqlin.marginals, 0)
    solved = settled.copy()
    solved[column] = result.x > 0.5
    return solved, Prices(price[:last], float(price[last]))
