"""Phone pages of the hall: numbers, arrivals, who meets whom, outcomes, deals."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.person import person
from accounts.refusals import Refused
from events.arriving import check_in as arrive
from events.deals.rights import may_record
from events.forms.recording import FloorDealForm
from events.models import Deal, DockingEvent, Meeting, Registration
from events.timetable.hall import hall_of, published
from events.timetable.meetings import note_no_show, note_outcome
from events.views.lookups import REFUSED, run_event
from events.views.recording import save, shown_likely

FOUND = 20


@login_required
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """The events that the viewer runs, those of today first."""
    events = DockingEvent.objects.organised_by(request.user)
    if person(request).is_superuser:
        events = DockingEvent.objects.all()
    rows = events.exclude(state=DockingEvent.State.CANCELLED).order_by("-ends_on", "-pk")
    if not rows.exists() and not DockingEvent.objects.overseen_by(request.user).exists():
        raise Http404
    return render(request, "events/floor/events.html", {"events": rows[:FOUND]})


@login_required
@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Numbers of the day, who meets whom now and next, and the two large buttons."""
    found = run_event(request, slug)
    context = {
        "event": found,
        "numbers": _numbers(found),
        "hall": hall_of(found),
        "may_record": may_record(request.user),
    }
    return render(request, "events/floor/event.html", context)


def _numbers(event: DockingEvent) -> dict[str, Any]:
    """Arrivals, meetings and deals of an event; amounts by stage in yuan, never added up."""
    confirmed = Q(state=Registration.State.CONFIRMED)
    firms = event.registrations.aggregate(
        expected=Count("pk", filter=confirmed),
        arrived=Count("pk", filter=confirmed & Q(checked_in_at__isnull=False)),
    )
    meetings = event.meetings.aggregate(
        planned=Count("pk", filter=~Q(state__in=["draft", "cancelled"])),
        held=Count("pk", filter=Q(state=Meeting.State.HELD)),
        no_show=Count("pk", filter=Q(state=Meeting.State.NO_SHOW)),
    )
    deals = event.deals.exclude(stage=Deal.Stage.TERMINATED).aggregate(
        intentions=Count("pk", filter=Q(signed_on=None, framework_on=None)),
        frameworks=Count("pk", filter=Q(signed_on=None, framework_on__isnull=False)),
        signed=Count("pk", filter=Q(signed_on__isnull=False)),
        intention_cny=Sum("intention_cny", filter=Q(signed_on=None, framework_on=None)),
        signed_cny=Sum("signed_cny"),
    )
    return firms | meetings | deals


@login_required
def check_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a badge, or find a firm by its name; ready for the next one at once."""
    found = run_event(request, slug)
    if request.method == "POST":
        try:
            arrived = arrive(request.POST.get("code", ""), event=found, by=person(request))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("%(firm)s has arrived.") % {"firm": arrived.company})
        return redirect("floor:check-in", slug)
    words = request.GET.get("q", "").strip()[:100]
    rows = found.registrations.confirmed().select_related("company")
    arrived_count = rows.filter(checked_in_at__isnull=False).count()
    context = {
        "event": found,
        "words": words,
        "found": rows.named_like(words).order_by("checked_in_at", "pk")[:FOUND] if words else [],
        "latest": rows.filter(checked_in_at__isnull=False).order_by("-checked_in_at")[:5],
        "arrived": arrived_count,
        "expected": rows.count(),
    }
    return render(request, "events/floor/check_in.html", context)


@login_required
@require_safe
def timetable(request: HttpRequest, slug: str) -> HttpResponse:
    """All meetings of the event in order of time."""
    found = run_event(request, slug)
    words = request.GET.get("q", "").strip()[:100]
    rows = published(found)
    if words:
        rows = rows.naming(words)
    return render(
        request, "events/floor/timetable.html", {"event": found, "meetings": list(rows), "words": words}
    )


@login_required
def meeting_outcome(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One meeting: what came of it, in one tap here."""
    found = run_event(request, slug)
    meeting = get_object_or_404(published(found), pk=pk)
    if request.method == "POST":
        outcome, comment = request.POST.get("outcome", ""), request.POST.get("comment", "")[:2000]
        try:
            if outcome == Meeting.State.NO_SHOW:
                note_no_show(meeting, by=person(request), comment=comment)
            else:
                note_outcome(meeting, by=person(request), outcome=outcome, comment=comment)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("floor:meeting-outcome", slug, pk)
        messages.success(request, _("Noted: %(meeting)s.") % {"meeting": meeting})
        if outcome == Meeting.Outcome.DEAL and may_record(request.user):
            return redirect(f"{reverse('floor:deal-add', args=[slug])}?meeting={pk}")
        return redirect("floor:event", slug)
    context = {
        "event": found,
        "meeting": meeting,
        "outcomes": Meeting.Outcome.choices,
        "deals": Deal.objects.visible_to(request.user).filter(meeting=meeting),
        "may_record": may_record(request.user),
    }
    return render(request, "events/floor/meeting.html", context)


@login_required
def deal_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a deal in the hall, its parties filled in from ?meeting=."""
    found = run_event(request, slug)
    user = person(request)
    if not may_record(user):
        raise Http404
    key = request.GET.get("meeting", "")
    meeting = published(found).filter(pk=key).first() if key.isdigit() else None
    form = FloorDealForm(
        request.POST or None,
        request.FILES or None,
        user=user,
        event=found,
        initial=_from_meeting(meeting),
    )
    if request.method == "POST" and form.is_valid():
        fits = meeting and form.cleaned_data["buyer"].pk == meeting.buyer.company_id
        fits = fits and meeting and form.cleaned_data["supplier"].pk == meeting.supplier.company_id
        if save(request, form, by=user, event=found, meeting=meeting if fits else None):
            return redirect("floor:event", slug)
    context = {"event": found, "form": form, "meeting": meeting, "likely": shown_likely(form, user)}
    return render(request, "events/floor/deal.html", context, status=REFUSED if form.errors else 200)


def _from_meeting(meeting: Meeting | None) -> dict[str, Any]:
    """First values of the form: the parties, and what they met about."""
    if meeting is None:
        return {"stage": Deal.Stage.INTENTION}
    return {
        "stage": Deal.Stage.INTENTION,
        "buyer": meeting.buyer.company_id,
        "supplier": meeting.supplier.company_id,
        "title": str(meeting.need) if meeting.need else str(meeting),
    }
