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
from matchmaking.models.vector import number_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WIDTH = 4 + 2 * DIMENSIONS_READ
"""Bytes of a vector in PostgreSQL's binary form."""

_ASKED = f"""
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
SELECT need_id, {number_of("term")} - 1 AS number, weight, translated
FROM rare WHERE place <= %(heaviest)s
"""
_WEIGHTS = """
SELECT array_send(array_agg(need_id)), array_send(array_agg(number)), array_send(array_agg(weight)),
       array_send(array_agg(translated)) FROM matchmaking_asked
"""
_WORDS = """
SELECT array_send(array_agg(offering_id)), array_send(array_agg(octet_length(sent))), string_agg(sent, '')
FROM (SELECT offering_id, sparsevec_send(words) AS sent FROM matchmaking_offeringwords
      WHERE offering_id > %(after)s ORDER BY offering_id LIMIT %(most)s) AS w
"""
MOST = 500_000
"""Offerings whose words are read in one statement: a value in PostgreSQL has at most 1 GB."""
HEAD = 3
"""Numbers before the indices and values of a sparse vector in PostgreSQL's binary form."""


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
    rows = np.searchsorted(np.asarray(needs), need.astype(np.int64))
    known, columns = np.unique(number.astype(np.int64), return_inverse=True)

    def matrix(values: NDArray[Any]) -> csr_array[Any, tuple[int, int]]:
        made = csr_array((values.astype(np.float64), (rows, columns)), shape=(len(needs), len(known)))
        made.eliminate_zeros()
        return made

    of_offerings = _words(known, offerings)
    asked, translated = map(matrix, weights)
    return Words(asked, translated, of_offerings.T.tocsr(), of_offerings)


def _words(known: Ints, offerings: Ints) -> csr_array[Any, tuple[int, int]]:
    """Offerings x terms with the known numbers, in ascending order: what each counts in each offering."""
    rows, columns, values = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    after, is_more = 0, len(known) > 0
    while is_more:
        keys, size, raw = read_prepared(_WORDS, {"after": after, "most": MOST}, binary=True)[0]
        is_more = raw is not None
        if is_more:
            read = elements(keys, ">i8").astype(np.int64)
            row, number, value = _entries(raw, elements(size, ">i4").astype(np.int64))
            place = np.minimum(np.searchsorted(known, number), len(known) - 1)
            where = np.minimum(np.searchsorted(offerings, read), max(len(offerings) - 1, 0))
            current = offerings[where] == read if len(offerings) else np.zeros(len(read), bool)
            kept = (known[place] == number) & current[row]
            rows.append(where[row[kept]])
            columns.append(place[kept])
            values.append(value[kept].astype(np.float64))
            after = int(read[-1])
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return csr_array(entries, shape=(len(offerings), len(known)))


def _entries(raw: bytes, size: Ints) -> tuple[Ints, Ints, NDArray[np.float32]]:
    """Row, index and value of every entry of sparse vectors that stand one after the other.

    :param size: bytes of each.
    """
    many = (size // 4 - HEAD) // 2
    first = (np.cumsum(size) - size) // 4 + HEAD
    row = np.repeat(np.arange(len(size)), many)
    index = np.arange(len(row)) - np.repeat(np.cumsum(many) - many - first, many)
    value = np.frombuffer(raw, ">f4")[index + many[row]]
    return row, np.frombuffer(raw, ">i4")[index].astype(np.int64), value


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
