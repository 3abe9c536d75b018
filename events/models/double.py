"""Doubles: two deals that may be one project recorded twice, and what a person decided about them."""

from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from events.models.deal import Deal, deal_overseen_by

if TYPE_CHECKING:
    from typing import Self


class DoubleQuerySet(models.QuerySet["Double"]):
    def undecided(self) -> "Self":
        """Pairs that nobody has merged or kept apart, of deals that still stand for themselves."""
        return self.filter(decision="", earlier__merged_into=None, later__merged_into=None).exclude(
            Q(earlier__stage=Deal.Stage.TERMINATED) | Q(later__stage=Deal.Stage.TERMINATED)
        )

    def of(self, deal: Deal) -> "Self":
        """Pairs in which the deal is one."""
        return self.filter(Q(earlier=deal) | Q(later=deal))

    def listed_to(self, user: Viewer) -> "Self":
        """Pairs of which the user oversees at least one deal; the page of them hides what is not theirs."""
        return self.filter(deal_overseen_by(user, "earlier") | deal_overseen_by(user, "later"))

    def visible_to(self, user: Viewer) -> "Self":
        """Pairs of which the user oversees both deals."""
        return self.filter(deal_overseen_by(user, "earlier"), deal_overseen_by(user, "later"))

    def editable_by(self, user: Viewer) -> "Self":
        """Who oversees both decides."""
        return self.visible_to(user)


@pghistory.track()
class Double(models.Model):
    """Two deals that resemble each other, the one with the smaller key first, and why.

    ``decision`` is empty until a person says whether they are one project.
    """

    class Reason(models.TextChoices):
        SAME_PAIR = "same_pair", _("same buyer and supplier")
        SAME_GROUP = "same_group", _("parent or sister firm")
        RENAMED = "renamed", _("a firm that had this name")
        SAME_DOCUMENT = "same_document", _("same supporting document")
        SAME_CONTRACT = "same_contract", _("same contract reference")
        SIMILAR_PRODUCT = "similar_product", _("similar product")
        SIMILAR_AMOUNT = "similar_amount", _("similar amount")

    class Decision(models.TextChoices):
        MERGED = "merged", _("merged: one project")
        APART = "apart", _("kept apart: two projects")

    earlier = models.ForeignKey(Deal, models.PROTECT, related_name="+", verbose_name=_("earlier deal"))
    later = models.ForeignKey(Deal, models.PROTECT, related_name="+", verbose_name=_("later deal"))
    reasons = ArrayField(models.CharField(max_length=20, choices=Reason), verbose_name=_("reasons"))
    found_at = models.DateTimeField(_("found at"))
    decision = models.CharField(_("decision"), max_length=6, choices=Decision, blank=True)
    why = models.TextField(_("reason of the decision"), blank=True, max_length=2000)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = DoubleQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible double recording")
        verbose_name_plural = _("possible double recordings")
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="double_once_a_pair"),
            models.CheckConstraint(condition=Q(earlier__lt=F("later")), name="double_in_order"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & ~Q(why="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="double_decision_has_who_when_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier} ≈ {self.later}"
