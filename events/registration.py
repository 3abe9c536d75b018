"""Come to an event: register, be approved, withdraw, check in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company, SourcingNeed
from events import telling
from events.inviting import note_registered
from events.models import Delegate, DockingEvent, Meeting, Registration, Session
from events.timetable.meetings import give_back_seats

State = Registration.State


class RegistrationNotPossible(Refused):
    """The event takes no registrations, or the company is not of the side that it registers for."""


class AlreadyRegistered(Refused):
    """The company has an active registration for the event."""


class NotYours(Refused):
    """The person neither acts for the company nor runs the event."""


@dataclass(frozen=True)
class Person:
    """A delegate as a form gives it."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""
    language: str = User.Language.CHINESE


def register(
    event: DockingEvent,
    company: Company,
    *,
    by: User,
    side: str,
    delegates: Iterable[Person] = (),
    needs: Iterable[SourcingNeed] = (),
    sessions: Iterable[Session] = (),
    site: str = "",
) -> Registration:
    """Register a company for an event; the event's row is locked, so that no place is given twice.

    A full event puts the company on the waiting list. A company that is not verified waits for the organiser,
    and so does every company where the event asks for approval. Without ``sessions`` it comes to all of them.

    :raises NotYours: the person neither acts for the company nor runs the event.
    :raises RegistrationNotPossible: event not open, company archived or not of that side, foreign needs.
    :raises AlreadyRegistered: one active registration a company.
    """
    _require_right(event, company, by)
    with acting(by):
        event = _locked(event)
        needs, sessions = list(needs), list(sessions)
        _check(event, company, side, needs, sessions)
        if Registration.objects.active().filter(event=event, company=company).exists():
            raise AlreadyRegistered(_("This company is already registered for the event."))
        runs = DockingEvent.objects.overseen_by(by).filter(pk=event.pk).exists()
        is_verified = company.verification == Company.Verification.VERIFIED
        is_known = runs or (is_verified and not event.asks_approval)
        registration = Registration.objects.create(
            event=event,
            company=company,
            side=side,
            state=_place(event) if is_known else State.ASKED,
            registered_by=by,
            registered_at=timezone.now(),
        )
        registration.needs.set(needs)
        Delegate.objects.bulk_create(
            Delegate(registration=registration, **vars(person)) for person in delegates
        )
        registration.sessions.set(sessions)
        note_registered(registration)
        telling.tell_of_place(registration, site=site)
    return registration


def approve(registration: Registration, *, by: User, site: str = "") -> Registration:
    """Admit a company that asked; a full event puts it on the waiting list.

    :raises NotYours: the person does not run the event.
    :raises RegistrationNotPossible: it is not waiting for approval.
    """
    return _decide(registration, by, site, admit=True)


def refuse(registration: Registration, *, by: User, site: str = "") -> Registration:
    """Refuse a company that asked; raises as ``approve`` does."""
    return _decide(registration, by, site, admit=False)


def withdraw(registration: Registration, *, by: User) -> Registration:
    """Take a registration back: its meetings are cancelled, and the first of the waiting list moves up.

    :raises NotYours: the person neither acts for the company nor runs the event.
    :raises RegistrationNotPossible: it is withdrawn or refused already, or the company was checked in.
    """
    _require_right(registration.event, registration.company, by)
    with acting(by):
        event = _locked(registration.event)
        registration = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
        if registration.state in {State.WITHDRAWN, State.REFUSED}:
            raise RegistrationNotPossible(_("This registration has ended already."))
        if registration.checked_in_at:
            raise RegistrationNotPossible(_("The company has arrived: it can no longer withdraw."))
        had_place = registration.state == State.CONFIRMED
        registration.state = State.WITHDRAWN
        registration.save(update_fields=["state"])
        give_back_seats(Meeting.objects.with_registration(registration).standing())
        if had_place:
            _move_up(event)
    return registration


def fill_places(event: DockingEvent, *, by: User) -> int:
    """Give places that became free, such as by a larger hall, to who waits longest; how many.

    :raises NotYours: the person does not run the event.
    """
    if not DockingEvent.objects.overseen_by(by).filter(pk=event.pk).exists():
        raise NotYours(_("Only who runs the event may decide on registrations."))
    with acting(by):
        event = _locked(event)
        moved = 0
        while _move_up(event):
            moved += 1
    return moved


def _locked(event: DockingEvent) -> DockingEvent:
    """The event with its row locked: whoever counts places does so one after the other."""
    return DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)


def _place(event: DockingEvent) -> str:
    """Confirmed while places are left, else the waiting list; the event's row must be locked."""
    taken = event.registrations.filter(state=State.CONFIRMED).count()
    return State.CONFIRMED if event.capacity is None or taken < event.capacity else State.WAITING


def _move_up(event: DockingEvent) -> bool:
    """Give a free place to who waits longest, and tell them; whether anybody moved up."""
    if _place(event) != State.CONFIRMED:
        return False
    first = (
        event.registrations.filter(state=State.WAITING)
        .select_related("company", "event")
        .order_by("registered_at", "pk")
        .first()
    )
    if first:
        first.state = State.CONFIRMED
        first.save(update_fields=["state"])
        telling.tell_moved_up(first)
    return first is not None


def _decide(registration: Registration, by: User, site: str, *, admit: bool) -> Registration:
    if not DockingEvent.objects.overseen_by(by).filter(pk=registration.event_id).exists():
        raise NotYours(_("Only who runs the event may decide on registrations."))
    with acting(by):
        event = _locked(registration.event)
        registration = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
        if registration.state != State.ASKED:
            raise RegistrationNotPossible(_("This registration is not waiting for approval."))
        registration.state = _place(event) if admit else State.REFUSED
        registration.save(update_fields=["state"])
        telling.tell_of_place(registration, site=site)
    return registration


def _require_right(event: DockingEvent, company: Company, by: User) -> None:
    """:raises NotYours: the person neither acts for the company nor runs the event."""
    acts = Company.objects.represented_by(by).filter(pk=company.pk).exists()
    if not acts and not DockingEvent.objects.overseen_by(by).filter(pk=event.pk).exists():
        raise NotYours(_("Only representatives of the company and who runs the event may do this."))


def _check(
    event: DockingEvent, company: Company, side: str, needs: list[SourcingNeed], sessions: list[Session]
) -> None:
    """:raises RegistrationNotPossible: the first thing that is wrong, as a sentence."""
    does = {Registration.Side.BUYER: company.buys, Registration.Side.SUPPLIER: company.supplies}
    wrong = (
        (not event.is_open, _("This event takes no registrations.")),
        (bool(company.archived_at), _("An archived company cannot be registered.")),
        (not does.get(Registration.Side(side)), _("The company's profile does not name this side.")),
        (any(need.buyer_id != company.pk for need in needs), _("A company shows its own needs only.")),
        (
            any(session.event_id != event.pk for session in sessions),
            _("A session belongs to another event."),
        ),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise RegistrationNotPossible(sentence)
