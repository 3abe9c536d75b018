"""Invented events for the timetable's benchmark, drawn from a seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from events.timetable.instance import Instance, Participant, Wish

SLOTS = 20
SECTORS = 8
WISHES_EACH = 15


@dataclass(frozen=True)
class Hall:
    """An event to plan: how many people, which share are buyers, whether they have gaps, tables a person."""

    people: int
    gaps: bool
    tables_each: float | None = None
    buyers: float = 0.4

    @property
    def name(self) -> str:
        """What a table of results calls it."""
        parts = [f"{self.people}", "gaps" if self.gaps else "no gaps"]
        parts += ["few tables"] * (self.tables_each is not None) + ["equal sides"] * (self.buyers == 0.5)
        return ", ".join(parts)


HALLS = [
    Hall(people, gaps, tables_each)
    for people in (200, 400, 1000)
    for gaps in (False, True)
    for tables_each in (None, 0.15)
]
EQUAL_SIDES = Hall(1000, gaps=True, buyers=0.5)
"""The hardest kind: both sides are as many, and everybody's every free slot is wanted."""


def draw(hall: Hall, seed: int) -> Instance:
    """The instance of a hall: popular firms are wished by many, most wishes stay within a sector.

    With gaps, four in ten come for half a day only, and everyone misses one slot in ten.
    """
    chance = np.random.default_rng([seed, hall.people, hall.gaps])
    buyers = int(hall.people * hall.buyers)
    suppliers = hall.people - buyers
    sectors = chance.integers(0, SECTORS, hall.people)
    same = sectors[:buyers, None] == sectors[None, buyers:]
    liking = _popularity(chance, buyers)[:, None] * _popularity(chance, suppliers) * np.where(same, 4.0, 1.0)
    count = min(WISHES_EACH * hall.people, buyers * suppliers // 2)
    pairs = chance.choice(buyers * suppliers, count, replace=False, p=(liking / liking.sum()).ravel())
    weights = 1 + 9 * chance.beta(2, 3, count) * np.where(same.ravel()[pairs], 1.0, 0.8)
    there = _presence(chance, hall)
    names = [f"b{one}" for one in range(buyers)] + [f"s{one}" for one in range(suppliers)]
    tables = buyers if hall.tables_each is None else int(hall.tables_each * hall.people)
    return Instance(
        tables=(tables,) * SLOTS,
        participants=tuple(
            Participant(
                names[one],
                "buyer" if one < buyers else "supplier",
                tuple(np.flatnonzero(there[one]).tolist()),
            )
            for one in range(hall.people)
        ),
        wishes=tuple(
            Wish(names[pair // suppliers], names[buyers + pair % suppliers], round(weight, 3))
            for pair, weight in zip(pairs.tolist(), weights.tolist(), strict=True)
        ),
    )


def _popularity(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    return chance.permutation((1.0 + np.arange(count)) ** -0.4)


def _presence(chance: np.random.Generator, hall: Hall) -> NDArray[np.bool_]:
    there = np.ones((hall.people, SLOTS), bool)
    if hall.gaps:
        half = chance.choice(3, hall.people, p=[0.2, 0.2, 0.6])
        there[half == 0, SLOTS // 2 :] = False
        there[half == 1, : SLOTS // 2] = False
        there &= chance.random(there.shape) < 0.9
    return there
