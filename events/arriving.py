"""Arrive at an event: the badge is read, or the firm is found by its name."""

import datetime as dt
import re
import unicodedata

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from events.models import DockingEvent, Registration
from events.registration import NotYours

State = Registration.State
EARLIEST = dt.timedelta(hours=36)
"""How old an arrival may be that a phone noted without network."""
AHEAD = dt.timedelta(minutes=2)
"""How far the clock of a phone may be ahead before the server's moment counts instead."""
_CODE = re.compile(r"(?:^|/)([0-9a-f]{16})/?$")


class UnreadableCode(Refused):
    """What was read is no badge of ours at all."""


class UnknownBadge(Refused):
    """No badge has this code, or it belongs to another event, which the sentence then names."""


class NotAdmitted(Refused):
    """The badge's registration is not confirmed, or the event does not take place or is over."""


class AlreadyCheckedIn(Refused):
    """Somebody was faster; the sentence says when and who."""


class NotArrived(Refused):
    """There is no arrival to take back."""


def code_in(text: str) -> str:
    """The code of a badge in what was scanned or typed: the code itself, or an address that ends with it.

    :raises UnreadableCode: another QR code, half a code, or nothing.
    """
    written = unicodedata.normalize("NFKC", text).strip().lower()
    if not written:
        raise UnreadableCode(_("Nothing was read: scan the badge again, or find the firm by its name."))
    found = _CODE.search(written.partition("?")[0].partition("#")[0])
    if found is None:
        raise UnreadableCode(
            _("This is not a badge's code, which has 16 letters and digits: try the name instead.")
        )
    return found[1]


def check_in(
    badge_code: str, *, event: DockingEvent, by: User, at: dt.datetime | None = None
) -> Registration:
    """Note that a company has arrived, by the code of its badge or an address that ends with it.

    ``at`` is the moment that a phone noted without network; now where it is missing or cannot be true.
    The same person sending the same moment again is answered as the first time.

    :raises NotYours: the person does not run the event.
    :raises UnreadableCode, UnknownBadge: no such badge at this event.
    :raises NotAdmitted: withdrawn, refused, waiting, or the event is cancelled or over.
    :raises AlreadyCheckedIn: it arrived before.
    """
    _require_event(event, by)
    code = code_in(badge_code)
    at = _believable(at)
    with acting(by):
        registration = _locked(Registration.objects.filter(event=event, badge_code=code)).first()
        if registration is None:
            raise _unknown(code, by)
        if registration.checked_in_at:
            if (registration.checked_in_at, registration.checked_in_by_id) == (at, by.pk):
                return registration
            raise AlreadyCheckedIn(_arrived(registration))
        _require_admission(registration, event, at)
        registration.checked_in_at, registration.checked_in_by = at, by
        registration.save(update_fields=["checked_in_at", "checked_in_by"])
    return registration


def take_back(registration: Registration, *, by: User) -> Registration:
    """Undo an arrival that was noted for the wrong firm.

    :raises NotYours: the person does not run the event.
    :raises NotArrived: it is not checked in.
    """
    _require_event(registration.event, by)
    with acting(by):
        row = _locked(Registration.objects.filter(pk=registration.pk)).get()
        if row.checked_in_at is None:
            raise NotArrived(_("%(company)s is not checked in.") % {"company": row.company})
        row.checked_in_at = row.checked_in_by = None
        row.save(update_fields=["checked_in_at", "checked_in_by"])
    return row


def _require_event(event: DockingEvent, by: User) -> None:
    if not DockingEvent.objects.overseen_by(by).filter(pk=event.pk).exists():
        raise NotYours(_("Only who runs the event may check in."))


def _locked(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """The rows, locked until the transaction ends: whoever comes second reads what the first wrote."""
    return rows.select_for_update(of=("self",)).select_related("company", "checked_in_by")


def _believable(at: dt.datetime | None) -> dt.datetime:
    now = timezone.now()
    return at if at and now - EARLIEST <= at <= now + AHEAD else now


def _unknown(code: str, by: User) -> UnknownBadge:
    """Why a code is unknown here: another event is named where the person may see it."""
    other = DockingEvent.objects.filter(registrations__badge_code=code).first()
    if other is None:
        return UnknownBadge(
            _("No badge has this code: it may be a mistyped or an old one. Try the name instead.")
        )
    if not DockingEvent.objects.visible_to(by).filter(pk=other.pk).exists():
        return UnknownBadge(_("This badge belongs to another event."))
    return UnknownBadge(
        _("This badge belongs to another event: %(event)s, %(day)s.")
        % {"event": other, "day": f"{other.starts_on:%Y-%m-%d}"}
    )


def _arrived(registration: Registration) -> str:
    """When and by whom a firm was checked in."""
    when = timezone.localtime(registration.checked_in_at)
    today = when.date() == timezone.localdate()
    values = {
        "company": registration.company,
        "time": when.strftime("%H:%M" if today else "%Y-%m-%d %H:%M"),
        "person": registration.checked_in_by,
    }
    if registration.checked_in_by is None:
        return _("%(company)s was checked in already, at %(time)s.") % values
    return _("%(company)s was checked in already, at %(time)s by %(person)s.") % values


def _require_admission(registration: Registration, event: DockingEvent, at: dt.datetime) -> None:
    """:raises NotAdmitted: no place, or no event at that moment."""
    if event.state == DockingEvent.State.CANCELLED:
        raise NotAdmitted(_("This event was cancelled."))
    if event.ends_on < timezone.localdate(at):
        raise NotAdmitted(
            _("This event ended on %(day)s: nobody arrives any more.") % {"day": f"{event.ends_on:%Y-%m-%d}"}
        )
    if registration.state != State.CONFIRMED:
        raise NotAdmitted(
            _("%(company)s has no confirmed place: “%(state)s”.")
            % {"company": registration.company, "state": registration.get_state_display()}
        )
