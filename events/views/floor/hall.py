"""The hall at a glance: which events one runs, the numbers of the day, who meets whom."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import posted
from accounts.person import person
from events.deals.rights import may_record
from events.models import DockingEvent
from events.timetable.hall import hall_of, published
from events.totals import totals_of
from events.views.floor.pages import floor_page
from events.views.lookups import run_event

FOUND = 20


@floor_page
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """The events that the viewer runs: those of today, those to come, those that are over."""
    events = runs_something(request)
    today = timezone.localdate()
    running = events.filter(starts_on__lte=today, ends_on__gte=today)
    context = {
        "running": running.order_by("starts_on", "pk")[:FOUND],
        "coming": events.filter(starts_on__gt=today).order_by("starts_on", "pk")[:FOUND],
        "over": events.filter(ends_on__lt=today).order_by("-ends_on", "-pk")[:FOUND],
    }
    return render(request, "events/floor/events.html", context)


def runs_something(request: HttpRequest) -> QuerySet[DockingEvent]:
    """The events that the viewer runs, without cancelled ones; 404 for somebody whom no event concerns."""
    events = DockingEvent.objects.organised_by(request.user)
    if person(request).is_superuser:
        events = DockingEvent.objects.all()
    rows = events.exclude(state=DockingEvent.State.CANCELLED)
    if not rows.exists() and not DockingEvent.objects.overseen_by(request.user).exists():
        raise Http404
    return rows


@floor_page
@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Numbers of the day, who meets whom now and next, and the two large buttons."""
    found = run_event(request, slug)
    context = {
        "event": found,
        "numbers": totals_of(found),
        "hall": hall_of(found),
        "may_record": may_record(request.user),
    }
    return render(request, "events/floor/event.html", context)


@floor_page
@require_safe
def timetable(request: HttpRequest, slug: str) -> HttpResponse:
    """All meetings of the event in order of time."""
    found = run_event(request, slug)
    words = posted.words(request.GET, "q", 100)
    rows = published(found)
    if words:
        rows = rows.naming(words)
    return render(
        request, "events/floor/timetable.html", {"event": found, "meetings": list(rows), "words": words}
    )
