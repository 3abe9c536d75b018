"""Forms on the page of a deal: the next stage, a change, a document, a link, a year's report."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.forms.amounts import AmountField
from companies.models import Division, IndustrialChain, SourcingNeed
from companies.money import UNITS
from events.deals.amending import DATES
from events.deals.evidence import ACCEPTED
from events.forms.amounts import amount_field, read_in
from events.models import Confirmation, Deal

Stage = Deal.Stage


def _day(label: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label or _("Day"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AdvanceForm(forms.Form):
    """One step to a later stage, with what that stage asks."""

    stage = forms.ChoiceField(choices=Stage.choices, widget=forms.HiddenInput)
    on = _day()
    amount = amount_field(_("Signed amount"))
    contract_reference = forms.CharField(label=_("Contract reference"), max_length=100, required=False)
    reason = forms.CharField(
        label=_("Reason of the termination"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, deal: Deal, stage: str, amount: str = "") -> None:
        super().__init__(data, auto_id=f"id_{stage}_%s", initial={"stage": stage, "amount": amount})
        self.deal = deal
        if stage not in {Stage.SIGNED, Stage.FRAMEWORK}:
            del self.fields["amount"], self.fields["contract_reference"]
        elif stage == Stage.FRAMEWORK:
            self.fields["amount"].label = _("Intention amount")
        else:
            self.fields["amount"].required = True
        if stage == Stage.TERMINATED:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given["amount"] = read_in(self.deal.currency, self, "amount")
        return given


class AmendForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """A change of what was recorded."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    currency = forms.ChoiceField(label=_("Currency"))
    intention_amount = amount_field(_("Intention amount"))
    signed_amount = amount_field(_("Signed amount"))

    class Meta:
        model = Deal
        fields = [
            "title_zh",
            "title_en",
            "quantity",
            "unit",
            "intention_amount",
            "signed_amount",
            "currency",
            *DATES,
            "need",
            "counting_chain",
            "counting_division",
            "contract_reference",
            "note",
        ]
        field_classes: ClassVar = {"quantity": AmountField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name in ("intention_amount", "signed_amount"):
            value = getattr(self.instance, name)
            self.initial[name] = "" if value is None else f"{value:,.2f}"
        currencies = sorted({unit.currency for unit in UNITS.values()} | {self.instance.currency})
        currency: Any = self.fields["currency"]
        currency.choices = [(code, code) for code in currencies]
        if not self.instance.signed_on:
            del self.fields["signed_amount"]
        for name in DATES:
            if getattr(self.instance, name) is None:
                del self.fields[name]
            else:
                self.fields[name] = _day(self.fields[name].label)
        need: Any = self.fields["need"]
        need.queryset = SourcingNeed.objects.filter(
            buyer=self.instance.buyer_id, state__in=SourcingNeed.PUBLISHED_STATES
        )
        chain: Any = self.fields["counting_chain"]
        chain.queryset = IndustrialChain.objects.of_the_city()
        division: Any = self.fields["counting_division"]
        division.queryset = Division.objects.current()
        self.fields["note"].widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        currency = given.get("currency") or self.instance.currency
        for name in ("intention_amount", "signed_amount"):
            if name in self.fields:
                given[name] = read_in(currency, self, name)
        return given

    def _post_clean(self) -> None:
        """The act checks the deal; the instance stays as it is."""


class EvidenceForm(forms.Form):
    """A supporting document."""

    file = forms.FileField(
        label=_("Supporting document"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text=_("PDF, JPEG, PNG, WebP or HEIC, up to 15 MB."),
    )


class InviteForm(forms.Form):
    """To whom the link for confirming goes."""

    side = forms.ChoiceField(choices=Confirmation.Side.choices, widget=forms.HiddenInput)
    channel = forms.ChoiceField(choices=Confirmation.Channel.choices, required=False)
    to = forms.EmailField(label=_("E-mail"), required=False)


class ReportForm(forms.Form):
    """What came of a deal in a year."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)
    ordered = amount_field(_("Order amount"))
    fulfilled = amount_field(_("Fulfilled amount"))
    new_output = amount_field(_("New output value"))
    note = forms.CharField(label=_("Note"), max_length=2000, required=False)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal
        self.fields["year"].initial = timezone.localdate().year

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in ("ordered", "fulfilled", "new_output"):
            given[name] = read_in(self.deal.currency, self, name)
        return given


class AnswerForm(forms.Form):
    """The answer to a link for confirming."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Confirmation.Answer.CONFIRMED, _("Yes, these values are true")),
            (Confirmation.Answer.CONTESTED, _("No, something is wrong")),
            (Confirmation.Answer.NOT_ME, _("I am not the right person")),
        ],
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    comment = forms.CharField(
        label=_("What is wrong, or who should be asked"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
