"""Which offerings come into question for a need: one SQL statement.

Three branches: the words of the need and their translations (BM25 over the posting lists of its
heaviest terms), the nearest meanings, and the offerings of the same sector or chain node. Their union
comes with every feature that the scorer reads. Up to some size the statement looks at everything; above it,
at the heaviest postings and, through an index, at the nearest vectors (``branches``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import timezone

from accounts.prepared import read_prepared
from companies.models import SourcingNeed
from matchmaking.engine import branches, nearest
from matchmaking.engine.candidate_rows import CANDIDATE_COLUMNS, CANDIDATE_JOINS, REQUIRED, candidate_of
from matchmaking.engine.features import CandidateFeatures
from matchmaking.engine.narrowing import (
    EVERYONE,
    IN_FIELD,
    Condition,
    Narrowing,
    counting,
    few_passing,
    holding,
    one_is,
    one_passes,
    passes,
    passing,
    reading_bitmaps,
)
from matchmaking.engine.weights import weights


@dataclass(frozen=True, slots=True)
class Numbers:
    """Candidates of each branch."""

    words: int
    meaning: int
    field: int

    def times(self, reach: int) -> "Numbers":
        return Numbers(self.words * reach, self.meaning * reach, self.field * reach)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the statement of a large city keeps to."""

    few: int
    """``branches.FEW`` as it is now; likewise ``FEW_OF_FIELD``."""
    of_field: int
    searched: int
    """Vectors that the search of the index gives."""
    deeper: int
    """How many times as many postings are read."""


OF_ALL = Numbers(words=150, meaning=150, field=50)
OF_HOLDERS = Numbers(words=100, meaning=100, field=30)
"""In the second pass, among those that hold what is required: with those of the first they fill the list."""


def candidates(
    need: SourcingNeed, schemes: Mapping[int, str], *, among: Narrowing = EVERYONE, reach: int = 1
) -> list[CandidateFeatures]:
    """Offerings of suggestible firms that come into question for an indexed need, by offering.

    Where certificates are required the branches are taken twice: among all firms, so that it can be said whom
    the requirement leaves out, and among those that hold them, so that the list is as long as without.

    :param schemes: required certificates, primary key to code.
    :param among: what else is asked of suppliers.
    :param reach: how many times as many candidates each branch gives.
    """
    return [candidate_of(row) for row in read_prepared(*statement(need, schemes, among=among, reach=reach))]


def statement(
    need: SourcingNeed, schemes: Mapping[int, str], *, among: Narrowing = EVERYONE, reach: int = 1
) -> tuple[str, dict[str, Any]]:
    """The statement for a city of this size, with its parameters; see ``candidates``."""
    parameters = word_parameters() | among.parameters
    parameters |= {
        "need": need.pk,
        "required": sorted(schemes),
        "schemes": sorted(schemes.values()),
        "today": timezone.localdate(),
    }
    if searched := nearest.reach():
        depth = branches.depth(is_narrowed=bool(among.conditions), is_demanding=bool(schemes))
        near = max(searched * depth.times, depth.nearest) * reach
        limits = Limits(branches.FEW, branches.FEW_OF_FIELD, near, depth.times)
        return _indexed(among.conditions, bool(schemes), reach, limits), parameters
    return _exact(among.conditions, bool(schemes), reach), parameters


@cache
def _exact(conditions: tuple[Condition, ...], is_demanding: bool, reach: int) -> str:
    """Looks at every posting and at every vector."""
    parts = [REQUIRED, branches.ASKED, branches.rare(branches.HEAVIEST), branches.NEEDLE, branches.FIELD]
    chosen = [] if conditions else _exact_branches(OF_ALL.times(reach))
    for name, asked, numbers in _sets(conditions, is_demanding, reach):
        parts += [*holding(asked), passing(name, asked), counting(name)]
        chosen += _exact_branches_among(name, numbers)
    return _whole([*parts, branches.HITS], chosen)


@cache
def _indexed(conditions: tuple[Condition, ...], is_demanding: bool, reach: int, limits: Limits) -> str:
    """Looks at the heaviest postings and, through the index, at the nearest vectors."""
    parts = [
        REQUIRED,
        branches.ASKED,
        branches.rare(branches.HEAVIEST),
        branches.NEEDLE,
        branches.heavy_hits(limits.deeper, is_shared=bool(conditions) or is_demanding),
        branches.field_up_to(limits.of_field),
    ]
    sets = list(_sets(conditions, is_demanding, reach))
    many = {name: f"(SELECT number FROM {name}_number) > {limits.few}" for name, _asked, _numbers in sets}
    for name, asked, _numbers in sets:
        parts += [*reading_bitmaps(asked), few_passing(name, asked, limits.few), branches.few_hits(name)]
    parts.append(branches.near(" OR ".join(many.values()) if conditions else "true", limits.searched))
    chosen: list[str] = []
    if not conditions:
        found, chosen = _indexed_branches(OF_ALL.times(reach), limits)
        parts += found
    for name, asked, numbers in sets:
        found, sought = _sought_branches(name, asked, numbers, many[name])
        parts += found
        chosen += _listed_branches(name, numbers) + sought
    return _whole(parts, chosen, conditions)


def _sets(
    conditions: tuple[Condition, ...], is_demanding: bool, reach: int
) -> Iterator[tuple[str, tuple[Condition, ...], Numbers]]:
    """Those among whom the branches are taken, beside all: who passes, and who holds what is required too."""
    if conditions:
        yield "fitting", conditions, OF_ALL.times(reach)
    if is_demanding:
        yield "holders", (*conditions, Condition.REQUIRED), OF_HOLDERS.times(reach)


def _whole(parts: list[str], chosen: list[str], conditions: tuple[Condition, ...] = ()) -> str:
    """The statement: its parts, what the branches choose, every feature of that.

    :param conditions: what is asked once more of what was chosen, as bitmaps say what was so.
    """
    union = f"""
chosen AS MATERIALIZED ({" UNION ".join(chosen)})"""
    asked = f"AND {passes(conditions)}" if conditions else ""
    return f"WITH {','.join(dict.fromkeys([*parts, union, branches.WEIGHTS]))} {_FEATURES.format(asked)}"


def _exact_branches(numbers: Numbers) -> list[str]:
    """The three branches among all firms."""
    return [
        branches.by_words(numbers.words),
        branches.by_meaning(numbers.meaning),
        branches.by_meaning(numbers.field, among="field"),
    ]


def _exact_branches_among(among: str, numbers: Numbers) -> list[str]:
    """The same among those of a CTE, which are looked at one by one where they are few."""
    many = f"(SELECT number FROM {among}_number) > {branches.FEW}"
    inside = f"v.offering_id IN (SELECT id FROM {among})"
    return [
        branches.by_words(numbers.words, f"AND {inside}"),
        branches.by_meaning(numbers.meaning, f"AND NOT {many}", among),
        # Not joined, as the truth of it is asked.
        branches.by_meaning(numbers.meaning, f"AND {many} AND ({inside}) IS TRUE"),
        branches.by_meaning(numbers.field, f"AND {among}.in_field", among),
    ]


def _indexed_branches(numbers: Numbers, limits: Limits) -> tuple[list[str], list[str]]:
    """CTEs and the branches among all firms."""
    many = f"(SELECT number FROM field_number) > {limits.of_field}"
    found, sought = _near_or_beyond("field", numbers.field, many, f"AND {one_is(f'({IN_FIELD})')}")
    chosen = [
        branches.by_words(numbers.words),
        branches.by_nearness(numbers.meaning),
        branches.by_meaning(numbers.field, f"AND NOT {many}", "field"),
        *sought,
    ]
    return [found], chosen


def _near_or_beyond(name: str, number: int, many: str, condition: str) -> tuple[str, list[str]]:
    """A CTE of the nearest that pass, and its branches: a search through the filter where it has too few."""
    few = f"(SELECT count(*) FROM {name}_near) < {int(number * branches.ENOUGH)}"
    found = f"""
{name}_near AS MATERIALIZED {branches.by_nearness(number, many, condition).strip()}"""
    return found, [
        f"SELECT offering_id FROM {name}_near",
        branches.by_search(number, f"AND {many} AND {few} {condition}"),
    ]


def _listed_branches(among: str, numbers: Numbers) -> list[str]:
    """The branches among the offerings of a CTE; none where it is empty because they are too many."""
    return [
        branches.by_words(numbers.words, among=f"{among}_hits"),
        branches.by_meaning(numbers.meaning, among=among),
        branches.by_meaning(numbers.field, f"AND {among}.in_field", among),
    ]


def _sought_branches(
    among: str, asked: tuple[Condition, ...], numbers: Numbers, many: str
) -> tuple[list[str], list[str]]:
    """CTEs and the branches among those that pass, where they are too many to be listed."""
    condition = f"AND {one_passes(asked)}"
    found, sought = _near_or_beyond(among, numbers.meaning, many, condition)
    in_field = f"AND {one_is(f'({IN_FIELD})')} {condition}"
    chosen = [
        branches.by_words_in_turn(numbers.words, f"AND {many} {condition}"),
        *sought,
        branches.by_nearness(numbers.field, many, in_field),
    ]
    return [found], chosen


_FEATURES = f"""
SELECT {CANDIDATE_COLUMNS.format(meaning="-(v.embedding <#> (SELECT embedding FROM need))")}
FROM chosen {CANDIDATE_JOINS.format(offering="chosen.offering_id")}
LEFT JOIN weights AS h ON h.offering_id = o.id
WHERE c.id <> (SELECT buyer_id FROM need) {{0}}
ORDER BY o.id"""


def word_parameters() -> dict[str, Any]:
    """What the statements need to weigh words."""
    text = weights().text
    return {
        "word": text.word,
        "title_word": text.title_word,
        "translated_word": text.translated_word,
        "saturation": text.saturation,
        "length_share": text.length_share,
    }
