"""Verify a signed deal: a second person compares it with the supporting document."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from events.deals.rights import NotAllowed, require_oversight
from events.deals.versions import locked
from events.models import Deal


class VerificationNotPossible(Refused):
    """The deal is not signed, was verified before or ended, or has no supporting document."""


def verify(deal: Deal, *, by: User, version: int | None = None) -> Deal:
    """Say that the deal's values are those of its supporting document; ``version`` is the one that was read.

    :raises NotAllowed: no permission to verify, a deal of others, or recorded by the same person.
    :raises VerificationNotPossible: not signed, ended, verified before, no document, or changed since.
    """
    if not by.has_perm("events.verify_deal"):
        raise NotAllowed(_("You may not verify deals."))
    require_oversight(by, deal)
    with acting(by):
        deal = locked(deal)
        if deal.recorded_by_id == by.pk:
            raise NotAllowed(_("You recorded this deal: somebody else has to verify it."))
        _check(deal, version)
        deal.verified_by, deal.verified_at = by, timezone.now()
        deal.save(update_fields=["verified_by", "verified_at"])
    return deal


def _check(deal: Deal, version: int | None) -> None:
    """:raises VerificationNotPossible: the first thing that is wrong, as a sentence."""
    wrong = (
        (
            version is not None and deal.version != version,
            _("The deal was changed since you read it: compare it again."),
        ),
        (deal.signed_on is None, _("Only a signed deal is verified.")),
        (deal.stage == Deal.Stage.TERMINATED, _("This deal was terminated.")),
        (deal.is_verified, _("This deal is verified already.")),
        (
            not deal.evidence.exists(),
            _("Add the supporting document first: there is nothing to compare with."),
        ),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise VerificationNotPossible(sentence)
