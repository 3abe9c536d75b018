"""Docking events and the series they belong to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.language import in_reader_language
from accounts.models import User, Viewer
from companies.models import Division, IndustrialChain
from companies.models.reach import EVERY, NONE, reach_of

if TYPE_CHECKING:
    from typing import Self


class EventSeriesQuerySet(models.QuerySet["EventSeries"]):
    def visible_to(self, user: Viewer) -> "Self":
        """Series are public."""
        return self

    def editable_by(self, user: Viewer) -> "Self":
        if user.is_superuser:
            return self
        return self.filter(host__in=reach_of(user).divisions)


@pghistory.track()
class EventSeries(models.Model):
    """Events that belong together, such as five batches of promotion."""

    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)
    host = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("host"))

    objects = EventSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("event series")
        verbose_name_plural = _("event series")
        ordering = ["pk"]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


class DockingEventQuerySet(models.QuerySet["DockingEvent"]):
    def published(self) -> "Self":
        """What the public calendar shows: announced, held and cancelled events, no drafts."""
        return self.exclude(state=DockingEvent.State.DRAFT)

    def held(self) -> "Self":
        return self.filter(state=DockingEvent.State.HELD)

    def upcoming(self) -> "Self":
        """Announced events that have not ended."""
        return self.filter(state=DockingEvent.State.PUBLISHED, ends_on__gte=timezone.localdate())

    def organised_by(self, user: Viewer) -> "Self":
        """Events that the user runs: named as organiser, or posted as one for the host or a chain."""
        reach = reach_of(user)
        return self.filter(_named(user) | Q(host__in=reach.hosts) | _of_chains(reach.event_chains))

    def overseen_by(self, user: Viewer) -> "Self":
        """Events that the user runs, of divisions that the user governs, or of chains that the user leads."""
        return self.filter(event_overseen_by(user))

    def visible_to(self, user: Viewer) -> "Self":
        """Published events, and drafts of those who oversee them."""
        return self.filter(~Q(state=DockingEvent.State.DRAFT) | event_overseen_by(user))

    def editable_by(self, user: Viewer) -> "Self":
        return self.overseen_by(user)


def event_overseen_by(user: Viewer, event: str = "") -> Q:
    """The rule of oversight, asked of an event or across a foreign key to one.

    :param event: the way to the event, such as ``"deal__event"``; empty where an event itself is asked.
    """
    if user.is_superuser:
        return EVERY
    reach, way = reach_of(user), f"{event}__" if event else ""
    hosts, chains = reach.divisions + reach.hosts, reach.chains + reach.event_chains
    return Q(**{f"{way}host__in": hosts}) | _named(user, event) | _of_chains(chains, event)


def _named(user: Viewer, event: str = "") -> Q:
    if user.pk is None:
        return NONE
    key = OuterRef(f"{event}_id" if event else "pk")
    named = DockingEvent.organisers.through.objects.filter(user_id=user.pk, dockingevent_id=key)
    return Q(Exists(named))


def _of_chains(chains: Sequence[int], event: str = "") -> Q:
    key = OuterRef(f"{event}_id" if event else "pk")
    of_chains = DockingEvent.chains.through.objects.filter(dockingevent_id=key, industrialchain__in=chains)
    return Q(Exists(of_chains)) if chains else NONE


@pghistory.track()
class DockingEvent(models.Model):
    """An occasion where suppliers and buyers meet."""

    class Kind(models.TextChoices):
        SALES = "sales", _("production-sales docking")
        OEM_PARTS = "oem_parts", _("OEM-parts docking")
        INVITE_IN = "invite_in", _("invite buyers in")
        GO_OUT = "go_out", _("go out to buyers")
        TRADE_FAIR = "trade_fair", _("trade fair")
        PROMOTION = "promotion", _("promotion")
        SUMMIT = "summit", _("summit")
        BANK = "bank", _("bank-enterprise docking")
        TALENT = "talent", _("talent docking")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("announced")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Simplified Chinese")
        ENGLISH = "en", _("English")
        BOTH = "both", _("Chinese and English")

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    series = models.ForeignKey(
        EventSeries, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("series")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)
    about_zh = models.TextField(_("about the event (Chinese)"), blank=True, max_length=4000)
    about_en = models.TextField(_("about the event (English)"), blank=True, max_length=4000)
    chains = models.ManyToManyField(IndustrialChain, related_name="+", blank=True, verbose_name=_("chains"))
    host = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("host"))
    venue_zh = models.CharField(_("venue (Chinese)"), max_length=200, blank=True)
    venue_en = models.CharField(_("venue (English)"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, default="CN")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    organisers = models.ManyToManyField(User, related_name="+", blank=True, verbose_name=_("organisers"))
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Firms; empty: no limit.")
    )
    language = models.CharField(
        _("language of the event"), max_length=10, choices=Language, default=Language.CHINESE
    )
    asks_approval = models.BooleanField(
        _("every registration is approved"),
        default=False,
        help_text=_("Otherwise only those of firms that are not verified."),
    )
    meeting_limit = models.PositiveSmallIntegerField(
        _("meetings a firm at most"), null=True, blank=True, help_text=_("Empty: as many as there are slots.")
    )
    answer_hours = models.PositiveSmallIntegerField(
        _("hours to answer a request to meet"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text=_(
            "A request that the other firm has not answered by then expires and frees its slot. "
            "Empty: requests count without an answer."
        ),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = DockingEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("docking event")
        verbose_name_plural = _("docking events")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="event_ends_after_it_starts",
                violation_error_message=_("The last day cannot be before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="event_country_is_two_letters"
            ),
        ]
        indexes = [models.Index(fields=["state", "-starts_on"], name="event_by_state")]

    def __str__(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)

    def get_absolute_url(self) -> str:
        return reverse("events:event-detail", args=[self.slug])

    @property
    def venue(self) -> str:
        return in_reader_language(self.venue_zh, self.venue_en)

    @property
    def about(self) -> str:
        return in_reader_language(self.about_zh, self.about_en)

    @property
    def is_open(self) -> bool:
        """Whether firms may register."""
        return self.state == DockingEvent.State.PUBLISHED and not self.has_ended

    @property
    def has_ended(self) -> bool:
        return self.ends_on < timezone.localdate()
