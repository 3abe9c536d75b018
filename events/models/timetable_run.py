"""Runs of the planner in the background: how far they are and what they found."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from events.models.event import DockingEvent, event_overseen_by

if TYPE_CHECKING:
    from typing import Self


class TimetableRunQuerySet(models.QuerySet["TimetableRun"]):
    def going(self) -> "Self":
        """Waiting or at work."""
        return self.filter(state__in=[TimetableRun.State.WAITING, TimetableRun.State.RUNNING])

    def visible_to(self, user: Viewer) -> "Self":
        return self.filter(event_overseen_by(user, "event"))

    def editable_by(self, user: Viewer) -> "Self":
        return self.none()


class TimetableRun(models.Model):
    """One long search for a better draft of an event's timetable; one at a time an event."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("at work")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    event = models.ForeignKey(
        DockingEvent, models.PROTECT, related_name="timetable_runs", verbose_name=_("event")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("done, in percent"), default=0)
    weight = models.FloatField(_("weight of the draft"), null=True, blank=True)
    bound = models.FloatField(_("proven maximum"), null=True, blank=True)
    gained = models.IntegerField(_("wishes kept more than before"), default=0)
    sentence = models.CharField(_("what stopped it"), max_length=300, blank=True)

    objects = TimetableRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("timetable run")
        verbose_name_plural = _("timetable runs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=["waiting", "running"]),
                name="timetable_run_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.get_state_display()}"
