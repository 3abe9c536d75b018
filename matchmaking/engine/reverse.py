"""Which needs suit suppliers: their offerings beside every open need, in one SQL statement, same scorer.

Points are comparable between needs because each need keeps the scale of its own candidates.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from accounts.prepared import read_prepared
from companies.models import Company
from matchmaking.engine.candidate_rows import CANDIDATE_COLUMNS, CANDIDATE_JOINS, REQUIRED, candidate_of
from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Scale
from matchmaking.engine.ranking import Ranked
from matchmaking.engine.retrieval import word_parameters
from matchmaking.engine.scoring import missing_certifications, supplier_score

USUAL_SPREAD = 5.0
"""Spread of a need whose candidates were not measured yet: the middle of what real needs have."""

AT_ONCE = 100
"""Companies of one statement: what it returns is held in memory, a row for each offering and need."""

_STATEMENT = f"""
WITH {REQUIRED},
size AS MATERIALIZED (SELECT offerings FROM matchmaking_indexsize),
own AS MATERIALIZED (
    SELECT p.offering_id, p.term, p.impact AS part
    FROM matchmaking_offeringterm AS p JOIN companies_offering AS o ON o.id = p.offering_id
    WHERE o.company_id = ANY(%(companies)s) AND o.archived_at IS NULL),
rare AS MATERIALIZED (
    SELECT term, ln(1 + (greatest(size.offerings - t.offerings, 0) + 0.5)
                    / (t.offerings + 0.5)::float8) AS idf
    FROM matchmaking_termcount AS t, size WHERE term IN (SELECT term FROM own)),
asked AS (
    SELECT v.need_id, t.term, %(word)s::float8 + CASE WHEN t.term = ANY(v.title_terms)
           THEN %(title_word)s::float8 ELSE 0 END AS weight, 0::float8 AS translated
    FROM matchmaking_needvector AS v, unnest(v.terms) AS t (term) WHERE v.need_id = ANY(%(needs)s)
    UNION ALL
    SELECT v.need_id, l.other, 0, max(%(translated_word)s::float8 * l.likeness * l.likeness)
    FROM matchmaking_needvector AS v, unnest(v.title_terms) AS t (term)
    JOIN matchmaking_translation AS l ON l.word = t.term
    WHERE l.other IN (SELECT term FROM own) AND l.other <> ALL(v.terms) AND v.need_id = ANY(%(needs)s)
    GROUP BY v.need_id, l.other),
hits AS MATERIALIZED (
    SELECT a.need_id, own.offering_id, sum(weight * idf * part) AS words,
           sum(translated * idf * part) AS translated
    FROM asked AS a JOIN own USING (term) JOIN rare USING (term) GROUP BY a.need_id, own.offering_id),
pairs AS (
    SELECT n.need_id, v.offering_id, n.embedding, n.floor, n.spread
    FROM matchmaking_needvector AS n, matchmaking_offeringvector AS v
    JOIN companies_offering AS o ON o.id = v.offering_id
    WHERE n.need_id = ANY(%(needs)s) AND o.company_id = ANY(%(companies)s) AND o.archived_at IS NULL)
SELECT pairs.need_id, pairs.floor, pairs.spread,
       {CANDIDATE_COLUMNS.format(meaning="-(v.embedding <#> pairs.embedding)")}
FROM pairs {CANDIDATE_JOINS.format(offering="pairs.offering_id")}
LEFT JOIN hits AS h ON h.offering_id = o.id AND h.need_id = pairs.need_id
"""


def ranked_needs(company: Company, needs: Mapping[int, NeedFeatures]) -> list[tuple[int, Ranked]]:
    """Needs by the company's score for them, best first; needs whose certificates it lacks are left out."""
    return ranked_needs_of([company.pk], needs)[company.pk]


def ranked_needs_of(
    companies: Iterable[int], needs: Mapping[int, NeedFeatures]
) -> dict[int, list[tuple[int, Ranked]]]:
    """The same for each of many companies, by their keys, in one statement for every so many of them."""
    keys = list(companies)
    found: dict[int, list[tuple[int, Ranked]]] = {key: [] for key in keys}
    for first in range(0, len(keys) if needs else 0, AT_ONCE):
        for (company, need), (offerings, scale) in _read(keys[first : first + AT_ONCE], needs).items():
            if not missing_certifications(needs[need], offerings[0]):
                found[company].append((need, Ranked(*supplier_score(needs[need], offerings, scale))))
    for ranked in found.values():
        ranked.sort(key=lambda pair: (-round(pair[1].score.total, 9), pair[0]))
    return found


def _read(
    companies: list[int], needs: Mapping[int, NeedFeatures]
) -> dict[tuple[int, int], tuple[list[CandidateFeatures], Scale]]:
    """Offerings by company and need, with the scale of the need."""
    offerings: defaultdict[tuple[int, int], list[CandidateFeatures]] = defaultdict(list)
    scales: dict[tuple[int, int], Scale] = {}
    for need, floor, spread, *row in _rows(companies, needs):
        candidate = candidate_of(row)
        pair = (candidate.company, need)
        offerings[pair].append(candidate)
        scales[pair] = Scale(candidate.meaning if floor is None else floor, spread or USUAL_SPREAD)
    return {pair: (found, scales[pair]) for pair, found in offerings.items()}


def _rows(companies: list[int], needs: Mapping[int, NeedFeatures]) -> list[tuple[Any, ...]]:
    parameters: dict[str, Any] = word_parameters() | {
        "companies": companies,
        "needs": list(needs),
        "schemes": sorted({code for need in needs.values() for code in need.required_certifications}),
        "today": timezone.localdate(),
    }
    return read_prepared(_STATEMENT, parameters)
