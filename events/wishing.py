"""Say whom a registered firm wants to meet, and answer who asks."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company
from events import telling
from events.models import DockingEvent, Meeting, MeetingWish, Registration
from events.models.meeting import MeetingQuerySet
from events.models.registration import RegistrationQuerySet
from events.timetable.meetings import give_back_seats

Strength = MeetingWish.Strength


class WishNotPossible(Refused):
    """The other firm is not on the other side of the same event, the event is over, or it said no."""


def partners_of(registration: Registration) -> RegistrationQuerySet:
    """Confirmed firms on the other side of the event: whom a wish may name."""
    return (
        Registration.objects.confirmed()
        .filter(event=registration.event_id)
        .exclude(side=registration.side)
        .exclude(company=registration.company_id)
    )


def wish(
    wished_by: Registration, other: Registration, strength: str, *, by: User, site: str = ""
) -> MeetingWish | None:
    """Say must meet, meet or no about another firm; an empty strength takes the wish back.

    Where the event has a time to answer, a wish is a request: the other firm is told and has so many hours.
    A no ends a meeting that stands and is final for everybody but the firm that said it.

    :raises WishNotPossible: not the person's, not confirmed, not a partner, the event is over, or an
        organiser speaks against a firm's no.
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
        # The row that every draft of the timetable locks: no meeting is planned past a no.
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=wished_by.event_id)
        before = MeetingWish.objects.filter(wished_by=wished_by, other=other).first()
        if before and before.strength == Strength.NO and not own:
            raise WishNotPossible(_("This firm said no: only the firm itself can change that."))
        if not strength:
            MeetingWish.objects.filter(wished_by=wished_by, other=other).delete()
            return None
        kept = _keep(event, wished_by, other, Strength(strength), before)
        if kept.strength == Strength.NO:
            _end_meetings(wished_by, other, Meeting.objects.all(), site)
        elif kept.expires_at and (before is None or before.strength == Strength.NO):
            telling.tell_of_request(kept, site=site)
    return kept


def _keep(
    event: DockingEvent,
    wished_by: Registration,
    other: Registration,
    strength: Strength,
    before: MeetingWish | None,
) -> MeetingWish:
    """The wish as it stands now; a request that was made anew has its full time again."""
    expires_at = before.expires_at if before and before.expired_at is None else None
    is_new = before is None or before.strength == Strength.NO or before.expired_at is not None
    answered = MeetingWish.objects.filter(wished_by=other, other=wished_by).exists()
    if strength == Strength.NO or event.answer_hours is None or answered:
        expires_at = None
    elif is_new or expires_at is None:
        expires_at = timezone.now() + dt.timedelta(hours=event.answer_hours)
    kept, _created = MeetingWish.objects.update_or_create(
        wished_by=wished_by,
        other=other,
        defaults={"strength": strength, "expires_at": expires_at, "expired_at": None},
    )
    return kept


def _end_meetings(one: Registration, other: Registration, among: MeetingQuerySet, site: str) -> None:
    """Cancel what stands between two firms; both are told where they knew of it."""
    pair = Q(buyer=one, supplier=other) | Q(buyer=other, supplier=one)
    standing = among.standing().filter(pair)
    told = list(standing.told().select_related("event", "slot", "buyer__company", "supplier__company"))
    give_back_seats(standing)
    for meeting in told:
        telling.tell_of_change(meeting, "cancelled", site=site)


def expire_requests() -> int:
    """End requests that nobody answered in time: their meetings are cancelled, who asked is told; how many.

    Called by a task every few minutes; what is drafted in between leaves them out by itself. A meeting that
    an organiser placed by hand, or that has begun, stays.
    """
    overdue = MeetingWish.objects.overdue().filter(expired_at=None)
    count = 0
    for key in overdue.values_list("pk", flat=True):
        count += _expire(key)
    return count


def _expire(key: int) -> bool:
    with acting(None, "a request to meet was not answered in time"):
        row = MeetingWish.objects.filter(pk=key).select_related("wished_by__event").first()
        if row is None:
            return False
        DockingEvent.objects.select_for_update(of=("self",)).get(pk=row.wished_by.event_id)
        late = MeetingWish.objects.overdue().filter(pk=key, expired_at=None)
        found = late.select_related("wished_by__event", "wished_by__company", "other__company").first()
        if found is None:
            return False
        found.expired_at = timezone.now()
        found.save(update_fields=["expired_at"])
        ahead = Q(slot=None) | Q(slot__starts_at__gt=timezone.now())
        _end_meetings(found.wished_by, found.other, Meeting.objects.filter(ahead, is_locked=False), "")
        telling.tell_of_expiry(found)
    return True
