"""What the engine says of the demo's open matches, once words and vectors are there."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict

from django.db import transaction

from companies.models import SourcingNeed
from matchmaking.engine.suggestions import Suggestions, suggest
from matchmaking.models import Match

KEPT = ["offering", "score", "rank", "reasons", "engine_version", "origin", "updated_at"]
LOOKED_AT = 50
"""Places of the engine's list that are looked at: what officials chose further down was their own idea."""


def judge(progress: Callable[[int, int], None]) -> int:
    """Write place, score and reasons into the matches of open needs; one that is on the list was suggested.

    :returns: how many matches the engine knows.
    """
    by_need: dict[SourcingNeed, list[Match]] = defaultdict(list)
    rows = Match.objects.filter(need__in=SourcingNeed.objects.open()).select_related("need")
    for match in rows.order_by("need_id", "pk"):
        by_need[match.need].append(match)
    known: list[Match] = []
    for done, (need, matches) in enumerate(by_need.items(), start=1):
        known += _judged(suggest(need, viewer=None, limit=LOOKED_AT), matches)
        progress(done, len(by_need))
    with transaction.atomic():
        Match.objects.bulk_update(known, KEPT, batch_size=200)
    return len(known)


def _judged(suggestions: Suggestions, matches: list[Match]) -> list[Match]:
    by_company = {item.company.pk: item for item in suggestions.items}
    judged = []
    for match in matches:
        item = by_company.get(match.supplier_id)
        if item is None:
            continue
        match.offering, match.score, match.rank = item.offering, item.score.total, item.place
        match.reasons = [asdict(reason) for reason in item.score.reasons]
        match.engine_version = suggestions.engine_version
        if match.origin == Match.Origin.STAFF and not match.note:
            match.origin = Match.Origin.ENGINE
        judged.append(match)
    return judged
