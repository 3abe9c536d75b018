"""Meetings and seats: read here; the timetable places, moves and cancels them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from events.admin.duties import EventAdmin
from events.models import Meeting, Seat, TimetableRun


@admin.register(Meeting)
class MeetingAdmin(EventAdmin):
    may_add = False
    may_change = False
    list_display = ("buying", "supplying", "event", "slot", "table", "state", "outcome")
    list_filter = ("state", "outcome", "event__kind")
    list_select_related = ("buyer__company", "supplier__company", "event", "slot")
    search_fields = (
        "buyer__company__name_zh",
        "buyer__company__name_en",
        "supplier__company__name_zh",
        "supplier__company__name_en",
        "event__name_zh",
        "event__name_en",
    )
    party_fields = ("event", "slot")
    fields = (
        "event",
        ("buying", "supplying"),
        "need",
        ("slot", "table", "is_locked"),
        ("state", "outcome"),
        "comment",
        "updated_at",
    )
    readonly_fields = ("buying", "supplying")

    @admin.display(description=_("buyer"), ordering="buyer__company")
    def buying(self, meeting: Meeting) -> str:
        return str(meeting.buyer.company)

    @admin.display(description=_("supplier"), ordering="supplier__company")
    def supplying(self, meeting: Meeting) -> str:
        return str(meeting.supplier.company)


@admin.register(Seat)
class SeatAdmin(EventAdmin):
    may_add = False
    may_change = False
    list_display = ("company", "slot", "meeting")
    list_select_related = (
        "registration__company",
        "slot",
        "meeting__buyer__company",
        "meeting__supplier__company",
    )
    search_fields = ("registration__company__name_zh", "registration__company__name_en")
    party_fields = ("slot",)
    fields = ("company", "slot", "meeting")
    readonly_fields = ("company",)
    ordering = ("slot__starts_at", "pk")

    @admin.display(description=_("company"), ordering="registration__company")
    def company(self, seat: Seat) -> str:
        return str(seat.registration.company)


@admin.register(TimetableRun)
class TimetableRunAdmin(EventAdmin):
    """Searches for a better timetable, as they went."""

    may_add = False
    may_change = False
    list_display = ("event", "state", "percent", "weight", "bound", "asked_at")
    list_filter = ("state",)
    list_select_related = ("event",)
    search_fields = ("event__name_zh", "event__name_en")
    fields = (
        "event",
        ("state", "percent"),
        ("weight", "bound", "gained"),
        "sentence",
        ("asked_by", "asked_at", "ended_at"),
    )
