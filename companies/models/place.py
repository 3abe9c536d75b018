"""Divisions: where companies sit and officials serve."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import Viewer
from companies.models.reach import reach_of

if TYPE_CHECKING:
    from typing import Self

    from companies.models.posting import PostingQuerySet


class DivisionQuerySet(models.QuerySet["Division"]):
    def current(self) -> "Self":
        """Divisions that have not been retired."""
        return self.filter(retired_on=None)

    def within(self, division: "Division") -> "Self":
        """The division and all below it."""
        return self.filter(path__startswith=division.path)

    def served(self) -> "Self":
        """The prefectures that run chains, with all below them."""
        from companies.models.chain import IndustrialChain

        chains = (
            IndustrialChain.objects.of_the_city()
            .alias(below=ExpressionWrapper(OuterRef("path"), models.CharField()))
            .filter(below__startswith=F("owner__path"))
        )
        return self.filter(Exists(chains))

    def governed_by(self, user: Viewer) -> "Self":
        """Divisions that a posting gives the user, with all below them."""
        return self.filter(pk__in=reach_of(user).divisions)

    def below_postings(self, postings: "PostingQuerySet") -> "Self":
        """The divisions that postings are for, with all below them."""
        above = (
            postings.filter(division__isnull=False)
            .alias(below=ExpressionWrapper(OuterRef("path"), models.CharField()))
            .filter(below__startswith=F("division__path"))
        )
        return self.filter(Exists(above))

    def visible_to(self, user: Viewer) -> "Self":
        """The division tree is public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.none()


@pghistory.track()
class Division(models.Model):
    """A province, city, district, county or zone; zones nest in divisions.

    ``path`` joins the codes from the root with slashes ("100000/330000/330300/330382/"), so that
    "the division and below" is a prefix; it is derived from the parent on every save.
    """

    class Kind(models.TextChoices):
        NATION = "nation", _("nation")
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        DISTRICT = "district", _("district")
        COUNTY = "county", _("county")
        COUNTY_LEVEL_CITY = "county_level_city", _("county-level city")
        PROVINCIAL_NEW_AREA = "provincial_new_area", _("provincial new area")
        NATIONAL_ZONE = "national_zone", _("national zone")
        PROVINCIAL_ZONE = "provincial_zone", _("provincial zone")
        CUSTOMS_SPECIAL_AREA = "customs_special_area", _("customs special area")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = models.CharField(max_length=200, editable=False, db_index=True)
    leading_sectors_zh = models.CharField(_("leading sectors (Chinese)"), max_length=200, blank=True)
    leading_sectors_en = models.CharField(_("leading sectors (English)"), max_length=200, blank=True)
    source = models.TextField(_("source"), blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="division_is_not_its_own_parent"),
            models.CheckConstraint(condition=Q(path__endswith="/"), name="division_path_ends_with_slash"),
        ]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)

    def derive(self) -> None:
        """Fill the derived columns; bulk writers call it as well."""
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive()
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passed on unread

    @property
    def is_current(self) -> bool:
        return self.retired_on is None or self.retired_on > timezone.localdate()
