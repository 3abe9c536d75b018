"""A need's suggestions among the suppliers that a reader asks for: by place, size, capacity, certificate."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from companies.models import CertificationScheme, Division, SourcingNeed
from matchmaking.engine.narrowing import Narrowing
from matchmaking.engine.suggestions import suggest_among
from matchmaking.models import Match
from matchmaking.views.shown_suggestion import shown

MOST = 50


class NarrowingForm(forms.Form):
    """What is asked of suppliers beside the need's own requirements."""

    place = forms.ModelChoiceField(
        Division.objects.current().served(), label=_("Division"), required=False, empty_label=_("anywhere")
    )
    scheme = forms.ModelChoiceField(
        CertificationScheme.objects.all(),
        label=_("Certificate held"),
        required=False,
        empty_label=_("any or none"),
    )
    sme = forms.BooleanField(label=_("small and medium firms only"), required=False)
    capacity = forms.BooleanField(label=_("spare capacity covers the quantity"), required=False)

    def __init__(self, *args: Any, need: SourcingNeed, **options: Any) -> None:
        super().__init__(*args, **options)
        self._need = need
        if need.quantity is None:
            del self.fields["capacity"]

    def narrowing(self) -> Narrowing:
        """As the engine takes it; what is no choice of a field asks for nothing."""
        self.full_clean()
        place, scheme = self.cleaned_data.get("place"), self.cleaned_data.get("scheme")
        quantity = self._need.quantity if self.cleaned_data.get("capacity") else None
        return Narrowing(
            divisions=Narrowing.within(place) if place else (),
            sme_only=bool(self.cleaned_data.get("sme")),
            quantity=quantity,
            unit=self._need.unit if quantity is not None else "",
            schemes=(scheme.pk,) if scheme else (),
        )


@login_required
def suppliers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who fits among those that the reader asks for; for those who may choose for the need."""
    need = get_object_or_404(SourcingNeed.objects.editable_by(request.user).open(), pk=pk)
    form = NarrowingForm(request.GET, need=need)
    found = suggest_among(need, form.narrowing(), limit=MOST)
    states = dict(Match.objects.filter(need=need).values_list("supplier_id", "state"))
    context = {"need": need, "form": form, "found": found, "suggestions": shown(found.items, states)}
    return render(request, "matchmaking/narrowed.html", context)
