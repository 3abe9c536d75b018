"""Likely re-signings: deals that may be the same project recorded once more."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from companies.models import Company
from events.deals.kin import kin_of
from events.deals.likeness import alike
from events.deals.rates import NoRate, rate_on
from events.models import Deal, Double, Evidence

WINDOW = dt.timedelta(days=365)
"""How far apart two recordings of one project may lie."""
TOLERANCE = Decimal("0.10")
"""How far apart their amounts in yuan may lie, as a share of the new one."""
LOOKED_AT = 200
"""Deals of one pair that are compared, the newest first."""
SHOWN = 5

Reason = Double.Reason


@dataclass(frozen=True)
class Asked:
    """What is known of the deal that is compared with the ledger; ``documents`` are SHA-256 digests."""

    buyer: Company
    supplier: Company
    on: dt.date
    amount: Decimal | None = None
    currency: str = "CNY"
    title_zh: str = ""
    title_en: str = ""
    contract_reference: str = ""
    documents: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, deal: Deal) -> "Asked | None":
        """A recorded deal; None where no date says when it began."""
        day = deal.signed_on or deal.framework_on or deal.intention_on
        if day is None:
            return None
        return cls(
            buyer=deal.buyer,
            supplier=deal.supplier,
            on=day,
            amount=deal.signed_amount if deal.signed_on else deal.intention_amount,
            currency=deal.currency,
            title_zh=deal.title_zh,
            title_en=deal.title_en,
            contract_reference=deal.contract_reference,
            documents=frozenset(deal.evidence.values_list("sha256", flat=True)),
        )


@dataclass(frozen=True)
class Likely:
    """A deal that may be the same, and why: codes of ``Double.Reason``, the firms' first."""

    deal: Deal
    reasons: tuple[str, ...]

    @property
    def labels(self) -> list[str]:
        """The reasons in words."""
        return [str(Reason(reason).label) for reason in self.reasons]


def likely(asked: Asked, *, leave_out: Deal | None = None, most: int = SHOWN) -> list[Likely]:
    """Deals within a year that may be the same project, those with the most reasons first.

    Between the same firms, firms of one group, or a firm under its former name: with a similar product or
    amount, with the same contract reference, or where an amount is not known. Between any firms: with the
    same document. Every deal is looked at, whoever may see it: the page decides how much of each it shows.
    """
    buyers, suppliers = kin_of(asked.buyer), kin_of(asked.supplier)
    same_document = Evidence.objects.filter(sha256__in=asked.documents).values_list("deal_id", flat=True)
    copied = set(same_document) if asked.documents else set()
    rows = _around(asked.on).filter(Q(buyer__in=buyers, supplier__in=suppliers) | Q(pk__in=copied))
    if leave_out:
        rows = rows.exclude(pk=leave_out.pk)
    in_yuan = _in_yuan(asked)
    found = []
    for deal in rows.select_related("buyer", "supplier")[:LOOKED_AT]:
        firms = _firms(deal, buyers, suppliers)
        other = _others(deal, asked, in_yuan, is_copied=deal.pk in copied)
        is_open = in_yuan is None or (deal.signed_cny is None and deal.intention_cny is None)
        if other or (firms and is_open):
            found.append(Likely(deal, (*firms, *other)))
    return sorted(found, key=lambda each: -len(each.reasons))[:most]


def _around(on: dt.date) -> QuerySet[Deal]:
    """Deals that stand for themselves and began within a year of the day, newest first."""
    begun = Coalesce("signed_on", "framework_on", "intention_on")
    standing = Deal.objects.unmerged().exclude(stage=Deal.Stage.TERMINATED).alias(begun_on=begun)
    return standing.filter(begun_on__range=(on - WINDOW, on + WINDOW)).order_by("-begun_on", "-pk")


def _firms(deal: Deal, buyers: dict[int, str], suppliers: dict[int, str]) -> list[str]:
    """Why the deal is between the same firms; empty where it is not."""
    if deal.buyer_id not in buyers or deal.supplier_id not in suppliers:
        return []
    given = {buyers[deal.buyer_id], suppliers[deal.supplier_id]}
    return sorted(given - {Reason.SAME_PAIR.value}) or [Reason.SAME_PAIR.value]


def _others(deal: Deal, asked: Asked, in_yuan: Decimal | None, *, is_copied: bool) -> Iterable[str]:
    """What else is the same."""
    known = deal.intention_cny if deal.signed_cny is None else deal.signed_cny
    is_near = in_yuan is not None and known is not None and abs(known - in_yuan) <= in_yuan * TOLERANCE
    reference = asked.contract_reference.strip().casefold()
    same = (
        (is_copied, Reason.SAME_DOCUMENT),
        (bool(reference) and deal.contract_reference.strip().casefold() == reference, Reason.SAME_CONTRACT),
        (
            alike(deal.title_zh, asked.title_zh) or alike(deal.title_en, asked.title_en),
            Reason.SIMILAR_PRODUCT,
        ),
        (is_near, Reason.SIMILAR_AMOUNT),
    )
    return [reason.value for is_same, reason in same if is_same]


def _in_yuan(asked: Asked) -> Decimal | None:
    if asked.amount is None:
        return None
    try:
        return asked.amount * rate_on(asked.currency, asked.on).cny_per_unit
    except NoRate:
        return None
