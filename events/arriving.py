"""Arrive at an event: the badge is read, or the firm is found by its name."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from events.models import DockingEvent, Registration
from events.registration import NotYours

State = Registration.State


class UnknownBadge(Refused):
    """No badge has this code, or it belongs to another event."""


class NotAdmitted(Refused):
    """The badge's registration is not confirmed."""


class AlreadyCheckedIn(Refused):
    """Somebody was faster; the sentence says when."""


def check_in(badge_code: str, *, event: DockingEvent, by: User) -> Registration:
    """Note that a company has arrived, by the code of its badge (or an address that ends with it).

    :raises NotYours: the person does not run the event.
    :raises UnknownBadge: no such badge at this event; other events are not told apart from unknown codes.
    :raises NotAdmitted: withdrawn, refused, waiting, or the event is not taking place.
    :raises AlreadyCheckedIn: it arrived before.
    """
    if not DockingEvent.objects.overseen_by(by).filter(pk=event.pk).exists():
        raise NotYours(_("Only who runs the event may check in."))
    code = badge_code.strip().rstrip("/").rpartition("/")[2].lower()
    with acting(by):
        rows = Registration.objects.select_for_update(of=("self",)).select_related("company")
        registration = rows.filter(event=event, badge_code=code).first() if code else None
        if registration is None:
            raise UnknownBadge(_("This badge does not belong to this event."))
        if event.state == DockingEvent.State.CANCELLED:
            raise NotAdmitted(_("This event was cancelled."))
        if registration.state != State.CONFIRMED:
            raise NotAdmitted(
                _("%(company)s has no confirmed place: “%(state)s”.")
                % {"company": registration.company, "state": registration.get_state_display()}
            )
        if registration.checked_in_at:
            raise AlreadyCheckedIn(
                _("%(company)s was checked in already, at %(time)s.")
                % {
                    "company": registration.company,
                    "time": timezone.localtime(registration.checked_in_at).strftime("%H:%M"),
                }
            )
        registration.checked_in_at = timezone.now()
        registration.save(update_fields=["checked_in_at"])
    return registration
