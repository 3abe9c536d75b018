"""Wishes to meet, the slots and tables of a session, and the meetings in them."""

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.language import in_reader_language
from accounts.models import Viewer
from companies.models import Company, SourcingNeed
from companies.models.reach import reach_of
from events.models.event import DockingEvent, event_overseen_by
from events.models.registration import Registration

if TYPE_CHECKING:
    from typing import Self


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Sessions of visible events."""
        return self.filter(event__in=DockingEvent.objects.visible_to(user).values("pk"))

    def editable_by(self, user: Viewer) -> "Self":
        return self.filter(event__in=DockingEvent.objects.editable_by(user).values("pk"))


@pghistory.track()
class Session(models.Model):
    """A part of an event in which firms meet at tables, slot after slot."""

    event = models.ForeignKey(DockingEvent, models.PROTECT, related_name="sessions", verbose_name=_("event"))
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100)
    tables = models.PositiveSmallIntegerField(_("tables"), validators=[MinValueValidator(1)])

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["event_id", "pk"]
        constraints = [models.CheckConstraint(condition=Q(tables__gte=1), name="session_has_a_table")]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class SlotQuerySet(models.QuerySet["Slot"]):
    def visible_to(self, user: Viewer) -> "Self":
        return self.filter(session__in=Session.objects.visible_to(user).values("pk"))

    def editable_by(self, user: Viewer) -> "Self":
        return self.filter(session__in=Session.objects.editable_by(user).values("pk"))


@pghistory.track()
class Slot(models.Model):
    """A stretch of time in which each table holds one meeting."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="slots", verbose_name=_("session"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "starts_at"], name="slot_once_a_session"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}-{self.ends_at:%H:%M}"


class MeetingWishQuerySet(models.QuerySet["MeetingWish"]):
    def between(self, one: int, other: int) -> "Self":
        """What two registrations, by their keys, say about each other."""
        return self.filter(Q(wished_by=one, other=other) | Q(wished_by=other, other=one))

    def refusals(self) -> "Self":
        return self.filter(strength=MeetingWish.Strength.NO)

    def with_answer(self) -> "Self":
        """Each wish with ``answer``: what the other firm says, empty where it has said nothing."""
        back = MeetingWish.objects.filter(wished_by=OuterRef("other"), other=OuterRef("wished_by"))
        return self.annotate(answer=Coalesce(Subquery(back.values("strength")[:1]), Value("")))

    def requests(self) -> "Self":
        """Wishes to meet that the other firm has not answered."""
        return self.with_answer().exclude(strength=MeetingWish.Strength.NO).filter(answer="")

    def overdue(self) -> "Self":
        """Requests whose time to be answered has passed, whether or not the task has seen to them."""
        return self.requests().filter(expires_at__lte=timezone.now())

    def counting(self) -> "Self":
        """What a timetable is made from: every no, and every wish that has not expired."""
        return self.exclude(pk__in=self.model.objects.overdue().values("pk"))

    def visible_to(self, user: Viewer) -> "Self":
        """The own wishes, and those at events that the user oversees."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(wished_by__company__in=reach_of(user).companies) | event_overseen_by(user, "wished_by__event")
        )

    def editable_by(self, user: Viewer) -> "Self":
        return self.visible_to(user)


@pghistory.track()
class MeetingWish(models.Model):
    """What one registered company says about meeting another."""

    class Strength(models.TextChoices):
        MUST = "must", _("must meet")
        MEET = "meet", _("meet")
        NO = "no", pgettext_lazy("answer to a wish to meet", "no")

    wished_by = models.ForeignKey(
        Registration, models.CASCADE, related_name="wishes", verbose_name=_("wished by")
    )
    other = models.ForeignKey(
        Registration, models.CASCADE, related_name="wishes_of_others", verbose_name=_("about")
    )
    strength = models.CharField(_("strength"), max_length=4, choices=Strength, default=Strength.MEET)
    expires_at = models.DateTimeField(
        _("to be answered by"), null=True, blank=True, help_text=_("Empty: it counts without an answer.")
    )
    expired_at = models.DateTimeField(_("expired at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = MeetingWishQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting wish")
        verbose_name_plural = _("meeting wishes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["wished_by", "other"], name="wish_once_a_pair"),
            models.CheckConstraint(condition=~Q(wished_by=F("other")), name="wish_not_about_oneself"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="wish_by_expiry")]

    def __str__(self) -> str:
        return f"{self.wished_by.company} → {self.other.company}: {self.get_strength_display()}"


NOBODY_IS_FORCED = pgtrigger.Trigger(
    name="nobody_is_forced",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "slot_id", "buyer_id", "supplier_id"),  # type: ignore[no-untyped-call]  # the library has no types
    condition=pgtrigger.Q(new__state__in=["draft", "published"]),
    func="""
        IF EXISTS (
            SELECT FROM events_meetingwish WHERE strength = 'no' AND (
                (wished_by_id = NEW.buyer_id AND other_id = NEW.supplier_id)
                OR (wished_by_id = NEW.supplier_id AND other_id = NEW.buyer_id))
        ) THEN
            RAISE EXCEPTION 'a firm said no to this meeting'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_nobody_is_forced';
        END IF;
        RETURN NEW;
    """,
)
"""A firm's no is final for the event: whoever writes, by hand or by plan, gets no meeting past it."""


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def of(self, company: Company) -> "Self":
        """Meetings in which the company sits on either side."""
        return self.filter(Q(buyer__company=company) | Q(supplier__company=company))

    def with_registration(self, registration: Registration) -> "Self":
        """Meetings of one registered firm, on either side."""
        return self.filter(Q(buyer=registration) | Q(supplier=registration))

    def naming(self, words: str) -> "Self":
        """Meetings in which the name of a firm has the words, in either language."""
        found = Q()
        for side in ("buyer", "supplier"):
            for name in ("name_zh", "name_en"):
                found |= Q(**{f"{side}__company__{name}__icontains": words})
        return self.filter(found)

    def standing(self) -> "Self":
        """Neither over nor cancelled."""
        return self.filter(state__in=[Meeting.State.DRAFT, Meeting.State.PUBLISHED])

    def told(self) -> "Self":
        """Past the draft: what the firms know of."""
        return self.exclude(state=Meeting.State.DRAFT)

    def visible_to(self, user: Viewer) -> "Self":
        """Published meetings of the own companies; all at events that the user oversees."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        own = reach_of(user).companies
        mine = (Q(buyer__company__in=own) | Q(supplier__company__in=own)) & ~Q(state=Meeting.State.DRAFT)
        return self.filter(mine | event_overseen_by(user, "event"))

    def editable_by(self, user: Viewer) -> "Self":
        if user.is_superuser:
            return self
        return self.filter(event_overseen_by(user, "event"))


@pghistory.track()
class Meeting(models.Model):
    """A buyer and a supplier at one table in one slot; who sits in a slot is held by ``Seat``."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        HELD = "held", _("held")
        NO_SHOW = "no_show", _("no-show")
        CANCELLED = "cancelled", _("cancelled")

    class Outcome(models.TextChoices):
        DEAL = "deal", _("deal agreed")
        FOLLOW_UP = "follow_up", _("to be followed up")
        SAMPLE = "sample", _("samples or quotation asked")
        NO_FIT = "no_fit", _("no fit")

    event = models.ForeignKey(DockingEvent, models.PROTECT, related_name="meetings", verbose_name=_("event"))
    buyer = models.ForeignKey(Registration, models.PROTECT, related_name="+", verbose_name=_("buyer"))
    supplier = models.ForeignKey(Registration, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    need = models.ForeignKey(
        SourcingNeed, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("need")
    )
    slot = models.ForeignKey(
        Slot, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("slot")
    )
    table = models.PositiveSmallIntegerField(_("table"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    is_locked = models.BooleanField(_("locked"), default=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    comment = models.TextField(_("comment"), blank=True, max_length=2000)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["slot__starts_at", "table", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "table"],
                condition=~Q(state="cancelled"),
                name="meeting_no_table_twice_in_a_slot",
                violation_error_message=_("This table is taken in that slot."),
            ),
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="meeting_of_two_firms"),
            models.CheckConstraint(
                condition=Q(slot=None, table=None) | Q(slot__isnull=False, table__isnull=False),
                name="meeting_slot_and_table_together",
            ),
        ]
        triggers = [NOBODY_IS_FORCED]

    def __str__(self) -> str:
        return f"{self.buyer.company} × {self.supplier.company}"


class SeatQuerySet(models.QuerySet["Seat"]):
    def visible_to(self, user: Viewer) -> "Self":
        return self.filter(meeting__in=Meeting.objects.visible_to(user).values("pk"))

    def editable_by(self, user: Viewer) -> "Self":
        return self.filter(meeting__in=Meeting.objects.editable_by(user).values("pk"))


class Seat(models.Model):
    """One firm's place in one slot: two rows a meeting, so that nobody can be at two tables at once.

    Rows exist only while the meeting stands; cancelling a meeting removes them.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="seats", verbose_name=_("meeting"))
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="+", verbose_name=_("registration")
    )
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+", verbose_name=_("slot"))

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["slot", "registration"], name="seat_nobody_twice_in_a_slot"),
            models.UniqueConstraint(fields=["meeting", "registration"], name="seat_once_a_meeting"),
        ]

    def __str__(self) -> str:
        return f"{self.registration} · {self.slot}"
