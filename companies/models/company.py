"""Companies: suppliers and buyers, of every size."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import User
from companies import credit_code, size_class
from companies.models.chain import ChainNode
from companies.models.company_queries import CompanyQuerySet
from companies.models.finite import finite
from companies.models.place import Division
from companies.models.sector import Sector


@pghistory.track()
class Company(models.Model):
    """A firm. It is never deleted: it is archived or merged into another, and its deals stay."""

    class SizeClass(models.TextChoices):
        LARGE = size_class.SizeClass.LARGE.value, _("large enterprise")
        MEDIUM = size_class.SizeClass.MEDIUM.value, _("medium enterprise")
        SMALL = size_class.SizeClass.SMALL.value, _("small enterprise")
        MICRO = size_class.SizeClass.MICRO.value, _("micro enterprise")

    SME_CLASSES = (SizeClass.MEDIUM, SizeClass.SMALL, SizeClass.MICRO)

    class Tier(models.TextChoices):
        INNOVATIVE = "innovative", _("technological and innovative SME")
        SRDI = "srdi", _("specialized and innovative SME (SRDI)")
        LITTLE_GIANT = "little_giant", _("“little giant” enterprise")
        SINGLE_CHAMPION = "single_champion", _("single-product champion")

    class Verification(models.TextChoices):
        PENDING = "pending", _("waiting for verification")
        VERIFIED = "verified", _("verified")
        REFUSED = "refused", _("refused")

    class TradeFormat(models.TextChoices):
        GENERAL = "general", _("general trade")
        CROSS_BORDER = "cross_border", _("cross-border e-commerce")
        MARKET_PROCUREMENT = "market_procurement", _("market procurement")
        TRADE_SERVICES = "trade_services", _("foreign trade-related services")
        BONDED_MAINTENANCE = "bonded_maintenance", _("bonded maintenance")
        REMANUFACTURING = "remanufacturing", _("remanufacturing")
        BONDED_ZONE = "bonded_zone", _("comprehensive bonded zone")

    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        null=True,
        blank=True,
        unique=True,
        help_text=_("Eighteen characters, for firms registered in mainland China."),
    )
    country = models.CharField(
        _("country"), max_length=2, default="CN", help_text=_("Two letters of ISO 3166, such as CN, DE, VN.")
    )
    registration_number = models.CharField(
        _("registration number"), max_length=60, blank=True, help_text=_("For firms outside mainland China.")
    )
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    brands = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("brands"))
    about_zh = models.TextField(_("about the company (Chinese)"), blank=True, max_length=4000)
    about_en = models.TextField(_("about the company (English)"), blank=True, max_length=4000)
    website = models.URLField(_("website"), blank=True)
    supplies = models.BooleanField(_("supplies"), default=True)
    buys = models.BooleanField(_("buys"), default=False)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("division")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="subsidiaries",
        verbose_name=_("parent company"),
    )
    main_sector = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("main sector")
    )
    other_sectors = models.ManyToManyField(
        Sector, related_name="+", blank=True, verbose_name=_("other sectors")
    )
    nodes = models.ManyToManyField(ChainNode, related_name="+", blank=True, verbose_name=_("chain nodes"))
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    revenue_cny = models.DecimalField(
        _("revenue (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    assets_cny = models.DecimalField(
        _("total assets (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    figures_year = models.PositiveSmallIntegerField(_("year of these figures"), null=True, blank=True)
    size_class = models.CharField(
        _("size class"), max_length=8, choices=SizeClass, blank=True, editable=False
    )
    size_rule = models.CharField(_("size rule"), max_length=20, blank=True, editable=False)
    tier = models.CharField(_("SRDI tier"), max_length=16, choices=Tier, blank=True)
    trade_formats = ArrayField(
        models.CharField(max_length=20, choices=TradeFormat),
        default=list,
        blank=True,
        verbose_name=_("trade formats"),
    )
    verification = models.CharField(
        _("verification"), max_length=10, choices=Verification, default=Verification.PENDING
    )
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verification_reason = models.TextField(_("reason of the verification"), blank=True)
    profile_confirmed_on = models.DateField(_("profile confirmed on"), null=True, blank=True)
    is_invented = models.BooleanField(
        _("invented"), default=False, help_text=_("Made up for the demonstration; no such firm exists.")
    )
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["pk"]
        permissions = [("verify_company", _("May verify or refuse a company"))]
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_en=""), name="company_has_a_name"),
            models.CheckConstraint(
                condition=Q(supplies=True) | Q(buys=True), name="company_supplies_or_buys"
            ),
            models.CheckConstraint(
                condition=Q(credit_code=None) | Q(credit_code__regex=r"^[0-9A-Z]{18}$"),
                name="company_credit_code_has_its_form",
            ),
            models.CheckConstraint(
                condition=Q(credit_code=None) | Q(country="CN"), name="company_credit_code_only_in_mainland"
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="company_country_is_two_letters"
            ),
            models.UniqueConstraint(
                F("country"),
                Upper("registration_number"),
                condition=~Q(registration_number=""),
                name="company_registration_number_once_a_country",
            ),
            models.CheckConstraint(
                condition=Q(revenue_cny=None) | Q(revenue_cny__gte=0), name="company_revenue_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(assets_cny=None) | Q(assets_cny__gte=0), name="company_assets_not_negative"
            ),
            finite("revenue_cny", "assets_cny", below=10**16, name="company_figures_are_finite"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="company_is_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="company_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(archived_at__isnull=False),
                name="company_merged_is_archived",
            ),
            models.CheckConstraint(
                condition=Q(verification="pending") | Q(verified_at__isnull=False),
                name="company_verdict_has_its_time",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name_zh"), "gin_trgm_ops"), name="company_name_zh_trigrams"),
            GinIndex(OpClass(Upper("name_en"), "gin_trgm_ops"), name="company_name_en_trigrams"),
            models.Index(fields=["division", "verification"], name="company_by_division"),
            # The directory in its usual order, read from the index alone with what it is narrowed by.
            models.Index(
                F("profile_confirmed_on").desc(nulls_last=True),
                F("id"),
                include=["verification", "size_class", "tier"],
                condition=Q(archived_at=None),
                name="company_directory",
            ),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)

    def derive(self) -> None:
        """Fill the derived columns (size class and its rule); bulk writers call it as well."""
        measured = {
            size_class.Indicator.EMPLOYEES: self.employees,
            size_class.Indicator.REVENUE: self.revenue_cny,
            size_class.Indicator.ASSETS: self.assets_cny,
        }
        sector = self.main_sector.full_code if self.main_sector else ""
        self.size_class = size_class.classify(sector, measured).value
        self.size_rule = size_class.RULE if self.size_class else ""

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive()
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on unread

    def clean(self) -> None:
        """A mainland firm has a valid credit code, any other a registration number.

        :raises ValidationError: by field, with what to do.
        """
        self.credit_code = credit_code.normalise(self.credit_code or "") or None
        self.country = self.country.upper()
        if self.credit_code and not credit_code.is_valid(self.credit_code):
            raise ValidationError(
                {
                    "credit_code": _(
                        "This is not a credit code: check its eighteen characters against the licence."
                    )
                }
            )
        if self.country == "CN" and not self.credit_code:
            raise ValidationError(
                {"credit_code": _("Give the unified social credit code of the business licence.")}
            )
        if self.country != "CN" and self.credit_code:
            raise ValidationError(
                {"country": _("Only firms in mainland China have a unified social credit code.")}
            )

    @property
    def is_sme(self) -> bool | None:
        """Whether the firm is small or medium by the size rule; None where it is not classified."""
        return self.size_class in self.SME_CLASSES if self.size_class else None

    @property
    def is_published(self) -> bool:
        return self.archived_at is None and self.verification == self.Verification.VERIFIED
