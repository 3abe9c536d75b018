"""What companies offer, and the certificates that they hold."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_acts import AdminAct
from companies import verification
from companies.admin.duties import OfficialAdmin
from companies.models import Certification, Offering


@admin.register(Offering)
class OfferingAdmin(OfficialAdmin):
    list_display = ("__str__", "company", "sector", "node", "updated_at")
    list_filter = ("node__chain",)
    list_select_related = ("company", "sector", "node")
    search_fields = ("name_zh", "name_en", "company__name_zh", "company__name_en", "company__credit_code")
    autocomplete_fields = ("company", "sector", "node", "hs_heading")
    own_fields = ("company",)
    readonly_fields = ("created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("company", ("name_zh", "name_en"), "text")}),
        (_("Place in the chain"), {"fields": ("sector", "node", "hs_heading")}),
        (
            _("Capacity"),
            {"fields": (("yearly_capacity", "spare_capacity", "unit"), ("minimum_order", "lead_time_days"))},
        ),
        (_("Dates"), {"fields": ("archived_at", "created_at", "updated_at")}),
    )


@admin.register(Certification)
class CertificationAdmin(OfficialAdmin):
    list_display = ("scheme", "number", "company", "issuer", "valid_until", "verified_at")
    list_filter = ("scheme",)
    list_select_related = ("scheme", "company", "verified_by")
    search_fields = ("number", "company__name_zh", "company__name_en", "scheme__name_zh", "scheme__name_en")
    autocomplete_fields = ("company", "scheme")
    own_fields = ("company",)
    private_fields = ("evidence", "number", "verified_by")
    readonly_fields = ("verified_by", "verified_at")
    date_hierarchy = "valid_until"
    fields = (
        "company",
        "scheme",
        ("number", "issuer"),
        "valid_until",
        "evidence",
        ("verified_by", "verified_at"),
    )
    acts = (
        AdminAct(
            "verify_certificate",
            _("Verify the certificate"),
            lambda row, by, _reason: verification.verify_certificate(row, by=by),
            fits=lambda row: row.verified_at is None,
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Certification | None = None) -> Any:
        """What was compared with the original stays as it was compared."""
        fixed = ("company", "scheme", "number", "issuer", "valid_until", "evidence")
        own = super().get_readonly_fields(request, obj)
        return (*own, *fixed) if obj and obj.verified_at else own
