"""The parts of the retrieval statement, as SQL: what is asked, the words that hit, and each branch.

Exact at small size. At scale a posting list is read from its heaviest end, and vectors through their HNSW
index, which goes on searching until enough pass the filter; where few pass, these are looked at one by one.
Limits are written into the SQL, not handed over: the planner has to know them to choose an index.
"""

from collections.abc import Mapping

TIES = 1e9
"""Word scores that agree to so many parts are equal: a sum depends on the order of its terms."""
HEAVIEST = 96
"""Terms of a need that its words are weighed by, those with the greatest weight times rarity: with all of
them rankings are the same, and a long need takes three times as long."""
FIRST = 32
"""Those of them that offerings are found by at scale: the others stand in so many that their posting lists
are long, and weigh little. docs/benchmarks.md has what was measured."""
POSTINGS = 4000
"""Entries of a posting list that are read at scale."""


FEW = 2000
"""Offerings up to which, at scale, those that pass a filter are looked at one by one; more are sought through
the indexes."""

FEW_OF_FIELD = 6000
"""The same for the need's field, whose vectors alone are looked at."""
NEAR = 1500
"""Nearest vectors that filters share at scale."""
ENOUGH = 0.5
"""Share of a branch's candidates that suffices from these; with less its filter is searched through."""

_SCORE = f"round((v.words + v.translated) * {TIES}) DESC, v.offering_id"

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

# The index's size as single values, which are worked out once; joined, they would be so for every posting.
SIZE = """
size AS MATERIALIZED (
    SELECT offerings, %(saturation)s::float8 * (1 - %(length_share)s::float8) AS flat,
           %(saturation)s::float8 * %(length_share)s::float8 * offerings / greatest(terms, 1) AS slope
    FROM matchmaking_indexsize LIMIT 1)"""
PART = "times / (times + (SELECT flat FROM size) + (SELECT slope FROM size) * length)"
"""What a term counts in an offering before its rarity."""


def rare(heaviest: int) -> str:
    """The terms that are looked up: those with the greatest weight times rarity."""
    return f"""{SIZE},
rare AS MATERIALIZED (
    SELECT term, weight * idf AS weight, translated * idf AS translated,
           row_number() OVER (ORDER BY (weight + translated) * idf DESC, term) AS place
    FROM asked JOIN matchmaking_termcount AS t USING (term), LATERAL (
        SELECT ln(1 + (greatest((SELECT offerings FROM size) - t.offerings, 0) + 0.5::float8)
                      / (t.offerings + 0.5::float8)) AS idf) AS rarity
    ORDER BY place LIMIT {heaviest})"""


_BOTH = "sum(weight * {0}) AS words, sum(translated * {0}) AS translated"


def hits() -> str:
    """Scores of the offerings that share any term that is looked up."""
    return f"""
hits AS MATERIALIZED (
    SELECT p.offering_id, {_BOTH.format("part")} FROM rare AS r, LATERAL (
        SELECT offering_id, {PART} AS part FROM matchmaking_offeringterm AS t WHERE t.term = r.term) AS p
    GROUP BY p.offering_id)"""


def heavy_hits() -> str:
    """The same at scale, where offerings are found by the first terms' heaviest postings."""
    return f"""
hits AS MATERIALIZED (
    SELECT p.offering_id, sum((weight + translated) * part) AS words, 0 AS translated
    FROM rare AS r, LATERAL (
        SELECT offering_id, {PART} AS part FROM matchmaking_offeringterm AS t WHERE t.term = r.term
        ORDER BY t.impact DESC LIMIT {POSTINGS}) AS p
    WHERE r.place <= {FIRST}
    GROUP BY p.offering_id)"""


def hits_of(offerings: str, column: str, score: str, first: int) -> str:
    """Scores of the offerings of a CTE, which are read one by one: OFFSET 0 holds the planner to that."""
    return f"""
    SELECT p.offering_id, {score}
    FROM {offerings}, LATERAL (
        SELECT * FROM matchmaking_offeringterm AS t WHERE t.offering_id = {offerings}.{column} OFFSET 0) AS p
    JOIN rare AS r ON r.term = p.term AND r.place <= {first}
    GROUP BY p.offering_id"""


def few_hits(among: str) -> str:
    """As ``hits``, of the offerings of a CTE."""
    score = f"sum((weight + translated) * {PART}) AS words, 0 AS translated"
    return f"""
{among}_hits AS MATERIALIZED ({hits_of(among, "id", score, FIRST)})"""


EXACT_HITS = f"""
exact_hits AS MATERIALIZED ({hits_of("chosen", "offering_id", _BOTH.format(PART), HEAVIEST)})"""
"""What the words of the chosen weigh, by all terms that are looked up."""


FIELD = """
field AS MATERIALIZED (
    SELECT o.id FROM companies_offering AS o
    WHERE (o.sector_id = (SELECT sector_id FROM need) OR o.node_id = (SELECT node_id FROM need)))"""
"""Offerings of the need's sector or chain node."""


def field_up_to(most: int) -> str:
    """The same, none where they are more than so many; ``field_number`` counts no further."""
    count = f"""
    SELECT count(*) FROM (SELECT FROM companies_offering AS o
                          WHERE o.{{0}} = (SELECT {{0}} FROM need) LIMIT {most} + 1) AS o"""
    return f"""
field_number AS MATERIALIZED (
    SELECT ({count.format("sector_id")}) + ({count.format("node_id")}) AS number),
{FIELD.strip().removesuffix(")")} AND (SELECT number FROM field_number) <= {most})"""


def by_words(number: int, condition: str = "", among: str = "hits") -> str:
    """Best by words of those for which the condition holds."""
    return f"""
    (SELECT v.offering_id FROM {among} AS v WHERE true {condition}
     ORDER BY {_SCORE} LIMIT {number})"""


def by_words_in_turn(number: int, condition: str) -> str:
    """The same for a condition that costs much: asked of one after the other until enough pass."""
    return f"""
    (SELECT v.offering_id FROM (SELECT * FROM hits AS v ORDER BY {_SCORE} OFFSET 0) AS v
     WHERE true {condition} LIMIT {number})"""


def near(flags: Mapping[str, str], gate: str) -> str:
    """The ``NEAR`` nearest with what passes which filter, from which several branches take theirs.

    A search through a filter of its own looks at a dozen pages for each vector that it passes over; this one
    is shared by all filters, and most find enough in it.

    :param flags: SQL over an offering ``o`` by name of the column.
    :param gate: whether any branch wants it.
    """
    columns = "".join(f", coalesce({asked}, false) AS {name}" for name, asked in flags.items())
    return f"""
near AS MATERIALIZED (
    SELECT v.offering_id, v.far{columns} FROM (
        SELECT v.offering_id, v.embedding <#> (SELECT embedding FROM need) AS far
        FROM matchmaking_offeringvector AS v WHERE {gate}
        ORDER BY v.embedding <#> (SELECT embedding FROM need) LIMIT {NEAR}) AS v
    JOIN companies_offering AS o ON o.id = v.offering_id AND o.archived_at IS NULL)"""


def by_nearness(number: int, condition: str) -> str:
    """First of ``near`` for which the condition holds."""
    return f"""
    (SELECT v.offering_id FROM near AS v WHERE {condition} ORDER BY v.far LIMIT {number})"""


DISTANCES = """
distances AS MATERIALIZED (
    SELECT v.offering_id, v.embedding <#> (SELECT embedding FROM need) AS far
    FROM matchmaking_offeringvector AS v)"""
"""How far every vector is, where several branches look at all of them."""


def by_distance(number: int, condition: str = "", among: str = "") -> str:
    """Nearest of ``DISTANCES``, or of those of a CTE; of equal ones those that stand first."""
    joined = f"JOIN {among} ON {among}.id = v.offering_id" if among else ""
    return f"""
    (SELECT v.offering_id FROM distances AS v {joined} WHERE true {condition}
     ORDER BY v.far, v.offering_id LIMIT {number})"""


def by_meaning(number: int, condition: str = "", among: str = "", *, whole: bool = False) -> str:
    """Nearest vectors of all offerings, or of those of a CTE one by one.

    :param whole: look at every vector, of equal ones take those that stand first; else the index, which knows
        no such order, may be used. The sum keeps the planner from it.
    """
    joined = f"JOIN {among} ON {among}.id = v.offering_id" if among else ""
    far = "v.embedding <#> (SELECT embedding FROM need)"
    order = f"0 + ({far}), v.offering_id" if whole else far
    return f"""
    (SELECT v.offering_id FROM matchmaking_offeringvector AS v {joined} WHERE true {condition}
     ORDER BY {order} LIMIT {number})"""
