"""Exact hybrid SQL of the plain kind, which the suggestion's statement is measured beside.

BM25 over all postings of all terms, a look at every vector, the first 150 of each fused by rank, with the
features that the scorer reads, each looked up for each candidate; of a need that requires certificates the
same among those that hold them. The sum keeps the planner from the index of vectors, which would not be
exact. Only what is asked, a need's terms with their rarity, comes from the engine's own statement.
"""

from matchmaking.engine import branches
from matchmaking.engine.candidate_rows import KEPT_DEAL, REQUIRED

EVERY_TERM = 100_000

MEASURE = """
measure AS MATERIALIZED (
    SELECT %(saturation)s::float8 * (1 - %(length_share)s::float8) AS flat,
           %(saturation)s::float8 * %(length_share)s::float8 * offerings / greatest(terms, 1) AS slope
    FROM matchmaking_indexsize LIMIT 1)"""
_PART = "times / (times + (SELECT flat FROM measure) + (SELECT slope FROM measure) * length)"
_HELD = """
ARRAY(SELECT z.code FROM required AS z JOIN companies_certification AS k ON k.scheme_id = z.id
      WHERE k.company_id = c.id AND (k.valid_until IS NULL OR k.valid_until >= %(today)s){0})"""
_COLUMNS = f"""
o.id, o.company_id, coalesce(h.words, 0), coalesce(h.translated, 0),
-(v.embedding <#> (SELECT embedding FROM need)), coalesce(s.full_code, m.full_code, ''), s.id IS NULL,
ARRAY(SELECT x.chainnode_id FROM companies_company_nodes AS x WHERE x.company_id = c.id) || o.node_id,
coalesce(hs.code, ''), {_HELD.format("")}, {_HELD.format(" AND k.verified_at IS NOT NULL")},
o.spare_capacity, o.minimum_order, o.unit, o.lead_time_days, coalesce(d.path, ''), c.trade_formats,
(SELECT count(*) FROM events_deal AS e WHERE e.supplier_id = c.id AND {KEPT_DEAL}),
(%(today)s - c.profile_confirmed_on) / 30.44, chosen.score"""

HITS = f"""
hits AS MATERIALIZED (
    SELECT p.offering_id, sum(weight * part) AS words, sum(translated * part) AS translated
    FROM rare AS r, LATERAL (
        SELECT offering_id, {_PART} AS part
        FROM matchmaking_offeringterm AS t WHERE t.term = r.term) AS p
    GROUP BY p.offering_id)"""

_FAR = "v.embedding <#> (SELECT embedding FROM need)"
_NEAREST = f"""
    SELECT offering_id, row_number() OVER (ORDER BY far) AS place FROM (
        SELECT v.offering_id, {_FAR} AS far FROM matchmaking_offeringvector AS v {{0}}
        ORDER BY 0 + ({_FAR}) LIMIT 150) AS nearest"""
_BEST = """
    SELECT offering_id, row_number() OVER (ORDER BY words + translated DESC) AS place FROM hits AS v {0}
    ORDER BY words + translated DESC LIMIT 150"""
_OF_HOLDERS = """
JOIN companies_offering AS o ON o.id = v.offering_id WHERE o.company_id IN (
    SELECT k.company_id FROM companies_certification AS k JOIN required AS z ON z.id = k.scheme_id
    WHERE k.valid_until IS NULL OR k.valid_until >= %(today)s
    GROUP BY k.company_id HAVING count(DISTINCT k.scheme_id) = (SELECT count(*) FROM required))"""
_LISTS = {"by_words": _BEST.format(""), "by_meaning": _NEAREST.format("")}
_HELD_LISTS = {"by_words_held": _BEST.format(_OF_HOLDERS), "by_meaning_held": _NEAREST.format(_OF_HOLDERS)}


def plain(*, is_demanding: bool) -> str:
    """The statement; where certificates are required it also finds the best of those that hold them."""
    lists = _LISTS | _HELD_LISTS if is_demanding else _LISTS
    return f"""
WITH {REQUIRED}, {branches.ASKED}, {branches.rare(EVERY_TERM)}, {MEASURE}, {HITS},
{", ".join(f"{name} AS ({sql})" for name, sql in lists.items())},
chosen AS (
    SELECT offering_id, sum(1.0 / (60 + place)) AS score
    FROM ({" UNION ALL ".join(f"SELECT * FROM {name}" for name in lists)}) AS fused
    GROUP BY offering_id ORDER BY score DESC)
SELECT {_COLUMNS}
FROM chosen
JOIN companies_offering AS o ON o.id = chosen.offering_id AND o.archived_at IS NULL
JOIN companies_company AS c ON c.id = o.company_id AND c.archived_at IS NULL
    AND c.verification = 'verified' AND c.supplies
JOIN matchmaking_offeringvector AS v ON v.offering_id = o.id
LEFT JOIN companies_sector AS s ON s.id = o.sector_id
LEFT JOIN companies_sector AS m ON m.id = c.main_sector_id
LEFT JOIN companies_hsheading AS hs ON hs.id = o.hs_heading_id
LEFT JOIN companies_division AS d ON d.id = c.division_id
LEFT JOIN hits AS h ON h.offering_id = o.id ORDER BY chosen.score DESC
"""
