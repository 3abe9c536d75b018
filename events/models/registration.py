"""Registrations: which company comes to which event, and with whom."""

import secrets
from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Viewer
from companies.models import Company, SourcingNeed
from companies.models.reach import reach_of
from events.models.event import DockingEvent, event_overseen_by

if TYPE_CHECKING:
    from typing import Self


def new_badge_code() -> str:
    """An unguessable code for a badge's QR: 16 letters and digits."""
    return secrets.token_hex(8)


def new_link_salt() -> str:
    """What makes a personal link unguessable, together with the site's key; a new one ends the old link."""
    return secrets.token_hex(16)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> "Self":
        """Not withdrawn or refused."""
        return self.exclude(state__in=[Registration.State.WITHDRAWN, Registration.State.REFUSED])

    def confirmed(self) -> "Self":
        return self.filter(state=Registration.State.CONFIRMED)

    def named_like(self, words: str) -> "Self":
        """Registrations of companies whose name in either language has the words."""
        return self.filter(Q(company__name_zh__icontains=words) | Q(company__name_en__icontains=words))

    def visible_to(self, user: Viewer) -> "Self":
        """Those of the own companies, and those of events that the user oversees."""
        if user.is_superuser:
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(company__in=reach_of(user).companies) | event_overseen_by(user, "event"))

    def editable_by(self, user: Viewer) -> "Self":
        return self.visible_to(user)


@pghistory.track()
class Registration(models.Model):
    """A company's place at an event; one active row per company and event."""

    class Side(models.TextChoices):
        BUYER = "buyer", _("buyer")
        SUPPLIER = "supplier", _("supplier")

    class State(models.TextChoices):
        ASKED = "asked", _("waiting for approval")
        WAITING = "waiting", _("on the waiting list")
        CONFIRMED = "confirmed", _("confirmed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        REFUSED = "refused", _("refused")

    event = models.ForeignKey(
        DockingEvent, models.PROTECT, related_name="registrations", verbose_name=_("event")
    )
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    side = models.CharField(_("side"), max_length=8, choices=Side)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CONFIRMED)
    needs = models.ManyToManyField(
        SourcingNeed, related_name="+", blank=True, verbose_name=_("needs to show")
    )
    sessions = models.ManyToManyField(
        "events.Session",
        related_name="+",
        blank=True,
        verbose_name=_("sessions"),
        help_text=_("None chosen: all of them."),
    )
    absent_slots = models.ManyToManyField(
        "events.Slot", related_name="+", blank=True, verbose_name=_("not there in these slots")
    )
    meeting_limit = models.PositiveSmallIntegerField(
        _("meetings at most"), null=True, blank=True, help_text=_("Empty: as the event says.")
    )
    booth = models.PositiveSmallIntegerField(
        _("own table"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("A table at which only this firm receives, in every slot."),
    )
    badge_code = models.CharField(
        _("badge code"), max_length=16, unique=True, default=new_badge_code, editable=False
    )
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked in by")
    )
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered by")
    )
    registered_at = models.DateTimeField(_("registered at"))

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["event_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "company"],
                condition=~Q(state__in=["withdrawn", "refused"]),
                name="registration_one_active_a_company",
                violation_error_message=_("This company is already registered for the event."),
            ),
            models.UniqueConstraint(
                fields=["event", "booth"],
                condition=~Q(state__in=["withdrawn", "refused"]),
                name="registration_booth_of_one_company",
                violation_error_message=_("This table belongs to another firm."),
            ),
        ]
        indexes = [models.Index(fields=["company", "event"], name="registration_by_company")]

    def __str__(self) -> str:
        return f"{self.company} · {self.event}"


class DelegateQuerySet(models.QuerySet["Delegate"]):
    def visible_to(self, user: Viewer) -> "Self":
        if user.is_superuser:
            return self
        return self.filter(registration__in=Registration.objects.visible_to(user).values("pk"))

    def editable_by(self, user: Viewer) -> "Self":
        return self.visible_to(user)


@pghistory.track()
class Delegate(models.Model):
    """A person whom a registered company sends."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="delegates", verbose_name=_("registration")
    )
    name = models.CharField(_("name"), max_length=100)
    position = models.CharField(_("position"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=User.Language, default=User.Language.CHINESE
    )

    link_salt = models.CharField(max_length=32, default=new_link_salt, editable=False)

    objects = DelegateQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        ordering = ["registration_id", "pk"]

    def __str__(self) -> str:
        return self.name
