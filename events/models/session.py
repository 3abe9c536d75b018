"""The sessions of an event and their slots."""

from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import Viewer
from events.models.event import DockingEvent

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
