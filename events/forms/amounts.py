"""Form fields for an amount of money: the number as people write it, and the unit it is written in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from companies.forms.amounts import SENTENCES
from companies.money import LONGEST, UNITS, AmountRefused, Money, Unit, parse

UNIT_LABELS = {
    "CNY": _("yuan"),
    "CNY-10K": _("10,000 yuan"),
    "CNY-100M": _("100 million yuan"),
    "USD": _("US dollars"),
    "USD-10K": _("10,000 US dollars"),
    "EUR": _("euros"),
    "GBP": _("pounds sterling"),
    "HKD": _("Hong Kong dollars"),
    "JPY": _("yen"),
}


def read(text: str, unit: str) -> Money:
    """The amount that was written in a unit of ``UNITS``.

    :raises forms.ValidationError: it cannot be read exactly; the sentence says what to do.
    """
    try:
        return parse(text, UNITS.get(unit, UNITS["CNY"]))
    except AmountRefused as refused:
        raise forms.ValidationError(SENTENCES[refused.problem], code=refused.problem) from refused


def amount_field(label: Any) -> forms.CharField:
    """A field for an amount in the deal's own currency, as people write it; ``read`` makes money of it."""
    return forms.CharField(
        label=label, max_length=LONGEST, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def read_in(currency: str, form: forms.BaseForm, name: str) -> Decimal | None:
    """The amount in a field of a bound form, in that currency; None where it is empty or refused."""
    text = form.cleaned_data.get(name)
    if not text:
        return None
    try:
        return parse(text, Unit(currency, currency)).amount
    except AmountRefused as refused:
        form.add_error(name, forms.ValidationError(SENTENCES[refused.problem], code=refused.problem))
        return None


class AmountForm(forms.Form):
    """An amount with its unit; ``money`` is None where it was left empty."""

    amount = forms.CharField(
        label=_("Amount"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "placeholder": _("2,000,000 or 1.5亿 or 39.3 bn"),
                "hx-get": reverse_lazy("deals:amount-in-words"),
                "hx-trigger": "input changed delay:250ms, change from:#id_amount_unit",
                "hx-include": "#id_amount_unit",
                "hx-target": "#amount-in-words",
            }
        ),
    )
    amount_unit = forms.ChoiceField(label=_("Unit"), choices=list(UNIT_LABELS.items()))
    money: Money | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("amount"):
            try:
                self.money = read(given["amount"], given.get("amount_unit", "CNY"))
            except forms.ValidationError as refused:
                self.add_error("amount", refused)
        return given
