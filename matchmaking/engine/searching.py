"""What search boxes find by words and meaning: companies by their offerings, and needs.

The words are those of the suggestions' index; a hit must cover half of the question by the weight of its
words. The nearest meanings come below. Relevance: up to 200 by words, up to 100 by meaning alone.
"""

from typing import Any

import numpy as np
from django.db import connection

from companies.searching import Found
from matchmaking.engine import nearest
from matchmaking.engine.reducing import reduced
from matchmaking.engine.retrieval import word_parameters
from matchmaking.engine.typed import Typed, as_sent, read

LEAST_COVERED = 0.5
"""Share of the question's weight that a hit's words cover."""
LEAST_LIKE = 0.45
"""Cosine from which a text means much the same as the question."""
NEAREST = 60
MOST = 5000
"""Rows that a search gives; beyond, the least relevant fall away."""
BY_WORDS, BY_MEANING = 100.0, 100.0

_ASKED = """
asked AS MATERIALIZED (
    SELECT * FROM unnest(%(terms)s::text[], %(words)s::int[], %(values)s::float8[], %(whole)s::bool[])
        AS a (term, word, value, is_whole))"""
_PER_WORD = """
greatest(coalesce(max(value * times) FILTER (WHERE is_whole), 0),
         coalesce(sum(value * times) FILTER (WHERE NOT is_whole), 0)) AS value,
greatest(coalesce(max(value) FILTER (WHERE is_whole), 0),
         coalesce(sum(value) FILTER (WHERE NOT is_whole), 0)) AS covered"""

_SUPPLIERS = f"""
WITH {_ASKED},
size AS MATERIALIZED (
    SELECT %(saturation)s::float8 * (1 - %(length_share)s::float8) AS flat,
           %(saturation)s::float8 * %(length_share)s::float8 * offerings / greatest(terms, 1) AS slope
    FROM matchmaking_indexsize),
hits AS (
    SELECT p.offering_id, a.term, a.word, a.value, a.is_whole,
           p.times / (p.times + flat + slope * p.length) AS times
    FROM asked AS a JOIN matchmaking_offeringterm AS p ON p.term = a.term, size),
parts AS (SELECT offering_id, word, {_PER_WORD} FROM hits GROUP BY offering_id, word),
scored AS (
    SELECT offering_id, sum(value) / %(total)s AS value FROM parts
    GROUP BY offering_id HAVING sum(covered) >= %(least)s * %(total)s),
nearest AS (
    SELECT offering_id, -(embedding <#> %(vector)s::halfvec) AS likeness FROM {{vectors}}
    ORDER BY embedding <#> %(vector)s::halfvec LIMIT %(nearest)s),
unread AS (
    SELECT o.company_id FROM companies_offering AS o
    WHERE o.archived_at IS NULL AND NOT EXISTS (
        SELECT FROM matchmaking_offeringvector AS v WHERE v.offering_id = o.id)
    AND (upper(o.name_zh) LIKE %(like)s OR upper(o.name_en) LIKE %(like)s))
SELECT company_id, max(relevance) FROM (
    SELECT o.company_id, 100 + %(by_words)s * value AS relevance
    FROM scored JOIN companies_offering AS o ON o.id = offering_id
    UNION ALL
    SELECT o.company_id, %(by_meaning)s * likeness
    FROM nearest JOIN companies_offering AS o ON o.id = offering_id WHERE likeness >= %(least_like)s
    UNION ALL
    SELECT company_id, 100 FROM unread) AS found
GROUP BY company_id ORDER BY 2 DESC, 1 LIMIT %(most)s
"""

_ALL_VECTORS = "matchmaking_offeringvector"
_FOUND_VECTORS = """(
    SELECT offering_id, embedding FROM matchmaking_offeringvector
    ORDER BY reduced <#> %(reduced)s::halfvec LIMIT %(reach)s) AS v"""
"""Those that the index of a large city gives, among which the full vectors decide."""

_NEEDS = f"""
WITH {_ASKED},
hits AS (
    SELECT v.need_id, a.term, a.word, a.value, a.is_whole,
           CASE WHEN a.term = ANY(v.title_terms) THEN 1 ELSE 0.5 END AS times
    FROM matchmaking_needvector AS v, unnest(v.terms) AS t (term) JOIN asked AS a ON a.term = t.term),
parts AS (SELECT need_id, word, {_PER_WORD} FROM hits GROUP BY need_id, word),
scored AS (
    SELECT need_id, sum(value) / %(total)s AS value FROM parts
    GROUP BY need_id HAVING sum(covered) >= %(least)s * %(total)s),
nearest AS (
    SELECT need_id, -(embedding <#> %(vector)s::halfvec) AS likeness FROM matchmaking_needvector
    ORDER BY embedding <#> %(vector)s::halfvec LIMIT %(nearest)s)
SELECT need_id, max(relevance) FROM (
    SELECT need_id, 100 + %(by_words)s * value AS relevance FROM scored
    UNION ALL
    SELECT need_id, %(by_meaning)s * likeness FROM nearest WHERE likeness >= %(least_like)s) AS found
GROUP BY need_id ORDER BY 2 DESC, 1 LIMIT %(most)s
"""


class WordsAndMeaning:
    """The finder that ``companies.searching`` is given."""

    def suppliers(self, text: str) -> Found:
        """Companies by what they offer, published or not: the list narrows them to its viewer's."""
        typed, reach = read(text), nearest.reach()
        statement = _SUPPLIERS.format(vectors=_FOUND_VECTORS if reach else _ALL_VECTORS)
        more = {"reduced": _reduced(typed), "reach": reach} if reach else {}
        return _found(statement, _parameters(typed, text) | more)

    def needs(self, text: str) -> Found:
        """Needs of every state but drafts, seen by the viewer or not: the list narrows them."""
        return _found(_NEEDS, _parameters(read(text), text))


def _found(statement: str, parameters: dict[str, Any]) -> dict[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return dict(cursor.fetchall())


def _reduced(typed: Typed) -> str:
    """The question's meaning as the index of a large city holds it."""
    return as_sent(reduced(np.array([typed.vector], np.float32))[0])


def _parameters(typed: Typed, text: str) -> dict[str, Any]:
    return word_parameters() | {
        "terms": [term.term for term in typed.terms],
        "words": [term.word for term in typed.terms],
        "values": [term.credit * typed.weights[term.word] for term in typed.terms],
        "whole": [term.is_whole for term in typed.terms],
        "total": sum(typed.weights) or 1.0,
        "least": LEAST_COVERED,
        "vector": as_sent(typed.vector),
        "nearest": NEAREST,
        "least_like": LEAST_LIKE,
        "like": f"%{_escaped(text.upper())}%",
        "by_words": BY_WORDS,
        "by_meaning": BY_MEANING,
        "most": MOST,
    }


def _escaped(text: str) -> str:
    """For LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
