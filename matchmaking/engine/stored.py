"""Suggestions as they are stored: read with one look-up, and only while nothing they rest on has changed.

A list holds for the day and the engine's version it was made with, and until its need, its buyer or one of
its suppliers changes: triggers note that in the same transaction (``MatchingChange``). What keeps a list
takes ``LOCK`` before it works the list out and shares it with others of its kind; what takes changes off
takes it alone. So a change is either in the list or still noted.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.prepared import read_prepared
from matchmaking.engine.features import NeedFeatures, Reason, Score
from matchmaking.engine.findings import Finding, Kind, Remark, findings
from matchmaking.engine.ranking import Ranking
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
SELECT companies[:%(limit)s], offerings[:%(limit)s], details[:%(limit)s],
       considered, left_out::text, left_out_in_all
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
COLUMNS = (
    "need_id, companies, offerings, scores, details, considered, left_out, left_out_in_all,"
    " engine_version, made_on"
)
REPLACE = """
ON CONFLICT (need_id) DO UPDATE SET companies = excluded.companies, offerings = excluded.offerings,
    scores = excluded.scores, details = excluded.details, considered = excluded.considered,
    left_out = excluded.left_out, left_out_in_all = excluded.left_out_in_all,
    engine_version = excluded.engine_version, made_on = excluded.made_on
"""
_KEEP = f"""
INSERT INTO matchmaking_storedsuggestions ({COLUMNS})
SELECT %s, %s::bigint[], %s::bigint[], %s::float8[], %s::text[], %s, %s::jsonb, %s, %s, %s
WHERE EXISTS (SELECT FROM companies_sourcingneed WHERE id = %s AND state = 'open')
{REPLACE}
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """One supplier on a need's list, without its records."""

    company: int
    offering: int
    score: Score
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class SuggestionList:
    """The best suppliers of one need, best first, and whom its hard requirements left out."""

    items: tuple[Listed, ...]
    considered: int
    left_out: dict[str, int]
    left_out_in_all: int


def listed(need: NeedFeatures, ranking: Ranking, *, limit: int, today: date) -> SuggestionList:
    """The first suppliers of a ranking with what is to be said about each."""
    return SuggestionList(
        tuple(
            Listed(
                one.candidate.company,
                one.candidate.offering,
                one.score,
                findings(need, one.candidate, one.score, today=today),
            )
            for one in ranking.suppliers[:limit]
        ),
        len(ranking.suppliers),
        ranking.left_out,
        ranking.left_out_in_all,
    )


def stored(need: int, *, limit: int = KEPT) -> SuggestionList | None:
    """The first ``limit`` of a need's stored list; None when there is none that still holds."""
    parameters = {
        "need": need,
        "limit": limit,
        "version": weights().version,
        "today": timezone.localdate(),
    }
    rows = read_prepared(_READ, parameters)
    if not rows:
        return None
    companies, offerings, details, considered, left_out, left_out_in_all = rows[0]
    items = tuple(
        Listed(company, offering, *_unpacked(detail))
        for company, offering, detail in zip(companies, offerings, details, strict=True)
    )
    return SuggestionList(items, considered, json.loads(left_out), left_out_in_all)


def stored_scores(needs: Sequence[int]) -> dict[int, list[tuple[int, float]]]:
    """Suppliers and scores of the stored lists that still hold, best first, by need; one query for all."""
    parameters = {"needs": list(needs), "version": weights().version, "today": timezone.localdate()}
    return {
        need: list(zip(companies, scores, strict=True))
        for need, companies, scores in read_prepared(_READ_SCORES, parameters)
    }


def keep(need: int, found: SuggestionList) -> None:
    """Store the list of an open need in the caller's transaction, which holds ``LOCK``."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [*row(need, found), need])


def row(need: int, found: SuggestionList) -> tuple[Any, ...]:
    """The values of ``COLUMNS``."""
    kept = found.items[:KEPT]
    return (
        need,
        [item.company for item in kept],
        [item.offering for item in kept],
        [item.score.total for item in kept],
        [packed(item) for item in kept],
        found.considered,
        json.dumps(found.left_out),
        found.left_out_in_all,
        weights().version,
        timezone.localdate(),
    )


def packed(item: Listed) -> str:
    """Reasons and remarks as JSON: [[[code, value, points], ...], [[kind, code, value], ...]]."""
    reasons = [(reason.code, reason.value, reason.points) for reason in item.score.reasons]
    remarks = [(remark.kind, remark.code, remark.value) for remark in item.remarks]
    return json.dumps((reasons, remarks), ensure_ascii=False, separators=(",", ":"))


def _unpacked(detail: str) -> tuple[Score, tuple[Remark, ...]]:
    reasons, remarks = json.loads(detail)
    return (
        Score(tuple(Reason(code, _value(value), points) for code, value, points in reasons)),
        tuple(Remark(Kind(kind), Finding(code), _value(value)) for kind, code, value in remarks),
    )


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


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
