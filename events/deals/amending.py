"""Change what was recorded of a deal; the old version stays readable in the audit trail."""

import datetime as dt
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company, Division, IndustrialChain, SourcingNeed
from companies.money import problem_of
from events.deals.doubles import list_doubles
from events.deals.rates import rate_on
from events.deals.rights import require_oversight, require_recorder
from events.deals.versions import begin_version, locked
from events.models import Deal

DATES = ("intention_on", "framework_on", "signed_on", "performing_on", "completed_on")
CONFIRMED_VALUES = (
    *DATES,
    "buyer",
    "supplier",
    "title_zh",
    "title_en",
    "quantity",
    "unit",
    "intention_amount",
    "signed_amount",
    "currency",
)
"""What the two sides confirm and the verifier checks: a change of any of them is a new version."""


class Amendment(TypedDict, total=False):
    """The columns that may be changed."""

    buyer: Company
    supplier: Company
    title_zh: str
    title_en: str
    quantity: Decimal | None
    unit: str
    intention_amount: Decimal | None
    signed_amount: Decimal | None
    currency: str
    intention_on: dt.date
    framework_on: dt.date
    signed_on: dt.date
    performing_on: dt.date
    completed_on: dt.date
    need: SourcingNeed | None
    counting_chain: IndustrialChain
    counting_division: Division
    contract_reference: str
    note: str


class AmendmentNotPossible(Refused):
    """The new values contradict the deal."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the deal since the form was opened."""


def amend(deal: Deal, *, by: User, version: int | None = None, **changes: Unpack[Amendment]) -> Deal:
    """Change columns of a deal; ``version`` is the one that the person saw.

    A change of ``CONFIRMED_VALUES`` begins a new version: confirmations and verification are void. Another
    currency takes its rate of the day of the stored rate, so that only the correction moves past figures.

    :raises NotAllowed: no permission to record, or a deal of others.
    :raises ChangedMeanwhile: the deal has another version by now.
    :raises AmendmentNotPossible: the values contradict the deal or its stage.
    :raises NoRate: no rate of the new currency is stored.
    """
    require_recorder(by)
    require_oversight(by, deal)
    with acting(by):
        deal = locked(deal)
        if version is not None and deal.version != version:
            raise ChangedMeanwhile(
                _("Somebody changed this deal in the meantime: look at it again, then change it.")
            )
        changed = {name: value for name, value in changes.items() if getattr(deal, name) != value}
        _apply(deal, changed)
        if set(changed) & set(CONFIRMED_VALUES):
            begin_version(deal)
        if changed:
            deal.save()
            list_doubles(deal)
        require_oversight(by, deal)
    deal.refresh_from_db()
    return deal


def _apply(deal: Deal, changed: dict[str, Any]) -> None:
    """Set the columns.

    :raises AmendmentNotPossible: the result is no possible deal.
    """
    for name, value in changed.items():
        setattr(deal, name, value)
    if "currency" in changed:
        rate = rate_on(deal.currency, deal.rate_date)
        deal.rate_to_cny, deal.rate_date = rate.cny_per_unit, rate.date
    amounts = (deal.intention_amount, deal.signed_amount)
    dates = [day for name in (*DATES, "terminated_on") if (day := getattr(deal, name))]
    reached = [name for name in DATES if name in changed and changed[name] is not None]
    wrong = (
        (deal.buyer_id == deal.supplier_id, _("Buyer and supplier cannot be the same company.")),
        (not (deal.title_zh or deal.title_en), _("Give the deal a title, in Chinese or in English.")),
        (
            any(problem_of(amount) for amount in amounts),
            _("An amount is not negative and has at most two decimals."),
        ),
        (deal.signed_on and not deal.signed_amount, _("A signed deal has an amount greater than zero.")),
        (
            deal.signed_amount is not None and not deal.signed_on,
            _("Only a signed deal has a signed amount: move the deal to “signed” first."),
        ),
        (
            deal.quantity is not None and not deal.unit,
            _("Say the unit of the quantity, such as pieces or tonnes."),
        ),
        (dates != sorted(dates), _("The days of the stages follow each other.")),
        (
            any(changed[name] > timezone.localdate() for name in reached),
            _("The day of the step lies in the future."),
        ),
        (deal.need and deal.need.buyer_id != deal.buyer_id, _("The need belongs to another buyer.")),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise AmendmentNotPossible(sentence)
