"""What delegates are told by letter about their event: each in the own language, with the own link.

Every function runs inside the transaction of its act. ``site`` is scheme and host of the links; what a
scheduled task writes has the one of the settings, or no link.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import outbox
from accounts.models import User
from events.links import token_of
from events.models import Delegate, DockingEvent, Meeting, MeetingWish, Registration

ABOUT = "event"


@dataclass(frozen=True)
class Reader:
    """Who gets a letter for a registered firm; only a delegate has a link of their own."""

    registration: Registration
    email: str
    language: str
    name: str
    delegate: Delegate | None = None
    person: User | None = None


def agenda_link(delegate: Delegate, site: str, language: str) -> str:
    """The address of a delegate's own agenda; whoever has it needs no account."""
    with override(language):
        return (site or settings.SITE_ADDRESS) + reverse(
            "own-agenda", args=[token_of(delegate, delegate.link_salt)]
        )


def readers_of(registrations: Iterable[Registration]) -> list[Reader]:
    """The delegates with an address; of a firm without one, who registered it."""
    rows = list(registrations)
    readers: list[Reader] = []
    delegates = Delegate.objects.filter(registration__in=[row.pk for row in rows]).exclude(email="")
    reached: dict[int, list[Delegate]] = {}
    for delegate in delegates.order_by("pk"):
        reached.setdefault(delegate.registration_id, []).append(delegate)
    people = User.objects.in_bulk([row.registered_by_id for row in rows if row.pk not in reached])
    for row in rows:
        readers += [
            Reader(row, one.email, one.language, one.name, delegate=one) for one in reached.get(row.pk, [])
        ]
        person = people.get(row.registered_by_id) if row.pk not in reached else None
        if person:
            readers.append(Reader(row, person.email, person.language, str(person), person=person))
    return readers


def _post(
    registrations: Iterable[Registration],
    kind: str,
    title: str | Promise,
    *,
    site: str,
    event: DockingEvent,
    said: dict[int, dict[str, Any]] | None = None,
    **context: Any,
) -> int:
    """One letter a reader, from ``events/mail/<kind>.txt``; ``said`` adds what is each registration's own."""
    letters = []
    for reader in readers_of(registrations):
        with override(reader.language):
            link = ""
            if reader.delegate and (site or settings.SITE_ADDRESS):
                link = agenda_link(reader.delegate, site, reader.language)
            own = (said or {}).get(reader.registration.pk, {})
            named = {"event": event, "reader": reader, "link": link} | context | own
            letters.append(
                outbox.Draft(
                    to=reader.email,
                    title=str(title) % {"event": event},
                    text=render_to_string(f"events/mail/{kind}.txt", named),
                    language=reader.language,
                    kind=kind,
                    about=(ABOUT, event.pk),
                    person=reader.person,
                    secret=link,
                )
            )
    return len(outbox.post(*letters))


def tell_of_place(registration: Registration, *, site: str = "") -> None:
    """That a firm has a place, waits for one, or was refused."""
    _post([registration], "place", _("Your registration: %(event)s"), site=site, event=registration.event)


def tell_moved_up(registration: Registration, *, site: str = "") -> None:
    """That a place became free for a firm of the waiting list."""
    title = _("A place became free: %(event)s")
    _post([registration], "moved_up", title, site=site, event=registration.event)


def tell_of_timetable(event: DockingEvent, keys: Iterable[int], *, site: str = "") -> int:
    """Their meetings, to the firms whose timetable was published or filled up; how many letters."""
    rows = list(Registration.objects.filter(pk__in=list(keys)).select_related("company").order_by("pk"))
    said: dict[int, dict[str, Any]] = {row.pk: {"meetings": []} for row in rows}
    meetings = (
        Meeting.objects.told()
        .filter(event=event, slot__isnull=False)
        .exclude(state=Meeting.State.CANCELLED)
        .select_related("slot", "buyer__company", "supplier__company")
        .order_by("slot__starts_at", "pk")
    )
    for meeting in meetings:
        for own, other in ((meeting.buyer, meeting.supplier), (meeting.supplier, meeting.buyer)):
            if own.pk in said:
                said[own.pk]["meetings"].append((meeting, other.company))
    return _post(rows, "timetable", _("Your meetings: %(event)s"), site=site, event=event, said=said)


def tell_of_change(meeting: Meeting, what: str, *, site: str = "") -> int:
    """That a meeting which both firms know was ``moved`` or ``cancelled``."""
    buyer, supplier = meeting.buyer, meeting.supplier
    said = {buyer.pk: {"other": supplier.company}, supplier.pk: {"other": buyer.company}}
    titles = {
        "moved": _("A meeting was moved: %(event)s"),
        "cancelled": _("A meeting was cancelled: %(event)s"),
    }
    return _post(
        [buyer, supplier],
        f"meeting_{what}",
        titles[what],
        site=site,
        event=meeting.event,
        said=said,
        meeting=meeting,
    )


def tell_of_expiry(wish: MeetingWish, *, site: str = "") -> None:
    """That the other firm did not answer a request in time."""
    title, event = _("Your request was not answered: %(event)s"), wish.wished_by.event
    _post([wish.wished_by], "request_expired", title, site=site, event=event, other=wish.other.company)


def tell_of_request(wish: MeetingWish, *, site: str = "") -> None:
    """That another firm asks for a meeting and until when it waits for an answer."""
    title, event = _("Somebody wants to meet you: %(event)s"), wish.other.event
    _post([wish.other], "request", title, site=site, event=event, other=wish.wished_by.company, wish=wish)


def tell_of_new_time(event: DockingEvent, *, site: str = "") -> int:
    """That the days or the place of an event changed."""
    rows = event.registrations.active().select_related("company").order_by("pk")
    return _post(rows, "event_changed", _("New date or place: %(event)s"), site=site, event=event)


def tell_of_cancellation(event: DockingEvent, reason: str, *, site: str = "") -> int:
    """That an event does not take place, and why."""
    rows = event.registrations.active().select_related("company").order_by("pk")
    title = _("Cancelled: %(event)s")
    return _post(rows, "event_cancelled", title, site=site, event=event, reason=reason)
