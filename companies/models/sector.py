"""Sectors of the national classification and headings of the Harmonized System."""

from textwrap import shorten
from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.language import in_reader_language
from accounts.models import Viewer

if TYPE_CHECKING:
    from typing import Self


class SectorQuerySet(models.QuerySet["Sector"]):
    def enabled(self) -> "Self":
        """Sectors that may still be chosen."""
        return self.filter(disabled_on=None)

    def classes(self) -> "Self":
        """The finest level, four digits."""
        return self.filter(level=Sector.Level.CLASS)

    def within(self, sector: "Sector") -> "Self":
        """The sector and all below it."""
        return self.filter(full_code__startswith=sector.full_code)

    def visible_to(self, user: Viewer) -> "Self":
        """The classification is public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.none()


@pghistory.track()
class Sector(models.Model):
    """A node of GB/T 4754-2017. ``full_code`` ("C3670") begins with the full code of every ancestor."""

    class Level(models.TextChoices):
        SECTION = "section", _("section")
        DIVISION = "division", pgettext_lazy("level of the classification of sectors", "division")
        GROUP = "group", _("group")
        CLASS = "class", _("class")

    code = models.CharField(_("code"), max_length=6, unique=True)
    full_code = models.CharField(_("full code"), max_length=7, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    isic_codes = ArrayField(
        models.CharField(max_length=6), default=list, blank=True, verbose_name=_("ISIC codes")
    )
    disabled_on = models.DateField(_("disabled on"), null=True, blank=True)

    objects = SectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["full_code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="section", parent=None) | (~Q(level="section") & Q(parent__isnull=False)),
                name="sector_only_sections_have_no_parent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {in_reader_language(self.name_zh, self.name_en)}"


class HSHeadingQuerySet(models.QuerySet["HSHeading"]):
    def visible_to(self, user: Viewer) -> "Self":
        """The Harmonized System is public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.none()


@pghistory.track()
class HSHeading(models.Model):
    """A four-digit heading of the Harmonized System 2022."""

    code = models.CharField(_("code"), max_length=4, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=600)

    objects = HSHeadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("HS heading")
        verbose_name_plural = _("HS headings")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {shorten(in_reader_language(self.name_zh, self.name_en), 80, placeholder='…')}"
