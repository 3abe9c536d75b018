"""Postings: which official answers for which chain or division, from when until when."""

import datetime as dt
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models.chain import IndustrialChain
from companies.models.place import Division
from companies.models.reach import reach_of

if TYPE_CHECKING:
    from typing import Self


class PostingQuerySet(models.QuerySet["Posting"]):
    def active(self, on: dt.date | None = None) -> "Self":
        """Postings in force on a day; today, if none is given."""
        today = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gt=today), since__lte=today)

    def officials(self) -> "Self":
        """Postings that make an official; organisers are posted, too."""
        return self.exclude(role=Posting.Role.ORGANISER)

    def chiefs(self) -> "Self":
        """Chiefs and deputy chiefs of chains."""
        return self.filter(role__in=[Posting.Role.CHIEF, Posting.Role.DEPUTY])

    def visible_to(self, user: Viewer) -> "Self":
        """The own postings, and those of the chains and divisions that the user answers for."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(user_id=user.pk) | Q(chain__in=reach_of(user).chains) | Q(division__in=reach_of(user).divisions)
        )

    def editable_by(self, user: Viewer) -> "Self":
        """Only the city office appoints."""
        return self if user.is_superuser else self.none()


@pghistory.track()
class Posting(models.Model):
    """An official's duty for one chain or one division."""

    class Role(models.TextChoices):
        CHIEF = "chief", _("chain chief")
        DEPUTY = "deputy", _("deputy chain chief")
        CHAIN_OFFICE = "chain_office", _("chain office")
        DISTRICT_OFFICER = "district_officer", _("district officer")
        ORGANISER = "organiser", _("event organiser")

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    chain = models.ForeignKey(
        IndustrialChain,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("chain"),
    )
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("division")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chain__isnull=True, division__isnull=False)
                | Q(chain__isnull=False, division__isnull=True),
                name="posting_for_a_chain_or_a_division",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["chief", "deputy", "chain_office"]) | Q(chain__isnull=False),
                name="posting_of_a_chief_is_for_a_chain",
            ),
            models.CheckConstraint(
                condition=~Q(role="district_officer") | Q(division__isnull=False),
                name="posting_of_a_district_officer_is_for_a_division",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="posting_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "chain", "division", "since"],
                nulls_distinct=False,
                name="posting_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.chain or self.division}"
