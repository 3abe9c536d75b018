"""One row of a candidate: every feature of an offering that the scorer reads, as SQL and as read."""

from collections.abc import Sequence
from typing import Any

from matchmaking.engine.features import CandidateFeatures

KEPT_DEAL = "e.stage IN ('signed', 'performing', 'completed')"
CANDIDATE_COLUMNS = f"""
o.id, o.company_id, coalesce(h.words, 0), coalesce(h.translated, 0), {{meaning}},
coalesce(s.full_code, ''), o.sector_id IS NULL,
ARRAY(SELECT x.chainnode_id FROM companies_company_nodes AS x WHERE x.company_id = c.id) || o.node_id,
coalesce(hs.code, ''),
ARRAY(SELECT (k.verified_at IS NOT NULL)::int || z.code
      FROM required AS z JOIN companies_certification AS k ON k.scheme_id = z.id
      WHERE k.company_id = c.id AND (k.valid_until IS NULL OR k.valid_until >= %(today)s)),
o.spare_capacity, o.minimum_order, o.unit, o.lead_time_days, coalesce(d.path, ''), c.trade_formats,
(SELECT count(*) FROM events_deal AS e WHERE e.supplier_id = c.id AND {KEPT_DEAL}),
(%(today)s - c.profile_confirmed_on) / 30.44"""
"""What ``candidate_of`` reads, in its order; h holds the words' scores, ``required`` is ``REQUIRED``."""

REQUIRED = """
required AS MATERIALIZED (
    SELECT id, code FROM companies_certificationscheme WHERE code = ANY(%(schemes)s))"""

CANDIDATE_JOINS = """
JOIN companies_offering AS o ON o.id = {offering} AND o.archived_at IS NULL
JOIN companies_company AS c ON c.id = o.company_id AND c.archived_at IS NULL
    AND c.verification = 'verified' AND c.supplies
JOIN matchmaking_offeringvector AS v ON v.offering_id = o.id
LEFT JOIN companies_sector AS s ON s.id = coalesce(o.sector_id, c.main_sector_id)
LEFT JOIN companies_hsheading AS hs ON hs.id = o.hs_heading_id
LEFT JOIN companies_division AS d ON d.id = c.division_id"""
"""Only firms that everyone may see are ever suggested."""


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
        certifications=frozenset(code[1:] for code in row[9]),
        verified_certifications=frozenset(code[1:] for code in row[9] if code[0] == "1"),
        spare_capacity=row[10],
        minimum_order=row[11],
        unit=row[12],
        lead_time_days=row[13],
        place=row[14],
        trade_formats=frozenset(row[15]),
        kept_deals=row[16],
        months_since_confirmed=None if row[17] is None else float(row[17]),
    )
