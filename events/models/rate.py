"""Exchange rates, with their date and source."""

import datetime as dt
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Viewer

if TYPE_CHECKING:
    from typing import Self


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    def latest_for(self, currency: str, on: dt.date) -> "ExchangeRate | None":
        """The newest rate of a currency not after the day."""
        return self.filter(currency=currency, date__lte=on).order_by("-date").first()

    def visible_to(self, user: Viewer) -> "Self":
        """Rates are public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.none()


@pghistory.track()
class ExchangeRate(models.Model):
    """How many yuan one unit of a currency cost on a day."""

    currency = models.CharField(_("currency"), max_length=3)
    date = models.DateField(_("date"))
    cny_per_unit = models.DecimalField(_("yuan a unit"), max_digits=18, decimal_places=10)
    source = models.CharField(_("source"), max_length=200)

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-date", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "date"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(cny_per_unit__gt=0), name="rate_is_positive"),
            # NaN, which PostgreSQL sorts above all numbers, does not lie below it.
            models.CheckConstraint(condition=Q(cny_per_unit__lt=10**8), name="rate_is_finite"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="rate_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.cny_per_unit} CNY ({self.date})"
