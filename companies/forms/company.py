"""Forms of a company: its profile, a new one, and asking to act for one."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rendering import Combobox, CountryBox
from companies.forms.amounts import YuanField
from companies.forms.fields import check_named, check_supplies_or_buys
from companies.models import Company, Representative


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """What a company says of itself."""

    brands = forms.CharField(
        label=_("Brands"), required=False, help_text=_("Separated by commas."), max_length=500
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    trade_formats = forms.MultipleChoiceField(
        label=_("Trade formats"),
        required=False,
        choices=Company.TradeFormat.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Company
        fields = (
            "name_zh",
            "name_en",
            "country",
            "credit_code",
            "registration_number",
            "brands",
            "about_zh",
            "about_en",
            "website",
            "supplies",
            "buys",
            "division",
            "main_sector",
            "nodes",
            "employees",
            "revenue_cny",
            "assets_cny",
            "figures_year",
            "trade_formats",
        )
        widgets: ClassVar = {
            "country": CountryBox(),
            "division": Combobox("choices:divisions"),
            "main_sector": Combobox("choices:sectors"),
            "nodes": forms.SelectMultiple(attrs={"size": 8}),
            "about_zh": forms.Textarea(attrs={"rows": 4}),
            "about_en": forms.Textarea(attrs={"rows": 4}),
        }
        field_classes: ClassVar = {"revenue_cny": YuanField, "assets_cny": YuanField}
        help_texts: ClassVar = {
            "country": "",
            "employees": _("With the revenue it gives the size class; only the class is shown to others."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["brands"] = ", ".join(self.instance.brands)
        self.fields["nodes"].queryset = self.fields["nodes"].queryset.select_related("chain")  # type: ignore[attr-defined]  # a choice of rows
        self.fields["nodes"].label_from_instance = lambda node: f"{node.chain} · {node}"  # type: ignore[attr-defined]  # the same
        is_identified = bool(self.instance.credit_code or self.instance.registration_number)
        for name in ("country", "credit_code", "registration_number"):
            self.fields[name].disabled = is_identified

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        check_named(self, "name_zh", "name_en")
        check_supplies_or_buys(self)
        return cleaned

    def clean_brands(self) -> list[str]:
        """The brands as a list; :raises ValidationError: one is too long."""
        names = [name.strip() for name in self.cleaned_data["brands"].replace("，", ",").split(",")]
        if any(len(name) > 60 for name in names):
            raise forms.ValidationError(_("A brand has at most 60 characters; separate brands by commas."))
        return [name for name in names if name]

    def save(self, commit: bool = True) -> Company:
        """Saving the profile confirms it today."""
        self.instance.profile_confirmed_on = timezone.localdate()
        saved: Company = super().save(commit)
        return saved


class NewCompanyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """A company that is not in the directory yet."""

    class Meta:
        model = Company
        fields = (
            "name_zh",
            "name_en",
            "country",
            "credit_code",
            "registration_number",
            "supplies",
            "buys",
            "division",
            "main_sector",
        )
        widgets: ClassVar = {
            "country": CountryBox(),
            "division": Combobox("choices:divisions"),
            "main_sector": Combobox("choices:sectors"),
        }
        help_texts: ClassVar = {"country": ""}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        check_named(self, "name_zh", "name_en")
        check_supplies_or_buys(self)
        return cleaned


class ClaimForm(forms.Form):
    """Asking to act for a company of the directory."""

    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Company.objects.none(), widget=Combobox("choices:companies")
    )
    role = forms.ChoiceField(label=_("Your role"), choices=Representative.Role.choices)
    reason = forms.CharField(
        label=_("How can the office check that?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example your position and a telephone number of the company."),
    )

    def __init__(self, *args: Any, companies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = companies  # type: ignore[attr-defined]  # a choice of rows
