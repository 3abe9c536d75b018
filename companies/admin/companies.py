"""Companies: looked up, corrected, verified, archived and merged."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_acts import AdminAct
from accounts.scoped_admin import ScopedInline
from companies import archiving, verification
from companies.admin.duties import OfficialAdmin
from companies.admin.merging import merge_companies
from companies.models import (
    Certification,
    Company,
    Contact,
    Division,
    IndustrialChain,
    Offering,
    Representative,
)


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """A company that stays within the reach of whoever saves it."""

    trade_formats = forms.MultipleChoiceField(
        label=_("Trade formats"),
        choices=Company.TradeFormat,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    brands = SimpleArrayField(
        forms.CharField(max_length=60),
        label=_("Brands"),
        required=False,
        help_text=_("Separate brands with commas."),
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    user: Any = None
    """Whoever saves; the admin class sets it."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "division" not in self.fields or "nodes" not in self.fields:
            return cleaned
        if not _within_reach(self.user, cleaned.get("division"), cleaned.get("nodes") or []):
            raise ValidationError(_("Choose a division that you answer for, or a place in a chain of yours."))
        return cleaned


def _within_reach(user: Any, division: Division | None, nodes: Any) -> bool:
    """Whether a company of that division on those nodes is one that the person oversees."""
    if user.is_superuser:
        return True
    if division and Division.objects.governed_by(user).filter(pk=division.pk).exists():
        return True
    led = IndustrialChain.objects.led_by(user)
    if led.filter(nodes__in=nodes).exists():
        return True
    based_on_them = led.filter(based_on__nodes__in=nodes).values_list("owner__path", flat=True)
    return division is not None and any(division.path.startswith(path) for path in based_on_them)


class RepresentativeInline(ScopedInline):
    """Read here, approved in their own list."""

    model = Representative
    may_add = may_change = False
    fields = ("user", "role", "state", "created_at")
    readonly_fields = ("created_at",)
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")


class ContactInline(ScopedInline):
    model = Contact
    may_delete = True
    fields = ("name", "position", "phone", "email", "language", "consented_at")


class CertificationInline(ScopedInline):
    """Read here; added and verified in their own list."""

    model = Certification
    may_add = may_change = False
    fields = ("scheme", "valid_until", "verified_at")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("scheme")


class OfferingInline(ScopedInline):
    """Read here; changed in their own list, where there is room."""

    model = Offering
    may_add = may_change = False
    fields = ("name_zh", "name_en", "sector", "node")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("sector", "node")


@admin.register(Company)
class CompanyAdmin(OfficialAdmin):
    form = CompanyForm
    list_display = ("__str__", "credit_code", "division", "size_class", "tier", "verification", "archived_at")
    list_filter = (
        "verification",
        "size_class",
        "tier",
        "supplies",
        "buys",
        ("archived_at", admin.EmptyFieldListFilter),
        "division",
    )
    list_select_related = ("division",)
    search_fields = ("name_zh", "name_en", "credit_code", "registration_number", "brands")
    ordering = ("-pk",)
    autocomplete_fields = ("division", "parent", "main_sector", "other_sectors", "nodes")
    private_fields = (
        "employees",
        "revenue_cny",
        "assets_cny",
        "figures_year",
        "verified_by",
        "verified_at",
        "verification_reason",
        "registration_number",
    )
    readonly_fields = (
        "size_class",
        "size_rule",
        "verification",
        "verified_by",
        "verified_at",
        "verification_reason",
        "is_invented",
        "archived_at",
        "merged_into",
        "created_at",
        "updated_at",
    )
    inlines = (RepresentativeInline, ContactInline, CertificationInline, OfferingInline)
    actions = (merge_companies,)
    fieldsets = (
        (None, {"fields": (("name_zh", "name_en"), "brands", "about_zh", "about_en", "website")}),
        (_("Registration"), {"fields": ("credit_code", ("country", "registration_number"), "is_invented")}),
        (
            _("Place in the chain"),
            {
                "fields": (
                    ("supplies", "buys"),
                    "division",
                    "parent",
                    "main_sector",
                    "other_sectors",
                    "nodes",
                    "trade_formats",
                )
            },
        ),
        (
            _("Size"),
            {
                "fields": (
                    ("employees", "figures_year"),
                    ("revenue_cny", "assets_cny"),
                    ("size_class", "size_rule"),
                    "tier",
                )
            },
        ),
        (
            _("State"),
            {
                "fields": (
                    "verification",
                    ("verified_by", "verified_at"),
                    "verification_reason",
                    "profile_confirmed_on",
                    ("archived_at", "merged_into"),
                    ("created_at", "updated_at"),
                )
            },
        ),
    )
    acts = (
        AdminAct(
            "verify_company",
            _("Verify"),
            lambda row, by, reason: verification.verify(row, by=by, reason=reason),
            fits=lambda row: row.archived_at is None and row.verification != Company.Verification.VERIFIED,
        ),
        AdminAct(
            "refuse_company",
            _("Refuse"),
            lambda row, by, reason: verification.refuse(row, by=by, reason=reason),
            asks_reason=True,
            fits=lambda row: row.archived_at is None and row.verification != Company.Verification.REFUSED,
        ),
        AdminAct(
            "archive_company",
            _("Archive"),
            lambda row, by, reason: archiving.archive(row, by=by, reason=reason),
            asks_reason=True,
            fits=lambda row: row.archived_at is None,
        ),
        AdminAct(
            "restore_company",
            _("Restore"),
            lambda row, by, reason: archiving.restore(row, by=by, reason=reason),
            asks_reason=True,
            fits=lambda row: row.archived_at is not None and row.merged_into_id is None,
        ),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user  # type: ignore[attr-defined]  # CompanyForm has it
        return form
