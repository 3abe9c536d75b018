"""What the batch reads of words and meaning: every vector and posting of the city as arrays.

Rows come as binary COPY of columns that all have a fixed width, which numpy reads without touching a row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from scipy.sparse import csr_array

from accounts.prepared import read_prepared
from matchmaking.engine.branches import HEAVIEST
from matchmaking.engine.bulk import DIMENSIONS_READ, copy_out, elements
from matchmaking.engine.retrieval import word_parameters
from matchmaking.models import IndexSize

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WIDTH = 4 + 2 * DIMENSIONS_READ
"""Bytes of a vector in PostgreSQL's binary form."""

_ASKED = """
CREATE TEMP TABLE matchmaking_asked ON COMMIT DROP AS
WITH needs AS MATERIALIZED (
    SELECT need_id, terms, title_terms FROM matchmaking_needvector WHERE need_id = ANY(%(needs)s)),
asked AS (
    SELECT need_id, term, sum(weight) AS weight, max(translated) AS translated FROM (
        SELECT need_id, t.term, %(word)s::float8 + CASE WHEN t.term = ANY(title_terms)
               THEN %(title_word)s::float8 ELSE 0 END AS weight, 0::float8 AS translated
        FROM needs, unnest(terms) AS t (term)
        UNION ALL
        SELECT need_id, l.other, 0, %(translated_word)s::float8 * l.likeness * l.likeness
        FROM needs, unnest(title_terms) AS t (term) JOIN matchmaking_translation AS l ON l.word = t.term
        WHERE l.other <> ALL(needs.terms)) AS parts
    GROUP BY need_id, term),
rare AS (
    SELECT need_id, term, weight * idf AS weight, translated * idf AS translated,
           row_number() OVER (PARTITION BY need_id ORDER BY (weight + translated) * idf DESC, term) AS place
    FROM asked JOIN matchmaking_termcount AS t USING (term), matchmaking_indexsize AS size, LATERAL (
        SELECT ln(1 + (greatest(size.offerings - t.offerings, 0) + 0.5) / (t.offerings + 0.5)::float8) AS idf
    ) AS rarity)
SELECT need_id, term, (dense_rank() OVER (ORDER BY term) - 1)::int4 AS number, weight, translated
FROM rare WHERE place <= %(heaviest)s
"""
_WEIGHTS = """
SELECT array_send(array_agg(need_id)), array_send(array_agg(number)), array_send(array_agg(weight)),
       array_send(array_agg(translated)) FROM matchmaking_asked
"""
_POSTINGS = """
SELECT array_send(array_agg(a.number)), array_send(array_agg(p.offering_id)),
       array_send(array_agg(p.times)), array_send(array_agg(p.length))
FROM (SELECT DISTINCT term, number FROM matchmaking_asked) AS a
JOIN matchmaking_offeringterm AS p ON p.term = a.term WHERE a.number %% %(parts)s = %(part)s
"""
AT_ONCE = 50_000_000
"""Terms of offerings whose postings are read in one statement: a value in PostgreSQL has at most 1 GB."""


@dataclass(frozen=True, slots=True)
class Words:
    """Weights of terms in needs, and of terms in offerings: their product is BM25."""

    asked: csr_array[Any, tuple[int, int]]
    """Needs x terms."""
    translated: csr_array[Any, tuple[int, int]]
    postings: csr_array[Any, tuple[int, int]]
    """Terms x offerings."""
    offerings: csr_array[Any, tuple[int, int]]
    """The same by offering."""


def read_need_vectors(needs: Sequence[int]) -> tuple[list[int], NDArray[np.float32]]:
    """Keys of the indexed ones among needs, in ascending order, and their vectors, shape (n, 512)."""
    rows = copy_out(
        "SELECT need_id, embedding FROM matchmaking_needvector WHERE need_id = ANY({}) ORDER BY need_id",
        {"key": ">i8", "vector": WIDTH},
        [list(needs)],
    )
    return rows["key"].astype(np.int64).tolist(), vectors_of(rows["vector"].tobytes())


def read_words(needs: Sequence[int], offerings: Ints) -> Words:
    """The words of needs, rows in their order, beside those of offerings; inside a transaction.

    The weights are those of the per-need statement (``retrieval``): its heaviest terms, BM25.
    """
    parameters: Mapping[str, Any] = word_parameters() | {"needs": list(needs), "heaviest": HEAVIEST}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS matchmaking_asked")
        cursor.execute(_ASKED, parameters)
        cursor.execute("ANALYZE matchmaking_asked")
    need, number, *weights = _arrays(_WEIGHTS, {}, (">i8", ">i4", ">f8", ">f8"))
    rows, number = np.searchsorted(np.asarray(needs), need.astype(np.int64)), number.astype(np.int64)
    terms = int(number.max(initial=-1)) + 1

    def matrix(values: NDArray[Any]) -> csr_array[Any, tuple[int, int]]:
        made = csr_array((values.astype(np.float64), (rows, number)), shape=(len(needs), terms))
        made.eliminate_zeros()
        return made

    postings = _postings(terms, offerings, parameters)
    asked, translated = map(matrix, weights)
    return Words(asked, translated, postings, postings.T.tocsr())


def _postings(terms: int, offerings: Ints, parameters: Mapping[str, Any]) -> csr_array[Any, tuple[int, int]]:
    """Terms x offerings: what each term counts in each offering, before the term's weight."""
    size = IndexSize.objects.first() or IndexSize()
    saturation, share = parameters["saturation"], parameters["length_share"]
    flat, slope = saturation * (1 - share), saturation * share * size.offerings / max(size.terms, 1)
    parts_in_all = 1 + size.terms // AT_ONCE
    kinds = ">i4", ">i8", ">i2", ">i2"
    parts = [_arrays(_POSTINGS, {"parts": parts_in_all, "part": part}, kinds) for part in range(parts_in_all)]
    number, keys, times, length = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    keys = keys.astype(np.int64)
    columns = np.minimum(np.searchsorted(offerings, keys), max(len(offerings) - 1, 0))
    known = offerings[columns] == keys if len(offerings) else np.zeros(len(keys), bool)
    weights = times / (times + flat + slope * length)
    places = number.astype(np.int64)[known], columns[known]
    return csr_array((weights[known], places), shape=(terms, len(offerings)))


def _arrays(statement: str, parameters: Mapping[str, Any], kinds: Sequence[str]) -> list[NDArray[Any]]:
    """The columns of a statement that gives each as one array; empty ones where it found nothing."""
    row = read_prepared(statement, parameters, binary=True)[0]
    return [
        np.zeros(0, kind) if raw is None else elements(raw, kind)
        for raw, kind in zip(row, kinds, strict=True)
    ]


def vectors_of(raw: bytes) -> NDArray[np.float32]:
    """pgvector's halfvecs in their binary form (two header words, then big-endian halves) as rows."""
    halves = np.frombuffer(raw, ">f2").reshape(-1, 2 + DIMENSIONS_READ)
    return halves[:, 2:].astype(np.float32)
