"""Suggestions as they are stored: read with one look-up, and only while nothing they rest on has changed.

A list holds for the day and the engine's version it was made with, and until its need, its buyer or one of
its suppliers changes: triggers note that in the same transaction (``MatchingChange``). What keeps a list
takes ``LOCK`` before it works the list out and shares it with others of its kind; what takes changes off
takes it alone. So a change is either in the list or still noted.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.prepared import read_prepared
from matchmaking.engine.features import Scale
from matchmaking.engine.ranking import Ranked, Ranking
from matchmaking.engine.scoring import Code
from matchmaking.engine.weights import weights

KEPT = 50
"""Suppliers that are kept for a need."""
LOCK = 7_315_003
"""Key of the advisory lock that guards what is stored."""

_UNCHANGED = """
NOT EXISTS (SELECT FROM matchmaking_matchingchange AS m WHERE m.need_id = {need})
AND NOT EXISTS (SELECT FROM matchmaking_matchingchange AS m WHERE m.company_id = ANY({companies}))
AND NOT EXISTS (SELECT FROM matchmaking_matchingchange AS m JOIN companies_sourcingneed AS n
                ON n.buyer_id = m.company_id WHERE n.id = {need})"""
_READ = f"""
SELECT companies[:%(limit)s], offerings[:%(limit)s], scores[:%(limit)s], words[:%(limit)s],
       translated[:%(limit)s], meanings[:%(limit)s], further[:%(limit)s], others[:%(limit)s],
       floor, spread, considered, left_out, left_out_in_all
FROM matchmaking_storedsuggestions AS s
WHERE s.need_id = %(need)s AND s.engine_version = %(version)s AND s.made_on = %(today)s
AND {_UNCHANGED.format(need="s.need_id", companies="s.companies")}
"""
_READ_SCORES = f"""
SELECT s.need_id, s.companies, s.scores
FROM matchmaking_storedsuggestions AS s
WHERE s.need_id = ANY(%(needs)s) AND s.engine_version = %(version)s AND s.made_on = %(today)s
AND {_UNCHANGED.format(need="s.need_id", companies="s.companies")}
"""
_OF_EACH = ("companies", "offerings", "scores", "words", "translated", "meanings", "further", "others")
_OF_ALL = ("floor", "spread", "considered", "left_out", "left_out_in_all", "engine_version", "made_on")
COLUMNS = ("need_id", *_OF_EACH, *_OF_ALL)
REPLACE = f"""
ON CONFLICT (need_id) DO UPDATE SET
    {", ".join(f"{column} = excluded.{column}" for column in (*_OF_EACH, *_OF_ALL))}
"""
_KEEP = f"""
INSERT INTO matchmaking_storedsuggestions ({", ".join(COLUMNS)})
SELECT %s, %s::bigint[], %s::bigint[], {"%s::float8[], " * 5} %s::bigint[], %s, %s, %s, %s::jsonb, %s, %s, %s
WHERE EXISTS (SELECT FROM companies_sourcingneed WHERE id = %s AND state = 'open')
{REPLACE}
"""


class Fit(NamedTuple):
    """One supplier on a need's list: what its score rests on beside its records."""

    company: int
    offering: int
    """The best of the company's offerings for the need."""
    total: float
    words: float
    translated: float
    meaning: float
    """As ``CandidateFeatures`` has them."""
    further: float
    """Points for its further offerings."""
    others: int
    """How many of them fit."""


@dataclass(frozen=True, slots=True)
class SuggestionList:
    """The best suppliers of one need, best first, and whom its hard requirements left out."""

    items: tuple[Fit, ...]
    scale: Scale
    considered: int
    left_out: dict[str, int]
    left_out_in_all: int


def listed(ranking: Ranking, *, limit: int) -> SuggestionList:
    """The first suppliers of a ranking."""
    return SuggestionList(
        tuple(fit_of(one) for one in ranking.suppliers[:limit]),
        ranking.scale,
        len(ranking.suppliers),
        ranking.left_out,
        ranking.left_out_in_all,
    )


def fit_of(one: Ranked) -> Fit:
    """What a ranked supplier's score rests on."""
    of = one.candidate
    further = next((reason for reason in one.score.reasons if reason.code == Code.FURTHER), None)
    return Fit(
        of.company,
        of.offering,
        one.score.total,
        of.words,
        of.translated,
        of.meaning,
        further.points if further else 0.0,
        int(further.value) if further and isinstance(further.value, int) else 0,
    )


def stored(need: int, *, limit: int = KEPT) -> SuggestionList | None:
    """The first ``limit`` of a need's stored list; None when there is none that still holds."""
    parameters = {
        "need": need,
        "limit": limit,
        "version": weights().version,
        "today": timezone.localdate(),
    }
    rows = read_prepared(_READ, parameters, binary=True)
    if not rows:
        return None
    *columns, floor, spread, considered, left_out, left_out_in_all = rows[0]
    items = tuple(map(Fit._make, zip(*columns, strict=True)))
    return SuggestionList(items, Scale(floor, spread), considered, left_out, left_out_in_all)


def stored_scores(needs: Sequence[int]) -> dict[int, list[tuple[int, float]]]:
    """Suppliers and scores of the stored lists that still hold, best first, by need; one query for all."""
    parameters = {"needs": list(needs), "version": weights().version, "today": timezone.localdate()}
    return {
        need: list(zip(companies, scores, strict=True))
        for need, companies, scores in read_prepared(_READ_SCORES, parameters)
    }


def keep(need: int, found: SuggestionList) -> None:
    """Store the list of an open need in the caller's transaction, which holds ``LOCK``."""
    kept = found.items[:KEPT]
    columns: list[list[Any]] = [list(column) for column in zip(*kept, strict=True)]
    columns = columns or [[] for _ in _OF_EACH]
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                need,
                *columns,
                found.scale.floor,
                found.scale.spread,
                found.considered,
                json.dumps(found.left_out),
                found.left_out_in_all,
                weights().version,
                timezone.localdate(),
                need,
            ],
        )


def may_keep() -> bool:
    """Take ``LOCK`` together with others that keep single lists; False while changes are worked off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def wait_alone() -> None:
    """Hold ``LOCK`` alone until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def needs_with(companies: Sequence[int]) -> list[int]:
    """Needs on whose stored list one of the companies stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT need_id FROM matchmaking_storedsuggestions WHERE companies && %s::bigint[]",
            [list(companies)],
        )
        return [need for (need,) in cursor.fetchall()]
