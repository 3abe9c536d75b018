"""Deals: what a buyer and a supplier intend, agree, sign and fulfil."""

from decimal import Decimal
from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Round
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import User, Viewer
from companies.models import Company, Division, IndustrialChain, SourcingNeed
from companies.models.reach import EVERY, reach_of
from events.models.deal_rules import CONSTRAINTS
from events.models.event import DockingEvent, event_overseen_by
from events.models.meeting import Meeting

if TYPE_CHECKING:
    from typing import Self

    from django.utils.functional import _StrPromise


def _amount(label: "str | _StrPromise") -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(
        label, max_digits=20, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


def _in_cny(label: "str | _StrPromise", amount: str) -> models.GeneratedField:
    """The amount in yuan at the deal's own rate, rounded to a fen by the database."""
    return models.GeneratedField(
        expression=Round(F(amount) * F("rate_to_cny"), precision=2),
        output_field=models.DecimalField(max_digits=22, decimal_places=2),
        db_persist=True,
        verbose_name=label,
    )


STEPS = ("intention_on", "framework_on", "signed_on", "performing_on", "completed_on", "terminated_on")
FIRST_STEP = Least(*STEPS)
"""The day on which a deal began."""
NEWEST_STEP = Greatest(*STEPS)
"""The day of a deal's newest step; indexed, so that the ledger's date is read without reading the ledger."""


class DealQuerySet(models.QuerySet["Deal"]):
    def of(self, company: Company) -> "Self":
        """Deals in which the company is either side."""
        return self.filter(Q(buyer=company) | Q(supplier=company))

    def signed(self) -> "Self":
        """Deals that were signed, whatever came after; framework agreements are not."""
        return self.filter(signed_on__isnull=False)

    def verified(self) -> "Self":
        """Checked against the evidence by someone other than who recorded the deal."""
        return self.filter(verified_at__isnull=False)

    def to_verify(self) -> "Self":
        """Signed deals that nobody has verified."""
        unverified = self.unmerged().signed().filter(verified_at=None)
        return unverified.exclude(stage=Deal.Stage.TERMINATED)

    def unmerged(self) -> "Self":
        """Deals that stand for themselves: not found to be another deal recorded once more."""
        return self.filter(merged_into=None)

    def intended(self) -> "Self":
        return self.filter(intention_on__isnull=False)

    def overseen_by(self, user: Viewer) -> "Self":
        """Deals of the user's chains, divisions and events, whether counted there or taking part."""
        return self.filter(deal_overseen_by(user))

    def visible_to(self, user: Viewer) -> "Self":
        """Deals of the own companies and those that the user oversees."""
        return self.filter(deal_visible_to(user))

    def editable_by(self, user: Viewer) -> "Self":
        """Officials and organisers who oversee the deal; the parties confirm or contest it instead."""
        return self.overseen_by(user)


def deal_overseen_by(user: Viewer, deal: str = "") -> Q:
    """The rule of oversight, asked of a deal or across a foreign key to one; see ``event_overseen_by``."""
    if user.is_superuser:
        return EVERY
    reach, way = reach_of(user), f"{deal}__" if deal else ""
    rule = Q(**{f"{way}counting_chain__in": reach.chains}) | event_overseen_by(user, f"{way}event")
    for place in ("counting_division", "buyer__division", "supplier__division"):
        rule |= Q(**{f"{way}{place}__in": reach.divisions})
    return rule


def deal_visible_to(user: Viewer, deal: str = "") -> Q:
    """The rule of sight, asked of a deal or across a foreign key to one."""
    own, way = reach_of(user).companies, f"{deal}__" if deal else ""
    is_party = Q(**{f"{way}buyer__in": own}) | Q(**{f"{way}supplier__in": own})
    return is_party | deal_overseen_by(user, deal)


@pghistory.track()
class Deal(models.Model):
    """One deal counts once for the city, and for its counting chain and division.

    Four amounts, each in ``currency``, are never added to each other. ``rate_to_cny`` of ``rate_date`` is
    stored, so that past figures never drift; the database computes the ``*_cny`` columns from it.
    ``recording_digest`` tells whether the same ``idempotency_key`` came with the same content.
    A deal that is ``merged_into`` another stays readable and counts nowhere.
    """

    class Stage(models.TextChoices):
        INTENTION = "intention", _("cooperation intention")
        FRAMEWORK = "framework", _("framework agreement")
        SIGNED = "signed", _("signed")
        PERFORMING = "performing", _("performing")
        COMPLETED = "completed", _("completed")
        TERMINATED = "terminated", _("terminated")

    buyer = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("buyer"))
    supplier = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    need = models.ForeignKey(
        SourcingNeed, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("need")
    )
    event = models.ForeignKey(
        DockingEvent, models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("event")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("meeting")
    )
    counting_chain = models.ForeignKey(
        IndustrialChain, models.PROTECT, related_name="+", verbose_name=_("counting chain")
    )
    counting_division = models.ForeignKey(
        Division, models.PROTECT, related_name="+", verbose_name=_("counting division")
    )
    title_zh = models.CharField(_("title (Chinese)"), max_length=300, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True)
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    intention_on = models.DateField(_("intention on"), null=True, blank=True)
    framework_on = models.DateField(_("framework agreement on"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    performing_on = models.DateField(_("performing since"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    terminated_on = models.DateField(_("terminated on"), null=True, blank=True)
    termination_reason = models.TextField(_("reason of the termination"), blank=True)
    intention_amount = _amount(_("intention amount"))
    signed_amount = _amount(_("signed amount"))
    ordered_amount = _amount(_("order amount"))
    fulfilled_amount = _amount(_("fulfilled amount"))
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    rate_to_cny = models.DecimalField(_("yuan a unit"), max_digits=18, decimal_places=10, default=Decimal(1))
    rate_date = models.DateField(_("date of the rate"))
    intention_cny = _in_cny(_("intention amount (yuan)"), "intention_amount")
    signed_cny = _in_cny(_("signed amount (yuan)"), "signed_amount")
    ordered_cny = _in_cny(_("order amount (yuan)"), "ordered_amount")
    fulfilled_cny = _in_cny(_("fulfilled amount (yuan)"), "fulfilled_amount")
    contract_reference = models.CharField(_("contract reference"), max_length=100, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=4000)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    idempotency_key = models.UUIDField(
        _("key of the recording"), null=True, blank=True, unique=True, editable=False
    )
    recording_digest = models.CharField(max_length=64, blank=True, editable=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)

    objects = DealQuerySet.as_manager()

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        ordering = ["-recorded_at", "-pk"]
        permissions = [
            ("record_deal", _("May record a deal")),
            ("verify_deal", _("May verify a deal that somebody else recorded")),
        ]
        constraints = CONSTRAINTS
        indexes = [
            models.Index(fields=["counting_chain", "signed_on"], name="deal_by_chain"),
            models.Index(fields=["counting_division", "signed_on"], name="deal_by_division"),
            models.Index(F("buyer"), FIRST_STEP, name="deal_by_buyer_and_begin"),
            models.Index(F("supplier"), FIRST_STEP, name="deal_by_supplier_and_begin"),
            models.Index(FIRST_STEP, name="deal_by_begin"),
            models.Index(fields=["-recorded_at", "-id"], name="deal_by_recording"),
            models.Index(NEWEST_STEP, name="deal_by_newest_step"),
            # How far suppliers depend on buyers is read from this index alone. The stage is included, not
            # a condition: a prepared statement does not say beforehand which stage it leaves out.
            models.Index(
                fields=["buyer", "supplier"],
                include=["signed_cny", "stage"],
                condition=Q(merged_into=None, signed_on__isnull=False, verified_at__isnull=False),
                name="deal_of_pair",
            ),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.title_zh, self.title_en)

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None
