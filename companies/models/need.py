"""Sourcing needs: what a buyer looks for."""

from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import User, Viewer
from companies.models.certification import CertificationScheme
from companies.models.chain import ChainNode
from companies.models.company import Company
from companies.models.company_queries import company_overseen_by
from companies.models.finite import finite
from companies.models.place import Division
from companies.models.reach import EVERY, reach_of
from companies.models.sector import HSHeading, Sector

if TYPE_CHECKING:
    from typing import Self


class SourcingNeedQuerySet(models.QuerySet["SourcingNeed"]):
    def open(self) -> "Self":
        """Open needs whose date of answer has not passed."""
        today = timezone.localdate()
        return self.filter(Q(answer_by=None) | Q(answer_by__gte=today), state=SourcingNeed.State.OPEN)

    def overdue(self) -> "Self":
        """Open needs whose date of answer has passed: to be expired."""
        return self.filter(answer_by__lt=timezone.localdate(), state=SourcingNeed.State.OPEN)

    def overseen_by(self, user: Viewer) -> "Self":
        """Needs of overseen companies and on the nodes of the user's chains, past the draft."""
        return self.filter(need_overseen_by(user))

    def visible_to(self, user: Viewer) -> "Self":
        """Public needs for all, more for verified suppliers, own ones for buyers, overseen for officials."""
        if user.is_superuser:
            return self
        shown = Q(state__in=SourcingNeed.PUBLISHED_STATES, buyer__archived_at=None)
        everyone = Q(visibility__in=[SourcingNeed.Visibility.PUBLIC, SourcingNeed.Visibility.ANONYMOUS])
        if not user.is_authenticated:
            return self.filter(shown & everyone)
        is_verified_supplier = Company.objects.represented_by(user).published().suppliers()
        restricted = Q(visibility=SourcingNeed.Visibility.VERIFIED_SUPPLIERS) & models.Exists(
            is_verified_supplier
        )
        return self.filter((shown & (everyone | restricted)) | _own(user) | need_overseen_by(user))

    def naming_buyer_to(self, user: Viewer) -> "Self":
        """Needs whose buyer the user may know, as against those that are anonymous until interest."""
        return self.filter(need_named_to(user))

    def editable_by(self, user: Viewer) -> "Self":
        """The buyer's representatives and the officials who oversee it."""
        return self.filter(need_editable_by(user))


def _own(user: Viewer) -> Q:
    return Q(buyer__in=reach_of(user).companies)


def need_editable_by(user: Viewer) -> Q:
    """The rule behind ``editable_by``, for a page that asks it with the need."""
    return _own(user) | need_overseen_by(user)


def need_named_to(user: Viewer) -> Q:
    """The rule behind ``naming_buyer_to``."""
    return ~Q(visibility=SourcingNeed.Visibility.ANONYMOUS) | need_editable_by(user)


def need_overseen_by(user: Viewer, need: str = "") -> Q:
    """The rule of oversight, asked of a need or across a foreign key to one; see ``company_overseen_by``."""
    if user.is_superuser:
        return EVERY
    way = f"{need}__" if need else ""
    on_chain = Q(**{f"{way}node__chain__in": reach_of(user).chains})
    past_draft = ~Q(**{f"{way}state": SourcingNeed.State.DRAFT})
    return past_draft & (company_overseen_by(user, f"{way}buyer") | on_chain)


@pghistory.track()
class SourcingNeed(models.Model):
    """A buyer's request for a product or service."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("public")
        VERIFIED_SUPPLIERS = "verified", _("verified suppliers only")
        ANONYMOUS = "anonymous", _("anonymous until interest")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        FILLED = "filled", _("filled")
        EXPIRED = "expired", _("expired")

    PUBLISHED_STATES = (State.OPEN, State.CLOSED, State.FILLED, State.EXPIRED)

    buyer = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("buyer"))
    title_zh = models.CharField(_("title (Chinese)"), max_length=500, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=500, blank=True)
    text = models.TextField(
        _("description"),
        blank=True,
        max_length=10_000,
        help_text=_("Material, size, tolerance, standard, use: what a supplier must know to answer."),
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
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    target_price = models.DecimalField(
        _("target price a unit"),
        max_digits=16,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    required_certifications = models.ManyToManyField(
        CertificationScheme, related_name="+", blank=True, verbose_name=_("required certificates")
    )
    place = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place of delivery")
    )
    deliver_by = models.DateField(_("delivery by"), null=True, blank=True)
    answer_by = models.DateField(_("answer by"), null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("payment days"), null=True, blank=True)
    decided_by = models.CharField(
        _("who decides"),
        max_length=100,
        blank=True,
        help_text=_("For example: purchasing and quality together."),
    )
    visibility = models.CharField(
        _("visible to"), max_length=10, choices=Visibility, default=Visibility.PUBLIC
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.TextField(_("reason of the end"), blank=True)
    form_key = models.UUIDField(_("key of the form"), null=True, blank=True, unique=True, editable=False)
    """A form that is sent twice makes one need."""
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = SourcingNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("sourcing need")
        verbose_name_plural = _("sourcing needs")
        ordering = ["-opened_at", "-pk"]
        permissions = [("publish_need", _("May open a submitted need"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title_zh="") | ~Q(title_en=""),
                name="need_has_a_title",
                violation_error_message=_("Give the need a title, in Chinese or in English."),
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | ~Q(unit=""),
                name="need_quantity_has_its_unit",
                violation_error_message=_("Say the unit of the quantity, such as pieces or tonnes."),
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="need_currency_is_iso"),
            finite("quantity", below=10**14, name="need_quantity_is_finite"),
            finite("target_price", below=10**12, name="need_price_is_finite"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"]) | Q(opened_at__isnull=False),
                name="need_opened_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "filled", "expired"]) | Q(ended_at__isnull=False),
                name="need_ended_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "-opened_at"], name="need_by_state")]

    def __str__(self) -> str:
        return in_reader_language(self.title_zh, self.title_en)

    @property
    def is_open(self) -> bool:
        """Open, and the date of answer has not passed."""
        return self.state == self.State.OPEN and (
            self.answer_by is None or self.answer_by >= timezone.localdate()
        )
