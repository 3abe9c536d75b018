"""The scorer for many candidates at a time: the same points as ``scoring``, as arrays.

What a candidate's text gives is arithmetic. What its structure gives (sector, node, place, certificates,
record) is asked of the scorer itself, once for each value that occurs: a score is a sum, so a candidate of
which only that value is known has just its points.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.batch_offerings import Offerings, Values
from matchmaking.engine.bulk import Floats, Ints
from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Scale
from matchmaking.engine.scoring import EXPORTING, offering_score, shared_place, shared_sector
from matchmaking.engine.weights import weights


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that a need and a candidate are compared by."""

    values: Callable[[Offerings], Values]
    asked: Callable[[NeedFeatures], Any]
    """What of the need decides on the points; false where it does not ask for the aspect."""
    common: Callable[[NeedFeatures, Any], Hashable]
    """What of the candidate's value the points depend on."""
    alone: Callable[[Any], CandidateFeatures]
    """A candidate of which only this is known."""
    signs: Callable[[Any], Iterable[Hashable]]
    """A value without a sign among those ``sought`` gives no points."""
    sought: Callable[[NeedFeatures], Iterable[Hashable]]


ASPECTS = (
    Aspect(
        lambda of: of.sectors,
        lambda need: need.sector_code,
        lambda need, code: shared_sector(need.sector_code, code),
        lambda code: CandidateFeatures(0, 0, sector_code=code),
        lambda code: (code[:3],),
        lambda need: (need.sector_code[:3],),
    ),
    Aspect(
        lambda of: of.nodes,
        lambda need: need.node and (need.node, need.supplying_nodes),
        lambda need, nodes: nodes & (need.supplying_nodes | {need.node}),
        lambda nodes: CandidateFeatures(0, 0, nodes=nodes),
        lambda nodes: nodes,
        lambda need: (need.node, *need.supplying_nodes),
    ),
    Aspect(
        lambda of: of.headings,
        lambda need: need.hs_heading,
        lambda need, heading: heading == need.hs_heading and heading,
        lambda heading: CandidateFeatures(0, 0, hs_heading=heading or ""),
        lambda heading: (heading,),
        lambda need: (need.hs_heading,),
    ),
    Aspect(
        lambda of: of.verified,
        lambda need: need.required_certifications,
        lambda need, schemes: schemes.intersection(need.required_certifications),
        lambda schemes: CandidateFeatures(0, 0, verified_certifications=schemes),
        lambda schemes: schemes,
        lambda need: need.required_certifications,
    ),
    Aspect(
        lambda of: of.places,
        lambda need: need.place,
        lambda need, place: shared_place(need.place, place),
        lambda place: CandidateFeatures(0, 0, place=place),
        lambda place: (place.split("/")[0],),
        lambda need: (need.place.split("/")[0],),
    ),
    Aspect(
        lambda of: of.formats,
        lambda need: need.crosses_border,
        lambda _need, formats: formats,
        lambda formats: CandidateFeatures(0, 0, trade_formats=formats),
        lambda formats: formats,
        lambda _need: EXPORTING,
    ),
)


class Structure:
    """Points of everything but text, for offerings by their index."""

    def __init__(self, offerings: Offerings) -> None:
        self._of = offerings
        self._aspects = [(aspect, aspect.values(offerings)) for aspect in ASPECTS]
        self._signs: list[defaultdict[Hashable, list[int]]] = [defaultdict(list) for _ in ASPECTS]
        for (aspect, values), places in zip(self._aspects, self._signs, strict=True):
            for place, value in enumerate(values.values):
                for sign in aspect.signs(value):
                    places[sign].append(place)
        self._record = _record(offerings)
        self._units = {unit: number for number, unit in enumerate(offerings.units.values)}
        self._points: dict[tuple[int, Hashable], Floats] = {}
        self._known: dict[tuple[int, Hashable, Hashable], float] = {}

    def points(self, need: NeedFeatures, chosen: Ints) -> Floats:
        """Points of the chosen offerings for a need."""
        total: Floats = self._record[chosen]
        for number, (aspect, values) in enumerate(self._aspects):
            if asked := aspect.asked(need):
                total += self._of_values(number, asked, need)[values.number[chosen]]
        return total + self._capacity(need, chosen)

    def _of_values(self, number: int, asked: Hashable, need: NeedFeatures) -> Floats:
        """Points of every value of an aspect: worked out once for all needs that ask for the same."""
        if (number, asked) not in self._points:
            aspect, values = self._aspects[number]
            points = np.zeros(len(values.values))
            sought = [self._signs[number].get(sign, ()) for sign in aspect.sought(need)]
            for place in set(chain.from_iterable(sought)):
                points[place] = self._of_value(number, asked, need, values.values[place])
            self._points[number, asked] = points
        return self._points[number, asked]

    def _of_value(self, number: int, asked: Hashable, need: NeedFeatures, value: Any) -> float:
        aspect = ASPECTS[number]
        common = aspect.common(need, value)
        key = (number, asked, common)
        if key not in self._known:
            self._known[key] = offering_score(need, aspect.alone(common), Scale()).total
        return self._known[key]

    def _capacity(self, need: NeedFeatures, chosen: Ints) -> Floats:
        """``scoring.capacity_share`` in points: as many values as offerings, so as arithmetic."""
        unit = self._units.get(need.unit.strip().casefold())
        if not need.quantity or unit is None:
            return np.zeros(len(chosen))
        share = np.minimum(1.0, self._of.spare[chosen] / float(need.quantity))
        same: NDArray[np.bool_] = self._of.units.number[chosen] == unit
        return weights().structure.capacity * share * same


def _record(of: Offerings) -> Floats:
    """Points of kept deals and of freshness of the profile: the same for every need."""
    pairs, where = np.unique(np.stack([of.kept_deals, of.months]), axis=1, return_inverse=True)
    found = []
    for deals, months in pairs.T.tolist():
        known = None if months < 0 else months
        only = CandidateFeatures(0, 0, kept_deals=int(deals), months_since_confirmed=known)
        found.append(offering_score(NeedFeatures(), only, Scale()).total)
    points: Floats = np.array(found, np.float64)[where.ravel()]
    return points


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


@dataclass(frozen=True, slots=True)
class Suppliers:
    """The suppliers of some offerings, in ascending order of their keys."""

    company: Ints
    best: Ints
    """Index of the best offering among those given."""
    total: Floats
    further: Floats
    others: Ints


def suppliers_of(totals: Floats, company: Ints) -> Suppliers:
    """Each supplier with its best offering, and a damped addition for others (``scoring.further_reason``)."""
    order = np.lexsort((-totals, company))
    sorted_company = company[order]
    begins = np.ones(len(order), bool)
    np.not_equal(sorted_company[1:], sorted_company[:-1], out=begins[1:])
    first = np.flatnonzero(begins)
    best = order[first]
    many = np.diff(first, append=len(order))
    where = np.repeat(np.arange(len(first)), many)
    width = weights().text.further * weights().text.points_per_spread
    likes = np.bincount(where, np.exp((totals[order] - totals[best][where]) / width), len(first))
    further = width * np.log(likes)
    further = np.where((many > 1) & (further > 0), further, 0.0)
    others = np.where(further > 0, np.maximum(1, np.rint(likes - 1)), 0).astype(np.int64)
    return Suppliers(sorted_company[first], best, totals[best] + further, further, others)
