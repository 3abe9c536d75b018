"""Candidates to ranked suppliers: each with its best offering. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Scale, Score
from matchmaking.engine.scoring import missing_certifications, scale_of, supplier_score


@dataclass(frozen=True, slots=True)
class Ranked:
    """A supplier's place on a need's list."""

    candidate: CandidateFeatures
    """Its best offering."""
    score: Score


@dataclass(frozen=True, slots=True)
class Ranking:
    """All suppliers that came into question, best first, and whom the hard requirements left out."""

    suppliers: tuple[Ranked, ...]
    scale: Scale
    left_out: dict[str, int]
    """Number of suppliers that lack a required certificate, by code of the scheme; one may lack several."""
    left_out_in_all: int
    """Suppliers left out, each counted once."""


def rank(need: NeedFeatures, candidates: Sequence[CandidateFeatures]) -> Ranking:
    """Suppliers by score; equal scores by kept deals, then by age of the record."""
    scale = scale_of(candidates)
    offerings: defaultdict[int, list[CandidateFeatures]] = defaultdict(list)
    for candidate in candidates:
        offerings[candidate.company].append(candidate)
    lacking = {company: missing_certifications(need, found[0]) for company, found in offerings.items()}
    ranked = [
        Ranked(*supplier_score(need, found, scale))
        for company, found in offerings.items()
        if not lacking[company]
    ]
    return Ranking(
        in_order(ranked),
        scale,
        dict(Counter(code for codes in lacking.values() for code in codes)),
        sum(bool(codes) for codes in lacking.values()),
    )


def in_order(ranked: Iterable[Ranked]) -> tuple[Ranked, ...]:
    """Best first; the size of a record only breaks ties."""
    return tuple(
        sorted(
            ranked,
            key=lambda one: (
                -round(one.score.total, 9),
                -one.candidate.kept_deals,
                one.candidate.company,
                one.candidate.offering,
            ),
        )
    )
