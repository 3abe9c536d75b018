"""Likely re-signings: deals that may be the same project recorded once more."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from events.deals.rates import NoRate, rate_on
from events.models import Deal

WINDOW = dt.timedelta(days=365)
"""How far apart two recordings of one project may lie."""
TOLERANCE = Decimal("0.10")
"""How far apart their amounts in yuan may lie, as a share of the new one."""


@dataclass(frozen=True)
class Likely:
    """A deal that may be the same, and why."""

    deal: Deal
    reason: Promise


def likely(
    *,
    buyer: Company,
    supplier: Company,
    on: dt.date,
    amount: Decimal | None = None,
    currency: str = "CNY",
    leave_out: Deal | None = None,
) -> list[Likely]:
    """Deals of the same pair within a year whose amount is similar or not known, newest first.

    Every deal is looked at, whoever may see it: the page decides how much of each it shows.
    """
    begun = Coalesce("signed_on", "framework_on", "intention_on")
    deals = (
        Deal.objects.filter(buyer=buyer, supplier=supplier)
        .exclude(stage=Deal.Stage.TERMINATED)
        .alias(begun_on=begun, known=Coalesce("signed_cny", "intention_cny"))
        .filter(begun_on__range=(on - WINDOW, on + WINDOW))
        .order_by("-begun_on", "-pk")
    )
    if leave_out:
        deals = deals.exclude(pk=leave_out.pk)
    in_yuan = _in_yuan(amount, currency, on)
    if in_yuan is not None:
        near = Q(known__range=(in_yuan * (1 - TOLERANCE), in_yuan * (1 + TOLERANCE)))
        deals = deals.filter(near | Q(known=None))
    return [Likely(deal, _reason(deal, in_yuan)) for deal in deals[:5]]


def _in_yuan(amount: Decimal | None, currency: str, on: dt.date) -> Decimal | None:
    if amount is None:
        return None
    try:
        return amount * rate_on(currency, on).cny_per_unit
    except NoRate:
        return None


def _reason(deal: Deal, in_yuan: Decimal | None) -> Promise:
    if in_yuan is None or (deal.signed_cny is None and deal.intention_cny is None):
        return _("The same buyer and supplier within twelve months.")
    return _("The same buyer and supplier within twelve months, and a similar amount.")
