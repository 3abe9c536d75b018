"""Who acts for companies, and whom one may call there."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_acts import AdminAct
from companies import representing
from companies.admin.duties import OfficialAdmin
from companies.models import Contact, Representative


@admin.register(Representative)
class RepresentativeAdmin(OfficialAdmin):
    """Asked for on the portal, approved and ended here by acts."""

    may_add = False
    may_change = False
    list_display = ("user", "company", "role", "state", "created_at")
    list_filter = ("state", "role")
    list_select_related = ("user", "company")
    search_fields = ("user__name", "company__name_zh", "company__name_en", "company__credit_code")
    fields = ("user", "company", "role", "state", "created_at")
    party_fields = ("company",)
    date_hierarchy = "created_at"
    acts = (
        AdminAct(
            "approve_representative",
            _("Approve as representative"),
            lambda row, by, _reason: representing.approve(row, by=by),
            fits=lambda row: row.state == Representative.State.ASKED,
        ),
        AdminAct(
            "end_representative",
            _("End the representation"),
            lambda row, by, reason: representing.end(row, by=by, reason=reason),
            asks_reason=True,
            fits=lambda row: row.state != Representative.State.ENDED,
        ),
    )


@admin.register(Contact)
class ContactAdmin(OfficialAdmin):
    """A person may ask to be taken out, so contacts can be deleted."""

    may_delete = True
    list_display = ("name", "position", "company", "language", "consented_at")
    list_filter = ("language",)
    list_select_related = ("company",)
    search_fields = ("name", "company__name_zh", "company__name_en", "company__credit_code")
    autocomplete_fields = ("company",)
    own_fields = ("company",)
    fields = ("company", ("name", "position"), ("phone", "email"), "language", "consented_at")
