"""Forms of what belongs to a company: offerings, certificates and contacts."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rendering import Combobox
from companies.forms.amounts import AmountField
from companies.forms.fields import DATE, check_named
from companies.models import Certification, Contact, Offering
from companies.uploads import check_scan


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
        }
        field_classes: ClassVar = dict.fromkeys(
            ("yearly_capacity", "spare_capacity", "minimum_order"), AmountField
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        check_named(self, "name_zh", "name_en")
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
