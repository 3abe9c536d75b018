"""A whole plan at once: for each slot, the emptiest first, the exact best assignment of that slot.

What a meeting is worth in this slot rather than later is guided by prices: at most what its two places would
bring otherwise, more where it has few slots left, more for people who want more meetings than they have slots
left. The prices are moved a little after each slot, towards what is still wanted of whom.
"""

import time

import numpy as np

from events.timetable.bound import Prices
from events.timetable.matching import best_matching
from events.timetable.problem import Bools, Floats, Ints, Problem

RARITY = 0.3
"""How much of a wish's gain is at stake in each of the slots that are left to it."""
URGENCY = 0.03
"""How much, of the usual weight, it is worth to see somebody whose free slots are all wanted."""
CUT = 0.25
"""Wishes that lose more than this share of the usual weight against the prices are left aside."""
HOPE = 0.4
"""The same before the first slot, when the prices still have to move."""
FILLING = 3e-6
"""Seconds a wish that it takes to fill the slots which are not reached here."""
STEPS = 4
"""Price steps after each slot."""


def plan_slot_by_slot(problem: Problem, prices: Prices, deadline: float = float("inf")) -> Ints:
    """(m) The slot of each wish or -1; slots for which the time until the deadline is short stay empty."""
    slot = np.full(problem.size, -1, np.int64)
    if not problem.size:
        return slot
    usual = float(problem.weight.mean()) or 1.0
    hopeful = prices.gains(problem) > -HOPE * usual - prices.table
    order = np.argsort(np.minimum(problem.free.sum(0), 2 * problem.tables), kind="stable")
    walk = _Walk(problem.only(hopeful), prices, usual)
    number = np.flatnonzero(hopeful)
    for done, now in enumerate(order.tolist()):
        # What is not planned here is filled in afterwards, which is quicker but less good.
        if time.perf_counter() > deadline - FILLING * problem.size * (1 - done / problem.slots):
            break
        slot[number[walk.meetings_in(now)]] = now
        walk.settle_prices()
    return slot


class _Walk:
    """Where the walk through the slots stands: who has how much left, and at what prices."""

    def __init__(self, problem: Problem, prices: Prices, usual: float) -> None:
        self.problem = problem
        self.prices = prices
        self.usual = usual
        self.open: Bools = np.ones(problem.size, bool)
        self.chances: Ints = problem.choices.copy()
        self.slots_left = problem.free.sum(1)
        self.limit_left = problem.limit.copy()

    @property
    def capacity(self) -> Ints:
        """(n): how many meetings each participant can still have in the slots that are left."""
        most: Ints = np.minimum(self.slots_left, self.limit_left)
        return most

    def meetings_in(self, slot: int) -> Ints:
        """The wishes to place in the slot; counts them and the slot as used."""
        problem = self.problem
        gains = self.prices.gains(problem)
        able = self.open & problem.common[:, slot] & (gains > -CUT * self.usual - self.prices.table)
        able &= (self.limit_left[problem.buyer] > 0) & (self.limit_left[problem.supplier] > 0)
        if not problem.tables[slot]:
            able &= ~problem.shared
        met = np.flatnonzero(able)
        if len(met):
            met = self._best(met, gains, int(problem.tables[slot]))
        self.open[met] = False
        self.limit_left -= problem.totals(of=met).astype(np.int64)
        self.slots_left = self.slots_left - problem.free[:, slot]
        self.chances = self.chances - problem.common[:, slot]
        self.open &= self.chances > 0
        return met

    def _best(self, able: Ints, gains: Floats, tables: int) -> Ints:
        problem, place = self.problem, self.prices.place
        wanted = self.open & (gains >= 0)
        pull = problem.totals(of=np.flatnonzero(wanted)) / np.maximum(self.capacity, 1)
        pull = URGENCY * self.usual * np.minimum(pull, 1.5) ** 4
        buyer, supplier, shared = problem.buyer[able], problem.supplier[able], problem.shared[able]
        worth, chances = problem.worth[able], self.chances[able]
        otherwise = place[buyer] + place[supplier] + self.prices.table * shared
        value = np.minimum(worth, otherwise)
        value += RARITY * np.maximum(gains[able], 0) / np.maximum(chances - 1, 0.5)
        value = np.where(chances == 1, np.maximum(value, worth), value)
        value = np.maximum(value + pull[buyer] + pull[supplier], 1e-3 * self.usual)
        price = place + pull + self.prices.table / 2
        split = problem.buyers
        met = best_matching(buyer, supplier - split, value, price[:split], price[split:])
        at_tables = met[shared[met]]
        if len(at_tables) > tables:
            best = at_tables[np.argsort(-value[at_tables], kind="stable")[:tables]]
            met = np.r_[met[~shared[met]], best]
        chosen: Ints = able[met]
        return chosen

    def settle_prices(self) -> None:
        """A few subgradient steps towards prices at which as much is wanted of everyone as is left."""
        problem, place = self.problem, self.prices.place.copy()
        open_ = np.flatnonzero(self.open)
        buyer, supplier = problem.buyer[open_], problem.supplier[open_]
        worth = problem.worth[open_] - self.prices.table * problem.shared[open_]
        capacity = self.capacity.astype(float)
        scale, pace = np.maximum(capacity, 1), np.zeros(problem.people)
        for turn in range(STEPS):
            wanted = open_[worth > place[buyer] + place[supplier]]
            excess = np.clip((problem.totals(of=wanted) - capacity) / scale, -1, 1)
            pace = 0.6 * pace + 0.4 * 0.06 * self.usual / (1 + 0.15 * turn) * excess
            place = np.maximum(place + pace, 0)
        self.prices = Prices(place, self.prices.table)
