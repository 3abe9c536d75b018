"""How the rows of events move when two companies become one (see companies.merging)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refused
from companies.merging import Merge, rule
from events.deals.doubles import list_doubles_of
from events.models import Deal, Invitation, Meeting, MeetingWish, Registration, Seat
from events.timetable.meetings import give_back_seats

_STRENGTHS = [MeetingWish.Strength.NO, MeetingWish.Strength.MEET, MeetingWish.Strength.MUST]
_STATES = [Registration.State.ASKED, Registration.State.WAITING, Registration.State.CONFIRMED]


class DealBetweenThem(Refused):
    """Two companies with a deal between them are two firms, or the deal is wrong."""


@rule("events.Deal.buyer", "events.Deal.supplier")
def move_deals(act: Merge) -> None:
    """Every deal stays with its amounts, dates and confirmations; only the firm's record changes."""
    if Deal.objects.of(act.source).of(act.into).exists():
        raise DealBetweenThem(_("There is a deal between these two companies, so they are not one firm."))
    Deal.objects.filter(buyer=act.source).update(buyer=act.into)
    Deal.objects.filter(supplier=act.source).update(supplier=act.into)
    list_doubles_of(act.into)


@rule("events.Registration.company")
def move_registrations(act: Merge) -> None:
    """At an event where both are registered one registration stays and takes over what the other had."""
    active = Registration.objects.active().select_for_update()
    held = {r.event_id: r for r in active.filter(company=act.into)}
    for registration in active.filter(company=act.source):
        other = held.get(registration.event_id)
        if other is not None:
            kept, double = sorted([other, registration], key=_standing, reverse=True)
            _take_over(double, kept)
    Registration.objects.filter(company=act.source).update(company=act.into)


@rule("events.Invitation.company")
def move_invitations(act: Merge) -> None:
    """A firm that was asked twice to an event stays asked once, with the answer if there is one."""
    held = {row.event_id: row for row in Invitation.objects.select_for_update().filter(company=act.into)}
    for row in Invitation.objects.select_for_update().filter(company=act.source):
        other = held.get(row.event_id)
        if other is not None:
            (other if row.answer and not other.answer else row).delete()
    Invitation.objects.filter(company=act.source).update(company=act.into)


def _standing(registration: Registration) -> tuple[bool, int]:
    """Whoever stands at the event with a badge goes first, then whoever is confirmed."""
    return registration.checked_in_at is not None, _STATES.index(Registration.State(registration.state))


def _take_over(double: Registration, kept: Registration) -> None:
    double.state = Registration.State.WITHDRAWN
    double.save(update_fields=["state"])
    kept.needs.add(*double.needs.all())
    double.delegates.update(registration=kept)
    _move_wishes(double, kept)
    for meeting in Meeting.objects.filter(Q(buyer=double) | Q(supplier=double)):
        _move_meeting(meeting, double, kept)


def _move_wishes(double: Registration, kept: Registration) -> None:
    """Of two wishes about the same firm the stronger stays; what the two said about each other falls away."""
    MeetingWish.objects.filter(wished_by__in=[double, kept], other__in=[double, kept]).delete()
    for wish in MeetingWish.objects.filter(Q(wished_by=double) | Q(other=double)):
        wisher = kept.pk if wish.wished_by_id == double.pk else wish.wished_by_id
        other = kept.pk if wish.other_id == double.pk else wish.other_id
        same = MeetingWish.objects.filter(wished_by=wisher, other=other).first()
        if same is None:
            MeetingWish.objects.filter(pk=wish.pk).update(wished_by=wisher, other=other)
            continue
        same.strength = max(
            same.strength, wish.strength, key=lambda s: _STRENGTHS.index(MeetingWish.Strength(s))
        )
        same.save(update_fields=["strength"])
        wish.delete()


def _move_meeting(meeting: Meeting, double: Registration, kept: Registration) -> None:
    """A meeting with itself, in a slot where the firm already sits, or against a no is cancelled."""
    with_itself = kept.pk in {meeting.buyer_id, meeting.supplier_id}
    is_seated = Seat.objects.filter(registration=kept, slot=meeting.slot_id).exists()
    other = meeting.supplier_id if meeting.buyer_id == double.pk else meeting.buyer_id
    pair = Q(wished_by=kept, other=other) | Q(wished_by=other, other=kept)
    is_refused = MeetingWish.objects.filter(pair, strength=MeetingWish.Strength.NO).exists()
    waits = meeting.state in {Meeting.State.DRAFT, Meeting.State.PUBLISHED}
    if waits and (with_itself or is_seated or is_refused):
        give_back_seats(Meeting.objects.filter(pk=meeting.pk))
    if with_itself:
        return
    if not is_seated:
        meeting.seats.filter(registration=double).update(registration=kept)
    side = "buyer" if meeting.buyer_id == double.pk else "supplier"
    Meeting.objects.filter(pk=meeting.pk).update(**{side: kept})
