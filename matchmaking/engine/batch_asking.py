"""Which terms each of many needs asks for, and what they weigh: as the per-need statement has it.

Terms come as numbers: what texts are joined by is done by the database, once for each word that occurs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accounts.prepared import read_prepared
from matchmaking.engine.branches import HEAVIEST, KEY
from matchmaking.engine.bulk import Floats, Ints, elements
from matchmaking.engine.retrieval import word_parameters
from matchmaking.models import IndexSize
from matchmaking.models.vector import number_of

_KINDS = (">i8", ">i8", ">i4", ">i4")
"""Of a key, a term's key and number, and a count, as the database sends them."""

_TERMS = f"""
SELECT array_send(array_agg(n.need_id)), array_send(array_agg({KEY.format("a.term")})),
       array_send(array_agg({number_of("a.term")} - 1)), array_send(array_agg(coalesce(t.offerings, -1))),
       array_send(array_agg((a.term = ANY(n.title_terms))::int))
FROM matchmaking_needvector AS n, unnest(n.terms) AS a (term)
LEFT JOIN matchmaking_termcount AS t ON t.term = a.term
WHERE n.need_id = ANY(%(needs)s)
"""
_LIKES = f"""
WITH asked AS MATERIALIZED (
    SELECT DISTINCT a.term FROM matchmaking_needvector AS n, unnest(n.title_terms) AS a (term)
    WHERE n.need_id = ANY(%(needs)s))
SELECT array_send(array_agg({KEY.format("l.word")})), array_send(array_agg({KEY.format("l.other")})),
       array_send(array_agg({number_of("l.other")} - 1)), array_send(array_agg(t.offerings)),
       array_send(array_agg(l.likeness))
FROM matchmaking_translation AS l JOIN matchmaking_termcount AS t ON t.term = l.other
WHERE l.word IN (SELECT term FROM asked)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Terms of needs, one row for each term of each."""

    need: Ints
    """Its place among the needs."""
    key: Ints
    """Of the term, as ``branches.KEY`` has it."""
    number: Ints
    """Of the term, from 0."""
    offerings: Ints
    """In how many the term stands; -1 where no offering has ever had it."""
    weight: Floats
    translated: Floats

    def at(self, rows: Any) -> "Asked":
        return Asked(*(getattr(self, name)[rows] for name in self.__slots__))


def read_asked(needs: Sequence[int]) -> Asked:
    """The heaviest terms of indexed needs, given by their keys in ascending order: weights times rarity."""
    text = word_parameters()
    need, key, number, offerings, in_title = _arrays(_TERMS, {"needs": list(needs)}, (*_KINDS, ">i4"))
    place = np.searchsorted(np.asarray(needs), need)
    title = in_title > 0
    own = Asked(
        place, key, number, offerings, text["word"] + text["title_word"] * title, np.zeros(len(place))
    )
    likes = _likes(needs, own.at(title), text["translated_word"])
    return _heaviest(_joined(own, likes))


def _likes(needs: Sequence[int], titles: Asked, weight: float) -> Asked:
    """The words of another script that stand for those of titles."""
    word, other, number, offerings, likeness = _arrays(_LIKES, {"needs": list(needs)}, (*_KINDS, ">f8"))
    order = np.argsort(word, kind="stable")
    first, last = (np.searchsorted(word[order], titles.key, side) for side in ("left", "right"))
    many = last - first
    row = np.repeat(np.arange(len(many)), many)
    found = order[np.arange(len(row)) - np.repeat(np.cumsum(many) - many - first, many)]
    zeros = np.zeros(len(row))
    translated = weight * likeness[found] ** 2
    return Asked(titles.need[row], other[found], number[found], offerings[found], zeros, translated)


def _joined(own: Asked, likes: Asked) -> Asked:
    """Each term of a need once: as the need has it, or else as the likest of its words."""
    every = Asked(*(np.concatenate([getattr(own, name), getattr(likes, name)]) for name in own.__slots__))
    _, term = np.unique(every.key, return_inverse=True)
    pair = every.need * (len(term) + 1) + term
    order = np.lexsort((-every.translated, -every.weight, pair))
    is_first = np.ones(len(order), bool)
    np.not_equal(pair[order][1:], pair[order][:-1], out=is_first[1:])
    return every.at(order[is_first])


def _heaviest(asked: Asked) -> Asked:
    """Those of each need that are looked up, with rarity in their weights."""
    size = IndexSize.objects.values_list("offerings", flat=True).first() or 0
    known = asked.at(asked.offerings >= 0)
    rarity = np.log(1 + (np.maximum(size - known.offerings, 0) + 0.5) / (known.offerings + 0.5))
    order = np.lexsort((known.key, -(known.weight + known.translated) * rarity, known.need))
    ordered = known.at(order)
    begins = np.searchsorted(ordered.need, ordered.need)
    kept = np.arange(len(order)) - begins < HEAVIEST
    found, by = ordered.at(kept), rarity[order][kept]
    return Asked(
        found.need, found.key, found.number, found.offerings, found.weight * by, found.translated * by
    )


def _arrays(statement: str, parameters: Mapping[str, Any], kinds: Sequence[str]) -> list[NDArray[Any]]:
    """The columns of a statement that gives each as one array; empty ones where it found nothing."""
    row = read_prepared(statement, parameters, binary=True)[0]
    return [
        np.zeros(0, np.int64) if raw is None else _native(elements(raw, kind))
        for raw, kind in zip(row, kinds, strict=True)
    ]


def _native(values: NDArray[Any]) -> NDArray[Any]:
    """In the machine's order of bytes and full width: others are many times slower to compute with."""
    return values.astype(np.float64 if values.dtype.kind == "f" else np.int64)
