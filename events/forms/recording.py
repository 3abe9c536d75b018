"""Forms with which a deal is recorded, at the desk and on the floor."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rendering import Combobox
from companies.forms.amounts import SENTENCES, AmountField
from companies.models import Company, Division, IndustrialChain, SourcingNeed
from events.deals.duplicates import Asked, Likely, likely
from events.deals.evidence import ACCEPTED, EvidenceRefused, checked, digest_of
from events.deals.recording import RECORDED_STAGES
from events.forms.amounts import AmountForm
from events.models import Deal, DockingEvent


def in_title_column(title: str) -> dict[str, str]:
    """The title under the column of its script: Chinese where it has a Chinese character."""
    chinese = any("㐀" <= character <= "鿿" for character in title)
    return {"title_zh": title, "title_en": ""} if chinese else {"title_zh": "", "title_en": title}


class DealForm(AmountForm):
    """What every recording asks; ``likely`` holds deals that may be the same until the person denies it."""

    buyer = forms.ModelChoiceField(
        label=_("Buyer"), queryset=Company.objects.none(), widget=Combobox("choices:buyers")
    )
    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Company.objects.none(), widget=Combobox("choices:suppliers")
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[(stage.value, stage.label) for stage in RECORDED_STAGES],
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    title = forms.CharField(label=_("Project"), max_length=300)
    on = forms.DateField(
        label=_("Day"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    quantity = AmountField(label=_("Quantity"), max_digits=16, decimal_places=2, required=False)
    unit = forms.CharField(label=_("Unit of the quantity"), max_length=20, required=False)
    document = forms.FileField(
        label=_("Signed page or contract"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text=_("PDF, JPEG, PNG, WebP or HEIC, up to 15 MB."),
    )
    note = forms.CharField(
        label=_("Note"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    is_another = forms.BooleanField(
        label=_("I looked: this is another deal"), required=False, widget=forms.CheckboxInput
    )
    likely: list[Likely]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.likely = []
        visible = Company.objects.visible_to(user).current().order_by("pk")
        self._choose("buyer", visible.buyers())
        self._choose("supplier", visible.suppliers())

    def _choose(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def clean_document(self) -> Any:
        """The file, known by its content, before the deal is recorded."""
        file = self.cleaned_data["document"]
        if file:
            try:
                checked(file)
            except EvidenceRefused as refused:
                raise forms.ValidationError(str(refused)) from refused
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        needed = ("buyer", "supplier", "on")
        is_new = not Deal.objects.filter(idempotency_key=given.get("key")).exists()
        if is_new and not given.get("is_another") and all(given.get(name) for name in needed):
            self.likely = likely(self.asked(given))
            if self.likely and not self.errors:
                self.add_error(
                    "is_another", _("This may be recorded already: look at the list, then say so here.")
                )
        return given

    def asked(self, given: dict[str, Any]) -> Asked:
        """What the ledger is compared with."""
        file = given.get("document")
        return Asked(
            buyer=given["buyer"],
            supplier=given["supplier"],
            on=given["on"],
            amount=self.money.amount if self.money else None,
            currency=self.money.currency if self.money else "CNY",
            contract_reference=given.get("contract_reference") or "",
            documents=frozenset({digest_of(file)} if file else ()),
            **in_title_column(given.get("title") or ""),
        )

    def values(self) -> dict[str, Any]:
        """Keywords for ``record``."""
        given = self.cleaned_data
        return in_title_column(given["title"]) | {
            "buyer": given["buyer"],
            "supplier": given["supplier"],
            "stage": given["stage"],
            "on": given["on"],
            "amount": self.money.amount if self.money else None,
            "currency": self.money.currency if self.money else "CNY",
            "quantity": given["quantity"],
            "unit": given["unit"],
            "note": given["note"],
            "key": given["key"],
        }


class DeskDealForm(DealForm):
    """Recording at the desk: also the event, the need, and where the deal counts."""

    event = forms.ModelChoiceField(
        label=_("Event"), queryset=DockingEvent.objects.none(), required=False, widget=Combobox()
    )
    need = forms.ModelChoiceField(
        label=_("Need"), queryset=SourcingNeed.objects.none(), required=False, widget=Combobox()
    )
    contract_reference = forms.CharField(label=_("Contract reference"), max_length=100, required=False)
    counting_chain = forms.ModelChoiceField(
        label=_("Counting chain"),
        queryset=IndustrialChain.objects.of_the_city(),
        required=False,
        widget=Combobox(),
        help_text=_("Empty: the chain of the need, else of the supplier, else of the event."),
    )
    counting_division = forms.ModelChoiceField(
        label=_("Counting division"),
        queryset=Division.objects.current(),
        required=False,
        widget=Combobox("choices:divisions"),
        help_text=_("Empty: the division of the supplier, else of the buyer, else the event's host."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self._choose("event", DockingEvent.objects.visible_to(user).order_by("-starts_on"))
        needs = SourcingNeed.objects.visible_to(user).filter(state__in=SourcingNeed.PUBLISHED_STATES)
        buyer = self.data.get("buyer") if self.is_bound else self.initial.get("buyer")
        key = getattr(buyer, "pk", buyer)
        known = str(key).isdecimal() and len(str(key)) < 19
        self._choose("need", needs.filter(buyer=key) if known else needs.none())
        if not key:
            del self.fields["need"]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("event", "need", "contract_reference", "counting_chain", "counting_division")
        return super().values() | {name: given[name] for name in names if name in given}


class FloorDealForm(DealForm):
    """Recording in the hall: few fields, the day is today."""

    sentences = tuple((problem.value, sentence) for problem, sentence in SENTENCES.items())
    """What is wrong with an amount, for the script that says it without the server."""

    def __init__(self, *args: Any, event: DockingEvent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("quantity", "unit"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        for name in [each for each in self.fields["amount"].widget.attrs if each.startswith("hx-")]:
            del self.fields["amount"].widget.attrs[name]  # said back by static/js/floor/amount.js
        self.fields["document"].widget.attrs["capture"] = "environment"
        self.fields["note"].widget.attrs["rows"] = 2
        registered = event.registrations.confirmed()
        for side in ("buyer", "supplier"):
            self.fields[side].widget = Combobox()
            firms = registered.filter(side=side).values("company_id")
            self._choose(side, Company.objects.current().filter(pk__in=firms).order_by("pk"))
