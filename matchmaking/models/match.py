"""Matches: a need and a supplier that may fit, and what each side said."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models import Company, Offering, SourcingNeed
from companies.models.company_queries import company_overseen_by
from companies.models.need import need_overseen_by
from companies.models.reach import reach_of

if TYPE_CHECKING:
    from typing import Self


class MatchQuerySet(models.QuerySet["Match"]):
    def introduced(self) -> "Self":
        """Introduced to both sides, whatever came after."""
        return self.filter(introduced_at__isnull=False)

    def accepted_by_both(self) -> "Self":
        return self.filter(buyer_answer=Match.Answer.ACCEPTED, supplier_answer=Match.Answer.ACCEPTED)

    def overseen_by(self, user: Viewer) -> "Self":
        """Matches whose need or supplier the user oversees."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(_overseen_by(user))

    def visible_to(self, user: Viewer) -> "Self":
        """Buyers see the matches of their needs; suppliers those introduced to them or that they began."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        own = reach_of(user).companies
        told = Q(introduced_at__isnull=False) | Q(origin=Match.Origin.SUPPLIER)
        return self.filter(Q(need__buyer__in=own) | (Q(supplier__in=own) & told) | _overseen_by(user))

    def of_need(self, need: SourcingNeed, user: Viewer, *, may_edit: bool) -> "Self":
        """What ``visible_to`` leaves of one need's matches: all of them for whoever may edit the need."""
        seen = self if may_edit else self.visible_to(user)
        return seen.filter(need=need)

    def editable_by(self, user: Viewer) -> "Self":
        """Officials decide on matches; the sides answer through their own acts."""
        return self.overseen_by(user)


def _overseen_by(user: Viewer) -> Q:
    return need_overseen_by(user, "need") | company_overseen_by(user, "supplier")


@pghistory.track()
class Match(models.Model):
    """One need and one supplier, from suggestion to deal."""

    class Origin(models.TextChoices):
        ENGINE = "engine", _("suggested by the engine")
        STAFF = "staff", _("proposed by an official")
        SUPPLIER = "supplier", _("interest of the supplier")
        BUYER = "buyer", _("chosen by the buyer")

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        SHORTLISTED = "shortlisted", _("shortlisted")
        INTRODUCED = "introduced", _("introduced")
        ACCEPTED = "accepted", _("accepted by both")
        DECLINED = "declined", _("declined")
        MET = "met", _("met")
        DEALT = "dealt", _("deal made")
        CLOSED = "closed", _("closed")

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    class Reason(models.TextChoices):
        NOT_OUR_PRODUCT = "not_our_product", _("not our product")
        NO_CAPACITY = "no_capacity", _("no free capacity")
        PRICE = "price", _("price out of reach")
        CERTIFICATE = "certificate", _("certificate missing")
        TERMS = "terms", _("payment or delivery terms")
        PLACE = "place", _("too far away")
        ALREADY_SUPPLIED = "already_supplied", _("already supplied by others")
        KNOWN = "known", _("already in contact")
        OTHER = "other", _("another reason")

    need = models.ForeignKey(SourcingNeed, models.PROTECT, related_name="+", verbose_name=_("need"))
    supplier = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    offering = models.ForeignKey(
        Offering, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("best offering")
    )
    score = models.FloatField(_("score"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    engine_version = models.CharField(_("engine version"), max_length=40, blank=True)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.SUGGESTED)
    note = models.TextField(
        _("reason for overruling the rank"), blank=True, max_length=2000, help_text=_("Kept with the match.")
    )
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    introduced_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("introduced by")
    )
    introduced_at = models.DateTimeField(_("introduced at"), null=True, blank=True)
    buyer_answer = models.CharField(_("buyer's answer"), max_length=10, choices=Answer, blank=True)
    buyer_answered_at = models.DateTimeField(_("buyer answered at"), null=True, blank=True)
    buyer_reason = models.CharField(_("buyer's reason"), max_length=20, choices=Reason, blank=True)
    supplier_answer = models.CharField(_("supplier's answer"), max_length=10, choices=Answer, blank=True)
    supplier_answered_at = models.DateTimeField(_("supplier answered at"), null=True, blank=True)
    supplier_reason = models.CharField(_("supplier's reason"), max_length=20, choices=Reason, blank=True)
    comment = models.TextField(_("comment on the answer"), blank=True, max_length=2000)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-updated_at", "-pk"]
        permissions = [("introduce_match", _("May introduce a supplier to a buyer"))]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "supplier"],
                name="match_once_a_need_and_supplier",
                violation_error_message=_("This supplier is already on the need's list."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["introduced", "accepted", "met", "dealt"])
                | Q(introduced_at__isnull=False),
                name="match_introduced_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(buyer_answer="accepted", supplier_answer="accepted"),
                name="match_accepted_by_both_sides",
            ),
            *[
                models.CheckConstraint(
                    condition=~Q(**{f"{side}_answer": "declined"}) | ~Q(**{f"{side}_reason": ""}),
                    name=f"match_{side}_no_has_its_reason",
                )
                for side in ("buyer", "supplier")
            ],
        ]
        indexes = [
            models.Index(fields=["need", "state"], name="match_by_need"),
            models.Index(fields=["supplier", "state"], name="match_by_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.need} → {self.supplier}"
