"""Forms of a company's own pages: profile, offerings, certificates, contacts and needs."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rendering import Combobox
from companies.models import Certification, Company, Contact, Offering, Representative, Sector, SourcingNeed
from companies.uploads import check_scan

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _decimal() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


def _check_named(form: forms.BaseForm, *names: str) -> None:
    """Put an error at the first of two names when neither is given."""
    if not any(form.cleaned_data.get(name) or name in form.errors for name in names):
        form.add_error(names[0], _("Give a name, in Chinese or in English."))


def _check_supplies_or_buys(form: forms.BaseForm) -> None:
    if not (form.cleaned_data.get("supplies") or form.cleaned_data.get("buys")):
        form.add_error("supplies", _("Say whether the company supplies, buys, or both."))


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
            "division": Combobox("choices:divisions"),
            "main_sector": Combobox("choices:sectors"),
            "nodes": forms.SelectMultiple(attrs={"size": 8}),
            "about_zh": forms.Textarea(attrs={"rows": 4}),
            "about_en": forms.Textarea(attrs={"rows": 4}),
            "revenue_cny": _decimal(),
            "assets_cny": _decimal(),
        }
        help_texts: ClassVar = {
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
        _check_named(self, "name_zh", "name_en")
        _check_supplies_or_buys(self)
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
            "division": Combobox("choices:divisions"),
            "main_sector": Combobox("choices:sectors"),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _check_named(self, "name_zh", "name_en")
        _check_supplies_or_buys(self)
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


class OfferingForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """A product or capability."""

    class Meta:
        model = Offering
        fields = (
            "name_zh",
            "name_en",
            "text",
            "node",
            "sector",
            "hs_heading",
            "yearly_capacity",
            "spare_capacity",
            "unit",
            "minimum_order",
            "lead_time_days",
        )
        widgets: ClassVar = {
            "node": Combobox("choices:nodes"),
            "sector": Combobox("choices:sectors"),
            "hs_heading": Combobox("choices:headings"),
            "text": forms.Textarea(attrs={"rows": 5}),
            "yearly_capacity": _decimal(),
            "spare_capacity": _decimal(),
            "minimum_order": _decimal(),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _check_named(self, "name_zh", "name_en")
        return cleaned


class CertificationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """A certificate, with its scan."""

    class Meta:
        model = Certification
        fields = ("scheme", "number", "issuer", "valid_until", "evidence")
        widgets: ClassVar = {"valid_until": DATE, "evidence": forms.FileInput}
        help_texts: ClassVar = {"evidence": _("PDF, JPEG or PNG, up to 15 MB. Only officials see it.")}

    def clean(self) -> dict[str, Any]:
        """A certificate stands once; the database demands the same."""
        cleaned = super().clean() or self.cleaned_data
        known = Certification.objects.filter(
            company=self.instance.company_id, scheme=cleaned.get("scheme"), number=cleaned.get("number", "")
        )
        if known.exclude(pk=self.instance.pk).exists():
            self.add_error("number", _("This certificate is already recorded."))
        return cleaned

    def clean_evidence(self) -> Any:
        """The scan; :raises ValidationError: not a PDF, JPEG or PNG, or too large."""
        scan = self.cleaned_data["evidence"]
        if scan and "evidence" in self.changed_data:
            check_scan(scan)
        return scan


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """A person whom counterparts may call."""

    consents = forms.BooleanField(
        label=_("This person agrees to be shown to counterparts after both sides accepted an introduction."),
        required=False,
    )

    class Meta:
        model = Contact
        fields = ("name", "position", "phone", "email", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["consents"] = self.instance.consented_at is not None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("phone") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("phone", _("Give a telephone number or an e-mail address."))
        return cleaned

    def save(self, commit: bool = True) -> Contact:
        """The moment of consent is kept; taking it back clears it."""
        if not self.cleaned_data["consents"]:
            self.instance.consented_at = None
        elif self.instance.consented_at is None:
            self.instance.consented_at = timezone.now()
        saved: Contact = super().save(commit)
        return saved


class NeedForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """What a buyer looks for, in the order in which one thinks of it."""

    class Meta:
        model = SourcingNeed
        fields = (
            "title_zh",
            "title_en",
            "text",
            "node",
            "sector",
            "hs_heading",
            "quantity",
            "unit",
            "target_price",
            "currency",
            "required_certifications",
            "place",
            "deliver_by",
            "answer_by",
            "payment_days",
            "decided_by",
            "visibility",
        )
        widgets: ClassVar = {
            "text": forms.Textarea(attrs={"rows": 6}),
            "node": Combobox("choices:nodes"),
            "sector": Combobox("choices:sectors"),
            "hs_heading": Combobox("choices:headings"),
            "place": Combobox("choices:divisions"),
            "required_certifications": forms.CheckboxSelectMultiple,
            "visibility": forms.RadioSelect,
            "deliver_by": DATE,
            "answer_by": DATE,
            "quantity": _decimal(),
            "target_price": _decimal(),
        }
        help_texts: ClassVar = {
            "title_zh": _("One language is enough; suppliers of both are found."),
            "required_certifications": _("Firms without them are left out; tick only what you insist on."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = Sector.objects.enabled()  # type: ignore[attr-defined]  # a choice of rows

    def clean_currency(self) -> str:
        """Three capital letters; :raises ValidationError: anything else."""
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if len(currency) != 3 or not currency.isalpha() or not currency.isascii():
            raise forms.ValidationError(_("Give the currency as three letters, such as CNY, USD or EUR."))
        return currency

    def clean_answer_by(self) -> Any:
        """A day that has not passed; :raises ValidationError: an earlier one."""
        day = self.cleaned_data["answer_by"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed; give suppliers time to answer."))
        return day
