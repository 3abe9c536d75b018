"""Who may do what with a deal, and the errors when somebody may not."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from accounts.refusals import Refused
from events.models import Deal


class NotAllowed(Refused):
    """The person lacks the permission, or the deal is none of theirs."""


def may_record(user: Viewer) -> bool:
    """Whether the person records deals at all; which ones follows from what they oversee."""
    return user.is_authenticated and user.has_perm("events.record_deal")


def may_verify(user: Viewer, deal: Deal) -> bool:
    """Whether the person may verify this deal: another one than who recorded it, with that permission."""
    return user.is_authenticated and user.has_perm("events.verify_deal") and deal.recorded_by_id != user.pk


def require_recorder(user: User) -> None:
    """:raises NotAllowed: the person may not record deals."""
    if not may_record(user):
        raise NotAllowed(_("You may not record deals."))


def require_oversight(user: User, deal: Deal) -> None:
    """:raises NotAllowed: the deal belongs to no chain, division or event of the person."""
    if not Deal.objects.overseen_by(user).filter(pk=deal.pk).exists():
        raise NotAllowed(_("This deal belongs to no chain, division or event of yours."))
