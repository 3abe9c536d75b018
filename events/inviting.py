"""Ask firms to an event, see who opened the link, and take their answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import outbox
from accounts.audit import acting
from accounts.models import Letter, User
from accounts.refusals import Refused
from companies.models import Company, Contact, Representative, SourcingNeed
from events import links
from events.models import DockingEvent, Invitation, Registration
from events.models.registration import new_link_salt
from events.timetable.meetings import require_event

MOST = 2000
"""How many firms one act invites."""
KIND = "invitation"
"""The kind of letter, as the outbox knows it."""


class NotInvited(Refused):
    """The event takes no registrations, nobody is left to invite, or the number is not what was shown."""


class InvitationClosed(Refused):
    """The link is unknown, or the event is over."""


@dataclass(frozen=True)
class Preview:
    """What inviting a selection would do; ``fresh`` firms get a letter or, without address, a call."""

    fresh: int
    invited: int
    registered: int
    without_address: int


@dataclass(frozen=True)
class Address:
    """Where a firm is written to."""

    email: str
    language: str
    name: str
    person: User | None = None


def invitable(event: DockingEvent, by: User) -> QuerySet[Company]:
    """Firms that the person sees, neither invited nor registered; archived ones and own hosts left out."""
    seen = Company.objects.current().visible_to(by)
    return seen.exclude(pk__in=_invited(event)).exclude(pk__in=_registered(event))


def preview(event: DockingEvent, chosen: QuerySet[Company], *, by: User) -> Preview:
    """Count before anything is sent."""
    fresh = invitable(event, by).filter(pk__in=chosen.values("pk"))
    keys = list(fresh.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    reached = addresses_of(keys)
    return Preview(
        fresh=len(keys),
        invited=chosen.filter(pk__in=_invited(event)).count(),
        registered=chosen.filter(pk__in=_registered(event)).count(),
        without_address=sum(key not in reached for key in keys),
    )


def invite(
    event: DockingEvent,
    chosen: QuerySet[Company],
    *,
    by: User,
    site: str,
    origin: str = Invitation.Origin.CHOSEN,
    because: Mapping[int, Sequence[SourcingNeed]] | None = None,
    note: str = "",
    expected: int | None = None,
) -> list[Invitation]:
    """Invite firms, each once: those invited or registered before are passed over.

    ``because`` names for a firm the guests' needs that it fits; they stand in its letter. ``expected`` is the
    number that the person saw: another one refuses, so that nobody sends to more than they meant.

    :raises NotYourEvent: the person does not run the event.
    :raises NotInvited: see its name.
    """
    require_event(event.pk, by)
    with acting(by):
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        if not event.is_open:
            raise NotInvited(_("Announce the event first: a draft takes no registrations."))
        rows = invitable(event, by).filter(pk__in=chosen.values("pk")).order_by("pk")
        companies = list(rows[: MOST + 1])
        _check(companies, expected)
        reached = addresses_of([company.pk for company in companies])
        invitations = [
            Invitation(
                event=event,
                company=company,
                origin=origin,
                because=[need.pk for need in (because or {}).get(company.pk, ())],
                delivery=Invitation.Delivery.WAITING
                if company.pk in reached
                else Invitation.Delivery.NO_ADDRESS,
                link_salt=new_link_salt(),
                invited_by=by,
                invited_at=timezone.now(),
            )
            for company in companies
        ]
        Invitation.objects.bulk_create(invitations)
        outbox.post(*_letters(invitations, reached, because or {}, site, note, number=1))
    return invitations


def remind(event: DockingEvent, *, by: User, site: str) -> int:
    """Write once more to firms that have not answered and were not reminded; how many.

    :raises NotYourEvent: the person does not run the event.
    :raises NotInvited: the event takes no registrations, or nobody is left to remind.
    """
    require_event(event.pk, by)
    with acting(by):
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        if not event.is_open:
            raise NotInvited(_("This event takes no registrations."))
        waiting = list(
            Invitation.objects.filter(event=event)
            .to_remind()
            .select_related("company", "event")
            .order_by("pk")
        )
        if not waiting:
            raise NotInvited(_("Everybody has answered, was reminded, or was invited less than a day ago."))
        reached = addresses_of([each.company_id for each in waiting])
        outbox.post(*_letters(waiting, reached, {}, site, "", number=2))
        keys = [each.pk for each in waiting]
        Invitation.objects.filter(pk__in=keys).update(reminded_at=timezone.now())
    return len(waiting)


def find(token: str) -> Invitation:
    """The invitation of a link.

    :raises InvitationClosed: there is none.
    """
    found = links.find(Invitation.objects.select_related("event", "company"), token)
    if found is None:
        raise InvitationClosed(_("This link is not known. Ask the organiser for a new one."))
    return found


def note_seen(invitation: Invitation) -> None:
    """Keep when the link was first opened."""
    if invitation.seen_at is None:
        with acting(None, "opened the link of an invitation"):
            Invitation.objects.filter(pk=invitation.pk, seen_at=None).update(seen_at=timezone.now())


def decline(token: str, *, reason: str, comment: str = "") -> Invitation:
    """Say no by the link, with a reason; the firm may still register later.

    :raises InvitationClosed: unknown link, the event is over, or the firm is registered.
    """
    found = find(token)
    with acting(None, "declined by the link of an invitation"):
        row = Invitation.objects.select_for_update(of=("self",)).select_related("event").get(pk=found.pk)
        if row.answer == Invitation.Answer.REGISTERED:
            raise InvitationClosed(_("Your company is registered: withdraw on the event's page instead."))
        if not row.event.is_open:
            raise InvitationClosed(_("This event takes no answers any more."))
        if reason not in Invitation.Reason.values:
            raise InvitationClosed(_("Choose a reason: it helps the organiser."))
        row.answer, row.answered_at = Invitation.Answer.DECLINED, timezone.now()
        row.reason, row.comment = reason, comment.strip()[:1000]
        row.save(update_fields=["answer", "answered_at", "reason", "comment"])
    return row


def note_registered(registration: Registration) -> None:
    """Call in the transaction that registers a firm: its invitation is answered."""
    Invitation.objects.filter(event=registration.event_id, company=registration.company_id).update(
        answer=Invitation.Answer.REGISTERED,
        answered_at=registration.registered_at,
        registration=registration,
        reason="",
    )


def link_of(invitation: Invitation, site: str, language: str) -> str:
    """The address of an invitation's page."""
    with override(language):
        return site + reverse("invited", args=[links.token_of(invitation, invitation.link_salt)])


def addresses_of(companies: Iterable[int]) -> dict[int, list[Address]]:
    """Where firms are written to: who acts for them, else a contact person with an address."""
    keys = list(companies)
    found: dict[int, list[Address]] = {}
    acting_for = Representative.objects.active().filter(company__in=keys, user__is_active=True)
    for row in acting_for.select_related("user").order_by("pk"):
        person = row.user
        found.setdefault(row.company_id, []).append(
            Address(person.email, person.language, str(person), person)
        )
    contacts = Contact.objects.filter(company__in=keys).exclude(email="").exclude(company__in=list(found))
    for contact in contacts.order_by("pk"):
        found.setdefault(contact.company_id, []).append(
            Address(contact.email, contact.language, contact.name)
        )
    return found


def _invited(event: DockingEvent) -> QuerySet[Invitation, Any]:
    """Keys of the companies that were asked."""
    return Invitation.objects.filter(event=event).values("company_id")


def _registered(event: DockingEvent) -> QuerySet[Registration, Any]:
    """Keys of the companies that come or wait."""
    return Registration.objects.active().filter(event=event).values("company_id")


def _check(companies: list[Company], expected: int | None) -> None:
    """:raises NotInvited: nobody, too many, or not as many as the person was shown."""
    if not companies:
        raise NotInvited(_("All of these firms are invited or registered already."))
    if len(companies) > MOST:
        raise NotInvited(_("These are more than %(most)s firms: narrow the choice.") % {"most": MOST})
    if expected is not None and len(companies) != expected:
        raise NotInvited(
            _("The choice has changed: it is %(count)s firms now. Look again before you send.")
            % {"count": len(companies)}
        )


def _letters(
    invitations: Iterable[Invitation],
    reached: Mapping[int, list[Address]],
    because: Mapping[int, Sequence[SourcingNeed]],
    site: str,
    note: str,
    *,
    number: int,
) -> list[outbox.Draft]:
    drafts = []
    for invitation in invitations:
        for place, to in enumerate(reached.get(invitation.company_id, [])):
            link = link_of(invitation, site, to.language)
            with override(to.language):
                context = {
                    "invitation": invitation,
                    "event": invitation.event,
                    "name": to.name,
                    "needs": because.get(invitation.company_id, ()),
                    "note": note,
                    "link": link,
                }
                title = _("Invitation: %(event)s") if number == 1 else _("Reminder: %(event)s")
                drafts.append(
                    outbox.Draft(
                        to=to.email,
                        title=str(title) % {"event": invitation.event},
                        text=render_to_string("events/mail/invitation.txt", context),
                        language=to.language,
                        kind=KIND,
                        about=("event", invitation.event_id),
                        person=to.person,
                        key=f"invitation:{invitation.pk}:{number}:{place}",
                        secret=link,
                    )
                )
    return drafts


def note_delivery(letter: Letter) -> None:
    """Keep on the invitation whether one of its letters left."""
    key = int((letter.key or "").split(":")[1])
    rows = Invitation.objects.filter(pk=key)
    if letter.sent_at:
        rows.exclude(delivery=Invitation.Delivery.SENT).update(delivery=Invitation.Delivery.SENT)
    else:
        rows.filter(delivery=Invitation.Delivery.WAITING).update(delivery=Invitation.Delivery.FAILED)


outbox.when_settled(KIND, note_delivery)
