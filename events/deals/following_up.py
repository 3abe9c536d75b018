"""What came of a deal, year by year: ordered, fulfilled, and the supplier's new output value."""

import datetime as dt
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company
from events.deals.rights import NotAllowed
from events.deals.versions import locked
from events.models import Deal, Fulfilment


class ReportNotPossible(Refused):
    """The deal was never signed, or the report's values make no sense."""


def may_report(user: User, deal: Deal) -> bool:
    """Officials and organisers who oversee the deal, and the supplier's representatives."""
    return (
        Deal.objects.overseen_by(user).filter(pk=deal.pk).exists()
        or Company.objects.represented_by(user).filter(pk=deal.supplier_id).exists()
    )


def report(
    deal: Deal,
    *,
    year: int,
    by: User,
    ordered: Decimal | None = None,
    fulfilled: Decimal | None = None,
    new_output: Decimal | None = None,
    note: str = "",
    on: dt.date | None = None,
) -> Fulfilment:
    """Say what came of a deal in a year, in the deal's currency; a second report replaces the year's first.

    The deal's ordered and fulfilled amounts are the sums of its years.

    :raises NotAllowed: the person neither oversees the deal nor acts for the supplier.
    :raises ReportNotPossible: not signed, a year before the signature or ahead, nothing said, or negative.
    """
    if not may_report(by, deal):
        raise NotAllowed(_("Only the supplier and the deal's officials report what came of it."))
    with acting(by):
        return keep(
            locked(deal),
            year=year,
            ordered=ordered,
            fulfilled=fulfilled,
            new_output=new_output,
            by=by,
            name=str(by),
            note=note,
            on=on or timezone.localdate(),
        )


def keep(
    deal: Deal,
    *,
    year: int,
    ordered: Decimal | None,
    fulfilled: Decimal | None,
    new_output: Decimal | None,
    by: User | None,
    name: str,
    note: str,
    on: dt.date,
) -> Fulfilment:
    """Write a year's report within an act that has locked the deal; ``name`` is whoever says it.

    :raises ReportNotPossible: as for ``report``.
    """
    _check(deal, year, (ordered, fulfilled, new_output))
    fulfilment, _created = Fulfilment.objects.update_or_create(
        deal=deal,
        year=year,
        defaults={
            "ordered_amount": ordered,
            "fulfilled_amount": fulfilled,
            "new_output_amount": new_output,
            "reported_by": by,
            "reported_by_name": name,
            "reported_on": on,
            "note": note.strip(),
        },
    )
    years = deal.fulfilments.aggregate(ordered=Sum("ordered_amount"), fulfilled=Sum("fulfilled_amount"))
    deal.ordered_amount, deal.fulfilled_amount = years["ordered"], years["fulfilled"]
    deal.save(update_fields=["ordered_amount", "fulfilled_amount"])
    return fulfilment


def _check(deal: Deal, year: int, amounts: tuple[Decimal | None, ...]) -> None:
    """:raises ReportNotPossible: the first thing that is wrong, as a sentence."""
    if deal.signed_on is None:
        raise ReportNotPossible(_("Only a signed deal is fulfilled."))
    if not deal.signed_on.year <= year <= timezone.localdate().year:
        raise ReportNotPossible(_("The year lies before the signature or in the future."))
    if all(amount is None for amount in amounts):
        raise ReportNotPossible(_("Give at least one amount; zero if nothing came of the deal in that year."))
    if any(amount is not None and amount < 0 for amount in amounts):
        raise ReportNotPossible(_("An amount cannot be negative."))
