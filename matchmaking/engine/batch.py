"""The suggestions of many needs at once: the same lists as need by need, by matrix products.

Words are a sparse product of needs x terms and terms x offerings, meaning a dense one of the vectors. The
branches, limits and order of the per-need statement (``retrieval``) are kept; the scorer speaks about the
suppliers that are kept, so that their reasons and scores are its own.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from companies.models import SourcingNeed
from matchmaking.engine.batch_reading import (
    Floats,
    Ints,
    Offerings,
    Words,
    read_need_vectors,
    read_offerings,
    read_words,
)
from matchmaking.engine.batch_scoring import Structure, scale_from, supplier_totals, text_points
from matchmaking.engine.branches import TIES
from matchmaking.engine.features import NeedFeatures, Scale
from matchmaking.engine.needs import WITH_RELATIONS, need_features
from matchmaking.engine.ranking import Ranked, Ranking, in_order
from matchmaking.engine.retrieval import BY_FIELD, BY_MEANING, BY_WORDS
from matchmaking.engine.scoring import further_reason, score_of, text_reasons
from matchmaking.engine.stored import KEPT, SuggestionList, listed

AT_ONCE = 64
"""Needs in one product: keeps the matrices of 25,000 offerings below 40 MB."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """The list of one need, and the scale of its candidates."""

    need: int
    list: SuggestionList
    scale: Scale


def work_out(needs: Sequence[int]) -> Iterator[Found]:
    """The lists of indexed needs, in ascending order of their keys; inside a transaction.

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
        with threadpool_limits(1, "blas"):  # on a busy machine a second thread is waited for
            text = batch.text(vectors[part], start)
        for need, words, translated, meaning in zip(needs[part], *text, strict=True):
            yield batch.found(*need, words, translated, meaning)


class Batch:
    """Everything that the lists of all needs share."""

    def __init__(self, offerings: Offerings, words: Words) -> None:
        self._of = offerings
        self._words = words
        self._structure = Structure(offerings)
        self._shown: Mask = np.array([of is not None for of in offerings.features], bool)
        self._kept_deals = np.array([of.kept_deals if of else 0 for of in offerings.features], np.int64)
        self._today: date = timezone.localdate()

    def text(self, vectors: NDArray[np.float32], start: int) -> tuple[Floats, Floats, Floats]:
        """Words, translated words and meaning of some needs beside every offering, each (needs, n)."""
        rows = slice(start, start + len(vectors))
        return (
            (self._words.asked[rows] @ self._words.postings).toarray(),
            (self._words.translated[rows] @ self._words.postings).toarray(),
            (vectors @ self._of.vectors.T).astype(np.float64),
        )

    def found(
        self, need: SourcingNeed, features: NeedFeatures, words: Floats, translated: Floats, meaning: Floats
    ) -> Found:
        """The list of one need."""
        chosen = self._candidates(need, features, words + translated, meaning)
        scale = scale_from(words[chosen], translated[chosen], meaning[chosen])
        lacking = self._lacking(features, chosen)
        fit = np.flatnonzero(~np.isin(self._of.company[chosen], list(lacking)))
        fitting = chosen[fit]
        totals = self._structure.points(features, fitting)
        totals += text_points(words[fitting], translated[fitting], meaning[fitting], scale)
        best, considered = _best(fitting, totals, self._of.company, self._kept_deals)
        ranked = in_order(
            self._ranked(features, scale, offering, others, (words, translated, meaning))
            for offering, others in best
        )
        left_out = dict(Counter(code for codes in lacking.values() for code in codes))
        ranking = Ranking(ranked, scale, left_out, len(lacking))
        found = listed(features, ranking, limit=KEPT, today=self._today)
        return Found(need.pk, replace(found, considered=considered), scale)

    def _ranked(
        self, need: NeedFeatures, scale: Scale, offering: int, totals: Floats, text: tuple[Floats, ...]
    ) -> Ranked:
        """A supplier by its best offering; ``totals`` are those of all its offerings."""
        words, translated, meaning = (float(part[offering]) for part in text)
        reasons = text_reasons(words, translated, meaning, scale) + self._structure.reasons(need, offering)
        if further := further_reason(totals.tolist()):
            reasons.append(further)
        return Ranked(self._structure.features[offering], score_of(reasons))

    def _candidates(self, need: SourcingNeed, features: NeedFeatures, words: Floats, meaning: Floats) -> Ints:
        """The union of the branches, among all firms and among those that hold what is required."""
        everyone = np.ones(len(words), bool)
        chosen = self._branches(need, words, meaning, everyone)
        if features.required_certifications:
            held = frozenset.intersection(*(self._of.holders[c] for c in features.required_certifications))
            holding = np.isin(self._of.company, list(held)) & self._of.current
            chosen |= self._branches(need, words, meaning, holding)
        return np.flatnonzero(chosen & self._shown & (self._of.company != need.buyer_id))

    def _branches(self, need: SourcingNeed, words: Floats, meaning: Floats, among: Mask) -> Mask:
        field = np.zeros(len(words), bool)
        if need.sector_id:
            field |= self._of.sector == need.sector_id
        if need.node_id:
            field |= self._of.node == need.node_id
        chosen = np.zeros(len(words), bool)
        chosen[_first(np.rint(words * TIES), among & (words > 0), BY_WORDS)] = True
        chosen[_first(meaning, among, BY_MEANING)] = True
        chosen[_first(meaning, among & field, BY_FIELD)] = True
        return chosen

    def _lacking(self, need: NeedFeatures, chosen: Ints) -> dict[int, list[str]]:
        """Required certificates that candidates' companies do not hold."""
        if not need.required_certifications:
            return {}
        missing = {
            company: [c for c in need.required_certifications if company not in self._of.holders[c]]
            for company in np.unique(self._of.company[chosen]).tolist()
        }
        return {company: codes for company, codes in missing.items() if codes}


def _best(
    chosen: Ints, totals: Floats, company_of: Ints, kept_deals_of: Ints
) -> tuple[list[tuple[int, Floats]], int]:
    """The best suppliers, each with its best offering and the totals of all; and how many there are."""
    company = company_of[chosen]
    companies, scores = supplier_totals(totals, company)
    kept_deals = np.zeros(len(companies), np.int64)
    np.maximum.at(kept_deals, np.searchsorted(companies, company), kept_deals_of[chosen])
    order = np.lexsort((companies, -kept_deals, -np.round(scores, 9)))[:KEPT]
    own = [np.flatnonzero(company == one) for one in companies[order]]
    return [(int(chosen[of[totals[of].argmax()]]), totals[of]) for of in own], len(companies)


def _first(values: Floats, among: Mask, number: int) -> Ints:
    """Indices of the greatest values; of equal ones those that stand first."""
    where = np.flatnonzero(among)
    if len(where) <= number:
        return where
    found = values[where]
    least = np.partition(found, -number)[-number]
    above, equal = where[found > least], where[found == least]
    return np.concatenate([above, equal[: number - len(above)]])
