"""Whom a need's hard requirements leave out, and what each of them lacks."""

from collections import defaultdict
from dataclasses import dataclass

from companies.models import SourcingNeed
from matchmaking.engine.features import CandidateFeatures, Score
from matchmaking.engine.needs import WITH_RELATIONS, need_features, required_schemes
from matchmaking.engine.ranking import Ranked, in_order
from matchmaking.engine.retrieval import candidates
from matchmaking.engine.scoring import missing_certifications, scale_of, supplier_score


@dataclass(frozen=True, slots=True)
class LeftOutFirm:
    """A supplier that would be on the list if it held what is required."""

    company: int
    offering: int
    """The best of its offerings for the need."""
    score: Score
    lacks: tuple[str, ...]
    """Codes of the required schemes without a valid certificate."""


def left_out_of(need: SourcingNeed) -> tuple[LeftOutFirm, ...]:
    """Suppliers that an indexed need's requirements leave out, the best fitting first.

    They are the firms that ``suggest`` counts as left out: among the same candidates.
    """
    need = SourcingNeed.objects.select_related(*WITH_RELATIONS).get(pk=need.pk)
    features = need_features([need])[need.pk]
    found = candidates(need, required_schemes(need))
    scale = scale_of(found)
    offerings: defaultdict[int, list[CandidateFeatures]] = defaultdict(list)
    for candidate in found:
        offerings[candidate.company].append(candidate)
    lacks = {company: missing_certifications(features, rows[0]) for company, rows in offerings.items()}
    ranked = in_order(
        Ranked(*supplier_score(features, rows, scale))
        for company, rows in offerings.items()
        if lacks[company]
    )
    return tuple(
        LeftOutFirm(one.candidate.company, one.candidate.offering, one.score, lacks[one.candidate.company])
        for one in ranked
    )
