"""The suggestions of many needs at once: the same lists as need by need, by matrix products.

Words are a sparse product of needs x terms and terms x offerings, meaning a dense one of the vectors. The
branches, limits and order of the per-need statement (``retrieval``) are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from companies.models import SourcingNeed
from matchmaking.engine.batch_offerings import Mask, Offerings, read_offerings
from matchmaking.engine.batch_reading import Words, read_need_vectors, read_words
from matchmaking.engine.batch_scoring import Structure, scale_from, suppliers_of, text_points
from matchmaking.engine.branches import TIES
from matchmaking.engine.bulk import Floats, Ints
from matchmaking.engine.features import NeedFeatures, Scale
from matchmaking.engine.needs import WITH_RELATIONS, need_features
from matchmaking.engine.retrieval import OF_ALL, OF_HOLDERS, Numbers
from matchmaking.engine.stored import KEPT

AT_ONCE = 64
"""Needs in one product: that of meanings is 6 MB for 25,000 offerings, 64 MB for 250,000."""


@dataclass(frozen=True, slots=True)
class Text:
    """One need beside every offering: what words, translated words and meaning say of each."""

    words: Floats
    translated: Floats
    meaning: NDArray[np.float32]
    """Cosine."""


@dataclass(frozen=True, slots=True)
class Found:
    """The list of one need, best first, its columns as ``stored.Fit`` has them."""

    need: int
    columns: tuple[Ints | Floats, ...]
    scale: Scale
    considered: int
    left_out: dict[str, int]
    left_out_in_all: int


def work_out(needs: Sequence[int]) -> Iterator[Found]:
    """The lists of indexed needs, in ascending order of their keys.

    Everything is read before the first list is given.
    """
    records = {
        need.pk: need for need in SourcingNeed.objects.filter(pk__in=needs).select_related(*WITH_RELATIONS)
    }
    features = need_features(records.values())
    keys, vectors = read_need_vectors(sorted(records))
    schemes = sorted({code for need in features.values() for code in need.required_certifications})
    offerings = read_offerings(schemes)
    batch = Batch(offerings, read_words(keys, offerings.keys))
    return _found(batch, [(records[key], features[key]) for key in keys], vectors)


def _found(
    batch: "Batch", needs: Sequence[tuple[SourcingNeed, NeedFeatures]], vectors: NDArray[np.float32]
) -> Iterator[Found]:
    for start in range(0, len(needs), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        texts = batch.texts(vectors[part], start)
        for need, text in zip(needs[part], texts, strict=True):
            yield batch.found(*need, text)


class Batch:
    """Everything that the lists of all needs share."""

    def __init__(self, offerings: Offerings, words: Words) -> None:
        self._of = offerings
        self._words = words
        self._structure = Structure(offerings)
        self._of_sector, self._of_node = _places(offerings.sector), _places(offerings.node)

    def texts(self, vectors: NDArray[np.float32], start: int) -> Iterator[Text]:
        """Some needs beside every offering, from the need of that number on, one after the other."""
        rows = slice(start, start + len(vectors))
        words = self._words.asked[rows] @ self._words.postings
        translated = self._words.translated[rows] @ self._words.postings
        with threadpool_limits(1, "blas"):  # on a busy machine a second thread is waited for
            meaning = vectors @ self._of.vectors.T
        for row in range(len(vectors)):
            yield Text(_row(words, row), _row(translated, row), meaning[row])

    def found(self, need: SourcingNeed, features: NeedFeatures, text: Text) -> Found:
        """The list of one need."""
        chosen = self._candidates(need, features, text)
        words, translated = text.words[chosen], text.translated[chosen]
        meaning = text.meaning[chosen].astype(np.float64)
        scale = scale_from(words, translated, meaning)
        fits, left_out, left_out_in_all = self._fitting(features, chosen)
        totals = self._structure.points(features, chosen[fits])
        totals += text_points(words[fits], translated[fits], meaning[fits], scale)
        company = self._of.company[chosen[fits]]
        suppliers = suppliers_of(totals, company)
        kept_deals = self._of.kept_deals[chosen[fits][suppliers.best]]
        order = np.lexsort((suppliers.company, -kept_deals, -np.round(suppliers.total, 9)))[:KEPT]
        best = fits[suppliers.best[order]]
        columns = (
            suppliers.company[order],
            self._of.keys[chosen[best]],
            suppliers.total[order],
            words[best],
            translated[best],
            meaning[best],
            suppliers.further[order],
            suppliers.others[order],
        )
        return Found(need.pk, columns, scale, len(suppliers.company), left_out, left_out_in_all)

    def _candidates(self, need: SourcingNeed, features: NeedFeatures, text: Text) -> Ints:
        """The union of the branches, among all firms and among those that hold what is required."""
        of_sector = self._of_sector.get(need.sector_id or 0, _NONE)
        field = _union([of_sector, self._of_node.get(need.node_id or 0, _NONE)])
        found = _branches(text, OF_ALL, field)
        if features.required_certifications:
            holding = self._of.current.copy()
            for code in features.required_certifications:
                holding &= self._of.holds[code]
            found += _branches(text, OF_HOLDERS, field, holding)
        chosen = _union(found)
        fit: Ints = chosen[self._of.shown[chosen] & (self._of.company[chosen] != need.buyer_id)]
        return fit

    def _fitting(self, need: NeedFeatures, chosen: Ints) -> tuple[Ints, dict[str, int], int]:
        """Which of the chosen hold what is required; how many companies lack each scheme, and any."""
        lacking = np.zeros(len(chosen), bool)
        left_out: dict[str, int] = {}
        company = self._of.company[chosen]
        for code in need.required_certifications:
            lacks = ~self._of.holds[code][chosen]
            if number := len(np.unique(company[lacks])):
                left_out[code] = number
            lacking |= lacks
        return np.flatnonzero(~lacking), left_out, len(np.unique(company[lacking]))


_NONE = np.zeros(0, np.int64)


def _union(parts: Sequence[Ints]) -> Ints:
    """What any of some lists has, once each, in ascending order; numpy's own takes three times as long."""
    every = np.sort(np.concatenate(parts), kind="stable")
    is_new = np.ones(len(every), bool)
    np.not_equal(every[1:], every[:-1], out=is_new[1:])
    return every[is_new]


def _places(keys: Ints) -> dict[int, Ints]:
    """Where each key but 0 stands, in ascending order."""
    order = np.argsort(keys, kind="stable")
    known, first = np.unique(keys[order], return_index=True)
    places = dict(zip(known.tolist(), np.split(order, first[1:]), strict=True)) if len(keys) else {}
    places.pop(0, None)
    return places


def _row(matrix: csr_array[Any, tuple[int, int]], number: int) -> Floats:
    """One row as a dense array; taking it out as a matrix first takes ten times as long."""
    made = np.zeros(matrix.shape[1])
    part = slice(matrix.indptr[number], matrix.indptr[number + 1])
    made[matrix.indices[part]] = matrix.data[part]
    return made


def _branches(text: Text, numbers: Numbers, field: Ints, among: Mask | None = None) -> list[Ints]:
    """Who is found, among some or all: by words, by meaning, and by meaning in the field."""
    weight = text.words + text.translated
    if among is None:
        hits, near = np.flatnonzero(weight > 0), _first(text.meaning, numbers.meaning)
    else:
        passing = np.flatnonzero(among)
        hits, field = passing[weight[passing] > 0], field[among[field]]
        near = passing[_first(text.meaning[passing], numbers.meaning)]
    by_words = hits[_first(np.rint(weight[hits] * TIES), numbers.words)]
    return [by_words, near, field[_first(text.meaning[field], numbers.field)]]


def _first(values: NDArray[np.float32] | Floats, number: int) -> Ints:
    """Indices of the greatest values; of equal ones those that stand first."""
    if len(values) <= number:
        return np.arange(len(values))
    least = np.partition(values, -number)[-number]
    above, equal = np.flatnonzero(values > least), np.flatnonzero(values == least)
    return np.concatenate([above, equal[: number - len(above)]])
