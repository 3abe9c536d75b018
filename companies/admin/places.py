"""Divisions, and the officials who serve in them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from companies.admin.duties import ReferenceAdmin
from companies.models import Division, Posting


@admin.register(Division)
class DivisionAdmin(ReferenceAdmin):
    list_display = ("code", "name_zh", "name_en", "kind", "parent", "retired_on")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("code", "name_zh", "name_en")
    autocomplete_fields = ("parent",)
    fields = (
        "code",
        ("name_zh", "name_en"),
        "kind",
        "parent",
        ("leading_sectors_zh", "leading_sectors_en"),
        "source",
        "retired_on",
    )


@admin.register(Posting)
class PostingAdmin(ReferenceAdmin):
    """Appointments end by a date; they are not deleted."""

    list_display = ("user", "role", "chain", "division", "since", "until")
    list_filter = ("role", "chain", "division")
    list_select_related = ("user", "chain", "division")
    search_fields = (
        "user__name",
        "chain__name_zh",
        "chain__name_en",
        "division__name_zh",
        "division__name_en",
    )
    autocomplete_fields = ("user", "chain", "division")
    date_hierarchy = "since"
    fields = ("user", "role", ("chain", "division"), ("since", "until"))

    def get_search_fields(self, request: HttpRequest) -> Any:
        """The city office also searches by address."""
        own = super().get_search_fields(request)
        return (*own, "user__email") if request.user.is_superuser else own
