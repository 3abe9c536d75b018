"""Confirmations: what each side of a deal says about it."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer
from events.models.deal import Deal, deal_overseen_by

if TYPE_CHECKING:
    from typing import Self


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def standing(self) -> "Self":
        """Those of the deal's present version, not voided."""
        return self.filter(voided_at=None, version=models.F("deal__version"))

    def visible_to(self, user: Viewer) -> "Self":
        """Those of deals that the user oversees; the parties answer through their own link."""
        return self.filter(deal_overseen_by(user, "deal"))

    def editable_by(self, user: Viewer) -> "Self":
        """Nobody edits an answer."""
        return self.none()


@pghistory.track()
class Confirmation(models.Model):
    """One side's answer to one version of a deal, by a link that is answered once.

    Only the SHA-256 of the link's token is stored; ``shown`` keeps the values that the person saw.
    """

    class Side(models.TextChoices):
        BUYER = "buyer", _("buyer")
        SUPPLIER = "supplier", _("supplier")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        QR = "qr", _("QR code on the spot")

    class Delivery(models.TextChoices):
        NOT_SENT = "not_sent", _("not sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        CONTESTED = "contested", _("contested")
        NOT_ME = "not_me", _("not the right person")

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="confirmations", verbose_name=_("deal"))
    side = models.CharField(_("side"), max_length=8, choices=Side)
    version = models.PositiveIntegerField(_("version"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    sent_to = models.EmailField(_("sent to"), blank=True)
    delivery = models.CharField(_("delivery"), max_length=8, choices=Delivery, default=Delivery.NOT_SENT)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True, max_length=2000)
    shown = models.JSONField(_("values shown"))
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["deal_id", "version", "side", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "side", "version"],
                condition=Q(voided_at=None),
                name="confirmation_one_standing_a_side",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="confirmation_answer_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal} · {self.get_side_display()}"
