"""Keeping what came of an introduction beside what the engine had said of it."""

import datetime as dt
from collections.abc import Iterable, Iterator

from companies.models import SourcingNeed
from matchmaking.models import Match, MatchExample

Outcome = MatchExample.Outcome
DECIDED = {Match.Answer.ACCEPTED.value: Outcome.YES, Match.Answer.DECLINED.value: Outcome.NO}


def keep_examples(match: Match) -> None:
    """Add what is new about an introduced match, in the transaction of the act; what is known stays."""
    MatchExample.objects.bulk_create(examples_of(match), ignore_conflicts=True)


def examples_of(match: Match, *, met_at: dt.datetime | None = None) -> list[MatchExample]:
    """All facts of a match that was introduced; none of another.

    :param met_at: when the two met or made a deal; by default when the match was last changed.
    """
    if match.introduced_at is None:
        return []
    return list(_facts(match, match.introduced_at, met_at or match.updated_at))


def all_examples(matches: Iterable[Match]) -> Iterator[MatchExample]:
    """For bulk writers: the facts of matches whose later steps are dated by their last answer."""
    for match in matches:
        answered = [at for at in (match.buyer_answered_at, match.supplier_answered_at) if at]
        yield from examples_of(match, met_at=max(answered, default=match.introduced_at))


def _facts(match: Match, introduced_at: dt.datetime, met_at: dt.datetime) -> Iterator[MatchExample]:
    yield _example(match, Outcome.INTRODUCED, introduced_at)
    for side in MatchExample.Side:
        answer, at = getattr(match, f"{side}_answer"), getattr(match, f"{side}_answered_at")
        if answer:
            reason = getattr(match, f"{side}_reason")
            yield _example(match, DECIDED[answer], at or introduced_at, side=side, reason=reason)
    if match.state in {Match.State.MET, Match.State.DEALT}:
        yield _example(match, Outcome(match.state), met_at)


def _example(
    match: Match, outcome: str, at: dt.datetime, *, side: str = "", reason: str = ""
) -> MatchExample:
    return MatchExample(
        match_key=match.pk,
        need=match.need,
        chain_id=match.need.node.chain_id if match.need.node else None,
        language=language_of(match.need),
        origin=match.origin,
        engine_version=match.engine_version,
        rank=match.rank,
        score=match.score,
        reasons=match.reasons,
        outcome=outcome,
        side=side,
        reason=reason,
        at=at,
    )


def language_of(need: SourcingNeed) -> MatchExample.Language:
    """What the need's title is written in."""
    if need.title_zh and need.title_en:
        return MatchExample.Language.BOTH
    return MatchExample.Language.CHINESE if need.title_zh else MatchExample.Language.ENGLISH
