"""How far a supplier depends on one buyer: from when it is told, and what was told."""

from decimal import Decimal
from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models import Company, IndustrialChain
from companies.models.company_queries import company_overseen_by
from companies.models.finite import finite
from companies.models.reach import reach_of
from events.models.deal_rules import BEYOND

if TYPE_CHECKING:
    from typing import Self


class ExposureThresholdQuerySet(models.QuerySet["ExposureThreshold"]):
    def visible_to(self, user: Viewer) -> "Self":
        """The rule is open to everybody whom it may concern: it names no firm."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.none()


@pghistory.track()
class ExposureThreshold(models.Model):
    """From which share and amount on a dependence is told to the chief; without a chain for all others."""

    chain = models.OneToOneField(
        IndustrialChain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chain")
    )
    share = models.DecimalField(
        _("share with one buyer"),
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(1)],
        help_text=_("0.5 means half of the verified signed amount."),
    )
    least_cny = models.DecimalField(
        _("from an amount of (yuan)"),
        max_digits=20,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text=_("Smaller amounts with the buyer are not told."),
    )

    objects = ExposureThresholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("threshold of exposure")
        verbose_name_plural = _("thresholds of exposure")
        ordering = ["chain_id"]
        constraints = [
            models.UniqueConstraint(
                models.F("chain"), name="exposure_one_rule_a_chain", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1, least_cny__gte=0), name="exposure_rule_makes_sense"
            ),
            finite("least_cny", below=BEYOND, name="exposure_least_amount_is_finite"),
        ]

    def __str__(self) -> str:
        whose = self.chain or _("all other chains")
        return f"{whose}: {self.share:.0%}"


class ExposureAlertQuerySet(models.QuerySet["ExposureAlert"]):
    def standing(self) -> "Self":
        """Still above the threshold."""
        return self.filter(ended_on=None)

    def visible_to(self, user: Viewer) -> "Self":
        """Officials of the supplier's chains and divisions and of the chain; the supplier itself."""
        reach = reach_of(user)
        concerned = Q(supplier__in=reach.companies) | Q(chain__in=reach.chains)
        return self.filter(concerned | company_overseen_by(user, "supplier"))

    def editable_by(self, user: Viewer) -> "Self":
        """Nobody: alerts come and end with the ledger."""
        return self.none()


@pghistory.track()
class ExposureAlert(models.Model):
    """A supplier came to depend on a buyer beyond the threshold; told once for each crossing."""

    supplier = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    buyer = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("buyer"))
    chain = models.ForeignKey(
        IndustrialChain, models.PROTECT, related_name="+", verbose_name=_("counting chain")
    )
    share = models.DecimalField(_("share with one buyer"), max_digits=5, decimal_places=4)
    value_cny = models.DecimalField(_("signed amount (yuan)"), max_digits=22, decimal_places=2)
    begun_on = models.DateField(_("above since"))
    ended_on = models.DateField(_("below since"), null=True, blank=True)
    told = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told")
    )

    objects = ExposureAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert of exposure")
        verbose_name_plural = _("alerts of exposure")
        ordering = ["-begun_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "buyer"], condition=Q(ended_on=None), name="exposure_one_standing_alert"
            ),
            finite("share", below=10, name="exposure_share_is_finite"),
            finite("value_cny", below=10**20, name="exposure_value_is_finite"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} → {self.buyer}: {self.share:.0%}"
