"""What the batch reads: every offering, vector and posting of the city as arrays.

Rows come as binary COPY of columns that all have a fixed width, which numpy reads without touching a row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray
from scipy.sparse import csr_array

from accounts.prepared import read_prepared
from matchmaking.engine.bulk import DIMENSIONS_READ, copy_out, elements
from matchmaking.engine.features import CandidateFeatures
from matchmaking.engine.retrieval import CANDIDATE_COLUMNS, CANDIDATE_JOINS, candidate_of, word_parameters

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_WIDTH = 4 + 2 * DIMENSIONS_READ

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
_POSTINGS = """
SELECT a.number, array_send(array_agg(p.offering_id)), array_send(array_agg(p.times)),
       array_send(array_agg(p.length))
FROM (SELECT DISTINCT term, number FROM matchmaking_asked) AS a
JOIN matchmaking_offeringterm AS p ON p.term = a.term
GROUP BY a.number ORDER BY a.number
"""
_CANDIDATES = f"""
SELECT {CANDIDATE_COLUMNS.format(embedding="v.embedding")}
FROM matchmaking_offeringvector AS given {CANDIDATE_JOINS.format(offering="given.offering_id")}
CROSS JOIN (SELECT 0::float8 AS words, 0::float8 AS translated) AS h
"""
_HOLDING = """
SELECT c.company_id, s.code FROM companies_certification AS c
JOIN companies_certificationscheme AS s ON s.id = c.scheme_id
WHERE s.code = ANY(%(schemes)s) AND (c.valid_until IS NULL OR c.valid_until >= %(today)s)
"""


@dataclass(frozen=True, slots=True)
class Offerings:
    """All indexed offerings, n in number, in ascending order of their keys."""

    keys: Ints
    vectors: NDArray[np.float32]
    """Shape (n, 512)."""
    company: Ints
    sector: Ints
    """0 for none; likewise the node."""
    node: Ints
    current: NDArray[np.bool_]
    """Not archived."""
    features: list[CandidateFeatures | None]
    """Without words and meaning; None where the firm may not be suggested."""
    holders: dict[str, frozenset[int]]
    """Companies with a valid certificate, by code of the scheme."""


@dataclass(frozen=True, slots=True)
class Words:
    """Weights of terms in needs, and of terms in offerings: their product is BM25."""

    asked: csr_array[Any, tuple[int, int]]
    """Needs x terms."""
    translated: csr_array[Any, tuple[int, int]]
    postings: csr_array[Any, tuple[int, int]]
    """Terms x offerings."""


def read_offerings(schemes: Sequence[str]) -> Offerings:
    """Every indexed offering; ``schemes`` are those that any need requires."""
    rows = copy_out(
        "SELECT v.offering_id, o.company_id, coalesce(o.sector_id, 0), coalesce(o.node_id, 0),"
        " o.archived_at IS NULL, v.embedding FROM matchmaking_offeringvector AS v"
        " JOIN companies_offering AS o ON o.id = v.offering_id ORDER BY v.offering_id",
        {"key": ">i8", "company": ">i8", "sector": ">i8", "node": ">i8", "current": "?", "vector": _WIDTH},
    )
    keys = rows["key"].astype(np.int64)
    known = dict(zip(keys.tolist(), range(len(keys)), strict=True))
    parameters = {"schemes": list(schemes), "today": timezone.localdate()}
    features: list[CandidateFeatures | None] = [None] * len(keys)
    for values in read_prepared(_CANDIDATES, parameters):
        features[known[values[0]]] = candidate_of(values)
    holding: dict[str, set[int]] = {code: set() for code in schemes}
    for company, code in read_prepared(_HOLDING, parameters):
        holding[code].add(company)
    return Offerings(
        keys,
        vectors_of(rows["vector"]),
        rows["company"].astype(np.int64),
        rows["sector"].astype(np.int64),
        rows["node"].astype(np.int64),
        rows["current"].astype(bool),
        features,
        {code: frozenset(companies) for code, companies in holding.items()},
    )


def read_need_vectors(needs: Sequence[int]) -> tuple[list[int], NDArray[np.float32]]:
    """Keys of the indexed ones among needs, in ascending order, and their vectors, shape (n, 512)."""
    rows = copy_out(
        "SELECT need_id, embedding FROM matchmaking_needvector WHERE need_id = ANY({}) ORDER BY need_id",
        {"key": ">i8", "vector": _WIDTH},
        [list(needs)],
    )
    return rows["key"].astype(np.int64).tolist(), vectors_of(rows["vector"])


def read_words(needs: Sequence[int], offerings: Ints) -> Words:
    """The words of needs, rows in their order, beside those of offerings; inside a transaction.

    The weights are those of the per-need statement (``retrieval``): its heaviest terms, BM25.
    """
    parameters: Mapping[str, Any] = word_parameters() | {"needs": list(needs)}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS matchmaking_asked")
        cursor.execute(_ASKED, parameters)
        cursor.execute("ANALYZE matchmaking_asked")
    asked = copy_out(
        "SELECT need_id, number, weight, translated FROM matchmaking_asked",
        {"need": ">i8", "term": ">i4", "weight": ">f8", "translated": ">f8"},
    )
    number = asked["term"].astype(np.int64)
    rows = np.searchsorted(np.asarray(needs), asked["need"].astype(np.int64))
    terms = int(number.max(initial=-1)) + 1
    shape = (len(needs), terms)
    translated = csr_array((asked["translated"].astype(np.float64), (rows, number)), shape=shape)
    translated.eliminate_zeros()
    return Words(
        csr_array((asked["weight"].astype(np.float64), (rows, number)), shape=shape),
        translated,
        _postings(terms, offerings, *_length_norm(parameters)),
    )


def _postings(terms: int, offerings: Ints, flat: float, slope: float) -> csr_array[Any, tuple[int, int]]:
    """Terms x offerings: what each term counts in each offering, before the term's weight."""
    rows = read_prepared(_POSTINGS, {}, binary=True)
    found = [elements(row[1], ">i8") for row in rows]
    shape = (terms, len(offerings))
    if not found:
        return csr_array(shape, dtype=np.float64)
    times = np.concatenate([elements(row[2], ">i2") for row in rows]).astype(np.float64)
    lengths = np.concatenate([elements(row[3], ">i2") for row in rows])
    keys = np.concatenate(found).astype(np.int64)
    known = np.isin(keys, offerings)
    columns = np.searchsorted(offerings, keys)
    number = np.repeat([row[0] for row in rows], [len(part) for part in found])
    parts = times / (times + flat + slope * lengths)
    return csr_array((parts[known], (number[known], columns[known])), shape=shape)


def vectors_of(raw: NDArray[np.void]) -> NDArray[np.float32]:
    """pgvector's halfvec in its binary form (two header words, then big-endian halves) as rows."""
    if not len(raw):
        return np.zeros((0, DIMENSIONS_READ), np.float32)
    halves = np.frombuffer(raw.tobytes(), ">f2").reshape(len(raw), -1)
    return halves[:, 2:].astype(np.float32)


def _length_norm(parameters: Mapping[str, Any]) -> tuple[float, float]:
    """BM25's two parts of the norm: one for every offering, one a term of its length."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT offerings, terms FROM matchmaking_indexsize")
        offerings, terms = cursor.fetchone() or (0, 0)
    saturation, share = parameters["saturation"], parameters["length_share"]
    return saturation * (1 - share), saturation * share * offerings / max(terms, 1)
