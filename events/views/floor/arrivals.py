"""Who comes: badges read, firms found by name, walk-ins."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.models import Company
from events.arriving import AlreadyCheckedIn, take_back
from events.arriving import check_in as arrive
from events.duties import is_organiser
from events.forms.floor import WalkInForm
from events.models import DockingEvent, Registration
from events.views.floor.answers import CONTRADICTS, asks_json, done, moment, of_another_person, refused_answer
from events.views.floor.pages import floor_page
from events.views.lookups import REFUSED, run_event
from events.walking_in import FirmIsKnown, walk_in

FOUND = 20


@floor_page
def check_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a badge, or find a firm by its name; ready for the next one at once."""
    found = run_event(request, slug)
    if request.method == "POST":
        return _arrival(request, found)
    words = posted.words(request.GET, "q", 100)
    rows = found.registrations.confirmed().select_related("company")
    arrived_count = rows.filter(checked_in_at__isnull=False).count()
    context = {
        "event": found,
        "words": words,
        "found": rows.named_like(words).order_by("checked_in_at", "pk")[:FOUND] if words else [],
        "latest": rows.filter(checked_in_at__isnull=False).order_by("-checked_in_at")[:5],
        "arrived": arrived_count,
        "expected": rows.count(),
        "badge": _named_badge(request, found),
    }
    return render(request, "events/floor/check_in.html", context)


def _arrival(request: HttpRequest, event: DockingEvent) -> HttpResponse:
    if refusal := of_another_person(request):
        return refusal
    try:
        arrived = arrive(request.POST.get("code", ""), event=event, by=person(request), at=moment(request))
    except Refused as refused:
        if asks_json(request):
            return refused_answer(refused, CONTRADICTS if isinstance(refused, AlreadyCheckedIn) else REFUSED)
        messages.error(request, str(refused))
    else:
        said = _("%(firm)s has arrived.") % {"firm": arrived.company}
        if asks_json(request):
            return done(said)
        messages.success(request, said)
    return redirect("floor:check-in", event.slug)


def _named_badge(request: HttpRequest, event: DockingEvent) -> Registration | None:
    """The registration whose badge led here, to be checked in by one tap."""
    code = posted.words(request.GET, "badge", 16)
    return event.registrations.filter(badge_code=code).select_related("company").first() if code else None


@floor_page
@require_safe
def badge(request: HttpRequest, badge_code: str) -> HttpResponse:
    """Where a badge's QR leads: whoever runs the event to its check-in, the firm's people to their agenda."""
    row = Registration.objects.select_related("event").filter(badge_code=badge_code.lower()).first()
    runs = row and DockingEvent.objects.editable_by(request.user).filter(pk=row.event_id).exists()
    if row and runs:
        return redirect(f"{reverse('floor:check-in', args=[row.event.slug])}?badge={row.badge_code}")
    if row and Company.objects.represented_by(request.user).filter(pk=row.company_id).exists():
        return redirect("events:agenda", row.event.slug)
    if is_organiser(request.user):
        return render(request, "events/floor/foreign_badge.html", {"is_badge": row is not None}, status=404)
    raise Http404


@floor_page
@require_POST
def arrival_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The wrong firm was checked in: take it back."""
    row = get_object_or_404(run_event(request, slug).registrations.select_related("company", "event"), pk=pk)
    try:
        take_back(row, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(firm)s is no longer checked in.") % {"firm": row.company})
    return redirect("floor:check-in", slug)


@floor_page
def walk_in_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A firm without registration, in twenty seconds."""
    found = run_event(request, slug)
    companies = Company.objects.visible_to(request.user).current().order_by("pk")
    form = WalkInForm(request.POST or None, companies=companies, initial=_named(request))
    known: Company | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = walk_in(
                found, form.firm(), side=given["side"], by=person(request), delegate=form.delegate()
            )
        except FirmIsKnown as refused:
            known = refused.company
            form.add_error("name", str(refused))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(firm)s is registered and has arrived.") % {"firm": row.company})
            return redirect("floor:check-in", slug)
    context: dict[str, Any] = {"event": found, "form": form, "known": known}
    return render(request, "events/floor/walk_in.html", context, status=REFUSED if form.errors else 200)


def _named(request: HttpRequest) -> dict[str, Any]:
    """What was searched in vain is the name to begin with; or the firm that was found."""
    company = posted.key(request.GET, "company")
    return {"company": company} if company else {"name": posted.words(request.GET, "name", 200)}
