"""Deals and what belongs to them: read and verified here; recorded, amended and signed on their own pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_acts import AdminAct
from accounts.scoped_admin import ScopedInline
from events.admin.duties import EventAdmin
from events.deals import verifying
from events.models import Confirmation, Deal, Double, Evidence, Fulfilment


class EvidenceInline(ScopedInline):
    model = Evidence
    may_add = may_change = False
    fields = ("content_type", "size", "sha256", "added_by", "added_at")
    readonly_fields = fields


class ConfirmationInline(ScopedInline):
    model = Confirmation
    may_add = may_change = False
    fields = ("side", "version", "channel", "delivery", "answer", "answered_at", "voided_at")


class FulfilmentInline(ScopedInline):
    model = Fulfilment
    may_add = may_change = False
    fields = ("year", "ordered_amount", "fulfilled_amount", "new_output_amount", "reported_on")


@admin.register(Deal)
class DealAdmin(EventAdmin):
    may_add = False
    may_change = False
    list_display = (
        "__str__",
        "buyer",
        "supplier",
        "stage",
        "intention_cny",
        "signed_cny",
        "signed_on",
        "verified_at",
    )
    list_filter = (
        "stage",
        ("verified_at", admin.EmptyFieldListFilter),
        "counting_chain",
        "counting_division",
        "currency",
    )
    list_select_related = ("buyer", "supplier")
    search_fields = (
        "title_zh",
        "title_en",
        "contract_reference",
        "buyer__name_zh",
        "buyer__name_en",
        "supplier__name_zh",
        "supplier__name_en",
    )
    party_fields = ("buyer", "supplier", "counting_chain", "counting_division")
    date_hierarchy = "recorded_at"
    inlines = (EvidenceInline, ConfirmationInline, FulfilmentInline)
    fieldsets = (
        (None, {"fields": (("title_zh", "title_en"), ("buyer", "supplier"), "note")}),
        (_("Where it comes from"), {"fields": ("need", "event", "meeting")}),
        (_("Where it counts"), {"fields": (("counting_chain", "counting_division"),)}),
        (
            _("Stage"),
            {
                "fields": (
                    "stage",
                    ("intention_on", "framework_on", "signed_on"),
                    ("performing_on", "completed_on"),
                    ("terminated_on", "termination_reason"),
                    "contract_reference",
                )
            },
        ),
        (
            _("Amounts"),
            {
                "fields": (
                    ("quantity", "unit"),
                    ("currency", "rate_to_cny", "rate_date"),
                    ("intention_amount", "intention_cny"),
                    ("signed_amount", "signed_cny"),
                    ("ordered_amount", "ordered_cny"),
                    ("fulfilled_amount", "fulfilled_cny"),
                )
            },
        ),
        (
            _("Who recorded and verified it"),
            {"fields": (("recorded_by", "recorded_at"), ("verified_by", "verified_at"), "version")},
        ),
    )
    acts = (
        AdminAct(
            "verify_deal",
            _("Verify against the supporting document"),
            lambda row, by, _reason: verifying.verify(row, by=by),
            fits=lambda row: row.signed_on is not None and not row.is_verified,
        ),
    )


@admin.register(Evidence)
class EvidenceAdmin(EventAdmin):
    """The file itself is served on the deal's page, after a check of who asks."""

    may_add = False
    may_change = False
    list_display = ("__str__", "deal", "size", "added_by", "added_at")
    list_filter = ("content_type",)
    list_select_related = ("deal", "added_by")
    search_fields = ("sha256", "deal__title_zh", "deal__title_en")
    date_hierarchy = "added_at"
    fields = ("deal", ("content_type", "size"), "sha256", ("added_by", "added_at"))


@admin.register(Confirmation)
class ConfirmationAdmin(EventAdmin):
    """Nobody edits an answer; the key of the link is never shown."""

    may_add = False
    may_change = False
    list_display = ("deal", "side", "version", "channel", "delivery", "answer", "answered_at", "voided_at")
    list_filter = ("side", "answer", "delivery", "channel")
    list_select_related = ("deal",)
    search_fields = ("deal__title_zh", "deal__title_en")
    date_hierarchy = "created_at"
    fields = (
        "deal",
        ("side", "version"),
        ("channel", "sent_to", "delivery"),
        ("answer", "answered_at"),
        "comment",
        "shown",
        ("expires_at", "voided_at", "created_at"),
    )


@admin.register(Fulfilment)
class FulfilmentAdmin(EventAdmin):
    """Reported on the deal's page."""

    may_add = False
    may_change = False
    list_display = ("deal", "year", "ordered_amount", "fulfilled_amount", "new_output_amount", "reported_on")
    list_filter = ("year",)
    list_select_related = ("deal",)
    search_fields = ("deal__title_zh", "deal__title_en")
    fields = (
        "deal",
        "year",
        ("ordered_amount", "fulfilled_amount", "new_output_amount"),
        ("reported_by", "reported_by_name", "reported_on"),
        "note",
    )


@admin.register(Double)
class DoubleAdmin(EventAdmin):
    """Decided on the desk's page, where both deals stand side by side."""

    may_add = False
    may_change = False
    list_display = ("__str__", "reasons", "decision", "decided_by", "decided_at", "found_at")
    list_filter = ("decision",)
    list_select_related = ("earlier", "later", "decided_by")
    search_fields = ("earlier__title_zh", "earlier__title_en", "later__title_zh", "later__title_en")
    date_hierarchy = "found_at"
    fields = (("earlier", "later"), "reasons", "found_at", "decision", "why", ("decided_by", "decided_at"))
