"""Forms of a registered firm: when it is there, whom it sends, what it shows; and staff who register it."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rendering import Combobox
from companies.models import Company, SourcingNeed
from events.attending import Presence
from events.models import Delegate, DockingEvent, Registration, Session, Slot


class StaffRegisterForm(forms.Form):
    """Any firm that the organiser sees."""

    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Company.objects.none(), widget=Combobox("choices:companies")
    )
    side = forms.ChoiceField(
        label=_("It comes as"),
        choices=Registration.Side.choices,
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    sessions = forms.ModelMultipleChoiceField(
        label=_("Sessions"),
        queryset=Session.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )

    def __init__(self, *args: Any, event: DockingEvent, companies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["company"].queryset = companies
        offer_sessions(self, event)


def offer_sessions(form: forms.Form, event: DockingEvent) -> None:
    """Let sessions be chosen where there are several."""
    field: Any = form.fields["sessions"]
    field.queryset = Session.objects.filter(event=event)
    if field.queryset.count() < 2:
        del form.fields["sessions"]


class PresenceForm(forms.Form):
    """When a firm is there; its own table is asked only of who runs the event."""

    sessions = forms.ModelMultipleChoiceField(
        label=_("Sessions"),
        queryset=Session.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    absent = forms.ModelMultipleChoiceField(
        label=_("Not there in these slots"),
        queryset=Slot.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    meeting_limit = forms.IntegerField(
        label=_("Meetings at most"), required=False, min_value=1, max_value=500
    )
    booth = forms.IntegerField(label=_("Own table"), required=False, min_value=1, max_value=5000)

    def __init__(self, *args: Any, registration: Registration, runs: bool, **kwargs: Any) -> None:
        first = {
            "sessions": registration.sessions.all(),
            "absent": registration.absent_slots.all(),
            "meeting_limit": registration.meeting_limit,
            "booth": registration.booth,
        }
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.registration = registration
        fields: dict[str, Any] = self.fields
        slots = Slot.objects.filter(session__event=registration.event_id).select_related("session")
        fields["absent"].queryset = slots
        fields["absent"].label_from_instance = _slot_name
        offer_sessions(self, registration.event)
        if not runs:
            del self.fields["booth"]

    def presence(self) -> Presence:
        """What the act takes; what was not asked stays as it was."""
        given = self.cleaned_data
        known = self.registration
        return Presence(
            sessions=tuple(given["sessions"] if "sessions" in given else known.sessions.all()),
            absent=tuple(given["absent"]),
            meeting_limit=given["meeting_limit"],
            booth=given.get("booth", known.booth),
        )


def _slot_name(slot: Slot) -> str:
    return f"{timezone.localtime(slot.starts_at):%m-%d %H:%M} · {slot.session}"


class OneDelegateForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only for the checker
    """One more person."""

    class Meta:
        model = Delegate
        fields = ("name", "position", "phone", "email", "language")
        widgets: ClassVar = {"phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})}


class NeedsForm(forms.Form):
    """Which open needs the firm shows at the event."""

    needs = forms.ModelMultipleChoiceField(
        label=_("Needs to show"),
        queryset=SourcingNeed.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Suppliers at the event see them beside your name."),
    )

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        kwargs["initial"] = {"needs": registration.needs.all()}
        super().__init__(*args, **kwargs)
        needs: Any = self.fields["needs"]
        needs.queryset = (
            SourcingNeed.objects.open()
            .filter(buyer=registration.company_id)
            .exclude(visibility=SourcingNeed.Visibility.ANONYMOUS)
        )
