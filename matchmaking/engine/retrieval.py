"""Which offerings come into question for a need: one SQL statement, exact.

Three branches: the words of the need and their translations (BM25 over the posting lists of its
heaviest terms), the nearest meanings, and the offerings of the same sector or chain node. Their union
comes with every feature that the scorer reads.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from companies.models import SourcingNeed
from matchmaking.engine.bulk import read_prepared
from matchmaking.engine.features import CandidateFeatures
from matchmaking.engine.weights import weights

BY_WORDS = 150
BY_MEANING = 150
BY_FIELD = 50
"""Candidates of each branch."""
TIES = 1e9
"""Word scores that agree to so many parts are equal: a sum depends on the order of its terms."""
HEAVIEST = 96
"""Terms of a need that are looked up, those with the greatest weight times rarity: with all of them rankings
are the same, and a long need takes three times as long."""

_ASKED = """
need AS MATERIALIZED (
    SELECT v.embedding, v.terms, v.title_terms, n.sector_id, n.node_id, n.buyer_id
    FROM matchmaking_needvector AS v JOIN companies_sourcingneed AS n ON n.id = v.need_id
    WHERE v.need_id = %(need)s),
asked AS MATERIALIZED (
    SELECT term, sum(weight) AS weight, max(translated) AS translated FROM (
        SELECT t.term, %(word)s::float8 + CASE WHEN t.term = ANY(need.title_terms)
               THEN %(title_word)s::float8 ELSE 0 END AS weight, 0::float8 AS translated
        FROM need, unnest(need.terms) AS t (term)
        UNION ALL
        SELECT l.other, 0, %(translated_word)s::float8 * l.likeness * l.likeness
        FROM need, unnest(need.title_terms) AS t (term) JOIN matchmaking_translation AS l ON l.word = t.term
        WHERE l.other <> ALL(need.terms)) AS parts
    GROUP BY term)"""

_HITS = """
size AS MATERIALIZED (
    SELECT offerings, %(saturation)s::float8 * (1 - %(length_share)s::float8) AS flat,
           %(saturation)s::float8 * %(length_share)s::float8 * offerings / greatest(terms, 1) AS slope
    FROM matchmaking_indexsize),
rare AS MATERIALIZED (
    SELECT term, weight * idf AS weight, translated * idf AS translated
    FROM asked JOIN matchmaking_termcount AS t USING (term), size, LATERAL (
        SELECT ln(1 + (greatest(size.offerings - t.offerings, 0) + 0.5) / (t.offerings + 0.5)::float8) AS idf
    ) AS rarity
    ORDER BY (weight + translated) * idf DESC, term LIMIT %(heaviest)s),
hits AS MATERIALIZED (
    SELECT p.offering_id, sum(weight * p.times / (p.times + flat + slope * p.length)) AS words,
           sum(translated * p.times / (p.times + flat + slope * p.length)) AS translated
    FROM rare AS r JOIN matchmaking_offeringterm AS p ON p.term = r.term, size
    GROUP BY p.offering_id)"""

# Offerings of firms that hold every required certificate, for the second pass of each branch.
_HOLDERS = """
holders AS MATERIALIZED (
    SELECT o.id FROM companies_offering AS o
    WHERE o.archived_at IS NULL AND o.company_id IN (
        SELECT c.company_id FROM companies_certification AS c
        WHERE c.scheme_id = ANY(%(required)s) AND (c.valid_until IS NULL OR c.valid_until >= %(today)s)
        GROUP BY c.company_id HAVING count(DISTINCT c.scheme_id) = cardinality(%(required)s)))"""


def _branches(only: str = "") -> str:
    """The three branches; ``only`` narrows them to the offerings of a CTE."""
    narrowed = f"AND v.offering_id IN (SELECT id FROM {only})" if only else ""
    return f"""
    (SELECT v.offering_id FROM hits AS v WHERE true {narrowed}
     ORDER BY v.words + v.translated DESC, v.offering_id LIMIT %(by_words)s)
    UNION
    (SELECT v.offering_id FROM matchmaking_offeringvector AS v WHERE true {narrowed}
     ORDER BY v.embedding <#> (SELECT embedding FROM need), v.offering_id LIMIT %(by_meaning)s)
    UNION
    (SELECT v.offering_id FROM matchmaking_offeringvector AS v JOIN companies_offering AS o
        ON o.id = v.offering_id, need
     WHERE (o.sector_id = need.sector_id OR o.node_id = need.node_id) {narrowed}
     ORDER BY v.embedding <#> need.embedding, v.offering_id LIMIT %(by_field)s)"""


CANDIDATE_COLUMNS = """
o.id, o.company_id, coalesce(h.words, 0), coalesce(h.translated, 0), -(v.embedding <#> {embedding}),
coalesce(s.full_code, m.full_code, ''), s.id IS NULL,
ARRAY(SELECT x.chainnode_id FROM companies_company_nodes AS x WHERE x.company_id = c.id) || o.node_id,
coalesce(hs.code, ''),
ARRAY(SELECT z.code FROM companies_certification AS k JOIN companies_certificationscheme AS z
      ON z.id = k.scheme_id WHERE k.company_id = c.id AND z.code = ANY(%(schemes)s)
      AND (k.valid_until IS NULL OR k.valid_until >= %(today)s)),
ARRAY(SELECT z.code FROM companies_certification AS k JOIN companies_certificationscheme AS z
      ON z.id = k.scheme_id WHERE k.company_id = c.id AND z.code = ANY(%(schemes)s)
      AND (k.valid_until IS NULL OR k.valid_until >= %(today)s) AND k.verified_at IS NOT NULL),
o.spare_capacity, o.minimum_order, o.unit, o.lead_time_days, coalesce(d.path, ''), c.trade_formats,
(SELECT count(*) FROM events_deal AS e WHERE e.supplier_id = c.id
 AND e.stage IN ('signed', 'performing', 'completed')),
(%(today)s - c.profile_confirmed_on) / 30.44"""
"""What ``candidate_of`` reads, in its order; h holds the words' scores."""

CANDIDATE_JOINS = """
JOIN companies_offering AS o ON o.id = {offering} AND o.archived_at IS NULL
JOIN companies_company AS c ON c.id = o.company_id AND c.archived_at IS NULL
    AND c.verification = 'verified' AND c.supplies
JOIN matchmaking_offeringvector AS v ON v.offering_id = o.id
LEFT JOIN companies_sector AS s ON s.id = o.sector_id
LEFT JOIN companies_sector AS m ON m.id = c.main_sector_id
LEFT JOIN companies_hsheading AS hs ON hs.id = o.hs_heading_id
LEFT JOIN companies_division AS d ON d.id = c.division_id"""
"""Only firms that everyone may see are ever suggested."""

_FEATURES = f"""
SELECT {CANDIDATE_COLUMNS.format(embedding="(SELECT embedding FROM need)")}
FROM chosen {CANDIDATE_JOINS.format(offering="chosen.offering_id")}
LEFT JOIN hits AS h ON h.offering_id = o.id
WHERE c.id <> (SELECT buyer_id FROM need)
ORDER BY o.id"""

_FREE = f"WITH {_ASKED}, {_HITS}, chosen AS ({_branches()}) {_FEATURES}"
_DEMANDING = (
    f"WITH {_ASKED}, {_HITS}, {_HOLDERS}, chosen AS ({_branches()} UNION {_branches('holders')}) {_FEATURES}"
)


def candidates(need: SourcingNeed, schemes: Mapping[int, str], *, reach: int = 1) -> list[CandidateFeatures]:
    """Offerings of suggestible firms that come into question for an indexed need, by offering.

    Where certificates are required the branches are taken twice: among all firms, so that it can be said whom
    the requirement leaves out, and among those that hold them, so that the list is as long as without.

    :param schemes: required certificates, primary key to code.
    :param reach: how many times as many candidates each branch gives.
    """
    parameters: dict[str, Any] = word_parameters() | {
        "need": need.pk,
        "required": sorted(schemes),
        "schemes": sorted(schemes.values()),
        "today": timezone.localdate(),
        "by_words": BY_WORDS * reach,
        "by_meaning": BY_MEANING * reach,
        "by_field": BY_FIELD * reach,
    }
    return [candidate_of(row) for row in read_prepared(_DEMANDING if schemes else _FREE, parameters)]


def word_parameters() -> dict[str, Any]:
    """What the statements need to weigh words."""
    text = weights().text
    return {
        "word": text.word,
        "title_word": text.title_word,
        "translated_word": text.translated_word,
        "saturation": text.saturation,
        "length_share": text.length_share,
        "heaviest": HEAVIEST,
    }


def candidate_of(row: Sequence[Any]) -> CandidateFeatures:
    """One row of ``CANDIDATE_COLUMNS``."""
    return CandidateFeatures(
        offering=row[0],
        company=row[1],
        words=row[2],
        translated=row[3],
        meaning=row[4],
        sector_code=row[5],
        is_company_sector=row[6] and bool(row[5]),
        nodes=frozenset(node for node in row[7] if node is not None),
        hs_heading=row[8],
        certifications=frozenset(row[9]),
        verified_certifications=frozenset(row[10]),
        spare_capacity=row[11],
        minimum_order=row[12],
        unit=row[13],
        lead_time_days=row[14],
        place=row[15],
        trade_formats=frozenset(row[16]),
        kept_deals=row[17],
        months_since_confirmed=None if row[18] is None else float(row[18]),
    )
