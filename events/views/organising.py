"""Who comes: the firms that registered, admitted or refused by who runs the event."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.person import person
from accounts.refusals import Refused
from events.models import Registration
from events.registration import approve, refuse
from events.views.lookups import run_event

A_PAGE = 50
STATES = (
    Registration.State.ASKED,
    Registration.State.WAITING,
    Registration.State.CONFIRMED,
    Registration.State.WITHDRAWN,
    Registration.State.REFUSED,
)


@login_required
@require_safe
def registration_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is registered; firms that wait for a decision come first."""
    event = run_event(request, slug)
    words = request.GET.get("q", "").strip()[:100]
    state = request.GET.get("state", "")
    rows = event.registrations.select_related("company__division").prefetch_related("delegates")
    if state in Registration.State.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.named_like(words)
    context = {
        "event": event,
        "page": Paginator(rows.order_by("state", "pk"), A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "state": state,
        "states": [(each.value, each.label) for each in STATES],
    }
    return render(request, "events/registrations.html", context)


@login_required
@require_POST
def registration_decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Admit or refuse a firm that asked."""
    event = run_event(request, slug)
    registration = get_object_or_404(event.registrations.all(), pk=pk)
    act = approve if request.POST.get("decision") == "approve" else refuse
    try:
        decided = act(registration, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = {"company": decided.company, "state": decided.get_state_display()}
        messages.success(request, _("%(company)s: %(state)s.") % said)
    return redirect("events:registration-list", slug)
