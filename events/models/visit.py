"""Visits of officials to firms."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models import Company, IndustrialChain
from companies.models.company_queries import company_overseen_by
from companies.models.reach import NONE, reach_of

if TYPE_CHECKING:
    from typing import Self


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Visits to overseen companies, to the own company, and those that the user made."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(company__in=reach_of(user).companies) | _answered_for_by(user))

    def editable_by(self, user: Viewer) -> "Self":
        """Officials who oversee the company, and the visitor while an official."""
        return self.filter(_answered_for_by(user))


def _answered_for_by(user: Viewer) -> Q:
    is_visitor = Q(visitor_id=user.pk) if reach_of(user).is_official else NONE
    return is_visitor | company_overseen_by(user, "company")


@pghistory.track()
class Visit(models.Model):
    """An official went to a firm. The firm sees day, visitor and purpose; the note is for officials."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    chain = models.ForeignKey(
        IndustrialChain, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chain")
    )
    visitor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("visitor"))
    visited_on = models.DateField(_("visited on"))
    purpose = models.CharField(_("purpose"), max_length=200)
    note = models.TextField(_("note"), blank=True, max_length=4000)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="visit_has_a_purpose"),
            models.UniqueConstraint(
                fields=["company", "visitor", "visited_on"],
                name="visit_once_a_day",
                violation_error_message=_("This person's visit to the company on that day is recorded."),
            ),
        ]
        indexes = [models.Index(fields=["visited_on"], name="visit_by_day")]

    def __str__(self) -> str:
        return f"{self.company} · {self.visited_on}"
