"""How good rankings of suppliers are: Recall@10, NDCG@10 and MRR, with intervals.

Headline: only needs with a supplier that had not sold to the buyer before; those suppliers are sought, and
suppliers that had are taken out of the ranking. All outcomes: every need, every outcome, whole ranking.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaking.benchmarks.matching_set import Outcome

PLACES = 10
RESAMPLES = 2000
SEED = 7

Rankings = Mapping[str, Sequence[str]]
"""Need to suppliers, best first."""


def measure(
    outcomes: Mapping[str, Mapping[str, Outcome]], rankings: Rankings, *, headline: bool
) -> NDArray[np.float64]:
    """One row a need in ascending order of its id: Recall@10, NDCG@10, reciprocal rank; shape (n, 3)."""
    rows = []
    for need in sorted(outcomes):
        judged = outcomes[need]
        sought = {s: o.grade for s, o in judged.items() if not (headline and o.is_repeat)}
        out = {s for s, o in judged.items() if headline and o.is_repeat}
        if sought:
            rows.append(_one([s for s in rankings.get(need, ()) if s not in out], sought))
    return np.array(rows, np.float64).reshape(-1, 3)


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """95 % percentile bootstrap of the mean; not a number for no values."""
    if not len(values):
        return math.nan, math.nan
    draws = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(1), [2.5, 97.5])
    return float(low), float(high)


def _one(ranking: Sequence[str], sought: Mapping[str, int]) -> tuple[float, float, float]:
    top = ranking[:PLACES]
    gain = _discounted(2 ** sought[s] - 1 if s in sought else 0 for s in top)
    ideal = _discounted(2**grade - 1 for grade in sorted(sought.values(), reverse=True)[:PLACES])
    first = next((place for place, s in enumerate(ranking, 1) if s in sought), 0)
    return sum(s in sought for s in top) / len(sought), gain / ideal, 1 / first if first else 0.0


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
