"""A form field for numbers as people write them, and the sentences with which an amount is refused."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from companies.money import LONGEST, AmountRefused, Problem, Unit, parse

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES = {
    Problem.EMPTY: _("Give an amount."),
    Problem.UNREADABLE: _("This is not an amount. Write for example 2,000,000 or 1.5亿 or 39.3 bn."),
    Problem.NEGATIVE: _("An amount cannot be negative."),
    Problem.TOO_PRECISE: _("An amount has at most two decimals."),
    Problem.TOO_LARGE: _("This amount is larger than any deal."),
    Problem.UNIT_TWICE: _("Say the scale once: in the amount or in the unit."),
    Problem.OTHER_CURRENCY: _("The amount names another currency than its unit."),
}
NUMBER_ONLY = _("Write the number without a currency.")


class AmountField(forms.DecimalField):
    """A decimal as people write it: 1.5亿, 950万, 2,000,000 or full-width digits; exact or refused.

    ``currency`` may be named beside the number; where it is empty, the currency has a field of its own.
    """

    widget = forms.TextInput

    def __init__(self, *, currency: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # whole numbers only for the checker
        """:raises ValidationError: it cannot be kept exactly; the sentence says what to do."""
        if value in self.empty_values or not str(value).strip():
            return None
        places = 2 if self.decimal_places is None else self.decimal_places
        try:
            amount = parse(str(value), Unit("", self.currency), places).amount
        except AmountRefused as refused:
            raise forms.ValidationError(self._sentence(refused.problem), code=refused.problem) from refused
        if self.max_digits and amount >= Decimal(10) ** (self.max_digits - places):
            raise forms.ValidationError(SENTENCES[Problem.TOO_LARGE], code=Problem.TOO_LARGE)
        return amount

    def _sentence(self, problem: Problem) -> "str | _StrPromise":
        if problem == Problem.TOO_PRECISE and self.decimal_places not in {None, 2}:
            places = self.decimal_places or 0
            return ngettext("At most %(places)s decimal.", "At most %(places)s decimals.", places) % {
                "places": places
            }
        if problem == Problem.OTHER_CURRENCY and not self.currency:
            return NUMBER_ONLY
        return SENTENCES[problem]

    def widget_attrs(self, widget: forms.Widget) -> Any:
        """Room for what people write; no step and no limits, which a field for bare digits would have."""
        return {"maxlength": LONGEST, "autocomplete": "off"}


class YuanField(AmountField):
    """An amount in yuan."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(currency="CNY", **kwargs)
