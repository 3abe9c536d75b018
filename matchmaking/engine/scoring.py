"""How well an offering fits a need: a sum of named reasons. Pure.

Text counts as sum of words, translated words and meaning, divided by the spread of the need's candidates;
structure (sector, chain, capacity, place, record) adds points of its own. Unknown gives nothing. A supplier
has the score of its best offering and a damped addition for further ones that fit as well.
"""

import math
from collections.abc import Sequence
from enum import StrEnum

from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Reason, Scale, Score
from matchmaking.engine.weights import weights


class Code(StrEnum):
    """Why points were given; the sentences are made in ``wording``."""

    WORDS = "words"
    """Shares words with the need; value: the words, heaviest first, where they were looked up."""
    TRANSLATED = "translated"
    """Has words that mean the need's words in another script; value as for words."""
    MEANING = "meaning"
    """Its text means much the same; value: cosine."""
    FURTHER = "further"
    """More of its offerings fit; value: how many."""
    SECTOR = "sector"
    """Sector shared; value: the shared part of the code, such as C367."""
    NODE = "node"
    """Sits on the need's chain node; value: primary key of the node."""
    SUPPLYING_NODE = "supplying_node"
    """Sits on a node that supplies the need's; value: primary key of that node."""
    HS_HEADING = "hs_heading"
    """Same heading of the Harmonized System; value: the heading."""
    CERTIFICATES = "certificates"
    """Holds what is required, checked by an official; value: the verified schemes' codes."""
    CAPACITY = "capacity"
    """Spare capacity beside the quantity; value: share of the quantity, at most 1."""
    PLACE = "place"
    """Sits in or near the place of delivery; value: path of the shared division."""
    TRADE_FORMAT = "trade_format"
    """Exports, and the buyer is abroad; value: its trade formats."""
    RECORD = "record"
    """Kept its earlier deals; value: how many."""
    FRESH = "fresh"
    """Confirmed its profile lately; value: months since."""


EXPORTING = frozenset({"general", "cross_border", "market_procurement"})
"""Trade formats by which goods are sold abroad."""


def scale_of(candidates: Sequence[CandidateFeatures]) -> Scale:
    """Floor and spread of a need's candidates; neutral for fewer than two or for equal ones."""
    if not candidates:
        return Scale()
    floor = min(candidate.meaning for candidate in candidates)
    raw = [_raw_text(candidate) for candidate in candidates]
    mean = sum(raw) / len(raw)
    spread = math.sqrt(sum((value - mean) ** 2 for value in raw) / len(raw))
    return Scale(floor, spread if spread > 1e-6 else 1.0)


def offering_score(need: NeedFeatures, candidate: CandidateFeatures, scale: Scale) -> Score:
    """The score of one offering; its reasons are those with points, the largest first."""
    reasons = [
        *text_reasons(candidate.words, candidate.translated, candidate.meaning, scale),
        *_field_reasons(need, candidate),
        *_supply_reasons(need, candidate),
        *_firm_reasons(candidate),
    ]
    return score_of(reasons)


def supplier_score(
    need: NeedFeatures, offerings: Sequence[CandidateFeatures], scale: Scale
) -> tuple[CandidateFeatures, Score]:
    """The best of a supplier's offerings and the supplier's score.

    :param offerings: at least one, all of one company.
    """
    scored = [(offering_score(need, offering, scale), offering) for offering in offerings]
    best, offering = max(scored, key=lambda pair: (pair[0].total, -pair[1].offering))
    further = further_reason([score.total for score, _ in scored])
    return offering, score_of([*best.reasons, further]) if further else best


def further_reason(totals: Sequence[float]) -> Reason | None:
    """Points for a supplier's further offerings: each counts the less the worse it fits than the best.

    The logarithm damps: with n equally good offerings the addition grows as log n.
    """
    if len(totals) < 2:
        return None
    text = weights().text
    width = text.further * text.points_per_spread
    best = max(totals)
    likes = [math.exp((total - best) / width) for total in totals]
    points = width * math.log(sum(likes))
    return Reason(Code.FURTHER, max(1, round(sum(likes) - 1)), points) if points > 0 else None


def missing_certifications(need: NeedFeatures, candidate: CandidateFeatures) -> tuple[str, ...]:
    """Required schemes that the supplier does not hold: a hard requirement, never a matter of points."""
    return tuple(code for code in need.required_certifications if code not in candidate.certifications)


def shared_sector(a: str, b: str) -> str:
    """The common part of two GB/T codes down to whole levels: C3670, C3671 share the group C367."""
    shared = ""
    for length in (3, 4, 5):
        if len(a) >= length and a[:length] == b[:length]:
            shared = a[:length]
    return shared


def shared_place(a: str, b: str) -> str:
    """The path of the smallest division that contains both."""
    shared = []
    for left, right in zip(a.split("/"), b.split("/"), strict=False):
        if left != right or not left:
            break
        shared.append(left)
    return "/".join(shared) + "/" if shared else ""


def score_of(reasons: Sequence[Reason]) -> Score:
    """The reasons in the order of their points."""
    return Score(tuple(sorted(reasons, key=lambda reason: -reason.points)))


def _raw_text(candidate: CandidateFeatures) -> float:
    return candidate.words + candidate.translated + weights().text.meaning * candidate.meaning


def text_reasons(words: float, translated: float, meaning: float, scale: Scale) -> list[Reason]:
    """Words, translated words and meaning, those with points."""
    text = weights().text
    unit = text.points_per_spread / scale.spread
    parts = (
        (Code.WORDS, (), words),
        (Code.TRANSLATED, (), translated),
        (Code.MEANING, round(meaning, 3), text.meaning * max(meaning - scale.floor, 0.0)),
    )
    return [Reason(code, value, unit * raw) for code, value, raw in parts if raw > 0]


def _field_reasons(need: NeedFeatures, candidate: CandidateFeatures) -> list[Reason]:
    """Sector, chain node and customs heading."""
    points = weights().structure
    reasons = []
    if shared := shared_sector(need.sector_code, candidate.sector_code):
        by_level = {5: points.same_class, 4: points.same_group, 3: points.same_division}
        reasons.append(Reason(Code.SECTOR, shared, by_level[len(shared)]))
    if need.node is not None and need.node in candidate.nodes:
        reasons.append(Reason(Code.NODE, need.node, points.same_node))
    elif linked := need.supplying_nodes & candidate.nodes:
        reasons.append(Reason(Code.SUPPLYING_NODE, min(linked), points.supplying_node))
    if need.hs_heading and need.hs_heading == candidate.hs_heading:
        reasons.append(Reason(Code.HS_HEADING, need.hs_heading, points.hs_heading))
    return reasons


def _supply_reasons(need: NeedFeatures, candidate: CandidateFeatures) -> list[Reason]:
    """Certificates, capacity, place and trade format."""
    points = weights().structure
    reasons = []
    verified = tuple(c for c in need.required_certifications if c in candidate.verified_certifications)
    if verified:
        share = len(verified) / len(need.required_certifications)
        reasons.append(Reason(Code.CERTIFICATES, verified, points.verified_certificate * share))
    if covered := capacity_share(need, candidate):
        reasons.append(Reason(Code.CAPACITY, covered, points.capacity * covered))
    if place := shared_place(need.place, candidate.place):
        depth = place.count("/") / need.place.count("/")
        reasons.append(Reason(Code.PLACE, place, points.place * depth))
    formats = tuple(sorted(candidate.trade_formats & EXPORTING))
    if need.crosses_border and formats:
        reasons.append(Reason(Code.TRADE_FORMAT, formats, points.trade_format))
    return reasons


def capacity_share(need: NeedFeatures, candidate: CandidateFeatures) -> float | None:
    """Spare capacity as a share of the quantity, at most 1; None where unknown or in another unit."""
    if not need.quantity or candidate.spare_capacity is None:
        return None
    if need.unit.strip().casefold() != candidate.unit.strip().casefold():
        return None
    return min(1.0, float(candidate.spare_capacity / need.quantity))


def _firm_reasons(candidate: CandidateFeatures) -> list[Reason]:
    """Record of kept deals and freshness of the profile."""
    points = weights().structure
    reasons = []
    if candidate.kept_deals > 0:
        share = 1 - 0.5 ** (candidate.kept_deals / points.record_half)
        reasons.append(Reason(Code.RECORD, candidate.kept_deals, points.record * share))
    months = candidate.months_since_confirmed
    if months is not None and months < points.fresh_months:
        share = 1 - max(months, 0.0) / points.fresh_months
        reasons.append(Reason(Code.FRESH, round(max(months, 0.0)), points.fresh * share))
    return reasons
