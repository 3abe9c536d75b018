"""Where a supplier stands for a need, what keeps it out, and what would bring it up: "why not me?"

Says nothing of other firms but how many come into question.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils import timezone

from companies.models import Certification, Company, Offering, SourcingNeed
from companies.words import words
from matchmaking.engine.evidence import evidence
from matchmaking.engine.features import NeedFeatures
from matchmaking.engine.findings import Finding, Kind, findings
from matchmaking.engine.needs import WITH_RELATIONS, need_features
from matchmaking.engine.ranking import Ranked
from matchmaking.engine.reverse import ranked_needs
from matchmaking.engine.scoring import Code
from matchmaking.engine.suggestions import NotForViewerError, Suggestion, ranking_of
from matchmaking.engine.words_and_vectors import is_indexed, refresh_needs
from matchmaking.models import OfferingTerm, OfferingVector, TermCount

MOST_WORDS = 8


class Hurdle(StrEnum):
    """What keeps a supplier off a need's list altogether."""

    NOT_OPEN = "not_open"
    NOT_VERIFIED = "not_verified"
    REFUSED = "refused"
    NO_OFFERING = "no_offering"
    NOT_READ = "not_read"
    """Its offerings were written a moment ago and are not indexed yet."""
    CERTIFICATE = "certificate"
    """A required scheme was never entered; value: codes."""
    EXPIRED = "expired"
    """A required certificate has run out; value: codes."""
    OTHER_PRODUCT = "other_product"
    """Its offerings are further from the need than those of all who come into question."""


class Gain(StrEnum):
    """What would bring a supplier up."""

    WORDS = "words"
    """Words of the need's title that no offering says; value: the words."""
    SECTOR = "sector"
    NODE = "node"
    CAPACITY = "capacity"
    """The need asks for a quantity and the offering states no spare capacity in its unit."""
    LEAD_TIME = "lead_time"
    UNVERIFIED = "unverified"
    """Its required certificate is its own word, without a document that an official has checked."""
    OLD_PROFILE = "old_profile"


@dataclass(frozen=True, slots=True)
class Point:
    """One hurdle or gain."""

    code: Hurdle | Gain
    value: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one supplier stands for one need."""

    place: int | None
    """On the need's list, from 1; None where it is not on it."""
    considered: int
    """Suppliers that come into question and hold what is required."""
    hurdles: tuple[Point, ...]
    gains: tuple[Point, ...]
    suggestion: Suggestion | None
    """What is said of its best offering; None where it has none that is indexed."""


def standing_of(company: Company, need: SourcingNeed) -> Standing:
    """Where the company stands for the need; the caller has looked that its viewer may see both.

    :raises NotForViewerError: the need is the company's own.
    """
    need = SourcingNeed.objects.select_related(*WITH_RELATIONS).get(pk=need.pk)
    if need.buyer_id == company.pk:
        raise NotForViewerError
    if not is_indexed(need):
        refresh_needs([need.pk])
    features = need_features([need])[need.pk]
    ranking = ranking_of(need)
    place = next(
        (n for n, one in enumerate(ranking.suppliers, 1) if one.candidate.company == company.pk), None
    )
    hurdles = _hurdles(company, need, features)
    # Without the requirements, so that what fits is told also to a firm that lacks a certificate.
    free = {need.pk: replace(features, required_certifications=())}
    ranked = next((one for _, one in ranked_needs(company, free)), None)
    if place is None and not hurdles:
        hurdles = (Point(Hurdle.OTHER_PRODUCT),)
    return Standing(
        place=None if hurdles else place,
        considered=len(ranking.suppliers),
        hurdles=hurdles,
        gains=_gains(company, need, features, ranked) if ranked else (),
        suggestion=_suggestion(company, need, features, ranked) if ranked else None,
    )


def _hurdles(company: Company, need: SourcingNeed, features: NeedFeatures) -> tuple[Point, ...]:
    """Hard reasons, the first to mend first."""
    hurdles = []
    if not need.is_open:
        hurdles.append(Point(Hurdle.NOT_OPEN))
    if company.verification == Company.Verification.REFUSED:
        hurdles.append(Point(Hurdle.REFUSED))
    elif not company.is_published:
        hurdles.append(Point(Hurdle.NOT_VERIFIED))
    offerings = Offering.objects.current().filter(company=company)
    if not offerings.exists():
        hurdles.append(Point(Hurdle.NO_OFFERING))
    elif company.is_published and not OfferingVector.objects.filter(offering__in=offerings).exists():
        hurdles.append(Point(Hurdle.NOT_READ))
    return (*hurdles, *_certificate_hurdles(company, features))


def _certificate_hurdles(company: Company, features: NeedFeatures) -> list[Point]:
    required = features.required_certifications
    if not required:
        return []
    entered = Certification.objects.filter(company=company, scheme__code__in=required)
    valid = set(entered.valid().values_list("scheme__code", flat=True))
    known = set(entered.values_list("scheme__code", flat=True))
    never = tuple(code for code in required if code not in known)
    expired = tuple(code for code in required if code in known - valid)
    points = [Point(Hurdle.CERTIFICATE, never), Point(Hurdle.EXPIRED, expired)]
    return [point for point in points if point.value]


def _gains(company: Company, need: SourcingNeed, features: NeedFeatures, ranked: Ranked) -> tuple[Point, ...]:
    codes = {reason.code for reason in ranked.score.reasons}
    remarks = {r.code for r in findings(features, ranked.candidate, ranked.score, today=timezone.localdate())}
    gains = []
    if missing := _words_not_said(company, need):
        gains.append(Point(Gain.WORDS, missing))
    if features.node is not None and Code.NODE not in codes:
        gains.append(Point(Gain.NODE, (str(need.node),)))
    if features.sector_code and Code.SECTOR not in codes:
        gains.append(Point(Gain.SECTOR, (str(need.sector),)))
    if Finding.CAPACITY_UNKNOWN in remarks:
        gains.append(Point(Gain.CAPACITY, (need.unit,)))
    if Finding.LEAD_TIME_UNKNOWN in remarks:
        gains.append(Point(Gain.LEAD_TIME))
    if unverified := _unverified(company, features):
        gains.append(Point(Gain.UNVERIFIED, unverified))
    if Finding.PROFILE_OLD in remarks:
        gains.append(Point(Gain.OLD_PROFILE))
    return tuple(gains)


def _unverified(company: Company, features: NeedFeatures) -> tuple[str, ...]:
    """Required schemes for which the company has a valid certificate, but none that an official checked."""
    required = features.required_certifications
    held = Certification.objects.valid().filter(company=company, scheme__code__in=required)
    codes = set(held.values_list("scheme__code", flat=True))
    checked = set(held.exclude(verified_at=None).values_list("scheme__code", flat=True))
    return tuple(sorted(codes - checked))


def _words_not_said(company: Company, need: SourcingNeed) -> tuple[str, ...]:
    """Words of the need's title that others' offerings say and none of the company's does."""
    asked = list(dict.fromkeys(words(f"{need.title_zh} {need.title_en}")))
    used = TermCount.objects.filter(term__in=asked, offerings__gt=0)
    known = set(used.values_list("term", flat=True))
    said = set(
        OfferingTerm.objects.filter(offering__company=company, term__in=asked).values_list("term", flat=True)
    )
    return tuple(word for word in asked if word in known - said and len(word) > 1)[:MOST_WORDS]


def _suggestion(company: Company, need: SourcingNeed, features: NeedFeatures, ranked: Ranked) -> Suggestion:
    pair = need.pk, ranked.candidate.offering
    remarks = findings(features, ranked.candidate, ranked.score, today=timezone.localdate())
    return Suggestion(
        place=0,
        need=need,
        company=company,
        offering=Offering.objects.get(pk=ranked.candidate.offering),
        score=evidence([pair]).named(pair, ranked.score),
        remarks=tuple(remark for remark in remarks if remark.kind != Kind.ASK),
    )
