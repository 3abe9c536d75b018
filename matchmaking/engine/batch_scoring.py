"""The scorer for many candidates at a time: the same points as ``scoring``, as arrays.

What a candidate's text gives is arithmetic. What its structure gives (sector, node, place, certificates,
record) is asked of the scorer itself, once for each value that occurs: a score is a sum, so a candidate of
which only that value is known has just its points.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.batch_reading import Floats, Ints, Offerings
from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Reason, Scale, Score
from matchmaking.engine.scoring import offering_score, shared_place, shared_sector
from matchmaking.engine.weights import weights


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that a need and a candidate are compared by."""

    value: Callable[[CandidateFeatures], Any]
    asked: Callable[[NeedFeatures], Any]
    """What of the need decides on the points; false where it does not ask for the aspect."""
    common: Callable[[NeedFeatures, Any], Hashable]
    """What of the candidate's value the points depend on."""
    alone: Callable[[Any], CandidateFeatures]
    """A candidate of which only this is known."""


ASPECTS = (
    Aspect(
        lambda of: of.sector_code,
        lambda need: need.sector_code,
        lambda need, code: shared_sector(need.sector_code, code),
        lambda code: CandidateFeatures(0, 0, sector_code=code),
    ),
    Aspect(
        lambda of: of.nodes,
        lambda need: need.node and (need.node, need.supplying_nodes),
        lambda need, nodes: nodes & (need.supplying_nodes | {need.node}),
        lambda nodes: CandidateFeatures(0, 0, nodes=nodes),
    ),
    Aspect(
        lambda of: of.hs_heading,
        lambda need: need.hs_heading,
        lambda need, heading: heading == need.hs_heading and heading,
        lambda heading: CandidateFeatures(0, 0, hs_heading=heading or ""),
    ),
    Aspect(
        lambda of: of.verified_certifications,
        lambda need: need.required_certifications,
        lambda need, schemes: schemes.intersection(need.required_certifications),
        lambda schemes: CandidateFeatures(0, 0, verified_certifications=schemes),
    ),
    Aspect(
        lambda of: of.place,
        lambda need: need.place,
        lambda need, place: shared_place(need.place, place),
        lambda place: CandidateFeatures(0, 0, place=place),
    ),
    Aspect(
        lambda of: of.trade_formats,
        lambda need: need.crosses_border,
        lambda _need, formats: formats,
        lambda formats: CandidateFeatures(0, 0, trade_formats=formats),
    ),
)


BEFORE_CAPACITY = 4
"""The scorer speaks of capacity between certificates and place."""


class Structure:
    """Points of everything but text, for offerings by their index."""

    def __init__(self, offerings: Offerings) -> None:
        features = [of or CandidateFeatures(0, 0) for of in offerings.features]
        self._values: list[list[Any]] = []
        self._numbers: list[Ints] = []
        for aspect in ASPECTS:
            numbers: dict[Any, int] = {}
            of_each = [numbers.setdefault(aspect.value(of), len(numbers)) for of in features]
            self._numbers.append(np.array(of_each, np.int64))
            self._values.append(list(numbers))
        self.features = features
        self._record = np.array([_record(of).total for of in features], np.float64)
        self._spare = np.array([float(of.spare_capacity or 0) for of in features], np.float64)
        self._units = np.array([_unit(of.unit) for of in features], np.object_)
        self._known: dict[tuple[int, Hashable, Hashable], tuple[float, tuple[Reason, ...]]] = {}

    def points(self, need: NeedFeatures, chosen: Ints) -> Floats:
        """Points of the chosen offerings for a need."""
        total = self._record[chosen].copy()
        for number, aspect in enumerate(ASPECTS):
            if asked := aspect.asked(need):
                values, where = np.unique(self._numbers[number][chosen], return_inverse=True)
                known = [self._of_value(number, asked, need, value)[0] for value in values.tolist()]
                total += np.array(known, np.float64)[where]
        return total + self._capacity(need, chosen)

    def _capacity(self, need: NeedFeatures, chosen: Ints) -> Floats:
        """``scoring.capacity_share`` in points: as many values as offerings, so as arithmetic."""
        if not need.quantity:
            return np.zeros(len(chosen))
        share = np.minimum(1.0, self._spare[chosen] / float(need.quantity))
        same: NDArray[np.bool_] = self._units[chosen] == _unit(need.unit)
        return weights().structure.capacity * share * same

    def reasons(self, need: NeedFeatures, offering: int) -> list[Reason]:
        """What the points of one offering are given for."""
        of = self.features[offering]
        found: list[Reason] = []
        for number, aspect in enumerate(ASPECTS):
            if number == BEFORE_CAPACITY and need.quantity and of.spare_capacity:
                alone = CandidateFeatures(0, 0, spare_capacity=of.spare_capacity, unit=of.unit)
                found += offering_score(need, alone, Scale()).reasons
            if asked := aspect.asked(need):
                value = int(self._numbers[number][offering])
                found += self._of_value(number, asked, need, value)[1]
        return found + list(_record(of).reasons)

    def _of_value(
        self, number: int, asked: Hashable, need: NeedFeatures, value: int
    ) -> tuple[float, tuple[Reason, ...]]:
        aspect = ASPECTS[number]
        common = aspect.common(need, self._values[number][value])
        key = (number, asked, common)
        if key not in self._known:
            score = offering_score(need, aspect.alone(common), Scale())
            self._known[key] = score.total, score.reasons
        return self._known[key]


def _unit(unit: str) -> str:
    return unit.strip().casefold()


def _record(of: CandidateFeatures) -> Score:
    """Kept deals and freshness of the profile: the same for every need."""
    return _record_alone(of.kept_deals, of.months_since_confirmed)


@lru_cache(10_000)
def _record_alone(kept_deals: int, months: float | None) -> Score:
    only = CandidateFeatures(0, 0, kept_deals=kept_deals, months_since_confirmed=months)
    return offering_score(NeedFeatures(), only, Scale())


def scale_from(words: Floats, translated: Floats, meaning: Floats) -> Scale:
    """As ``scoring.scale_of``, of arrays."""
    if not len(words):
        return Scale()
    spread = float(np.std(words + translated + weights().text.meaning * meaning))
    return Scale(float(meaning.min()), spread if spread > 1e-6 else 1.0)


def text_points(words: Floats, translated: Floats, meaning: Floats, scale: Scale) -> Floats:
    """Points of words, translated words and meaning."""
    text = weights().text
    above = text.meaning * np.maximum(meaning - scale.floor, 0.0)
    return text.points_per_spread / scale.spread * (words + translated + above)


def supplier_totals(totals: Floats, company: Ints) -> tuple[Ints, Floats]:
    """Companies in ascending order and their scores: the best offering's, and a damped addition for others.

    ``scoring.further_reason`` says the addition.
    """
    companies, where, number = np.unique(company, return_inverse=True, return_counts=True)
    best = np.full(len(companies), -np.inf)
    np.maximum.at(best, where, totals)
    width = weights().text.further * weights().text.points_per_spread
    likes = np.bincount(where, np.exp((totals - best[where]) / width), len(companies))
    further: NDArray[np.float64] = np.where(number > 1, width * np.log(likes), 0.0)
    return companies, best + further
