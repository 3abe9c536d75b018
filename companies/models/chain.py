"""Industrial chains: nodes from upstream to downstream and who supplies whom."""

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import Viewer
from companies.models.place import Division
from companies.models.reach import reach_of
from companies.models.sector import HSHeading, Sector

if TYPE_CHECKING:
    from typing import Self


class IndustrialChainQuerySet(models.QuerySet["IndustrialChain"]):
    def of_the_city(self) -> "Self":
        """Chains of a prefecture, as against those of its districts and zones."""
        return self.filter(owner__kind=Division.Kind.PREFECTURE)

    def led_by(self, user: Viewer) -> "Self":
        """Chains for which the user holds a posting, or that belong to a division which the user governs."""
        return self.filter(pk__in=reach_of(user).chains)

    def visible_to(self, user: Viewer) -> "Self":
        """Chains and their nodes are public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.led_by(user)


@pghistory.track()
class IndustrialChain(models.Model):
    """A chain of linked sectors, owned by the division that runs it."""

    class Tier(models.TextChoices):
        TRADITIONAL = "traditional", _("traditional")
        EMERGING = "emerging", _("emerging")
        FEATURED = "featured", _("featured")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    owner = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("run by"))
    based_on = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="district_chains",
        verbose_name=_("based on"),
    )
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=120)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier)
    is_illustrative = models.BooleanField(
        _("illustrative"),
        default=False,
        help_text=_("Not confirmed by a published list of the city's chains."),
    )
    source = models.TextField(_("source"), blank=True)

    objects = IndustrialChainQuerySet.as_manager()

    class Meta:
        verbose_name = _("industrial chain")
        verbose_name_plural = _("industrial chains")
        ordering = ["owner__path", "code"]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class ChainNodeQuerySet(models.QuerySet["ChainNode"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Chains and their nodes are public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.filter(chain__in=IndustrialChain.objects.editable_by(user))


@pghistory.track()
class ChainNode(models.Model):
    """One step of a chain, such as castings or wiring harnesses.

    A chain of a district that is based on a city chain has no nodes of its own: see ``based_on``.
    """

    class Level(models.TextChoices):
        UPSTREAM = "upstream", _("upstream")
        MIDSTREAM = "midstream", _("midstream")
        DOWNSTREAM = "downstream", _("downstream")
        SUPPORT = "support", _("supporting services")

    chain = models.ForeignKey(IndustrialChain, models.PROTECT, related_name="nodes", verbose_name=_("chain"))
    code = models.CharField(_("code"), max_length=100, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name_zh = models.CharField(_("Chinese name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=120)
    sectors = models.ManyToManyField(Sector, related_name="+", blank=True, verbose_name=_("sectors"))
    hs_headings = models.ManyToManyField(
        HSHeading, related_name="+", blank=True, verbose_name=_("HS headings")
    )
    basis = models.TextField(_("source"), blank=True)

    objects = ChainNodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("chain node")
        verbose_name_plural = _("chain nodes")
        ordering = ["chain__code", "order"]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class ChainLinkQuerySet(models.QuerySet["ChainLink"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Chains and their nodes are public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        return self if user.is_superuser else self.filter(source__in=ChainNode.objects.editable_by(user))


@pghistory.track()
class ChainLink(models.Model):
    """``source`` supplies ``target``."""

    source = models.ForeignKey(
        ChainNode, models.CASCADE, related_name="links_out", verbose_name=_("supplies from")
    )
    target = models.ForeignKey(
        ChainNode, models.CASCADE, related_name="links_in", verbose_name=_("supplies to")
    )

    objects = ChainLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("chain link")
        verbose_name_plural = _("chain links")
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="chain_link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="chain_link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
