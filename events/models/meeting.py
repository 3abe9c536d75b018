"""The meetings of an event, and who sits in which slot."""

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from companies.models import Company, SourcingNeed
from companies.models.reach import reach_of
from events.models.event import DockingEvent, event_overseen_by
from events.models.registration import Registration
from events.models.session import Slot

if TYPE_CHECKING:
    from typing import Self


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
