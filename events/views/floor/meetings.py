"""One meeting in the hall: its outcome, its table."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from events.deals.rights import may_record
from events.models import Deal, DockingEvent, Meeting
from events.timetable.hall import published
from events.timetable.meetings import NotedMeanwhile, note_no_show, note_outcome, take_back
from events.timetable.tables import change_table, tables_for
from events.views.floor.answers import CONTRADICTS, asks_json, done, moment, of_another_person, refused_answer
from events.views.floor.pages import floor_page
from events.views.lookups import REFUSED, run_event


def _met(request: HttpRequest, slug: str, pk: int) -> tuple[DockingEvent, Meeting]:
    """The event and its meeting; 404 where the viewer does not run it."""
    found = run_event(request, slug)
    return found, get_object_or_404(published(found).select_related("slot__session"), pk=pk)


@floor_page
def meeting_outcome(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One meeting: what came of it, in one tap here."""
    found, meeting = _met(request, slug, pk)
    if request.method == "POST":
        return _outcome(request, meeting)
    context = {
        "event": found,
        "meeting": meeting,
        "outcomes": Meeting.Outcome.choices,
        "deals": Deal.objects.visible_to(request.user).filter(meeting=meeting),
        "tables": tables_for(meeting),
        "may_record": may_record(request.user),
    }
    return render(request, "events/floor/meeting.html", context)


def _outcome(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    if refusal := of_another_person(request):
        return refusal
    outcome = request.POST.get("outcome", "")
    said: dict[str, Any] = {"by": person(request), "comment": posted.words(request.POST, "comment")}
    said["at"] = moment(request)
    slug = meeting.event.slug
    try:
        if outcome == Meeting.State.NO_SHOW:
            note_no_show(meeting, **said)
        else:
            note_outcome(meeting, outcome=outcome, **said)
    except Refused as refused:
        if asks_json(request):
            return refused_answer(refused, CONTRADICTS if isinstance(refused, NotedMeanwhile) else REFUSED)
        messages.error(request, str(refused))
        return redirect("floor:meeting-outcome", slug, meeting.pk)
    noted = _("Noted: %(meeting)s") % {"meeting": meeting}
    if asks_json(request):
        return done(noted)
    messages.success(request, noted)
    if outcome == Meeting.Outcome.DEAL and may_record(request.user):
        return redirect(f"{reverse('floor:deal-add', args=[slug])}?meeting={meeting.pk}")
    return redirect("floor:event", slug)


@floor_page
@require_POST
def outcome_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The wrong button was tapped."""
    _found, meeting = _met(request, slug, pk)
    try:
        take_back(meeting, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Taken back: %(meeting)s is to come.") % {"meeting": meeting})
    return redirect("floor:meeting-outcome", slug, pk)


@floor_page
@require_POST
def table_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Another table in the same slot."""
    _found, meeting = _met(request, slug, pk)
    table, was = posted.key(request.POST, "table"), posted.key(request.POST, "was")
    try:
        other = change_table(meeting, table=table, was=was, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = {"meeting": meeting, "table": table, "other": other, "was": was}
        if other:
            said = _("%(meeting)s is at table %(table)s now, %(other)s at table %(was)s: tell them.")
        else:
            said = _("%(meeting)s is at table %(table)s now: tell them.")
        messages.success(request, said % words)
    return redirect("floor:meeting-outcome", slug, pk)
