"""Amounts in forms, as people write them: exact, or refused with a sentence that says what to do."""

from decimal import Decimal

import pytest
from django import forms

from companies.forms.amounts import AmountField, YuanField
from companies.forms.belongings import OfferingForm
from companies.forms.company import ProfileForm
from companies.forms.need import NeedForm

PRICE = AmountField(max_digits=16, decimal_places=4, required=False)
REVENUE = YuanField(max_digits=18, decimal_places=2, required=False)


@pytest.mark.parametrize(
    ("field", "text", "amount"),
    [
        (PRICE, "0.0125", "0.0125"),
        (PRICE, "12,000", "12000"),
        (PRICE, "１２．５", "12.5"),
        (REVENUE, "1.5亿", "150000000"),
        (REVENUE, "950 万", "9500000"),
        (REVENUE, "39.3 bn", "39300000000"),
        (REVENUE, "￥２，０００", "2000"),
    ],
)
def test_an_amount_is_read_exactly(field: AmountField, text: str, amount: str) -> None:
    assert field.clean(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "  ", None])
def test_nothing_written_is_no_amount(text: str | None) -> None:
    assert PRICE.clean(text) is None


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (REVENUE, "NaN", "This is not an amount. Write for example 2,000,000 or 1.5亿 or 39.3 bn."),
        (REVENUE, "1e400", "This is not an amount. Write for example 2,000,000 or 1.5亿 or 39.3 bn."),
        (REVENUE, "9" * 1000, "This is not an amount. Write for example 2,000,000 or 1.5亿 or 39.3 bn."),
        (REVENUE, "-1", "An amount cannot be negative."),
        (REVENUE, "0.001", "An amount has at most two decimals."),
        (REVENUE, "10,000,000,000,000,000", "This amount is larger than any deal."),
        (REVENUE, "$12", "The amount names another currency than its unit."),
        (PRICE, "$12", "Write the number without a currency."),
        (PRICE, "0.00001", "At most 4 decimals."),
        (PRICE, "1万亿", "This amount is larger than any deal."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(field: AmountField, text: str, sentence: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(text)
    assert refused.value.messages == [sentence]


@pytest.mark.parametrize("form", [NeedForm, ProfileForm, OfferingForm])
def test_no_form_reads_a_decimal_in_another_way(form: type[forms.ModelForm]) -> None:  # type: ignore[type-arg]  # generic only for the checker
    decimals = [field for field in form.base_fields.values() if isinstance(field, forms.DecimalField)]
    assert [type(field) for field in decimals if not isinstance(field, AmountField)] == []
