"""Events, their series and sessions."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.person import person
from accounts.scoped_admin import ScopedInline
from companies.admin.duties import OfficialAdmin, ReferenceAdmin
from companies.models import Posting
from events.admin.duties import EventAdmin
from events.models import DockingEvent, EventSeries, ExchangeRate, Session, Slot
from events.preparing import chains_for
from events.registration import fill_places


@admin.register(EventSeries)
class EventSeriesAdmin(OfficialAdmin):
    list_display = ("__str__", "host")
    list_filter = ("host",)
    list_select_related = ("host",)
    search_fields = ("name_zh", "name_en")
    autocomplete_fields = ("host",)
    fields = (("name_zh", "name_en"), "host")


class SessionInline(ScopedInline):
    model = Session
    fields = ("name_zh", "name_en", "tables")
    show_change_link = True


@admin.register(DockingEvent)
class DockingEventAdmin(EventAdmin):
    list_display = ("__str__", "kind", "host", "starts_on", "ends_on", "state", "registered")
    list_filter = ("state", "kind", "host", "chains", "series")
    list_select_related = ("host",)
    search_fields = ("name_zh", "name_en", "slug", "venue_zh", "venue_en")
    autocomplete_fields = ("series", "chains", "host", "organisers")
    date_hierarchy = "starts_on"
    readonly_fields = ("created_at", "updated_at")
    prepopulated_fields = {"slug": ("name_en",)}
    private_fields = ("organisers", "capacity")
    inlines = (SessionInline,)
    fieldsets = (
        (None, {"fields": (("name_zh", "name_en"), "slug", ("kind", "series"), "state")}),
        (_("About the event"), {"fields": ("about_zh", "about_en")}),
        (
            _("Place and time"),
            {"fields": (("venue_zh", "venue_en"), "country", ("starts_on", "ends_on"), "language")},
        ),
        (_("Rules"), {"fields": (("capacity", "asks_approval"), ("meeting_limit", "answer_hours"))}),
        (_("Who runs it"), {"fields": ("host", "chains", "organisers")}),
        (_("Dates"), {"fields": (("created_at", "updated_at"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        active = ~Q(registrations__state__in=["withdrawn", "refused"])
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(registered=Count("registrations", filter=active))
        return counted

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        """Only while the field can be written."""
        writable = obj is None or self.has_change_permission(request, obj)
        return dict(super().get_prepopulated_fields(request, obj)) if writable else {}

    @admin.display(description=_("registered companies"), ordering="registered")
    def registered(self, event: Any) -> int:
        return int(event.registered)

    def choices(self, request: HttpRequest, field: Any) -> QuerySet[Any]:
        """Organisers are chosen among those who hold a posting that the person sees, chains within reach."""
        if field.name == "chains":
            return chains_for(person(request))
        if field.name == "organisers" and not request.user.is_superuser:
            postings = Posting.objects.active().visible_to(request.user)
            return User.objects.filter(Q(pk__in=postings.values("user_id")) | Q(pk=request.user.pk))
        return super().choices(request, field)

    def after_save(self, request: HttpRequest, obj: DockingEvent, change: bool) -> None:
        """Whoever announces an event runs it, unless it is theirs already; new places go to who waits."""
        if not change and not DockingEvent.objects.overseen_by(request.user).filter(pk=obj.pk).exists():
            obj.organisers.add(person(request))
        if change and obj.is_open:
            fill_places(obj, by=person(request))


class SlotInline(ScopedInline):
    model = Slot
    fields = ("starts_at", "ends_at")


@admin.register(Session)
class SessionAdmin(EventAdmin):
    list_display = ("__str__", "event", "tables")
    list_filter = ("event__kind",)
    list_select_related = ("event",)
    search_fields = ("name_zh", "name_en", "event__name_zh", "event__name_en")
    autocomplete_fields = ("event",)
    own_fields = ("event",)
    inlines = (SlotInline,)
    fields = ("event", ("name_zh", "name_en"), "tables")


@admin.register(Slot)
class SlotAdmin(EventAdmin):
    list_display = ("session", "event", "starts_at", "ends_at")
    list_select_related = ("session__event",)
    search_fields = ("session__name_zh", "session__name_en", "session__event__name_zh")
    autocomplete_fields = ("session",)
    own_fields = ("session",)
    date_hierarchy = "starts_at"
    fields = ("session", ("starts_at", "ends_at"))

    @admin.display(description=_("event"), ordering="session__event")
    def event(self, slot: Slot) -> DockingEvent:
        return slot.session.event


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReferenceAdmin):
    list_display = ("currency", "date", "cny_per_unit", "source")
    list_filter = ("currency",)
    date_hierarchy = "date"
    fields = ("currency", "date", "cny_per_unit", "source")
