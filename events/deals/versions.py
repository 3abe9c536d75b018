"""Versions: whoever changes the values of a deal takes back what others said about them."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refused
from events.models import Confirmation, Deal


class DealMerged(Refused):
    """The deal was found to be another one recorded once more, and stays as it was."""


def locked(deal: Deal) -> Deal:
    """The deal as it stands now, its row locked until the end of the transaction.

    :raises DealMerged: it was merged into another deal.
    """
    row = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if row.merged_into_id:
        raise DealMerged(_("This deal was merged into another one: change that one instead."))
    return row


def begin_version(deal: Deal) -> None:
    """Number the deal's next version, and void the confirmations and the verification of the last one.

    The deal is not saved; confirmations are. What they said stays readable in the audit trail.
    """
    deal.version += 1
    deal.verified_by = None
    deal.verified_at = None
    Confirmation.objects.filter(deal=deal, voided_at=None).update(voided_at=timezone.now())
