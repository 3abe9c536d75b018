"""Sourcing needs: recorded for a buyer or checked and opened for it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_acts import AdminAct
from accounts.person import person
from accounts.refusals import Refused
from companies import sourcing
from companies.admin.duties import OfficialAdmin
from companies.models import SourcingNeed

State = SourcingNeed.State


class SourcingNeedForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """A need that says enough to be opened."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # where Django fills and checks the instance
        if self.errors or self.instance.pk:
            return
        try:
            sourcing.check_complete(self.instance)
        except Refused as refused:
            self.add_error(None, str(refused))


@admin.register(SourcingNeed)
class SourcingNeedAdmin(OfficialAdmin):
    form = SourcingNeedForm
    list_display = ("__str__", "buyer", "node", "state", "visibility", "answer_by", "opened_at")
    list_filter = ("state", "visibility", "node__chain")
    list_select_related = ("buyer", "node")
    search_fields = ("title_zh", "title_en", "buyer__name_zh", "buyer__name_en", "buyer__credit_code")
    autocomplete_fields = ("buyer", "sector", "node", "hs_heading", "place", "required_certifications")
    own_fields = ("buyer",)
    party_fields = ("buyer",)
    private_fields = ("target_price", "currency", "decided_by", "created_by", "end_reason")
    readonly_fields = (
        "state",
        "opened_at",
        "ended_at",
        "end_reason",
        "created_by",
        "created_at",
        "updated_at",
    )
    date_hierarchy = "opened_at"
    fieldsets = (
        (None, {"fields": ("buyer", ("title_zh", "title_en"), "text", "visibility")}),
        (_("Place in the chain"), {"fields": ("sector", "node", "hs_heading")}),
        (
            _("Terms"),
            {
                "fields": (
                    ("quantity", "unit"),
                    ("target_price", "currency"),
                    "required_certifications",
                    ("place", "deliver_by"),
                    ("answer_by", "payment_days"),
                    "decided_by",
                )
            },
        ),
        (
            _("State"),
            {
                "fields": (
                    "state",
                    ("opened_at", "ended_at"),
                    "end_reason",
                    ("created_by", "created_at", "updated_at"),
                )
            },
        ),
    )
    acts = (
        AdminAct(
            "publish_need",
            _("Open to suppliers"),
            lambda row, by, _reason: sourcing.publish(row, by=by),
            fits=lambda row: row.state in {State.DRAFT, State.SUBMITTED},
        ),
        AdminAct(
            "send_back_need",
            _("Send back to the buyer"),
            lambda row, by, reason: sourcing.send_back(row, by=by, reason=reason),
            asks_reason=True,
            fits=lambda row: row.state == State.SUBMITTED,
        ),
        AdminAct(
            "fill_need",
            _("Mark as filled"),
            lambda row, by, _reason: sourcing.fill(row, by=by),
            fits=lambda row: row.state in {State.OPEN, State.EXPIRED},
        ),
        AdminAct(
            "close_need",
            _("Close without a supplier"),
            lambda row, by, reason: sourcing.close(row, by=by, reason=reason),
            asks_reason=True,
            fits=lambda row: row.state == State.OPEN,
        ),
        AdminAct(
            "reopen_need",
            _("Open again"),
            lambda row, by, _reason: sourcing.reopen(row, by=by),
            fits=lambda row: row.state in {State.CLOSED, State.FILLED, State.EXPIRED},
        ),
    )

    def scope(self, request: HttpRequest) -> QuerySet[SourcingNeed]:
        """Without the needs whose buyer stays anonymous to the person: every column here would name it."""
        return SourcingNeed.objects.visible_to(request.user).naming_buyer_to(request.user)

    def save_model(self, request: HttpRequest, obj: SourcingNeed, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def after_save(self, request: HttpRequest, obj: SourcingNeed, change: bool) -> None:
        """What an official records for a buyer is not the buyer's draft: it waits to be opened."""
        if not change:
            sourcing.submit(obj, by=person(request))
