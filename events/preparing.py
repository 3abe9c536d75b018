"""Set up an event: from nothing or from an earlier one, change it, announce it, call it off, close it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.duties import is_official
from companies.models import Division, IndustrialChain, Posting
from events import telling
from events.duties import is_organiser
from events.models import DockingEvent, EventSeries, Session, Slot

State = DockingEvent.State
YEARS = 10
"""Days of events lie within so many years of today: nobody plans further, a mistyped year does."""


class NotPrepared(Refused):
    """The event cannot be set up, changed or announced like this; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an organiser says of an event; each name is a field of ``DockingEvent``."""

    kind: str
    series: EventSeries | None
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    chains: Iterable[IndustrialChain]
    host: Division
    venue_zh: str
    venue_en: str
    country: str
    language: str
    starts_on: dt.date
    ends_on: dt.date
    capacity: int | None
    asks_approval: bool
    meeting_limit: int | None
    answer_hours: int | None

    def values(self) -> dict[str, Any]:
        """The columns, without the chains."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "chains"}


def may_prepare(user: User) -> bool:
    """Officials and organisers set up events."""
    return is_official(user) or is_organiser(user)


def hosts_for(user: User) -> QuerySet[Division]:
    """In whose name the person sets up events: what they govern, lead, are posted to, or organise for."""
    rows = Division.objects.current()
    if user.is_superuser:
        return rows
    posted = Posting.objects.active().filter(user_id=user.pk)
    return rows.filter(
        Q(pk__in=Division.objects.governed_by(user).values("pk"))
        | Q(pk__in=posted.filter(division__isnull=False).values("division_id"))
        | Q(pk__in=posted.filter(chain__isnull=False).values("chain__owner_id"))
        | Q(pk__in=IndustrialChain.objects.led_by(user).values("owner_id"))
        | Q(pk__in=DockingEvent.objects.organised_by(user).values("host_id"))
    )


def chains_for(user: User) -> QuerySet[IndustrialChain]:
    """Chains that the person's events may name: those led, those of the hosts, and of what lies above them.

    A district holds events of its city's chains; those of its neighbours are not its own to name.
    """
    rows = IndustrialChain.objects.all()
    if user.is_superuser:
        return rows
    paths = {
        path[: end + 1]
        for path in hosts_for(user).values_list("path", flat=True)
        for end, letter in enumerate(path)
        if letter == "/"
    }
    return rows.filter(Q(owner__path__in=paths) | Q(pk__in=IndustrialChain.objects.led_by(user).values("pk")))


def create(plan: Plan, *, by: User) -> DockingEvent:
    """A draft of an event, run by whoever makes it.

    :raises NotPrepared: no duty for it, a host or chains of others, or days in the wrong order or beyond all
        plans.
    """
    if not may_prepare(by):
        raise NotPrepared(_("Only officials and organisers set up events."))
    _check_days(plan.starts_on, plan.ends_on)
    _check_host(plan.host, by)
    _check_chains(plan.chains, by)
    with acting(by):
        # One after the other, so that no two find the same address free.
        Division.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.host.pk)
        event = DockingEvent.objects.create(slug=free_slug(plan.name_en, plan.starts_on), **plan.values())
        event.chains.set(plan.chains)
        event.organisers.add(by)
    return event


def copy(source: DockingEvent, *, by: User, name_zh: str, name_en: str, starts_on: dt.date) -> DockingEvent:
    """A draft like an earlier event: its words, rules, sessions, slots and tables, moved to the new day.

    Nothing of people comes along: no registrations, invitations, wishes or meetings, and no organisers but
    who copies it. Chains that are not the person's to name stay behind.

    :raises NotPrepared: no duty for it, no host in whose name the person acts, or days beyond all plans.
    """
    _check_days(starts_on, starts_on)
    moved = starts_on - source.starts_on
    hosts = hosts_for(by)
    host = hosts.filter(pk=source.host_id).first() or hosts.order_by("pk").first()
    if host is None:
        raise NotPrepared(_("Only officials and organisers set up events."))
    plan = Plan(
        **{
            each.name: getattr(source, each.name)
            for each in fields(Plan)
            if each.name not in {"chains", "host", "name_zh", "name_en", "starts_on", "ends_on"}
        },
        host=host,
        chains=chains_for(by).filter(pk__in=source.chains.values("pk")),
        name_zh=name_zh,
        name_en=name_en,
        starts_on=starts_on,
        ends_on=source.ends_on + moved,
    )
    with acting(by, f"copied from {source.slug}"):
        event = create(plan, by=by)
        for session in source.sessions.order_by("pk").prefetch_related("slots"):
            same = Session.objects.create(
                event=event, name_zh=session.name_zh, name_en=session.name_en, tables=session.tables
            )
            Slot.objects.bulk_create(
                Slot(session=same, starts_at=slot.starts_at + moved, ends_at=slot.ends_at + moved)
                for slot in session.slots.all()
            )
    return event


def amend(event: DockingEvent, plan: Plan, *, by: User, site: str = "") -> DockingEvent:
    """Change an event; when its first day moves, its slots move along, and firms that know it are told.

    :raises NotPrepared: not theirs, over, handed to a host of others, given chains of others, or impossible
        days.
    """
    _require(event, by)
    _check_days(plan.starts_on, plan.ends_on)
    with acting(by):
        event = _locked(event)
        if event.state in {State.HELD, State.CANCELLED}:
            raise NotPrepared(_("An event that is over or cancelled stays as it was."))
        if plan.host.pk != event.host_id:
            _check_host(plan.host, by)
        _check_chains(plan.chains, by, kept=event)
        moved = plan.starts_on - event.starts_on
        place = (event.starts_on, event.ends_on, event.venue_zh, event.venue_en)
        for name, value in plan.values().items():
            setattr(event, name, value)
        event.save()
        event.chains.set(plan.chains)
        _move_slots(event, moved)
        if place != (event.starts_on, event.ends_on, event.venue_zh, event.venue_en):
            telling.tell_of_new_time(event, site=site)
    return event


def announce(event: DockingEvent, *, by: User) -> DockingEvent:
    """Put a draft into the public calendar.

    :raises NotPrepared: not theirs, no draft, or its days are past.
    """
    _require(event, by)
    with acting(by):
        event = _locked(event)
        if event.state != State.DRAFT:
            raise NotPrepared(_("This event is announced already."))
        if event.has_ended:
            raise NotPrepared(_("The days of this event are past: change them first."))
        event.state = State.PUBLISHED
        event.save(update_fields=["state", "updated_at"])
    return event


def call_off(event: DockingEvent, *, by: User, reason: str, site: str = "") -> DockingEvent:
    """Cancel an announced event and tell every firm that has a place or waits for one.

    :raises NotPrepared: not theirs, not announced, or no reason given.
    """
    _require(event, by)
    if not reason.strip():
        raise NotPrepared(_("Say why the event is cancelled: the firms are told."))
    with acting(by, reason):
        event = _locked(event)
        if event.state not in {State.DRAFT, State.PUBLISHED}:
            raise NotPrepared(_("Only an event that is ahead can be cancelled."))
        was_known = event.state == State.PUBLISHED
        event.state = State.CANCELLED
        event.save(update_fields=["state", "updated_at"])
        if was_known:
            telling.tell_of_cancellation(event, reason.strip(), site=site)
    return event


def conclude(event: DockingEvent, *, by: User) -> DockingEvent:
    """Note that an event took place; from then on it counts in the figures.

    :raises NotPrepared: not theirs, not announced, or it has not begun.
    """
    _require(event, by)
    with acting(by):
        event = _locked(event)
        if event.state != State.PUBLISHED:
            raise NotPrepared(_("Only an announced event can have taken place."))
        if event.starts_on > timezone.localdate():
            raise NotPrepared(_("This event has not begun."))
        event.state = State.HELD
        event.save(update_fields=["state", "updated_at"])
    return event


def free_slug(name: str, day: dt.date) -> str:
    """An address nobody uses, from the English name and the month ("oem-parts-docking-2022-11")."""
    base = f"{slugify(name)[:60].strip('-') or 'event'}-{day:%Y-%m}"
    taken = set(DockingEvent.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(each for each in numbered if each not in taken)


def _require(event: DockingEvent, by: User) -> None:
    if not DockingEvent.objects.overseen_by(by).filter(pk=event.pk).exists():
        raise NotPrepared(_("Only who runs the event may change it."))


def _locked(event: DockingEvent) -> DockingEvent:
    return DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)


def _check_days(first: dt.date, last: dt.date) -> None:
    if last < first:
        raise NotPrepared(_("The last day cannot be before the first day."))
    this_year = timezone.localdate().year
    if not (this_year - YEARS <= first.year and last.year <= this_year + YEARS):
        raise NotPrepared(_("The days of an event lie within %(years)s years of today.") % {"years": YEARS})


def _check_host(host: Division, by: User) -> None:
    """:raises NotPrepared: the event would stand in the name of others."""
    if not hosts_for(by).filter(pk=host.pk).exists():
        raise NotPrepared(_("Choose a host in whose name you set up events."))


def _check_chains(chains: Iterable[IndustrialChain], by: User, kept: DockingEvent | None = None) -> None:
    """:raises NotPrepared: the event would stand in the books of other chains; those it has may stay."""
    may = chains_for(by)
    if kept is not None:
        may = may | IndustrialChain.objects.filter(pk__in=kept.chains.values("pk"))
    keys = {chain.pk for chain in chains}
    if may.filter(pk__in=keys).count() != len(keys):
        raise NotPrepared(_("Choose chains of the places in whose name you set up events."))


def _move_slots(event: DockingEvent, moved: dt.timedelta) -> None:
    """Slots keep their hours; those that move first make room for the others."""
    if not moved:
        return
    order = "-starts_at" if moved > dt.timedelta(0) else "starts_at"
    for slot in Slot.objects.filter(session__event=event).order_by(order):
        slot.starts_at += moved
        slot.ends_at += moved
        slot.save(update_fields=["starts_at", "ends_at"])
