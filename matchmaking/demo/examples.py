"""What came of the demo's introductions, with the place that the engine gives each supplier."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict

from django.db import transaction

from companies.models import SourcingNeed
from matchmaking.demo.bulk import BATCH
from matchmaking.engine.suggestions import ranking_of
from matchmaking.engine.weights import weights
from matchmaking.introductions.examples import all_examples
from matchmaking.models import Match, MatchExample

RANKED_NEEDS = 60
"""Needs of 2022 whose suppliers the engine ranks: more would take longer than the demo may."""
KEPT = ["offering", "score", "rank", "reasons", "engine_version"]


def rank_the_past(progress: Callable[[int, int], None]) -> int:
    """Write place, score and reasons into the introductions of some ended needs, spread over the year."""
    ended = Match.objects.introduced().exclude(need__in=SourcingNeed.objects.open())
    keys = sorted(set(ended.order_by().values_list("need_id", flat=True)))
    chosen = keys[:: max(1, len(keys) // RANKED_NEEDS)]
    by_need: dict[int, list[Match]] = defaultdict(list)
    for match in ended.filter(need__in=chosen).order_by("pk"):
        by_need[match.need_id].append(match)
    needs = SourcingNeed.objects.in_bulk(by_need)
    known: list[Match] = []
    for done, (key, matches) in enumerate(by_need.items(), start=1):
        known += _ranked(needs[key], matches)
        progress(done, len(by_need))
    with transaction.atomic():
        Match.objects.bulk_update(known, KEPT, batch_size=200)
    return len(known)


def _ranked(need: SourcingNeed, matches: list[Match]) -> list[Match]:
    places = {one.candidate.company: (n, one) for n, one in enumerate(ranking_of(need).suppliers, 1)}
    ranked = []
    for match in matches:
        if match.supplier_id not in places:
            continue
        match.rank, one = places[match.supplier_id]
        match.offering_id, match.score = one.candidate.offering, one.score.total
        match.reasons = [asdict(reason) for reason in one.score.reasons]
        match.engine_version = weights().version
        ranked.append(match)
    return ranked


def keep_the_past() -> int:
    """Keep the examples of every introduction of the demo; how many facts."""
    rows = Match.objects.introduced().select_related("need__node").order_by("pk")
    examples = list(all_examples(rows))
    MatchExample.objects.bulk_create(examples, batch_size=BATCH, ignore_conflicts=True)
    return len(examples)
