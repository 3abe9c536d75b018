"""Follow-ups: what the supplier says of a signed deal after 30, 90, 180 and 365 days."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models.finite import finite
from companies.models.reach import reach_of
from events.models.confirmation import Confirmation
from events.models.deal import Deal, deal_overseen_by
from events.models.deal_rules import BEYOND

if TYPE_CHECKING:
    from typing import Self

    from django.utils.functional import _StrPromise

SILENT_AFTER = dt.timedelta(days=30)
"""So long after the day on which it became due an unanswered follow-up counts as silence."""


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def open(self) -> "Self":
        """Not answered, of deals that were not terminated."""
        return self.filter(answered_at=None).exclude(deal__stage=Deal.Stage.TERMINATED)

    def answered(self) -> "Self":
        return self.filter(answered_at__isnull=False)

    def silent(self, on: dt.date | None = None) -> "Self":
        """Open, and due for so long that silence is an answer of its own."""
        return self.open().filter(due_on__lt=(on or timezone.localdate()) - SILENT_AFTER)

    def visible_to(self, user: Viewer) -> "Self":
        """Those of deals that the user oversees, and of the own company as supplier."""
        is_supplier = Q(deal__supplier__in=reach_of(user).companies)
        return self.filter(is_supplier | deal_overseen_by(user, "deal"))

    def editable_by(self, user: Viewer) -> "Self":
        """Who oversees the deal asks and records; the supplier answers once by its own act."""
        return self.filter(deal_overseen_by(user, "deal"))


def _amount(label: "str | _StrPromise") -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(
        label, max_digits=20, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


@pghistory.track()
class FollowUp(models.Model):
    """One question to the supplier of a signed deal, answered once; amounts are in the deal's currency.

    Only the SHA-256 of the newest link's token is stored; a newer link takes the place of the older one.
    """

    class Days(models.IntegerChoices):
        MONTH = 30, _("30 days after signing")
        QUARTER = 90, _("90 days after signing")
        HALF_YEAR = 180, _("180 days after signing")
        YEAR = 365, _("365 days after signing")

    class Payment(models.TextChoices):
        ON_TIME = "on_time", _("paid on time")
        LATE = "late", _("paid late or overdue")
        NOT_DUE = "not_due", _("no payment due yet")

    class Source(models.TextChoices):
        LINK = "link", _("the firm, by its link")
        PORTAL = "portal", _("the firm, signed in")
        OFFICE = "office", _("recorded by the office for the firm")

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="follow_ups", verbose_name=_("deal"))
    days = models.PositiveSmallIntegerField(_("after"), choices=Days)
    due_on = models.DateField(_("due on"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("owner"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    links = models.PositiveSmallIntegerField(_("links sent"), default=0)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=5, choices=Confirmation.Channel, blank=True)
    sent_to = models.EmailField(_("sent to"), blank=True)
    delivery = models.CharField(
        _("delivery"),
        max_length=8,
        choices=Confirmation.Delivery,
        default=Confirmation.Delivery.NOT_SENT,
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    source = models.CharField(_("answered by"), max_length=8, choices=Source, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    ordered_amount = _amount(_("order amount"))
    delivered_amount = _amount(_("delivered amount"))
    new_output_amount = _amount(_("new output value"))
    payment = models.CharField(_("payment"), max_length=8, choices=Payment, blank=True)
    stuck = models.TextField(_("what is stuck"), blank=True, max_length=2000)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "days"], name="follow_up_once_a_milestone"),
            models.CheckConstraint(
                condition=Q(answered_at=None, source="") | (Q(answered_at__isnull=False) & ~Q(source="")),
                name="follow_up_answer_has_its_source",
            ),
            models.CheckConstraint(
                condition=~Q(source__in=["portal", "office"]) | Q(answered_by__isnull=False),
                name="follow_up_answer_has_its_person",
            ),
            finite(
                "ordered_amount",
                "delivered_amount",
                "new_output_amount",
                below=BEYOND,
                name="follow_up_amounts_are_finite",
            ),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{name}_amount": None}) | Q(**{f"{name}_amount__gte": 0}),
                    name=f"follow_up_{name}_not_negative",
                )
                for name in ("ordered", "delivered", "new_output")
            ],
        ]
        indexes = [models.Index(fields=["answered_at", "due_on"], name="follow_up_by_due_day")]

    def __str__(self) -> str:
        return f"{self.deal} · {self.get_days_display()}"

    @property
    def is_silent(self) -> bool:
        return self.answered_at is None and self.due_on < timezone.localdate() - SILENT_AFTER
