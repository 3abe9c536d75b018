"""Evidence: the scan or photo behind a signed deal."""

import secrets
from pathlib import PurePath
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from events.models.deal import Deal, deal_overseen_by, deal_visible_to

if TYPE_CHECKING:
    from typing import Self


def type_name(content_type: str) -> str:
    """A content type as people call it: application/pdf is PDF."""
    return content_type.partition("/")[2].upper()


def generated_name(_evidence: "Evidence", uploaded: str) -> str:
    """Where a file is stored: a name of ours that reveals nothing, with the file's own ending."""
    return f"evidence/{secrets.token_hex(16)}{PurePath(uploaded).suffix.lower()[:8]}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Evidence of deals that the user may see."""
        return self.filter(deal_visible_to(user, "deal"))

    def editable_by(self, user: Viewer) -> "Self":
        return self.filter(deal_overseen_by(user, "deal"))


@pghistory.track()
class Evidence(models.Model):
    """A file that shows that a deal was signed."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="evidence", verbose_name=_("deal"))
    file = models.FileField(_("file"), upload_to=generated_name)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False, db_index=True)
    content_type = models.CharField(_("type"), max_length=40, editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("supporting document")
        verbose_name_plural = _("supporting documents")
        ordering = ["deal_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["deal", "sha256"], name="evidence_once_a_deal")]

    @property
    def type_name(self) -> str:
        """The type as people call it: PDF, JPEG."""
        return type_name(self.content_type)

    def __str__(self) -> str:
        return f"{self.sha256[:12]}… ({self.content_type})"
