"""Forms with which a company comes to an event and says whom it wants to meet."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company, SourcingNeed
from events.forms.attending import offer_sessions
from events.models import DockingEvent, MeetingWish, Registration, Session
from events.registration import Person


class RegisterForm(forms.Form):
    """Which of the person's companies comes, on which side, with which needs."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=Company.objects.none(), empty_label=None)
    side = forms.ChoiceField(
        label=_("You come as"),
        choices=Registration.Side.choices,
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    needs = forms.ModelMultipleChoiceField(
        label=_("Needs to show"),
        queryset=SourcingNeed.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Suppliers at the event see them beside your name."),
    )

    sessions = forms.ModelMultipleChoiceField(
        label=_("Sessions"),
        queryset=Session.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )

    def __init__(
        self, *args: Any, companies: Any, event: DockingEvent, wanted: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_sessions(self, event)
        company: Any = self.fields["company"]
        company.queryset = companies
        company.initial = companies.filter(pk=wanted).first() or companies.first()
        needs: Any = self.fields["needs"]
        needs.queryset = (
            SourcingNeed.objects.open()
            .filter(buyer__in=companies.values("pk"))
            .exclude(visibility=SourcingNeed.Visibility.ANONYMOUS)
        )
        if not needs.queryset.exists():
            del self.fields["needs"]
        first = company.initial
        self.fields["side"].initial = "buyer" if first and first.buys and not first.supplies else "supplier"


class DelegateForm(forms.Form):
    """A person whom the company sends."""

    name = forms.CharField(label=_("Name"), max_length=100)
    position = forms.CharField(label=_("Position"), max_length=100, required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices, initial=get_language)

    def has_changed(self) -> bool:
        """A row in which only the language was chosen is an empty row."""
        return bool(set(self.changed_data) - {"language"})

    def person(self) -> Person:
        """The delegate as the act takes it."""
        return Person(**self.cleaned_data)


DelegateFormSet = forms.formset_factory(DelegateForm, extra=1, max_num=5, validate_max=True)


class WishForm(forms.Form):
    """What a firm says about meeting another one; empty takes the wish back."""

    other = forms.ModelChoiceField(queryset=Registration.objects.none())
    strength = forms.ChoiceField(choices=[("", _("no wish")), *MeetingWish.Strength.choices], required=False)

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = others
