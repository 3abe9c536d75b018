"""What the database demands of every deal, whoever writes it: the constraints of ``Deal``.

Which step may follow which, and what needs a new version, is kept by triggers (see the migration
``0008_deals_keep_the_law``): a constraint sees only the row as it stands.
"""

from itertools import combinations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

STAGES = ("intention", "framework", "signed", "performing", "completed", "terminated")
AMOUNTS = ("intention", "signed", "ordered", "fulfilled")
BEYOND = 10**18
"""Every amount lies below it; so does not NaN, which PostgreSQL sorts above all numbers."""


def _before(*stages: str) -> Q:
    """Deals that stand at one of the stages have no date of a later one."""
    later = STAGES[STAGES.index(stages[-1]) + 1 : -1]
    return ~Q(stage__in=stages) | Q(**{f"{stage}_on": None for stage in later})


CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(
        condition=~Q(buyer=F("supplier")),
        name="deal_between_two_firms",
        violation_error_message=_("Buyer and supplier cannot be the same company."),
    ),
    models.CheckConstraint(condition=~Q(title_zh="") | ~Q(title_en=""), name="deal_has_a_title"),
    models.CheckConstraint(condition=Q(rate_to_cny__gt=0), name="deal_rate_is_positive"),
    models.CheckConstraint(condition=~Q(currency="CNY") | Q(rate_to_cny=1), name="deal_in_yuan_has_rate_one"),
    models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="deal_currency_is_iso"),
    *[
        models.CheckConstraint(
            condition=Q(**{f"{name}_amount": None}) | Q(**{f"{name}_amount__gte": 0}),
            name=f"deal_{name}_amount_not_negative",
        )
        for name in AMOUNTS
    ],
    *[
        models.CheckConstraint(
            condition=~Q(stage=stage) | Q(**{f"{stage}_on__isnull": False}),
            name=f"deal_{stage}_has_its_date",
        )
        for stage in STAGES
    ],
    models.CheckConstraint(
        condition=~Q(stage__in=["performing", "completed"]) | Q(signed_on__isnull=False),
        name="deal_performs_only_what_was_signed",
    ),
    models.CheckConstraint(
        condition=Q(signed_on=None) | Q(signed_amount__isnull=False),
        name="deal_signed_has_its_amount",
    ),
    models.CheckConstraint(
        condition=Q(signed_on__isnull=False)
        | Q(signed_amount=None, ordered_amount=None, fulfilled_amount=None),
        name="deal_amounts_only_after_signing",
    ),
    models.CheckConstraint(
        condition=~Q(stage="terminated") | ~Q(termination_reason=""),
        name="deal_termination_has_its_reason",
    ),
    models.CheckConstraint(
        condition=Q(verified_by=None, verified_at=None)
        | Q(verified_by__isnull=False, verified_at__isnull=False),
        name="deal_verified_by_and_at",
    ),
    models.CheckConstraint(
        condition=Q(verified_by=None) | Q(signed_on__isnull=False),
        name="deal_verified_only_when_signed",
    ),
    models.CheckConstraint(
        condition=Q(verified_by=None) | ~Q(verified_by=F("recorded_by")),
        name="deal_verified_by_another_person",
    ),
    models.CheckConstraint(
        condition=_before("intention")
        & _before("intention", "framework")
        & _before("intention", "framework", "signed")
        & _before("intention", "framework", "signed", "performing")
        & (Q(stage="terminated") | Q(terminated_on=None)),
        name="deal_stage_is_its_furthest",
    ),
    *[
        models.CheckConstraint(
            condition=Q(**{f"{later}_on__gte": F(f"{earlier}_on")}),
            name=f"deal_{later}_not_before_{earlier}",
        )
        for earlier, later in combinations(STAGES, 2)
    ],
    models.CheckConstraint(
        condition=Q(rate_to_cny__lt=10**8)
        & (Q(quantity=None) | Q(quantity__lt=10**14))
        & Q(*[Q(**{f"{name}_amount": None}) | Q(**{f"{name}_amount__lt": BEYOND}) for name in AMOUNTS]),
        name="deal_numbers_are_finite",
    ),
    models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="deal_not_merged_into_itself"),
]
