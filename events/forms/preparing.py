"""Forms with which an organiser sets up an event and its sessions."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rendering import Combobox, CountryBox
from companies.forms.fields import DATE
from companies.models import Division, IndustrialChain
from events.models import DockingEvent, Session
from events.preparing import Plan, chains_for, hosts_for
from events.sessions import Hours

TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class EventForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """Everything that is said of an event; empty names and days are refused."""

    class Meta:
        model = DockingEvent
        fields = (
            "name_zh",
            "name_en",
            "kind",
            "series",
            "starts_on",
            "ends_on",
            "host",
            "venue_zh",
            "venue_en",
            "country",
            "language",
            "chains",
            "about_zh",
            "about_en",
            "capacity",
            "asks_approval",
            "meeting_limit",
            "answer_hours",
        )
        widgets: ClassVar = {
            "starts_on": DATE,
            "ends_on": DATE,
            "host": Combobox(),
            "country": CountryBox(),
            "chains": forms.SelectMultiple(attrs={"size": 8}),
            "about_zh": forms.Textarea(attrs={"rows": 4}),
            "about_en": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        kept = Division.objects.filter(pk=self.instance.host_id or 0)
        fields["host"].queryset = (hosts_for(user) | kept).order_by("pk")
        named = self.instance.chains.values("pk") if self.instance.pk else []
        mine = Q(pk__in=chains_for(user).values("pk")) | Q(pk__in=named)
        fields["chains"].queryset = IndustrialChain.objects.filter(mine).order_by("code")

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def plan(self) -> Plan:
        """What the act takes."""
        return Plan(**self.cleaned_data)


class CopyForm(forms.Form):
    """An event like an earlier one: another name, another first day."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200)
    starts_on = forms.DateField(
        label=_("first day"), widget=DATE, help_text=_("Sessions, slots and tables move along.")
    )

    def __init__(self, *args: Any, source: DockingEvent, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name_zh": source.name_zh,
            "name_en": source.name_en,
            "starts_on": _next_time(source),
        }
        super().__init__(*args, **kwargs)


def _next_time(source: DockingEvent) -> dt.date:
    """The same day of the week, four weeks on and not in the past."""
    day = source.starts_on + dt.timedelta(weeks=4)
    while day <= timezone.localdate():
        day += dt.timedelta(weeks=4)
    return day


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """Name and tables of a session."""

    class Meta:
        model = Session
        fields = ("name_zh", "name_en", "tables")


class NewSessionForm(SessionForm):
    """A session with its hours; the slots follow from them."""

    day = forms.DateField(label=_("Day"), widget=DATE)
    begins = forms.TimeField(label=_("begins"), widget=TIME, initial="09:00")
    ends = forms.TimeField(label=_("ends"), widget=TIME, initial="12:00")
    minutes = forms.IntegerField(
        label=_("Minutes a slot"), initial=20, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    between = forms.IntegerField(
        label=_("Minutes between slots"), initial=5, validators=[MinValueValidator(0), MaxValueValidator(120)]
    )
    break_from = forms.TimeField(label=_("Break from"), widget=TIME, required=False)
    break_until = forms.TimeField(label=_("Break until"), widget=TIME, required=False)

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        both = bool(self.cleaned_data.get("break_from")) + bool(self.cleaned_data.get("break_until"))
        if both == 1:
            self.add_error("break_until", _("Say when the break begins and when it ends."))
        return given

    def hours(self) -> Hours:
        """When the session meets."""
        names = ("day", "begins", "ends", "minutes", "between", "break_from", "break_until")
        return Hours(**{name: self.cleaned_data[name] for name in names})
