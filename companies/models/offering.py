"""Offerings: what a company can make or do."""

from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import Viewer
from companies.models.chain import ChainNode
from companies.models.company import Company
from companies.models.finite import finite
from companies.models.sector import HSHeading, Sector

if TYPE_CHECKING:
    from typing import Self


class OfferingQuerySet(models.QuerySet["Offering"]):
    def current(self) -> "Self":
        return self.filter(archived_at=None)

    def visible_to(self, user: Viewer) -> "Self":
        """Current offerings of visible companies; archived ones only for those who may change them."""
        if user.is_superuser:
            return self
        shown = Q(archived_at=None, company__in=Company.objects.visible_to(user).values("pk"))
        return self.filter(shown | Q(pk__in=Offering.objects.editable_by(user).values("pk")))

    def editable_by(self, user: Viewer) -> "Self":
        if user.is_superuser:
            return self
        return self.filter(company__in=Company.objects.editable_by(user).values("pk"))


@pghistory.track()
class Offering(models.Model):
    """A product or capability of a company."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="offerings", verbose_name=_("company"))
    name_zh = models.CharField(_("Chinese name"), max_length=300, blank=True)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    text = models.TextField(
        _("description"),
        blank=True,
        max_length=10_000,
        help_text=_("Materials, processes, sizes, tolerances: the words that a buyer would search for."),
    )
    sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    node = models.ForeignKey(
        ChainNode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chain node")
    )
    hs_heading = models.ForeignKey(
        HSHeading, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("HS heading")
    )
    yearly_capacity = models.DecimalField(
        _("annual capacity"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    spare_capacity = models.DecimalField(
        _("spare capacity a year"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    minimum_order = models.DecimalField(
        _("minimum order quantity"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    lead_time_days = models.PositiveSmallIntegerField(_("lead time in days"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        ordering = ["company_id", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_en=""), name="offering_has_a_name"),
            finite(
                "yearly_capacity",
                "spare_capacity",
                "minimum_order",
                below=10**14,
                name="offering_quantities_are_finite",
            ),
            models.CheckConstraint(
                condition=Q(spare_capacity=None)
                | Q(yearly_capacity=None)
                | Q(spare_capacity__lte=F("yearly_capacity")),
                name="offering_spare_within_yearly_capacity",
                violation_error_message=_("The spare capacity cannot be larger than the annual capacity."),
            ),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)
