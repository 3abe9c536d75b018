"""How often introductions are accepted: by rank, chain, language and time, with intervals. Pure.

An introduction counts once both sides have answered or one has said no. Groups of fewer than three are
withheld: they would tell of single firms.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

LEAST_SHOWN = 3
LEAST_COMPARED = 30
"""Answered introductions on either side without which nothing is said of a change."""
RECENT = timedelta(days=90)
Z = 1.959964
"""Of 95 %."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One introduction with what came of it."""

    on: date
    rank: int | None
    version: str
    chain: str
    language: str
    accepted: bool | None
    """By both; None while an answer is awaited."""
    met: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a number with its 95 % interval."""

    number: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.number / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """Introductions of one kind; the shares are None where they are withheld."""

    key: str
    answered: int
    accepted: Share | None
    met: Share | None
    signed: Share | None


@dataclass(frozen=True, slots=True)
class Change:
    """Acceptance of the recent introductions less that of those before."""

    recent: Share
    before: Share
    low: float
    high: float

    @property
    def is_worse(self) -> bool:
        """Whether the whole interval lies below zero."""
        return self.high < 0


def wilson(number: int, of: int) -> Share:
    """The score interval of Wilson (1927), which holds for small numbers too."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    share, z2 = number / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Share(number, of, max(0.0, middle - half), min(1.0, middle + half))


def difference(recent: Share, before: Share) -> Change:
    """The interval of a difference of two shares, from their Wilson intervals (Newcombe 1998, method 10)."""
    gap = recent.value - before.value
    low = gap - math.hypot(recent.value - recent.low, before.high - before.value)
    high = gap + math.hypot(recent.high - recent.value, before.value - before.low)
    return Change(recent, before, low, high)


def group(key: str, found: Iterable[Labelled]) -> Group:
    """The shares of some introductions."""
    decided = [one for one in found if one.accepted is not None]
    if len(decided) < LEAST_SHOWN:
        return Group(key, len(decided), None, None, None)
    accepted, met, signed = (
        wilson(sum(map(told, decided)), len(decided))
        for told in (lambda one: one.accepted, lambda one: one.met, lambda one: one.signed)
    )
    return Group(key, len(decided), accepted, met, signed)


def groups(found: Iterable[Labelled], key: Callable[[Labelled], str]) -> tuple[Group, ...]:
    """One group for each value of the key, in its order."""
    ordered = sorted(found, key=key)
    return tuple(group(value, list(part)) for value, part in groupby(ordered, key))


def by_rank(found: Sequence[Labelled]) -> tuple[Group, ...]:
    """First place, the first three, the first ten, further down, and chosen without the list."""
    ranked = [(one, one.rank) for one in found if one.rank is not None]
    return (
        *(group(str(top), [one for one, rank in ranked if rank <= top]) for top in (1, 3, 10)),
        group("below", [one for one, rank in ranked if rank > 10]),
        group("unranked", [one for one in found if one.rank is None]),
    )


def by_month(found: Iterable[Labelled]) -> tuple[Group, ...]:
    """Introductions of each month that the engine had ranked."""
    return groups((one for one in found if one.rank is not None), lambda one: f"{one.on:%Y-%m}")


def change(found: Iterable[Labelled], today: date) -> Change | None:
    """The last ninety days against before, of the first ten places; None where too few are answered."""
    top = [one for one in found if one.rank is not None and one.rank <= 10 and one.accepted is not None]
    recent = [one for one in top if one.on > today - RECENT]
    before = [one for one in top if one.on <= today - RECENT]
    if min(len(recent), len(before)) < LEAST_COMPARED:
        return None
    return difference(
        wilson(sum(bool(one.accepted) for one in recent), len(recent)),
        wilson(sum(bool(one.accepted) for one in before), len(before)),
    )
