"""Fulfilment: what came of a deal, year by year."""

from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models.finite import finite
from companies.models.reach import reach_of
from events.models.deal import Deal, deal_overseen_by, deal_visible_to
from events.models.deal_rules import BEYOND

if TYPE_CHECKING:
    from typing import Self


class FulfilmentQuerySet(models.QuerySet["Fulfilment"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Fulfilment of deals that the user may see."""
        return self.filter(deal_visible_to(user, "deal"))

    def editable_by(self, user: Viewer) -> "Self":
        """Officials who oversee the deal, and the supplier's representatives."""
        is_supplier = Q(deal__supplier__in=reach_of(user).companies)
        return self.filter(is_supplier | deal_overseen_by(user, "deal"))


@pghistory.track()
class Fulfilment(models.Model):
    """Ordered, fulfilled and new output value of one deal in one year, in the deal's currency."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="fulfilments", verbose_name=_("deal"))
    year = models.PositiveSmallIntegerField(_("year"))
    ordered_amount = models.DecimalField(
        _("order amount"),
        max_digits=20,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    fulfilled_amount = models.DecimalField(
        _("fulfilled amount"),
        max_digits=20,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    new_output_amount = models.DecimalField(
        _("new output value"),
        max_digits=20,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    reported_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported by")
    )
    reported_by_name = models.CharField(_("reported by (name)"), max_length=100, blank=True)
    reported_on = models.DateField(_("reported on"))
    note = models.TextField(_("note"), blank=True, max_length=2000)

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        ordering = ["deal_id", "year"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "year"], name="fulfilment_once_a_year"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2200), name="fulfilment_year_is_a_year"
            ),
            finite(
                "ordered_amount",
                "fulfilled_amount",
                "new_output_amount",
                below=BEYOND,
                name="fulfilment_amounts_are_finite",
            ),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{name}_amount": None}) | Q(**{f"{name}_amount__gte": 0}),
                    name=f"fulfilment_{name}_not_negative",
                )
                for name in ("ordered", "fulfilled", "new_output")
            ],
        ]

    def __str__(self) -> str:
        return f"{self.deal} · {self.year}"
