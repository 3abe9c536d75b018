"""The form of an indicator of the city."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Division
from events.forms.amounts import AmountForm
from matchmaking.figures.indicators import Said
from matchmaking.models import Indicator


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class IndicatorForm(AmountForm):
    """A published number, in yuan as people write it; ``corrects`` asks for a reason."""

    division = forms.ModelChoiceField(label=_("Division"), queryset=Division.objects.none())
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120)
    period_from = _day(_("From"))
    period_to = _day(_("To"))
    percent = forms.DecimalField(label=_("Year on year, %"), max_digits=7, decimal_places=2, required=False)
    source_zh = forms.CharField(label=_("Source (Chinese)"), max_length=200)
    source_en = forms.CharField(label=_("Source (English)"), max_length=200)
    reason = forms.CharField(label=_("Why is it corrected?"), max_length=500)
    field_order = (
        "division", "name_zh", "name_en", "period_from", "period_to", "amount", "amount_unit", "percent",
        "source_zh", "source_en", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, corrects: Indicator | None = None, **kwargs: Any) -> None:
        if corrects:
            kwargs.setdefault("initial", _initial(corrects))
        super().__init__(*args, **kwargs)
        places = Division.objects.current().served()
        division: Any = self.fields["division"]
        division.queryset = places if user.is_superuser else places.governed_by(user)
        self.fields["amount"].required = True
        unit: Any = self.fields["amount_unit"]
        unit.choices = [choice for choice in unit.choices if choice[0].startswith("CNY")]
        if corrects is None:
            del self.fields["reason"]

    def said(self) -> Said:
        """The number as the acts take it."""
        given = self.cleaned_data
        names = ("division", "name_zh", "name_en", "period_from", "period_to", "source_zh", "source_en")
        percent: Decimal | None = given["percent"]
        return Said(
            **{name: given[name] for name in names},
            value_cny=self.money.amount if self.money else Decimal(0),
            year_on_year=None if percent is None else percent / 100,
        )


def _initial(row: Indicator) -> dict[str, Any]:
    names = ("division", "name_zh", "name_en", "period_from", "period_to", "source_zh", "source_en")
    percent = None if row.year_on_year is None else row.year_on_year * 100
    first = {name: getattr(row, name) for name in names}
    return first | {"amount": f"{row.value_cny:,.2f}", "amount_unit": "CNY", "percent": percent}
