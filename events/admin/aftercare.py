"""What comes after the signature, read here; asked, answered and solved on its own pages."""

from django.contrib import admin

from companies.admin.duties import OfficialAdmin, ReferenceAdmin
from events.admin.duties import EventAdmin
from events.models import ExposureAlert, ExposureThreshold, FollowUp, Problem, Visit


@admin.register(FollowUp)
class FollowUpAdmin(EventAdmin):
    """Made each night, answered once."""

    may_add = False
    may_change = False
    list_display = ("deal", "days", "due_on", "owner", "asked_at", "answered_at", "source", "payment")
    list_filter = ("days", "source", "payment", ("answered_at", admin.EmptyFieldListFilter))
    list_select_related = ("deal", "owner")
    search_fields = ("deal__title_zh", "deal__title_en")
    date_hierarchy = "due_on"
    fields = (
        "deal",
        ("days", "due_on", "owner"),
        ("channel", "sent_to", "delivery", "links"),
        ("asked_at", "expires_at"),
        ("answered_at", "source", "answered_by"),
        ("year", "ordered_amount", "delivered_amount", "new_output_amount"),
        "payment",
        "stuck",
    )


@admin.register(Visit)
class VisitAdmin(OfficialAdmin):
    """Recorded at the desk."""

    may_add = False
    may_change = False
    private_fields = ("note",)
    list_display = ("company", "visited_on", "visitor", "chain", "purpose")
    list_filter = ("chain",)
    list_select_related = ("company", "visitor", "chain")
    search_fields = ("company__name_zh", "company__name_en", "purpose")
    party_fields = ("company",)
    date_hierarchy = "visited_on"
    fields = (
        "company",
        "chain",
        ("visited_on", "visitor"),
        "purpose",
        "note",
        ("recorded_by", "recorded_at"),
    )


@admin.register(Problem)
class ProblemAdmin(EventAdmin):
    """Solved on its own page, where the firm closes it."""

    may_add = False
    may_change = False
    list_display = (
        "company",
        "subject",
        "state",
        "owner",
        "deadline",
        "climbed_to",
        "raised_on",
        "solved_on",
    )
    list_filter = ("state", "subject", "source", "chain")
    list_select_related = ("company", "owner", "climbed_to")
    search_fields = ("company__name_zh", "company__name_en", "text")
    party_fields = ("company",)
    date_hierarchy = "raised_on"
    fields = (
        "company",
        "chain",
        ("subject", "state"),
        "text",
        ("source", "raised_on", "raised_by"),
        ("deal", "meeting"),
        ("visit", "follow_up"),
        ("owner", "deadline"),
        ("climbed_at", "climbed_to"),
        "proposal",
        ("proposed_at", "proposed_by"),
        "comment",
        ("reopened", "solved_on"),
        ("sent_to", "delivery", "expires_at"),
    )


@admin.register(ExposureThreshold)
class ExposureThresholdAdmin(ReferenceAdmin):
    list_display = ("__str__", "share", "least_cny")
    list_select_related = ("chain",)
    fields = ("chain", "share", "least_cny")


@admin.register(ExposureAlert)
class ExposureAlertAdmin(OfficialAdmin):
    """Begun and ended each night."""

    may_add = False
    may_change = False
    list_display = ("supplier", "buyer", "share", "value_cny", "chain", "begun_on", "ended_on", "told")
    list_filter = ("chain", ("ended_on", admin.EmptyFieldListFilter))
    list_select_related = ("supplier", "buyer", "chain", "told")
    search_fields = ("supplier__name_zh", "supplier__name_en", "buyer__name_zh", "buyer__name_en")
    party_fields = ("supplier", "buyer")
    date_hierarchy = "begun_on"
    fields = (("supplier", "buyer"), "chain", ("share", "value_cny"), ("begun_on", "ended_on"), "told")
