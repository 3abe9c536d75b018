"""Figures locked at a month's end, and indicators that come from outside."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import User, Viewer
from companies.models import Division
from companies.models.finite import finite
from events.models import Deal
from events.models.deal_rules import BEYOND

if TYPE_CHECKING:
    from typing import Self


class MonthlySnapshotQuerySet(models.QuerySet["MonthlySnapshot"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Locked figures are public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        """Nobody changes a locked month; later changes appear as adjustments."""
        return self.none()


@pghistory.track()
class MonthlySnapshot(models.Model):
    """All figures of the city as they stood at the end of a month.

    ``adjustments`` says what was corrected in the month locked before, as it was known when this one was
    locked: ``figures`` by key and ``deals`` by key, each with the value before and after.
    """

    month = models.DateField(_("month"), unique=True, help_text=_("The first day of the month."))
    figures = models.JSONField(_("figures"))
    adjustments = models.JSONField(_("adjustments of the month before"), default=dict, blank=True)
    locked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("locked by")
    )
    locked_at = models.DateTimeField(_("locked at"))

    objects = MonthlySnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("locked monthly snapshot")
        verbose_name_plural = _("locked monthly snapshots")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="snapshot_month_is_its_first_day")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class LockedDeal(models.Model):
    """What a deal counted for at a month's end, kept where it differs from the month locked before.

    Its newest row up to a month is what that month was locked with; None where it did not count.
    """

    snapshot = models.ForeignKey(
        MonthlySnapshot, models.PROTECT, related_name="deals", verbose_name=_("locked month")
    )
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="+", verbose_name=_("deal"))
    signed_cny = models.DecimalField(_("signed amount"), max_digits=22, decimal_places=2, null=True)
    intention_cny = models.DecimalField(_("intention amount"), max_digits=22, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("deal of a locked month")
        verbose_name_plural = _("deals of locked months")
        ordering = ["snapshot_id", "deal_id"]
        constraints = [models.UniqueConstraint(fields=["deal", "snapshot"], name="locked_deal_once_a_month")]

    def __str__(self) -> str:
        return f"{self.snapshot} · {self.deal}"


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Indicators are published by their source."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        if user.is_superuser:
            return self
        return self.filter(division__in=Division.objects.governed_by(user))


@pghistory.track()
class Indicator(models.Model):
    """A published number of the city, such as its foreign trade, with its source."""

    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("division"))
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    value_cny = models.DecimalField(_("value (yuan)"), max_digits=20, decimal_places=2)
    year_on_year = models.DecimalField(
        _("year on year"),
        max_digits=8,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("0.263 means +26.3 %."),
    )
    source_zh = models.CharField(_("source (Chinese)"), max_length=200)
    source_en = models.CharField(_("source (English)"), max_length=200)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["-period_to", "name_en"]
        constraints = [
            models.UniqueConstraint(
                fields=["division", "name_en", "period_from", "period_to"], name="indicator_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="indicator_period_in_order"
            ),
            finite("value_cny", below=BEYOND, name="indicator_value_is_finite"),
            models.CheckConstraint(
                condition=Q(year_on_year=None) | Q(year_on_year__lt=10**4), name="indicator_change_is_finite"
            ),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)

    @property
    def source(self) -> str:
        return in_reader_language(self.source_zh, self.source_en)
