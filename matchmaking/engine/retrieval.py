"""Which offerings come into question for a need: one SQL statement.

Three branches: the words of the need and their translations (BM25 over the posting lists of its
heaviest terms), the nearest meanings, and the offerings of the same sector or chain node. Their union
comes with every feature that the scorer reads. Up to some size the statement looks at everything; above it,
at the heaviest postings and, through an index, at the nearest vectors (``branches``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.prepared import read_prepared
from companies.models import SourcingNeed
from matchmaking.engine import branches, nearest
from matchmaking.engine.features import CandidateFeatures
from matchmaking.engine.weights import weights

BY_WORDS = 150
BY_MEANING = 150
BY_FIELD = 50
"""Candidates of each branch."""
HEAVIEST = 96
"""Terms of a need that are looked up, those with the greatest weight times rarity: with all of them rankings
are the same, and a long need takes three times as long."""

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


def _features(hits: str) -> str:
    """Every feature of the chosen; ``hits`` names the CTE with their word scores."""
    return f"""
SELECT {CANDIDATE_COLUMNS.format(embedding="(SELECT embedding FROM need)")}
FROM chosen {CANDIDATE_JOINS.format(offering="chosen.offering_id")}
LEFT JOIN {hits} AS h ON h.offering_id = o.id
WHERE c.id <> (SELECT buyer_id FROM need)
ORDER BY o.id"""


_EXACT = {
    False: f"WITH {branches.ASKED}, {branches.HITS}, {branches.FIELD},"
    f" chosen AS ({branches.exact()}) {_features('hits')}",
    True: f"WITH {branches.ASKED}, {branches.HITS}, {branches.FIELD}, {branches.HOLDERS},"
    f" chosen AS ({branches.exact()} UNION {branches.exact_holders()}) {_features('hits')}",
}
_INDEXED = {
    False: f"WITH {branches.ASKED}, {branches.HITS}, {branches.FIELD},"
    f" chosen AS MATERIALIZED ({branches.indexed()}), {branches.EXACT_HITS} {_features('exact_hits')}",
    True: f"WITH {branches.ASKED}, {branches.HITS}, {branches.FIELD}, {branches.FEW_HOLDERS},"
    f" chosen AS MATERIALIZED ({branches.indexed()} UNION {branches.indexed_holders()}),"
    f" {branches.EXACT_HITS} {_features('exact_hits')}",
}
"""Statements by whether certificates are required."""


def candidates(need: SourcingNeed, schemes: Mapping[int, str], *, reach: int = 1) -> list[CandidateFeatures]:
    """Offerings of suggestible firms that come into question for an indexed need, by offering.

    Where certificates are required the branches are taken twice: among all firms, so that it can be said whom
    the requirement leaves out, and among those that hold them, so that the list is as long as without.

    :param schemes: required certificates, primary key to code.
    :param reach: how many times as many candidates each branch gives.
    """
    return [candidate_of(row) for row in read_prepared(*statement(need, schemes, reach=reach))]


def statement(need: SourcingNeed, schemes: Mapping[int, str], *, reach: int) -> tuple[str, dict[str, Any]]:
    """The statement for a city of this size, with its parameters; see ``candidates``."""
    large = nearest.is_used()
    parameters = word_parameters(large=large) | {
        "need": need.pk,
        "required": sorted(schemes),
        "schemes": sorted(schemes.values()),
        "today": timezone.localdate(),
        "postings": branches.POSTINGS if large else None,
        "few": branches.FEW if large else branches.ALL,
        "by_words": BY_WORDS * reach,
        "by_meaning": BY_MEANING * reach,
        "by_field": BY_FIELD * reach,
    }
    return (_INDEXED if large else _EXACT)[bool(schemes)], parameters


def word_parameters(*, large: bool = False) -> dict[str, Any]:
    """What the statements need to weigh words; ``large`` where only the heaviest postings are read."""
    text = weights().text
    return {
        "word": text.word,
        "title_word": text.title_word,
        "translated_word": text.translated_word,
        "saturation": text.saturation,
        "length_share": text.length_share,
        "heaviest": branches.HEAVIEST_AT_SCALE if large else HEAVIEST,
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
