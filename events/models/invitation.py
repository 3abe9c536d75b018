"""Invitations: which firm was asked to which event, and what it made of that."""

import datetime as dt
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models import Company
from companies.models.reach import reach_of
from events.models.event import DockingEvent, event_overseen_by
from events.models.registration import Registration, new_link_salt

if TYPE_CHECKING:
    from typing import Self

BEFORE_A_REMINDER = dt.timedelta(days=1)
"""A firm has so long to answer before it is written to again."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "Self":
        """Neither registered nor declined."""
        return self.filter(answer="")

    def to_remind(self) -> "Self":
        """Those without an answer that were written to once, a day ago or longer."""
        unanswered = self.open().filter(reminded_at=None, invited_at__lte=timezone.now() - BEFORE_A_REMINDER)
        return unanswered.exclude(delivery=Invitation.Delivery.NO_ADDRESS)

    def naming(self, words: str) -> "Self":
        """Invitations of companies whose name in either language has the words."""
        return self.filter(Q(company__name_zh__icontains=words) | Q(company__name_en__icontains=words))

    def at_stage(self, stage: str) -> "Self":
        """Those that stand at a stage: sent, seen, registered, declined, or without an address."""
        return {
            "sent": self.open().filter(seen_at=None).exclude(delivery=Invitation.Delivery.NO_ADDRESS),
            "seen": self.open().filter(seen_at__isnull=False),
            "registered": self.filter(answer=Invitation.Answer.REGISTERED),
            "declined": self.filter(answer=Invitation.Answer.DECLINED),
            "no_address": self.open().filter(seen_at=None, delivery=Invitation.Delivery.NO_ADDRESS),
        }.get(stage, self)

    def visible_to(self, user: Viewer) -> "Self":
        """Those of events that the user oversees, and those of the own companies."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(event_overseen_by(user, "event") | Q(company__in=reach_of(user).companies))

    def editable_by(self, user: Viewer) -> "Self":
        """Nobody rewrites an invitation; the firm answers it."""
        return self.none()


@pghistory.track(exclude=["link_salt"])
class Invitation(models.Model):
    """One firm asked to one event, by a link that is computed from ``link_salt`` and stored nowhere."""

    class Origin(models.TextChoices):
        CHOSEN = "chosen", _("chosen by filter")
        SUGGESTED = "suggested", _("suggested: fits a guest's need")

    class Delivery(models.TextChoices):
        NO_ADDRESS = "no_address", _("no address known")
        WAITING = "waiting", _("waiting to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    class Answer(models.TextChoices):
        REGISTERED = "registered", _("registered")
        DECLINED = "declined", _("declined")

    class Reason(models.TextChoices):
        DATE = "date", _("the date does not suit us")
        PLACE = "place", _("too far away")
        NO_FIT = "no_fit", _("the guests do not fit us")
        CAPACITY = "capacity", _("no capacity at present")
        OTHER = "other", _("another reason")

    event = models.ForeignKey(
        DockingEvent, models.PROTECT, related_name="invitations", verbose_name=_("event")
    )
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.CHOSEN)
    because = models.JSONField(
        _("needs that it fits"), default=list, blank=True, help_text=_("Keys of the guests' needs.")
    )
    link_salt = models.CharField(max_length=32, default=new_link_salt, editable=False)
    delivery = models.CharField(_("delivery"), max_length=10, choices=Delivery, default=Delivery.WAITING)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("invited by"))
    invited_at = models.DateTimeField(_("invited at"))
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    comment = models.TextField(_("comment"), blank=True, max_length=1000)
    registration = models.ForeignKey(
        Registration, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registration")
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["event_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "company"], name="invitation_once_a_company"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="invitation_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(reason=""), name="invitation_declined_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.event}"

    @property
    def stage(self) -> str:
        """How far it came, in a word: the answer, else seen, else what became of the letter."""
        if self.answer:
            return self.get_answer_display()
        return str(_("seen")) if self.seen_at else self.get_delivery_display()
