"""What a suggestion takes for granted, what it lacks, and what to ask next: codes with values. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Score
from matchmaking.engine.scoring import Code, capacity_share


class Kind(StrEnum):
    """How a finding is meant."""

    MATCHED = "matched"
    ASSUMED = "assumed"
    MISSING = "missing"
    ASK = "ask"


class Finding(StrEnum):
    """What was found besides the reasons; the sentences are made in ``wording``."""

    BY_MEANING_ONLY = "by_meaning_only"
    """No word is shared: the texts only mean much the same."""
    COMPANY_SECTOR = "company_sector"
    """The offering has no sector; that of its company was taken."""
    CERTIFICATE_UNVERIFIED = "certificate_unverified"
    """Held by the firm's own word; value: schemes."""
    CAPACITY_UNKNOWN = "capacity_unknown"
    """The firm did not say its spare capacity, or in another unit."""
    CAPACITY_SHORT = "capacity_short"
    """Spare capacity covers only a part; value: share of the quantity."""
    MINIMUM_ORDER_ABOVE = "minimum_order_above"
    """The smallest order is larger than the quantity; value: the smallest order."""
    LEAD_TIME_TOO_LONG = "lead_time_too_long"
    """Cannot deliver in time by its usual lead time; value: days."""
    LEAD_TIME_UNKNOWN = "lead_time_unknown"
    """The buyer gave a date and the firm no lead time."""
    NO_EXPORT = "no_export"
    """The buyer is abroad and the firm names no way of exporting."""
    PROFILE_OLD = "profile_old"
    """The profile was never confirmed, or long ago; value: months, 0 for never."""
    ASK_PRICE = "ask_price"
    """The buyer has a target price."""
    ASK_PRODUCT = "ask_product"
    """Whether the product is really what the need describes."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding of a kind."""

    kind: Kind
    code: Finding
    value: str | int | float | tuple[str, ...] = ""


_ORDER = {kind: place for place, kind in enumerate(Kind)}

OLD_MONTHS = 24
"""Months after which a profile is asked about."""


def findings(
    need: NeedFeatures, candidate: CandidateFeatures, score: Score, *, today: date
) -> tuple[Remark, ...]:
    """What is assumed, what is missing and what to ask, in this order."""
    remarks = [
        *_about_text(candidate, score),
        *_about_certificates(need, candidate),
        *_about_quantity(need, candidate),
        *_about_time(need, candidate, today),
        *_about_firm(need, candidate),
    ]
    return tuple(sorted(remarks, key=lambda remark: _ORDER[remark.kind]))


def _about_text(candidate: CandidateFeatures, score: Score) -> list[Remark]:
    codes = {reason.code for reason in score.reasons}
    remarks = []
    if Code.WORDS not in codes:
        remarks.append(Remark(Kind.ASSUMED, Finding.BY_MEANING_ONLY))
        remarks.append(Remark(Kind.ASK, Finding.ASK_PRODUCT))
    if candidate.is_company_sector and Code.SECTOR in codes:
        remarks.append(Remark(Kind.ASSUMED, Finding.COMPANY_SECTOR, candidate.sector_code))
    return remarks


def _about_certificates(need: NeedFeatures, candidate: CandidateFeatures) -> list[Remark]:
    held = candidate.certifications - candidate.verified_certifications
    unverified = tuple(code for code in need.required_certifications if code in held)
    if not unverified:
        return []
    return [
        Remark(Kind.ASSUMED, Finding.CERTIFICATE_UNVERIFIED, unverified),
        Remark(Kind.ASK, Finding.CERTIFICATE_UNVERIFIED, unverified),
    ]


def _about_quantity(need: NeedFeatures, candidate: CandidateFeatures) -> list[Remark]:
    if not need.quantity:
        return []
    remarks = []
    share = capacity_share(need, candidate)
    if share is None:
        remarks.append(Remark(Kind.ASK, Finding.CAPACITY_UNKNOWN))
    elif share < 1:
        remarks.append(Remark(Kind.MISSING, Finding.CAPACITY_SHORT, round(share, 2)))
        remarks.append(Remark(Kind.ASK, Finding.CAPACITY_SHORT, round(share, 2)))
    least = candidate.minimum_order
    same_unit = need.unit.strip().casefold() == candidate.unit.strip().casefold()
    if least is not None and same_unit and least > need.quantity:
        remarks.append(Remark(Kind.MISSING, Finding.MINIMUM_ORDER_ABOVE, f"{least.normalize():f}"))
        remarks.append(Remark(Kind.ASK, Finding.MINIMUM_ORDER_ABOVE, f"{least.normalize():f}"))
    return remarks


def _about_time(need: NeedFeatures, candidate: CandidateFeatures, today: date) -> list[Remark]:
    if need.deliver_by is None:
        return []
    days = candidate.lead_time_days
    if days is None:
        return [Remark(Kind.ASK, Finding.LEAD_TIME_UNKNOWN, need.deliver_by.isoformat())]
    if days > (need.deliver_by - today).days:
        return [
            Remark(Kind.MISSING, Finding.LEAD_TIME_TOO_LONG, days),
            Remark(Kind.ASK, Finding.LEAD_TIME_TOO_LONG, days),
        ]
    return []


def _about_firm(need: NeedFeatures, candidate: CandidateFeatures) -> list[Remark]:
    remarks = []
    if need.crosses_border and not candidate.trade_formats:
        remarks.append(Remark(Kind.ASK, Finding.NO_EXPORT))
    months = candidate.months_since_confirmed
    if months is None or months >= OLD_MONTHS:
        remarks.append(Remark(Kind.ASK, Finding.PROFILE_OLD, round(months or 0)))
    if need.has_target_price:
        remarks.append(Remark(Kind.ASK, Finding.ASK_PRICE))
    return remarks
