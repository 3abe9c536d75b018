"""A registration's page, for the firm and its organiser: when it is there, whom it sends, what it shows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from events import attending, telling
from events.forms.attending import NeedsForm, OneDelegateForm, PresenceForm
from events.models import DockingEvent, Registration
from events.views.lookups import REFUSED, site_of, visible_event


def _registration(request: HttpRequest, slug: str, pk: int) -> tuple[Registration, bool]:
    """A registration that the viewer may change, and whether they run its event."""
    event = visible_event(request, slug)
    rows = Registration.objects.editable_by(request.user).select_related("company", "event")
    row = get_object_or_404(rows, pk=pk, event=event)
    return row, DockingEvent.objects.overseen_by(request.user).filter(pk=event.pk).exists()


@login_required
def registration_detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """All that can be said of a registered firm, each part with its own button."""
    row, runs = _registration(request, slug, pk)
    part = request.POST.get("part", "")
    presence = PresenceForm(request.POST if part == "presence" else None, registration=row, runs=runs)
    needs = NeedsForm(request.POST if part == "needs" else None, registration=row)
    delegate = OneDelegateForm(request.POST if part == "delegate" else None)
    form = {"presence": presence, "needs": needs, "delegate": delegate}.get(part)
    if form is not None and form.is_valid():
        try:
            if part == "presence":
                attending.set_presence(row, presence.presence(), by=person(request))
            elif part == "needs":
                attending.set_needs(row, needs.cleaned_data["needs"], by=person(request))
            else:
                attending.add_delegate(row, by=person(request), **delegate.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("events:registration-detail", slug, pk)
    site = site_of(request)
    context = {
        "event": row.event,
        "registration": row,
        "runs": runs,
        "presence": presence,
        "needs": needs,
        "delegate": delegate,
        "part": part,
        "is_active": row.state not in {Registration.State.WITHDRAWN, Registration.State.REFUSED},
        "delegates": [(each, telling.agenda_link(each, site, each.language)) for each in row.delegates.all()],
    }
    status = REFUSED if form is not None and form.errors else 200
    return render(request, "events/registration.html", context, status=status)


@login_required
@require_POST
def delegate_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a delegate out, or end the link that the delegate has."""
    row, _runs = _registration(request, slug, pk)
    delegate = get_object_or_404(row.delegates.all(), pk=posted.key(request.POST, "delegate"))
    try:
        if request.POST.get("act") == "renew":
            attending.renew_link(delegate, by=person(request))
            messages.success(request, _("The old link has ended; the new one is below."))
        else:
            attending.remove_delegate(delegate, by=person(request))
            messages.success(request, _("%(name)s is taken out.") % {"name": delegate.name})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("events:registration-detail", slug, pk)
