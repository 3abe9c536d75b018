"""The parts of the retrieval statement, as SQL: what is asked, the words that hit, and each branch.

Exact at small size. At scale a posting list is read from its heaviest end, and vectors through their HNSW
index, which goes on searching until enough pass the filter; where few pass, these are looked at one by one.
"""

TIES = 1e9
"""Word scores that agree to so many parts are equal: a sum depends on the order of its terms."""
HEAVIEST_AT_SCALE = 96
"""Terms of a need that are looked up at scale."""
POSTINGS = 1000
"""Entries of a posting list that are read at scale."""
FEW = 2000
"""Offerings up to which a filter's are looked at one by one at scale."""
ALL = 1_000_000_000
"""As many as there are."""

ASKED = """
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

HITS = """
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
    FROM rare AS r, size, LATERAL (
        SELECT offering_id, times, length FROM matchmaking_offeringterm AS t WHERE t.term = r.term
        ORDER BY t.impact DESC LIMIT %(postings)s) AS p
    GROUP BY p.offering_id)"""

# Offerings of firms that hold every required certificate, for the second pass of each branch.
HOLDERS = """
holders AS MATERIALIZED (
    SELECT o.id FROM companies_offering AS o
    WHERE o.archived_at IS NULL AND o.company_id IN (
        SELECT c.company_id FROM companies_certification AS c
        WHERE c.scheme_id = ANY(%(required)s) AND (c.valid_until IS NULL OR c.valid_until >= %(today)s)
        GROUP BY c.company_id HAVING count(DISTINCT c.scheme_id) = cardinality(%(required)s)))"""


def by_words(narrowed: str) -> str:
    return f"""
    (SELECT v.offering_id FROM hits AS v WHERE true {narrowed}
     ORDER BY round((v.words + v.translated) * {TIES}) DESC, v.offering_id LIMIT %(by_words)s)"""


FIELD = """
field AS MATERIALIZED (
    SELECT o.id FROM companies_offering AS o
    WHERE o.sector_id = (SELECT sector_id FROM need) OR o.node_id = (SELECT node_id FROM need)
    LIMIT %(few)s + 1),
field_is_few AS MATERIALIZED (SELECT count(*) <= %(few)s AS yes FROM field)"""

FEW_HOLDERS = f"""
holders_are_few AS MATERIALIZED (
    SELECT count(*) <= %(few)s AS yes FROM (
        SELECT FROM companies_certification AS c WHERE c.scheme_id = ANY(%(required)s)
        LIMIT %(few)s + 1) AS c),
{HOLDERS.strip().removesuffix(")")}
    AND (SELECT yes FROM holders_are_few)),
holders_hits AS MATERIALIZED (
    SELECT p.offering_id, sum((weight + translated) * p.times / (p.times + flat + slope * p.length)) AS words
    FROM holders, LATERAL (
        SELECT * FROM matchmaking_offeringterm AS t WHERE t.offering_id = holders.id OFFSET 0) AS p
    JOIN rare AS r ON r.term = p.term, size
    GROUP BY p.offering_id)"""

# The words of the chosen, of which the heaviest postings tell only a part: read offering by offering, which
# OFFSET 0 holds the planner to.
EXACT_HITS = """
exact_hits AS MATERIALIZED (
    SELECT p.offering_id, sum(weight * p.times / (p.times + flat + slope * p.length)) AS words,
           sum(translated * p.times / (p.times + flat + slope * p.length)) AS translated
    FROM chosen, LATERAL (
        SELECT * FROM matchmaking_offeringterm AS t WHERE t.offering_id = chosen.offering_id OFFSET 0) AS p
    JOIN rare AS r ON r.term = p.term, size
    GROUP BY p.offering_id)"""

_HOLDS = """
AND (SELECT count(DISTINCT c.scheme_id) FROM companies_offering AS o
     JOIN companies_certification AS c ON c.company_id = o.company_id
     WHERE o.id = v.offering_id AND o.archived_at IS NULL AND c.scheme_id = ANY(%(required)s)
     AND (c.valid_until IS NULL OR c.valid_until >= %(today)s)) = cardinality(%(required)s)"""
_IN_FIELD = """
AND (SELECT o.sector_id = n.sector_id OR o.node_id = n.node_id FROM companies_offering AS o, need AS n
     WHERE o.id = v.offering_id)"""


def _nearest(number: str, condition: str = "", among: str = "", *, whole: bool = False) -> str:
    """Nearest vectors of all offerings, or of those of a CTE one by one.

    :param whole: look at every vector, of equal ones take those that stand first; else the index, which knows
        no such order, may be used. The sum keeps the planner from it.
    """
    joined = f"JOIN {among} ON {among}.id = v.offering_id" if among else ""
    far = "v.embedding <#> (SELECT embedding FROM need)"
    order = f"0 + ({far}), v.offering_id" if whole else far
    return f"""
    (SELECT v.offering_id FROM matchmaking_offeringvector AS v {joined} WHERE true {condition}
     ORDER BY {order} LIMIT %({number})s)"""


def exact() -> str:
    """The three branches by a look at everything, among all firms."""
    return " UNION ".join(
        [
            by_words(""),
            _nearest("by_meaning", whole=True),
            _nearest("by_field", among="field", whole=True),
        ]
    )


def exact_holders() -> str:
    """The same among firms that hold every required certificate."""
    in_field = "AND v.offering_id IN (SELECT id FROM field)"
    return " UNION ".join(
        [
            by_words("AND v.offering_id IN (SELECT id FROM holders)"),
            _nearest("by_meaning", among="holders", whole=True),
            _nearest("by_field", in_field, "holders", whole=True),
        ]
    )


def indexed() -> str:
    """The three branches at scale, among all firms."""
    few, many = "AND (SELECT yes FROM field_is_few)", "AND NOT (SELECT yes FROM field_is_few)"
    return " UNION ".join(
        [
            by_words(""),
            _nearest("by_meaning"),
            _nearest("by_field", few, "field"),
            _nearest("by_field", many + _IN_FIELD),
        ]
    )


def indexed_holders() -> str:
    """The three branches at scale, among firms that hold every required certificate."""
    few, many = "AND (SELECT yes FROM holders_are_few)", "AND NOT (SELECT yes FROM holders_are_few)"
    return " UNION ".join(
        [
            """
    (SELECT v.offering_id FROM holders_hits AS v ORDER BY v.words DESC, v.offering_id LIMIT %(by_words)s)""",
            by_words(many + _HOLDS),
            _nearest("by_meaning", few, "holders"),
            _nearest("by_meaning", many + _HOLDS),
            _nearest("by_field", few + _IN_FIELD, "holders"),
            _nearest("by_field", many + _HOLDS + _IN_FIELD),
        ]
    )
