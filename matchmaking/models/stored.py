"""Suggestions that were worked out before they are asked for, and what has changed since."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.models import SourcingNeed


class StoredSuggestions(models.Model):
    """The best suppliers of an open need in their order, one row a need: read and replaced as a whole.

    Companies and offerings are kept by number, not as references: thousands are written at a time, and a list
    is read beside the live records, which decide what is shown. Reasons are not kept but what only the engine
    knows of them: the rest is said by the scorer from the records when a suggestion is shown.
    """

    need = models.OneToOneField(SourcingNeed, models.CASCADE, primary_key=True, related_name="+")
    companies = ArrayField(models.BigIntegerField(), verbose_name=_("suppliers, best first"))
    offerings = ArrayField(models.BigIntegerField(), verbose_name=_("best offering of each"))
    scores = ArrayField(models.FloatField(), verbose_name=_("scores"))
    words = ArrayField(models.FloatField(), verbose_name=_("weight of shared words"))
    translated = ArrayField(models.FloatField(), verbose_name=_("weight of translated words"))
    meanings = ArrayField(models.FloatField(), verbose_name=_("cosines"))
    further = ArrayField(models.FloatField(), verbose_name=_("points for further offerings"))
    others = ArrayField(models.BigIntegerField(), verbose_name=_("further offerings that fit"))
    floor = models.FloatField(_("lowest cosine of its candidates"))
    spread = models.FloatField(_("spread of its candidates' text scores"))
    considered = models.PositiveIntegerField(_("suppliers that came into question"))
    left_out = models.JSONField(_("left out, by required scheme"), default=dict)
    left_out_in_all = models.PositiveIntegerField(_("left out in all"))
    engine_version = models.CharField(_("engine version"), max_length=40)
    made_on = models.DateField(_("made on"))

    class Meta:
        verbose_name = _("stored suggestions")
        verbose_name_plural = _("stored suggestions")

    def __str__(self) -> str:
        return f"{self.need_id}"


class MatchingChange(models.Model):
    """A need or a company that changed since its suggestions were worked out; written by triggers.

    The row is committed with the change itself, so that no list from before it passes for fresh.
    """

    need_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("change for matching")
        verbose_name_plural = _("changes for matching")
        indexes = [
            models.Index(fields=["company_id"], name="change_by_company"),
            models.Index(fields=["need_id"], name="change_by_need"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} / {self.company_id}"
