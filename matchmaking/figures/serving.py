"""Companies served by size class, from the first days that the database keeps of them.

Of companies that changed since the last folding the first days are found again while the page is read, so
that nothing is ever stale and no two writers wait for each other. What counts is defined in ``rows``.
"""

from typing import Any

from django.db import connection

from matchmaking.figures.scope import Scope
from matchmaking.figures.summing import places
from matchmaking.models import ServedSince

_SERVED = """
WITH changed AS MATERIALIZED (SELECT x.company_id FROM served_changed() x(company_id)),
served AS (
    SELECT s.company_id FROM matchmaking_servedsince s
    WHERE s.breakdown = {breakdown} {narrow} AND s.day <= %(last)s
        AND NOT EXISTS (SELECT FROM changed x WHERE x.company_id = s.company_id)
    UNION ALL
    SELECT s.company_id FROM served_since((SELECT array_agg(x.company_id) FROM changed x)) s
    WHERE s.breakdown = {breakdown} {narrow} AND s.day <= %(last)s
)
SELECT c.size_class, COUNT(*) FROM served s JOIN companies_company c ON c.id = s.company_id
WHERE {place} GROUP BY c.size_class"""
_FOLD = """
WITH companies AS MATERIALIZED (SELECT x.company_id FROM served_changed() x(company_id)),
changed AS (DELETE FROM matchmaking_servedchange RETURNING id),
gone AS (
    DELETE FROM matchmaking_servedsince s USING companies x WHERE x.company_id = s.company_id
),
come AS (
    INSERT INTO matchmaking_servedsince (company_id, breakdown, chain_id, kind, day)
    SELECT company_id, breakdown, chain_id, kind, day
    FROM served_since((SELECT array_agg(company_id) FROM companies))
)
SELECT COUNT(*) FROM changed"""
"""One statement sees one snapshot: who commits a change meanwhile has left a mark that it does not take."""


def is_kept(scope: Scope) -> bool:
    """Whether the first days tell a scope: it has no first day of its own, and no chain and kind crossed."""
    return scope.since is None and not (scope.chain and scope.kind)


def by_size(scope: Scope) -> dict[str, int]:
    """The companies served of a scope that ``is_kept``, by size class, empty for those without. One query."""
    values: dict[str, Any] = {"last": scope.last}
    breakdown, narrow, place = ServedSince.Breakdown.ALL, "", "true"
    if scope.chain:
        breakdown, narrow = ServedSince.Breakdown.CHAIN, "AND s.chain_id = %(chain)s"
        values["chain"] = scope.chain.pk
    elif scope.kind:
        breakdown, narrow = ServedSince.Breakdown.KIND, "AND s.kind = %(kind)s"
        values["kind"] = scope.kind
    if scope.division:
        place, values["places"] = "c.division_id = ANY(%(places)s)", places(scope)
    with connection.cursor() as cursor:
        cursor.execute(_SERVED.format(breakdown=f"'{breakdown.value}'", narrow=narrow, place=place), values)
        return dict(cursor.fetchall())


def fold() -> int:
    """Keep the first days of the companies that changed; how many changes were taken up.

    To be called by one process at a time (``folding``). Writers go on: they only append.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
        return int(cursor.fetchone()[0])
