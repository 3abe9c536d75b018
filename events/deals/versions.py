"""Versions: whoever changes the values of a deal takes back what others said about them."""

from django.utils import timezone

from events.models import Confirmation, Deal


def locked(deal: Deal) -> Deal:
    """The deal as it stands now, its row locked until the end of the transaction."""
    return Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)


def begin_version(deal: Deal) -> None:
    """Number the deal's next version, and void the confirmations and the verification of the last one.

    The deal is not saved; confirmations are. What they said stays readable in the audit trail.
    """
    deal.version += 1
    deal.verified_by = None
    deal.verified_at = None
    Confirmation.objects.filter(deal=deal, voided_at=None).update(voided_at=timezone.now())
