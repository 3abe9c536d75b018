"""Forms of what comes after the signature: an answer, a problem and its solution, a visit."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rendering import Combobox
from companies.models import Company, Posting
from events.aftercare.following import Said, years_of
from events.aftercare.problems import DAYS_TO_SOLVE
from events.forms.amounts import amount_field, read_in
from events.models import Deal, FollowUp, Problem, Visit


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def _words(label: Any, *, required: bool = True, longest: int = 2000, **options: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=longest, required=required, widget=area, **options)


def deadline_by_default() -> dt.date:
    """Two weeks from today."""
    return timezone.localdate() + dt.timedelta(days=DAYS_TO_SOLVE)


class FollowUpForm(forms.Form):
    """What came of a deal so far; every field may stay empty, but not all of them."""

    year = forms.TypedChoiceField(label=_("The amounts are of the year"), coerce=int)
    ordered = amount_field(_("Ordered in that year"))
    delivered = amount_field(_("Delivered in that year"))
    new_output = amount_field(_("New output value of the year"))
    payment = forms.ChoiceField(
        label=_("Did the buyer pay on time?"),
        choices=FollowUp.Payment.choices,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    stuck = _words(
        _("What is stuck?"), required=False, help_text=_("Whatever stands here goes to an official to solve.")
    )

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal = deal
        year: Any = self.fields["year"]
        year.choices = [(each, str(each)) for each in years_of(deal)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in ("ordered", "delivered", "new_output"):
            given[name] = read_in(self.deal.currency, self, name)
        return given

    def said(self) -> Said:
        """The answer as the act takes it."""
        return Said(**{name: self.cleaned_data[name] for name in self.fields})


class AskForm(forms.Form):
    """To whom a link goes; without an address only on the spot."""

    to = forms.EmailField(label=_("E-mail"), required=False)
    on_the_spot = forms.BooleanField(required=False)


class ProblemForm(forms.Form):
    """A problem as the firm or an organiser notes it."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=Company.objects.none(), empty_label=None)
    subject = forms.ChoiceField(label=_("Subject"), choices=Problem.Subject.choices)
    text = _words(_("What is the problem?"))

    def __init__(self, *args: Any, companies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company: Any = self.fields["company"]
        company.queryset = companies


def officials() -> Any:
    """Whoever holds a posting as an official today, and the city office."""
    posted = Posting.objects.active().officials().values("user_id")
    people = User.objects.filter(is_active=True)
    return (people.filter(pk__in=posted) | people.filter(is_superuser=True)).order_by("name", "pk")


class AssignForm(forms.Form):
    """Who solves a problem, and until when."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), widget=Combobox())
    deadline = _day(_("Deadline"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = officials()


class OfficeProblemForm(AssignForm):
    """A problem as an official notes it; without an owner the office of the chain gets it."""

    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Company.objects.none(), widget=Combobox("choices:companies")
    )
    subject = forms.ChoiceField(label=_("Subject"), choices=Problem.Subject.choices)
    text = _words(_("What is the problem?"))
    field_order = ("company", "subject", "text", "owner", "deadline")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company: Any = self.fields["company"]
        company.queryset = Company.objects.current().overseen_by(user).order_by("pk")
        self.fields["owner"].required = False
        self.fields["deadline"].initial = deadline_by_default


class ProposalForm(forms.Form):
    """How a problem is solved."""

    text = _words(_("What was done?"))


class ClosingForm(forms.Form):
    """The firm's answer to a proposal."""

    answer = forms.ChoiceField(
        label=_("Is the problem solved?"),
        choices=[("accept", _("Yes, it is solved")), ("reopen", _("No, something is still open"))],
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    comment = _words(_("What is still open?"), required=False)


class VisitForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """A visit of an official to a firm."""

    class Meta:
        model = Visit
        fields = ["company", "visited_on", "visitor", "purpose", "note"]
        widgets = {
            "company": Combobox("choices:companies"),
            "visitor": Combobox(),
            "visited_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"note": _("For officials only; the firm does not see it.")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["company"], self.fields["visited_on"], self.fields["visitor"]
            return
        company: Any = self.fields["company"]
        company.queryset = Company.objects.current().overseen_by(user).order_by("pk")
        visitor: Any = self.fields["visitor"]
        visitor.queryset = officials()
        self.initial.setdefault("visitor", user.pk)
        self.initial.setdefault("visited_on", timezone.localdate())

    def _post_clean(self) -> None:
        """The act checks the visit; the instance stays as it is."""
