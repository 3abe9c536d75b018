"""Set up an event: new or copied, its facts, its hours, and whether it is announced."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from events import preparing, sessions
from events.forms.preparing import CopyForm, EventForm, NewSessionForm, SessionForm
from events.models import DockingEvent, Invitation, Meeting, Registration, Session
from events.registration import fill_places
from events.views.lookups import REFUSED, run_event, site_of, visible_event

SHOWN = 12


@login_required
def event_add(request: HttpRequest) -> HttpResponse:
    """A new event: from an earlier one (``?from=its address``), or from nothing (``?from=nothing``)."""
    user = person(request)
    if not preparing.may_prepare(user):
        raise Http404
    slug = posted.words(request.GET, "from")
    if slug == "nothing":
        return _add_from_nothing(request)
    if slug:
        return _add_copy(request, visible_event(request, slug))
    words = posted.words(request.GET, "q", 100)
    known = DockingEvent.objects.visible_to(user).select_related("host").order_by("-starts_on", "-pk")
    if words:
        known = known.filter(Q(name_zh__icontains=words) | Q(name_en__icontains=words))
    own = DockingEvent.objects.overseen_by(user).values("pk")
    found = (
        (_("Events that I run"), list(known.filter(pk__in=own)[:SHOWN])),
        (_("Other events"), list(known.exclude(pk__in=own)[:SHOWN])),
    )
    context = {"groups": [group for group in found if group[1]], "words": words}
    return render(request, "events/event_add.html", context)


def _add_copy(request: HttpRequest, source: DockingEvent) -> HttpResponse:
    form = CopyForm(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            event = preparing.copy(source, by=person(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The event is set up as a draft: look it over and announce it."))
            return redirect("events:prepare", event.slug)
    slots = Session.objects.filter(event=source).aggregate(
        sessions=Count("pk", distinct=True), slots=Count("slots")
    )
    context = {"form": form, "source": source, "counts": slots}
    return render(request, "events/event_copy.html", context, status=REFUSED if form.errors else 200)


def _add_from_nothing(request: HttpRequest) -> HttpResponse:
    form = EventForm(request.POST or None, user=person(request))
    if request.method == "POST" and form.is_valid():
        try:
            event = preparing.create(form.plan(), by=person(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The event is set up as a draft: give it sessions and announce it."))
            return redirect("events:prepare", event.slug)
    context = {"form": form, "title": _("A new event"), "event": None}
    return render(request, "events/event_form.html", context, status=REFUSED if form.errors else 200)


@login_required
def event_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is said of an event."""
    event = run_event(request, slug)
    form = EventForm(request.POST or None, instance=event, user=person(request))
    if request.method == "POST" and form.is_valid():
        before = DockingEvent.objects.get(pk=event.pk)
        try:
            changed = preparing.amend(before, form.plan(), by=person(request), site=site_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            moved = fill_places(changed, by=person(request))
            if moved:
                said = _("%(count)s firms moved up from the waiting list.")
                messages.info(request, said % {"count": moved})
            messages.success(request, _("The event is saved."))
            return redirect("events:prepare", slug)
    context = {"form": form, "title": _("Change the event"), "event": event}
    return render(request, "events/event_form.html", context, status=REFUSED if form.errors else 200)


@login_required
@require_safe
def prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the preparation stands, with every step a link."""
    return _prepare(request, run_event(request, slug), None)


def _prepare(
    request: HttpRequest, event: DockingEvent, form: NewSessionForm | None, status: int = 200
) -> HttpResponse:
    rows = Session.objects.filter(event=event).annotate(
        slot_count=Count("slots"), begins_at=Min("slots__starts_at"), finishes_at=Max("slots__ends_at")
    )
    states = event.registrations.aggregate(
        confirmed=Count("pk", filter=Q(state=Registration.State.CONFIRMED)),
        asked=Count("pk", filter=Q(state=Registration.State.ASKED)),
        waiting=Count("pk", filter=Q(state=Registration.State.WAITING)),
    )
    asked = Invitation.objects.filter(event=event).aggregate(
        all=Count("pk"),
        seen=Count("pk", filter=Q(seen_at__isnull=False)),
        answered=Count("pk", filter=~Q(answer="")),
    )
    meetings = Meeting.objects.filter(event=event).exclude(state=Meeting.State.CANCELLED)
    context = {
        "event": event,
        "sessions": rows,
        "registrations": states,
        "invitations": asked,
        "meetings": meetings.aggregate(
            drafts=Count("pk", filter=Q(state=Meeting.State.DRAFT)),
            told=Count("pk", filter=~Q(state=Meeting.State.DRAFT)),
        ),
        "new_session": form or NewSessionForm(initial={"day": event.starts_on, "tables": 12}),
        "is_ahead": event.state in {DockingEvent.State.DRAFT, DockingEvent.State.PUBLISHED},
    }
    return render(request, "events/prepare.html", context, status=status)


@login_required
@require_POST
def event_state(request: HttpRequest, slug: str) -> HttpResponse:
    """Announce, call off or close an event."""
    event, user, act = run_event(request, slug), person(request), request.POST.get("act", "")
    try:
        if act == "announce":
            preparing.announce(event, by=user)
            said = _("The event is in the public calendar.")
        elif act == "call_off":
            reason = posted.words(request.POST, "reason")
            preparing.call_off(event, by=user, reason=reason, site=site_of(request))
            said = _("The event is cancelled; the firms are told.")
        else:
            preparing.conclude(event, by=user)
            said = _("The event counts as held.")
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("events:prepare", slug)


@login_required
@require_POST
def session_add(request: HttpRequest, slug: str) -> HttpResponse:
    """One more session, cut into slots."""
    event = run_event(request, slug)
    form = NewSessionForm(request.POST, instance=Session(event=event))
    if form.is_valid():
        given = form.cleaned_data
        try:
            session = sessions.add_session(
                event,
                by=person(request),
                name_zh=given["name_zh"],
                name_en=given["name_en"],
                tables=given["tables"],
                hours=form.hours(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The session is there with %(count)s slots.") % {"count": session.slots.count()}
            )
            return redirect("events:prepare", slug)
    return _prepare(request, event, form, REFUSED)


@login_required
@require_POST
def session_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Name and tables of a session, or take it out."""
    event = run_event(request, slug)
    session = get_object_or_404(Session.objects.filter(event=event), pk=pk)
    try:
        if "remove" in request.POST:
            sessions.remove_session(session, by=person(request))
            messages.success(request, _("The session is taken out."))
        else:
            form = SessionForm(request.POST, instance=session)
            if not form.is_valid():
                raise Refused(_("A session needs two names and at least one table."))
            sessions.change_session(Session.objects.get(pk=pk), by=person(request), **form.cleaned_data)
            messages.success(request, _("The session is saved."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("events:prepare", slug)
