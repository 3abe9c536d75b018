"""Labelled examples: what the engine said when two firms were introduced, and what came of it."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import IndustrialChain, SourcingNeed
from matchmaking.models.match import Match


class MatchExample(models.Model):
    """One fact of one introduction, as it was known that day; never changed, never deleted.

    A match may be merged into another later; its examples stay under its number.
    """

    class Outcome(models.TextChoices):
        INTRODUCED = "introduced", _("introduced")
        YES = "yes", _("accepted")
        NO = "no", _("declined")
        MET = "met", _("met")
        DEALT = "dealt", _("deal made")

    class Side(models.TextChoices):
        BUYER = "buyer", _("buyer")
        SUPPLIER = "supplier", _("supplier")

    class Language(models.TextChoices):
        """What the need's title was written in."""

        CHINESE = "zh", _("Chinese")
        ENGLISH = "en", _("English")
        BOTH = "both", _("both languages")

    match_key = models.BigIntegerField(_("number of the match"))
    need = models.ForeignKey(SourcingNeed, models.PROTECT, related_name="+", verbose_name=_("need"))
    chain = models.ForeignKey(
        IndustrialChain, models.PROTECT, null=True, related_name="+", verbose_name=_("chain")
    )
    language = models.CharField(_("language of the need"), max_length=4, choices=Language)
    origin = models.CharField(_("origin"), max_length=10, choices=Match.Origin)
    engine_version = models.CharField(_("engine version"), max_length=40, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True)
    score = models.FloatField(_("score"), null=True)
    reasons = models.JSONField(_("reasons"), default=list)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    side = models.CharField(_("side"), max_length=8, choices=Side, blank=True)
    reason = models.CharField(_("reason of a no"), max_length=20, choices=Match.Reason, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("labelled example")
        verbose_name_plural = _("labelled examples")
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(fields=["match_key", "outcome", "side"], name="example_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["yes", "no"], side__in=["buyer", "supplier"])
                | (~Q(outcome__in=["yes", "no"]) & Q(side="")),
                name="example_answer_has_its_side",
            ),
            models.CheckConstraint(
                condition=Q(outcome="no") | Q(reason=""), name="example_reason_only_of_a_no"
            ),
        ]
        indexes = [models.Index(fields=["outcome", "at"], name="example_by_outcome")]

    def __str__(self) -> str:
        return f"{self.match_key} · {self.get_outcome_display()}"
