"""Say whom a registered firm wants to meet."""

from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company
from events.models import DockingEvent, MeetingWish, Registration
from events.models.registration import RegistrationQuerySet


class WishNotPossible(Refused):
    """The other firm is not on the other side of the same event, or the event is over."""


def partners_of(registration: Registration) -> RegistrationQuerySet:
    """Confirmed firms on the other side of the event: whom a wish may name."""
    return (
        Registration.objects.confirmed()
        .filter(event=registration.event_id)
        .exclude(side=registration.side)
        .exclude(company=registration.company_id)
    )


def wish(wished_by: Registration, other: Registration, strength: str, *, by: User) -> MeetingWish | None:
    """Say must meet, meet or no about another firm; an empty strength takes the wish back.

    :raises WishNotPossible: not the person's, not confirmed, not a partner, or the event is over.
    """
    own = Company.objects.represented_by(by).filter(pk=wished_by.company_id).exists()
    runs = DockingEvent.objects.overseen_by(by).filter(pk=wished_by.event_id).exists()
    if not (own or runs):
        raise WishNotPossible(_("Only representatives of the company say whom it wants to meet."))
    if wished_by.state != Registration.State.CONFIRMED or wished_by.event.has_ended:
        raise WishNotPossible(_("Wishes are possible while the event is ahead and your place is confirmed."))
    if not partners_of(wished_by).filter(pk=other.pk).exists():
        raise WishNotPossible(_("This firm does not come as your counterpart."))
    with acting(by):
        if not strength:
            MeetingWish.objects.filter(wished_by=wished_by, other=other).delete()
            return None
        kept, _created = MeetingWish.objects.update_or_create(
            wished_by=wished_by, other=other, defaults={"strength": MeetingWish.Strength(strength)}
        )
    return kept
