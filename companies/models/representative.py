"""Who acts for a company, and whom one may call."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models.company import Company
from companies.models.company_queries import company_overseen_by
from companies.models.reach import reach_of

if TYPE_CHECKING:
    from typing import Self


class RepresentativeQuerySet(models.QuerySet["Representative"]):
    def active(self) -> "Self":
        """Approved and not ended."""
        return self.filter(state=Representative.State.APPROVED)

    def visible_to(self, user: Viewer) -> "Self":
        """The own, the colleagues', and those of companies that the user oversees."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        own = Q(user_id=user.pk) | Q(company__in=reach_of(user).companies)
        return self.filter(own | company_overseen_by(user, "company"))

    def editable_by(self, user: Viewer) -> "Self":
        """Officials who oversee the company."""
        if user.is_superuser:
            return self
        return self.filter(company_overseen_by(user, "company"))


@pghistory.track()
class Representative(models.Model):
    """A user who acts for a company, once an official has approved it."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner or manager")
        SALES = "sales", _("sales")
        PURCHASING = "purchasing", _("purchasing")

    class State(models.TextChoices):
        ASKED = "asked", _("waiting for approval")
        APPROVED = "approved", _("approved")
        ENDED = "ended", _("ended")

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="representatives", verbose_name=_("company")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.OWNER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        ordering = ["company_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "company"], condition=~Q(state="ended"), name="representative_once_a_company"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.company}"


class ContactQuerySet(models.QuerySet["Contact"]):
    def consented(self) -> "Self":
        """Persons who agreed to be shown to counterparts."""
        return self.filter(consented_at__isnull=False)

    def visible_to(self, user: Viewer) -> "Self":
        """Contacts of own and overseen companies; those of counterparts come from matchmaking."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        own = Q(company__in=reach_of(user).companies)
        return self.filter(own | company_overseen_by(user, "company"))

    def editable_by(self, user: Viewer) -> "Self":
        return self.visible_to(user)


@pghistory.track()
class Contact(models.Model):
    """A person at a company whom a counterpart may call after both accepted, if the person agreed."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="contacts", verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=100)
    position = models.CharField(_("position"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=User.Language, default=User.Language.CHINESE
    )
    consented_at = models.DateTimeField(_("agreed to be shown at"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["company_id", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(phone="") | ~Q(email=""), name="contact_has_phone_or_email")
        ]

    def __str__(self) -> str:
        return self.name
