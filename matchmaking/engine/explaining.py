"""What is said about suppliers that are shown: their reasons and remarks, from the records as they are now.

A list keeps only what the engine alone knows (words, meaning, further offerings). Everything else the scorer
says anew, in one statement for all that are shown: a list holds only while those records have not changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from accounts.prepared import read_prepared
from companies.models import SourcingNeed
from matchmaking.engine.candidate_rows import CANDIDATE_COLUMNS, CANDIDATE_JOINS, REQUIRED, candidate_of
from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Reason, Scale, Score
from matchmaking.engine.findings import Remark, findings
from matchmaking.engine.needs import need_features
from matchmaking.engine.ranking import Ranked
from matchmaking.engine.scoring import Code, offering_score, score_of
from matchmaking.engine.stored import Fit

_READ = f"""
WITH {REQUIRED}
SELECT {CANDIDATE_COLUMNS.format(meaning="0::float8")}
FROM unnest(%(offerings)s::bigint[]) AS given (offering_id)
{CANDIDATE_JOINS.format(offering="given.offering_id")}
CROSS JOIN (SELECT 0::float8 AS words, 0::float8 AS translated) AS h
"""


@dataclass(frozen=True, slots=True)
class Explained:
    """One supplier for a need, with its reasons and what is to be remarked."""

    company: int
    offering: int
    score: Score
    remarks: tuple[Remark, ...]


def explained(found: Sequence[tuple[SourcingNeed, Fit, Scale]]) -> list[tuple[SourcingNeed, Explained]]:
    """Suppliers with their reasons, in their order; who may no longer be suggested is left out."""
    needs = need_features({need.pk: need for need, _, _ in found}.values())
    candidates = _candidates((fit.offering for _, fit, _ in found), needs.values())
    return [
        (need, _explain(needs[need.pk], candidates[fit.offering], fit, scale))
        for need, fit, scale in found
        if fit.offering in candidates
    ]


def explained_rank(need: NeedFeatures, one: Ranked) -> Explained:
    """The same of a supplier that was scored just now."""
    remarks = findings(need, one.candidate, one.score, today=timezone.localdate())
    return Explained(one.candidate.company, one.candidate.offering, one.score, remarks)


def _candidates(offerings: Iterable[int], needs: Iterable[NeedFeatures]) -> dict[int, CandidateFeatures]:
    parameters = {
        "offerings": sorted(set(offerings)),
        "schemes": sorted({code for need in needs for code in need.required_certifications}),
        "today": timezone.localdate(),
    }
    rows = read_prepared(_READ, parameters) if parameters["offerings"] else []
    return {row[0]: candidate_of(row) for row in rows}


def _explain(need: NeedFeatures, candidate: CandidateFeatures, fit: Fit, scale: Scale) -> Explained:
    candidate = replace(candidate, words=fit.words, translated=fit.translated, meaning=fit.meaning)
    reasons = list(offering_score(need, candidate, scale).reasons)
    if fit.further > 0:
        reasons.append(Reason(Code.FURTHER, fit.others, fit.further))
    return explained_rank(need, Ranked(candidate, score_of(reasons)))
