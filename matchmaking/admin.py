"""The admin of matches and figures."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_acts import AdminAct
from accounts.scoped_admin import ScopedModelAdmin
from companies.admin.duties import OfficialAdmin
from matchmaking import introductions
from matchmaking.models import Indicator, Match, MonthlySnapshot, NeedVector, OfferingVector

State = Match.State


@admin.register(Match)
class MatchAdmin(OfficialAdmin):
    """Read and decided on here; each side answers on its own pages."""

    may_add = False
    may_change = False
    list_display = ("need", "supplier", "state", "score", "origin", "introduced_at", "updated_at")
    list_filter = ("state", "origin", "buyer_answer", "supplier_answer", "need__node__chain")
    list_select_related = ("need", "supplier")
    search_fields = ("need__title_zh", "need__title_en", "supplier__name_zh", "supplier__name_en")
    party_fields = ("supplier",)
    date_hierarchy = "created_at"
    fieldsets = (
        (None, {"fields": ("need", "supplier", "offering", "state", "origin", "note")}),
        (_("What the engine found"), {"fields": (("score", "rank", "engine_version"), "reasons")}),
        (
            _("Introduction"),
            {
                "fields": (
                    ("proposed_by", "introduced_by", "introduced_at"),
                    ("buyer_answer", "buyer_answered_at", "buyer_reason"),
                    ("supplier_answer", "supplier_answered_at", "supplier_reason"),
                    "comment",
                    ("created_at", "updated_at"),
                )
            },
        ),
    )
    acts = (
        AdminAct(
            "shortlist_match",
            _("Put on the short list"),
            lambda row, by, _reason: introductions.shortlist(row, by=by),
            fits=lambda row: row.state == State.SUGGESTED,
        ),
        AdminAct(
            "introduce_match",
            _("Introduce to each other"),
            lambda row, by, _reason: introductions.introduce(row, by=by),
            fits=lambda row: row.state in {State.SUGGESTED, State.SHORTLISTED},
        ),
    )


@admin.register(MonthlySnapshot)
class MonthlySnapshotAdmin(OfficialAdmin):
    """A locked month is read, never written."""

    may_add = False
    may_change = False
    list_display = ("month", "locked_by", "locked_at")
    list_select_related = ("locked_by",)
    fields = ("month", "figures", ("locked_by", "locked_at"))


@admin.register(Indicator)
class IndicatorAdmin(OfficialAdmin):
    list_display = ("__str__", "division", "period_from", "period_to", "value_cny", "year_on_year")
    list_filter = ("division",)
    list_select_related = ("division",)
    search_fields = ("name_zh", "name_en", "source_zh", "source_en")
    autocomplete_fields = ("division",)
    date_hierarchy = "period_to"
    fields = (
        ("name_zh", "name_en"),
        "division",
        ("period_from", "period_to"),
        ("value_cny", "year_on_year"),
        ("source_zh", "source_en"),
    )


@admin.register(OfferingVector, NeedVector)
class VectorAdmin(ScopedModelAdmin):
    """Which encoder wrote the vector, for the city office; it is written in the background."""

    may_add = False
    may_change = False
    list_display = ("__str__", "encoder", "text_hash")
    list_filter = ("encoder",)
    fields = ("encoder", "text_hash")
