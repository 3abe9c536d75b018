"""Certificates: the schemes and who holds them."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import User, Viewer
from companies.models.company import Company

if TYPE_CHECKING:
    from typing import Self


class CertificationSchemeQuerySet(models.QuerySet["CertificationScheme"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Schemes are public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.none()


@pghistory.track()
class CertificationScheme(models.Model):
    """A standard or licence that firms are certified against, such as IATF 16949."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)

    objects = CertificationSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("certification scheme")
        verbose_name_plural = _("certification schemes")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class CertificationQuerySet(models.QuerySet["Certification"]):
    def valid(self) -> "Self":
        """Certificates that have not run out."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=timezone.localdate()))

    def visible_to(self, user: Viewer) -> "Self":
        """Certificates of visible companies."""
        if user.is_superuser:
            return self
        return self.filter(company__in=Company.objects.visible_to(user).values("pk"))

    def editable_by(self, user: Viewer) -> "Self":
        if user.is_superuser:
            return self
        return self.filter(company__in=Company.objects.editable_by(user).values("pk"))


@pghistory.track()
class Certification(models.Model):
    """A certificate that a company holds."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="certifications", verbose_name=_("company")
    )
    scheme = models.ForeignKey(
        CertificationScheme, models.PROTECT, related_name="+", verbose_name=_("scheme")
    )
    number = models.CharField(_("number"), max_length=80, blank=True)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    evidence = models.FileField(_("scan of the certificate"), upload_to="certificates/%Y/%m", blank=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ["company_id", "scheme__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "scheme", "number"],
                name="certification_once",
                violation_error_message=_("This certificate is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None, verified_at=None)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="certification_verified_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return str(self.scheme)

    @property
    def is_valid(self) -> bool:
        """Whether it has not run out today."""
        return self.valid_until is None or self.valid_until >= timezone.localdate()
