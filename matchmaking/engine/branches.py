"""The parts of the retrieval statement, as SQL: what is asked, the words that hit, and each branch.

Exact at small size. At scale posting lists are read from their heaviest end, and reduced vectors through
their HNSW index, once for all branches; a filter that many pass is asked of the found in turn, by its bitmap;
where few pass, these are looked at one by one.
Limits are written into the SQL, not handed over: the planner has to know them to choose an index.
"""

from dataclasses import dataclass

from matchmaking.models.vector import NUMBERS, number_of

TIES = 1e9
"""Word scores that agree to so many parts are equal: a sum depends on the order of its terms."""
KEY = "hashtextextended({0}, 0)"
"""A term as a number that no two of a city share; of equally heavy terms the least goes first."""
HEAVIEST = 96
"""Terms of a need that its words are weighed by, those with the greatest weight times rarity: with all of
them rankings are the same, and a long need takes three times as long."""
POSTINGS = 8000
"""Entries of a posting list that are read at scale, those where the term counts most."""
READ_IN_ALL = "(SELECT (700 * sqrt(sqrt(offerings)))::bigint FROM size)"
"""Entries of all lists of a need together, the heaviest terms' first: recall stays as the city grows while
this grows as its fourth root. docs/benchmarks.md has what was measured."""
WEIGHED = 1000
"""Offerings that are weighed by all terms, of those found: the first by what was read."""


FEW = 2000
"""Offerings up to which, at scale, those that pass a filter are looked at one by one; more are sought through
the indexes."""

FEW_OF_FIELD = 6000
"""The same for the need's field, whose vectors alone are looked at."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How far both searches go where a filter leaves some of what they find."""

    times: int
    """How many times as many postings and vectors as without a filter."""
    nearest: int
    """Vectors, at least."""


_WITHOUT, _OF_HOLDERS, _OF_FILTERS = Depth(1, 0), Depth(3, 2400), Depth(4, 3200)


def depth(*, is_narrowed: bool, is_demanding: bool) -> Depth:
    """For a reader's filter; else for a need that requires certificates, beside what is found of all."""
    return _OF_FILTERS if is_narrowed else _OF_HOLDERS if is_demanding else _WITHOUT


SPARE = 8
"""How many times as many as a branch gives are weighed, where it takes the found in turn."""
ENOUGH = 0.2
"""Share of a branch's candidates that suffices from the nearest; with less its filter is searched through."""

_REDUCED = "v.reduced <#> (SELECT reduced FROM need)"
_SCORE = f"round(v.weight * {TIES}) DESC, v.offering_id"

ASKED = """
need AS MATERIALIZED (
    SELECT v.embedding, v.reduced, v.terms, v.title_terms, n.sector_id, n.node_id, n.buyer_id
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

SIZE = """
size AS MATERIALIZED (SELECT offerings FROM matchmaking_indexsize LIMIT 1)"""


def rare(heaviest: int) -> str:
    """The terms that are looked up: those with the greatest weight times rarity.

    ``before`` is how many postings are read of the terms before, where so many are read of each at most.
    """
    return f"""{SIZE},
rare AS MATERIALIZED (
    SELECT term, weight * idf AS weight, translated * idf AS translated,
           (weight + translated) * idf AS both_ways,
           row_number() OVER heaviest_first AS place,
           sum(least(t.offerings, {POSTINGS})) OVER heaviest_first - least(t.offerings, {POSTINGS}) AS before
    FROM asked JOIN matchmaking_termcount AS t USING (term), LATERAL (
        SELECT ln(1 + (greatest((SELECT offerings FROM size) - t.offerings, 0) + 0.5::float8)
                      / (t.offerings + 0.5::float8)) AS idf) AS rarity
    WINDOW heaviest_first AS (ORDER BY (weight + translated) * idf DESC, {KEY.format("term")})
    ORDER BY place LIMIT {heaviest})"""


HITS = """
hits AS MATERIALIZED (
    SELECT p.offering_id, sum(both_ways * impact) AS weight
    FROM rare AS r JOIN matchmaking_offeringterm AS p ON p.term = r.term
    GROUP BY p.offering_id)"""
"""Scores of the offerings that share any term that is looked up."""


_NUMBERED = (
    "('{{' || string_agg(number || ':' || {0}::real, ',') || '}}/" + f"{NUMBERS}')::sparsevec AS {{0}}"
)
NEEDLE = f"""
needle AS MATERIALIZED (
    SELECT {", ".join(_NUMBERED.format(one) for one in ("both_ways", "weight", "translated"))} FROM (
        SELECT {number_of("term")} AS number, sum(both_ways) AS both_ways, sum(weight) AS weight,
               sum(translated) AS translated
        FROM rare GROUP BY 1) AS numbered)"""
"""The weights of all terms that are looked up, as vectors like those of ``OfferingWords``."""

_WEIGHT = "-(w.words <#> (SELECT {0} FROM needle)) AS {1}"


def heavy_hits(deeper: int = 1, *, is_shared: bool = False) -> str:
    """The same at scale: offerings are found by the first terms' heaviest postings, weighed by all terms.

    :param deeper: how many times as much is read.
    :param is_shared: whether other branches take of the found too.
    """
    in_all = f"{deeper} * {READ_IN_ALL}"
    return f"""
found AS {"" if is_shared else "NOT "}MATERIALIZED (
    SELECT p.offering_id, sum(both_ways * impact) AS weight
    FROM rare AS r, LATERAL (
        SELECT offering_id, impact FROM matchmaking_offeringterm AS t WHERE t.term = r.term
        ORDER BY t.impact DESC LIMIT least({POSTINGS}, {in_all} - r.before)) AS p
    WHERE r.before < {in_all}
    GROUP BY p.offering_id),
hits AS MATERIALIZED ({weighed(f"SELECT offering_id FROM found ORDER BY weight DESC LIMIT {WEIGHED}")})"""


def weighed(those: str, *columns: str) -> str:
    """Scores of some offerings, which are read one by one: OFFSET 0 holds the planner to that."""
    columns = columns or (_WEIGHT.format("both_ways", "weight"),)
    return f"""
    SELECT f.offering_id, {", ".join(columns)}
    FROM ({those}) AS f, LATERAL (
        SELECT words FROM matchmaking_offeringwords AS w WHERE w.offering_id = f.offering_id OFFSET 0) AS w"""


def few_hits(among: str) -> str:
    """As ``hits``, of the offerings of a CTE."""
    return f"""
{among}_hits AS MATERIALIZED ({weighed(f"SELECT id AS offering_id FROM {among}")})"""


WEIGHTS = f"""
weights AS MATERIALIZED ({
    weighed(
        "SELECT offering_id FROM chosen",
        _WEIGHT.format("weight", "words"),
        _WEIGHT.format("translated", "translated"),
    )
})"""
"""What the words of the chosen weigh."""


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
    """The same at scale for a condition that many pass: asked of the found in turn until enough pass."""
    those = f"""
        SELECT v.offering_id FROM (SELECT * FROM found ORDER BY weight DESC OFFSET 0) AS v
        WHERE true {condition} LIMIT {number * SPARE}"""
    return f"""
    (SELECT v.offering_id FROM ({weighed(those)}) AS v ORDER BY {_SCORE} LIMIT {number})"""


def near(gate: str, reach: int) -> str:
    """The nearest, from which several branches take: found by reduced vectors, told apart by full ones.

    A search through a filter of its own looks at a dozen pages for each vector that it passes over; this one
    is shared by all filters, and most find enough in it.

    :param gate: whether any branch wants it.
    :param reach: how many the search gives.
    """
    return f"""
near AS MATERIALIZED (
    SELECT v.offering_id, v.embedding <#> (SELECT embedding FROM need) AS far FROM (
        SELECT v.offering_id, v.embedding FROM matchmaking_offeringvector AS v WHERE {gate}
        ORDER BY {_REDUCED} LIMIT {reach}) AS v)"""


def by_nearness(number: int, gate: str = "true", condition: str = "") -> str:
    """First of ``near`` for which the condition holds, asked in turn until enough are found."""
    return f"""
    (SELECT v.offering_id FROM (SELECT * FROM near WHERE {gate} ORDER BY far OFFSET 0) AS v
     WHERE true {condition} LIMIT {number})"""


def by_search(number: int, condition: str) -> str:
    """Nearest by reduced vectors for which the condition holds: the index is searched until it has enough."""
    return f"""
    (SELECT v.offering_id FROM matchmaking_offeringvector AS v WHERE true {condition}
     ORDER BY {_REDUCED} LIMIT {number})"""


def by_meaning(number: int, condition: str = "", among: str = "") -> str:
    """Nearest vectors of all offerings, or of those of a CTE, one by one; of equals those that stand first.

    The sum keeps the planner from an index.
    """
    joined = f"JOIN {among} ON {among}.id = v.offering_id" if among else ""
    return f"""
    (SELECT v.offering_id FROM matchmaking_offeringvector AS v {joined} WHERE true {condition}
     ORDER BY 0 + (v.embedding <#> (SELECT embedding FROM need)), v.offering_id LIMIT {number})"""
