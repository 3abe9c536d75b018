"""What the hall asks for beside deals: who walks in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.rendering import Combobox
from companies import credit_code
from companies.models import Company
from events.models import Registration
from events.registration import Person
from events.walking_in import Newcomer


class WalkInForm(forms.Form):
    """A firm of the directory, or the name of a new one."""

    company = forms.ModelChoiceField(
        label=_("Firm of the directory"),
        queryset=Company.objects.none(),
        widget=Combobox("choices:companies"),
        required=False,
    )
    name = forms.CharField(
        label=_("Or the name of a new firm"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Officials verify it later; it takes part today."),
    )
    side = forms.ChoiceField(
        label=_("It comes as"),
        choices=Registration.Side.choices,
        initial=Registration.Side.SUPPLIER,
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    credit_code = forms.CharField(label=_("Unified social credit code"), max_length=40, required=False)
    person = forms.CharField(label=_("Who comes"), max_length=100, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    is_another = forms.BooleanField(
        label=_("Another firm of the same name"), required=False, widget=forms.CheckboxInput
    )

    def __init__(self, *args: Any, companies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["company"]
        field.queryset = companies

    def clean_credit_code(self) -> str:
        """Empty, or a code whose check digit is right."""
        code = credit_code.normalise(self.cleaned_data["credit_code"])
        if code and not credit_code.is_valid(code):
            raise forms.ValidationError(
                _("This is not a credit code: check its eighteen characters, or leave it empty.")
            )
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("company")) == bool(given.get("name", "").strip()):
            self.add_error("name", _("Choose a firm of the directory, or write the name of a new one."))
        return given

    def firm(self) -> Company | Newcomer:
        given = self.cleaned_data
        chosen: Company | None = given["company"]
        return chosen or Newcomer(given["name"], given["credit_code"], is_another=given["is_another"])

    def delegate(self) -> Person | None:
        given = self.cleaned_data
        return Person(given["person"], phone=given["phone"]) if given["person"] else None
