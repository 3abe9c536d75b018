"""What a registered firm brings and when it is there: delegates, needs, sessions, gaps, own table, limit."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company, SourcingNeed
from events.models import Delegate, DockingEvent, Meeting, Registration, Seat, Session, Slot
from events.models.registration import new_link_salt


class NotChanged(Refused):
    """Not theirs, no longer active, or what is asked contradicts the timetable."""


@dataclass(frozen=True)
class Presence:
    """When a firm is there and how much it can do; empty ``sessions`` are all of them."""

    sessions: tuple[Session, ...] = ()
    absent: tuple[Slot, ...] = ()
    meeting_limit: int | None = None
    booth: int | None = None


def set_presence(registration: Registration, presence: Presence, *, by: User) -> Registration:
    """Say when a firm is there; its own table is given by who runs the event.

    :raises NotChanged: see its name; a published meeting in a gap must be moved or cancelled first.
    """
    runs = _require(registration, by)
    with acting(by):
        row = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
        _check(row, presence, runs=runs)
        row.meeting_limit, row.booth = presence.meeting_limit, presence.booth
        row.save(update_fields=["meeting_limit", "booth"])
        row.sessions.set(presence.sessions)
        row.absent_slots.set(presence.absent)
    return row


def set_needs(registration: Registration, needs: Iterable[SourcingNeed], *, by: User) -> Registration:
    """Which of its needs the firm shows at the event.

    :raises NotChanged: see its name; foreign needs.
    """
    _require(registration, by)
    needs = list(needs)
    if any(need.buyer_id != registration.company_id for need in needs):
        raise NotChanged(_("A company shows its own needs only."))
    with acting(by):
        registration.needs.set(needs)
    return registration


def add_delegate(registration: Registration, *, by: User, **person: str) -> Delegate:
    """One more person of the firm.

    :raises NotChanged: see its name.
    """
    _require(registration, by)
    with acting(by):
        Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
        same = Delegate.objects.filter(registration=registration, **person).first()  # sent twice
        return same or Delegate.objects.create(registration=registration, **person)


def remove_delegate(delegate: Delegate, *, by: User) -> None:
    """Take a person out; their link ends.

    :raises NotChanged: see its name.
    """
    _require(delegate.registration, by)
    with acting(by):
        delegate.delete()


def renew_link(delegate: Delegate, *, by: User) -> Delegate:
    """End a delegate's link, such as after it went to the wrong hands; the next letter has a new one.

    :raises NotChanged: see its name.
    """
    _require(delegate.registration, by)
    with acting(by):
        delegate.link_salt = new_link_salt()
        delegate.save(update_fields=["link_salt"])
    return delegate


def _require(registration: Registration, by: User) -> bool:
    """Whether the person runs the event.

    :raises NotChanged: neither runs it nor acts for the firm, or the registration has ended.
    """
    runs = DockingEvent.objects.overseen_by(by).filter(pk=registration.event_id).exists()
    own = Company.objects.represented_by(by).filter(pk=registration.company_id).exists()
    if not (runs or own):
        raise NotChanged(_("Only representatives of the company and who runs the event may do this."))
    if not Registration.objects.active().filter(pk=registration.pk).exists():
        raise NotChanged(_("This registration has ended already."))
    return runs


def _check(row: Registration, presence: Presence, *, runs: bool) -> None:
    if presence.booth != row.booth and not runs:
        raise NotChanged(_("Tables are given by who runs the event."))
    taken = Registration.objects.active().filter(event=row.event_id, booth=presence.booth).exclude(pk=row.pk)
    if presence.booth is not None and taken.exists():
        raise NotChanged(_("This table belongs to another firm."))
    if presence.booth is not None and _is_used_by_others(row, presence.booth):
        raise NotChanged(_("Other firms have published meetings at this table: move them first."))
    told = Seat.objects.filter(registration=row).exclude(meeting__state=Meeting.State.DRAFT)
    outside = told.filter(slot__in=presence.absent)
    if presence.sessions:
        outside = outside | told.exclude(slot__session__in=presence.sessions)
    first = outside.select_related("slot").order_by("slot__starts_at").first()
    if first:
        raise NotChanged(
            _("There is a published meeting at %(slot)s: it must be moved or cancelled first.")
            % {"slot": first.slot}
        )


def _is_used_by_others(row: Registration, booth: int) -> bool:
    told = Meeting.objects.told().filter(event=row.event_id, table=booth)
    standing = told.filter(state=Meeting.State.PUBLISHED)
    return standing.exclude(buyer=row).exclude(supplier=row).exists()
