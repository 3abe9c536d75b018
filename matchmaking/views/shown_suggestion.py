"""A suggestion ready for a page, and what of it is kept with a match."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from companies.models import Company, Offering, SourcingNeed
from matchmaking.engine.features import Score
from matchmaking.engine.needs import need_features
from matchmaking.engine.reverse import ranked_needs
from matchmaking.engine.suggestions import Suggestion
from matchmaking.engine.weights import weights
from matchmaking.engine.wording import Sentence, word
from matchmaking.introductions import Finding


@dataclass(frozen=True)
class ShownSuggestion:
    """One suggestion with its reasons in the reader's language; ``state`` is that of an existing match."""

    place: int
    need: SourcingNeed
    company: Company
    offering: Offering
    percent: float
    short_reasons: Sequence[Sentence]
    all_reasons: Sequence[Sentence]
    state: str


def shown(items: Sequence[Suggestion], states: Mapping[int, str] | None = None) -> list[ShownSuggestion]:
    """Suggestions with their reasons in words; ``states`` of matches by the company's key."""
    return [
        ShownSuggestion(
            place=item.place,
            need=item.need,
            company=item.company,
            offering=item.offering,
            percent=item.out_of_100,
            short_reasons=wording.short,
            all_reasons=wording.sentences,
            state=(states or {}).get(item.company.pk, ""),
        )
        for item, wording in zip(items, word(items), strict=True)
    ]


def finding_of(item: Suggestion | None, engine_version: str) -> Finding:
    """What is kept of a suggestion when somebody chooses it; without one, nothing."""
    if item is None:
        return Finding()
    reasons: list[dict[str, Any]] = [asdict(reason) for reason in item.score.reasons]
    return Finding(
        offering=item.offering,
        score=item.score.total,
        rank=item.place,
        reasons=reasons,
        engine_version=engine_version,
    )


def finding_of_pair(need: SourcingNeed, company: Company) -> Finding:
    """What the engine says of one supplier for one need, without a rank; nothing where it knows neither."""
    for _need, ranked in ranked_needs(company, need_features([need])):
        return finding_of_score(ranked.score, Offering.objects.get(pk=ranked.candidate.offering))
    return Finding()


def finding_of_score(score: Score, offering: Offering, place: int | None = None) -> Finding:
    """What is kept of a supplier's score; ``place`` is that on the need's whole list, where it was made."""
    return Finding(
        offering=offering,
        score=score.total,
        rank=place,
        reasons=[asdict(reason) for reason in score.reasons],
        engine_version=weights().version,
    )
