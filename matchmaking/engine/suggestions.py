"""Who should meet whom: suppliers for a need, and needs for a supplier, each with its reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Viewer
from companies.models import CertificationScheme, Company, Offering, SourcingNeed
from matchmaking.engine.evidence import evidence
from matchmaking.engine.explaining import Explained, explained, explained_rank
from matchmaking.engine.features import NeedFeatures, Score
from matchmaking.engine.findings import Remark
from matchmaking.engine.narrowing import Narrowing
from matchmaking.engine.needs import WITH_RELATIONS, need_features, required_schemes
from matchmaking.engine.ranking import Ranked, Ranking, rank
from matchmaking.engine.retrieval import candidates
from matchmaking.engine.reverse import ranked_needs, ranked_needs_of
from matchmaking.engine.scoring import Code
from matchmaking.engine.stored import KEPT, SuggestionList, keep, listed, may_keep, stored, stored_scores
from matchmaking.engine.weights import weights
from matchmaking.engine.words_and_vectors import is_indexed, refresh_needs

LIMIT = 20
NAMES = [
    f"{of}name_{language}" for of in ("", "company__", "company__division__") for language in ("zh", "en")
]
"""What is read of an offering that is shown; whoever wants more of it reads it then."""


class NotForViewerError(Exception):
    """The viewer may not see suggestions for this need or company."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One supplier for one need."""

    place: int
    need: SourcingNeed
    company: Company
    offering: Offering
    """The best of the company's offerings for the need."""
    score: Score
    remarks: tuple[Remark, ...]
    """What is assumed, what is missing, and what to ask next."""

    @property
    def out_of_100(self) -> float:
        """The score for a meter: very good fits reach the top together."""
        return min(100.0, max(0.0, self.score.total))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many suppliers a hard requirement left out."""

    scheme: CertificationScheme
    suppliers: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """A page of suggestions."""

    items: tuple[Suggestion, ...]
    considered: int
    """Suppliers that came into question and hold what is required."""
    left_out: tuple[LeftOut, ...]
    """By requirement; a supplier may lack several."""
    left_out_in_all: int
    engine_version: str


def suggest(need: SourcingNeed, *, viewer: Viewer | None, limit: int = LIMIT) -> Suggestions:
    """The best suppliers for a need, verified firms only.

    Read from what is stored where that still holds; otherwise worked out, and stored for the next reader.
    A need that was not yet indexed is indexed first, which loads the encoder.

    :param viewer: who asks; None for the operator at the command line.
    :raises NotForViewerError: unless the viewer is on the buyer's side or an official who oversees the need.
    """
    if viewer is not None and not SourcingNeed.objects.editable_by(viewer).filter(pk=need.pk).exists():
        raise NotForViewerError
    found = (stored(need.pk, limit=limit) if limit <= KEPT else None) or _worked_out(need, limit)
    return _suggestions(need, found, limit)


def suggest_among(need: SourcingNeed, among: Narrowing, *, limit: int = LIMIT) -> Suggestions:
    """The same among the suppliers that a reader asks for; worked out anew, and not stored.

    The caller has looked that the reader may choose for the need.
    """
    if not among.conditions:
        return suggest(need, viewer=None, limit=limit)
    if not is_indexed(need):
        refresh_needs([need.pk])
    ranking = rank(_features(need), candidates(need, required_schemes(need), among=among))
    found = listed(ranking, limit=limit)
    return _suggestions(need, found, limit)


def needs_for(company: Company, *, viewer: Viewer | None, limit: int = LIMIT) -> tuple[Suggestion, ...]:
    """Open needs that suit a supplier, best first, among those that the viewer may see.

    :raises NotForViewerError: unless the viewer acts for the company or oversees it.
    """
    if viewer is not None and not Company.objects.editable_by(viewer).filter(pk=company.pk).exists():
        raise NotForViewerError
    visible = SourcingNeed.objects.open().exclude(buyer=company)
    if viewer is not None:
        visible = visible.visible_to(viewer)
    needs = {need.pk: need for need in visible.select_related(*WITH_RELATIONS)}
    features = need_features(needs.values())
    ranked = ranked_needs(company, features)[:limit]
    return shown([(needs[need], explained_rank(features[need], one)) for need, one in ranked])


def between(
    needs: Iterable[SourcingNeed], suppliers: Iterable[Company], *, limit: int = LIMIT
) -> tuple[Suggestion, ...]:
    """Which of some suppliers suit which of some buyers: of each pair its best need, best pairs first.

    For people who are at an event together; the caller passes only what the reader may see. A need that was
    not yet indexed comes with nobody.
    """
    known = {need.pk: need for need in needs}
    features = need_features(known.values())
    best: dict[tuple[int, int], tuple[SourcingNeed, Ranked]] = {}
    for supplier, found in ranked_needs_of([each.pk for each in suppliers], features).items():
        for key, ranked in found:
            need = known[key]
            if need.buyer_id != supplier:
                best.setdefault((need.buyer_id, supplier), (need, ranked))
    order = sorted(best.items(), key=lambda pair: (-pair[1][1].score.total, pair[0]))
    return shown([(need, explained_rank(features[need.pk], one)) for _pair, (need, one) in order[:limit]])


def best_of(needs: Sequence[SourcingNeed]) -> dict[int, list[tuple[int, float]]]:
    """The best suppliers of needs with their scores, by need: as stored, else worked out and stored.

    At most ``KEPT`` for each; a need that was not yet indexed comes with nobody.
    """
    found = stored_scores([need.pk for need in needs])
    for need in needs:
        if need.pk not in found and is_indexed(need):
            found[need.pk] = [(one.company, one.total) for one in _worked_out(need, KEPT).items]
    return found


def ranking_of(need: SourcingNeed, *, reach: int = 1) -> Ranking:
    """Every supplier that comes into question for an indexed need, without texts.

    :param reach: how many times as many candidates to look at.
    """
    return rank(_features(need), candidates(need, required_schemes(need), reach=reach))


def _features(need: SourcingNeed) -> NeedFeatures:
    return need_features([need])[need.pk]


def _worked_out(need: SourcingNeed, limit: int) -> SuggestionList:
    """The list of a need from its candidates; stored unless changes are being worked off just now."""
    with transaction.atomic():
        may_store = may_keep()
        if not is_indexed(need):
            refresh_needs([need.pk])
        ranking = rank(_features(need), candidates(need, required_schemes(need)))
        found = listed(ranking, limit=max(limit, KEPT))
        if may_store:
            keep(need.pk, found)
    return found


def shown(found: Sequence[tuple[SourcingNeed, Explained]]) -> tuple[Suggestion, ...]:
    """The records and words of what is shown, in its order; whatever was hidden meanwhile is left out."""
    visible = Offering.objects.current().filter(company__in=Company.objects.published().suppliers())
    visible = visible.order_by().select_related("company__division").only(*NAMES)
    offerings = visible.in_bulk([item.offering for _, item in found])
    kept = [(need, item) for need, item in found if item.offering in offerings]
    across = [(need.pk, item.offering) for need, item in kept if item.score.has(Code.TRANSLATED)]
    words = evidence([(need.pk, item.offering) for need, item in kept], across=across)
    return tuple(
        Suggestion(
            place=place,
            need=need,
            company=offerings[item.offering].company,
            offering=offerings[item.offering],
            score=words.named((need.pk, item.offering), item.score),
            remarks=item.remarks,
        )
        for place, (need, item) in enumerate(kept, 1)
    )


def _suggestions(need: SourcingNeed, found: SuggestionList, limit: int) -> Suggestions:
    return Suggestions(
        items=shown(explained([(need, fit, found.scale) for fit in found.items[:limit]])),
        considered=found.considered,
        left_out=_left_out(found),
        left_out_in_all=found.left_out_in_all,
        engine_version=weights().version,
    )


def _left_out(found: SuggestionList) -> tuple[LeftOut, ...]:
    if not found.left_out:
        return ()
    schemes = {scheme.code: scheme for scheme in CertificationScheme.objects.filter(code__in=found.left_out)}
    return tuple(LeftOut(schemes[code], number) for code, number in sorted(found.left_out.items()))
