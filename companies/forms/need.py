"""The form of a need."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rendering import Combobox, SearchedChecks
from companies.forms.amounts import AmountField
from companies.forms.fields import DATE
from companies.forms.sections import Sectioned
from companies.models import Sector, SourcingNeed


class NeedForm(Sectioned, forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """What a buyer looks for, in the order in which one thinks of it."""

    SECTIONS = (
        (_("What you need"), ("title_zh", "title_en", "text"), False),
        (_("How much, until when"), ("quantity", "unit", "deliver_by", "answer_by"), False),
        (_("Certificates you insist on"), ("required_certifications",), True),
        (_("Where it belongs in the chain"), ("node", "sector", "hs_heading"), True),
        (
            _("Price, payment and place"),
            ("target_price", "currency", "payment_days", "place", "decided_by"),
            True,
        ),
        (_("Who may see it"), ("visibility",), False),
    )

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
            "required_certifications": SearchedChecks,
            "visibility": forms.RadioSelect,
            "deliver_by": DATE,
            "answer_by": DATE,
        }
        field_classes: ClassVar = {"quantity": AmountField, "target_price": AmountField}
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
