"""What is odd about a deal that waits to be verified: reasons to look twice, none of them a proof."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from events.models import Confirmation, Deal, Double, Evidence

MOST_OF_REVENUE = Decimal("0.5")
"""A contract above this share of a side's yearly revenue is odd."""
ROUND_FROM = 1_000_000
"""Amounts from here on with at most two digits before the noughts are odd."""
LATE = dt.timedelta(days=60)
"""A deal recorded so long after its signature is odd."""


@dataclass(frozen=True)
class Oddity:
    """One reason: ``condition`` finds it among deals."""

    code: str
    label: Promise
    condition: Callable[[], Any]

    @property
    def column(self) -> str:
        return f"odd_{self.code}"


def _above_revenue(side: str) -> Q:
    return Q(signed_cny__gt=F(f"{side}__revenue_cny") * MOST_OF_REVENUE)


def _is_round() -> Q:
    """At most two digits, then noughts: 15,000,000 and 950,000,000, not 12,340,000."""
    return Q(signed_amount__gte=ROUND_FROM, odd_rest=0)


def _first_of(side: str) -> Any:
    """No earlier signed deal of the firm, on either side."""
    others = Deal.objects.unmerged().filter(signed_on__isnull=False).exclude(pk=OuterRef("pk"))
    return ~Exists(
        others.filter(Q(buyer=OuterRef(f"{side}_id")) | Q(supplier=OuterRef(f"{side}_id"))).filter(
            signed_on__lte=OuterRef("signed_on")
        )
    )


def _seen_before() -> Exists:
    return Exists(
        Evidence.objects.filter(deal=OuterRef("pk")).filter(
            Exists(Evidence.objects.filter(sha256=OuterRef("sha256")).exclude(deal=OuterRef("deal_id")))
        )
    )


ODDITIES = (
    Oddity(
        "supplier_revenue",
        _("more than half of the supplier's yearly revenue"),
        lambda: _above_revenue("supplier"),
    ),
    Oddity(
        "buyer_revenue", _("more than half of the buyer's yearly revenue"), lambda: _above_revenue("buyer")
    ),
    Oddity("round", _("round amount"), _is_round),
    Oddity("first_supplier", _("first deal of the supplier"), lambda: _first_of("supplier")),
    Oddity("first_buyer", _("first deal of the buyer"), lambda: _first_of("buyer")),
    Oddity("seen", _("document of another deal"), _seen_before),
    Oddity(
        "double",
        _("may be recorded twice"),
        lambda: Exists(
            Double.objects.undecided().filter(Q(earlier=OuterRef("pk")) | Q(later=OuterRef("pk")))
        ),
    ),
    Oddity(
        "contested",
        _("contested by a side"),
        lambda: Exists(
            Confirmation.objects.filter(
                deal=OuterRef("pk"), version=OuterRef("version"), voided_at=None, answer="contested"
            )
        ),
    ),
    Oddity(
        "unverified_firm",
        _("a firm that nobody has verified"),
        lambda: (
            ~Q(buyer__verification=Company.Verification.VERIFIED)
            | ~Q(supplier__verification=Company.Verification.VERIFIED)
        ),
    ),
    Oddity(
        "late",
        _("recorded long after it was signed"),
        lambda: Q(recorded_at__date__gt=F("signed_on") + LATE),
    ),
    Oddity("no_document", _("no document"), lambda: ~Exists(Evidence.objects.filter(deal=OuterRef("pk")))),
)
BY_CODE = {oddity.code: oddity for oddity in ODDITIES}


def with_oddities(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """The deals with one column for each oddity, and ``oddity_count``."""
    rest = RawSQL(
        "CASE WHEN events_deal.signed_amount >= 1 THEN events_deal.signed_amount"
        " - round(events_deal.signed_amount, 1 - floor(log(events_deal.signed_amount))::int) END",
        [],
    )
    found = deals.annotate(odd_rest=rest)
    found = found.annotate(
        **{
            oddity.column: Case(When(oddity.condition(), then=Value(True)), default=Value(False))
            for oddity in ODDITIES
        }
    )
    total: Combinable = Value(0)
    for oddity in ODDITIES:
        total = total + Cast(F(oddity.column), IntegerField())
    return found.annotate(oddity_count=total)


def oddities_of(deal: Deal) -> list[Oddity]:
    """What is odd about a deal of ``with_oddities``."""
    return [oddity for oddity in ODDITIES if getattr(deal, oddity.column)]
