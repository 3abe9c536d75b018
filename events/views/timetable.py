"""The timetable before the event: draft, look, lock, move, publish."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.person import person
from accounts.refusals import Refused
from events.models import DockingEvent, Meeting, MeetingWish, Slot
from events.timetable.meetings import cancel, lock, move
from events.timetable.publishing import Draft, draft, publish
from events.views.lookups import run_event

State = Meeting.State


@login_required
@require_safe
def timetable(request: HttpRequest, slug: str) -> HttpResponse:
    """All meetings by hour, with what can be changed."""
    event = run_event(request, slug)
    words = request.GET.get("q", "").strip()[:100]
    rows = Meeting.objects.filter(event=event).exclude(state=State.CANCELLED)
    counts = rows.aggregate(
        drafts=Count("pk", filter=Q(state=State.DRAFT)),
        told=Count("pk", filter=~Q(state=State.DRAFT)),
        locked=Count("pk", filter=Q(is_locked=True)),
    )
    wishes = MeetingWish.objects.filter(wished_by__event=event)
    found = rows.naming(words) if words else rows
    meetings = found.select_related("slot__session", "buyer__company", "supplier__company").order_by(
        "slot__starts_at", "table", "pk"
    )
    context = {
        "event": event,
        "meetings": list(meetings),
        "counts": counts,
        "wish_count": wishes.exclude(strength=MeetingWish.Strength.NO).count(),
        "slots": Slot.objects.filter(session__event=event).select_related("session"),
        "words": words,
    }
    return render(request, "events/timetable.html", context)


@login_required
@require_POST
def timetable_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft the meetings from the wishes; what is locked or told stays."""
    event = run_event(request, slug)
    try:
        made = draft(event, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _said(made))
    return redirect("events:timetable", slug)


def _said(made: Draft) -> str:
    """How good a draft is, against what is proven to be possible."""
    share = _("%(kept)s of %(pairs)s wished pairs meet.") % {"kept": made.kept, "pairs": made.pairs}
    if made.share_of_bound >= 1 - 1e-6:
        return f"{share} " + _("No better timetable exists.")
    percent = f"{made.share_of_bound * 100:.1f}"
    return f"{share} " + _("That is at least %(percent)s %% of the best possible.") % {"percent": percent}


@login_required
@require_POST
def timetable_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the drafted meetings to the firms."""
    event = run_event(request, slug)
    try:
        count = publish(event, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext("%(count)s meeting is published.", "%(count)s meetings are published.", count)
        messages.success(request, said % {"count": count})
    return redirect("events:timetable", slug)


@login_required
@require_POST
def meeting_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lock, release, move or cancel one meeting."""
    event = run_event(request, slug)
    meeting = get_object_or_404(Meeting.objects.filter(event=event), pk=pk)
    try:
        said = _change(request, event, meeting)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said % {"meeting": meeting})
    return redirect("events:timetable", slug)


def _change(request: HttpRequest, event: DockingEvent, meeting: Meeting) -> str:
    """Take the act that the button names; the sentence for the page.

    :raises Refused: the act was refused.
    """
    user, act = person(request), request.POST.get("act", "")
    if act == "cancel":
        cancel(meeting, by=user)
        return _("Cancelled: %(meeting)s.")
    if act == "move":
        slot, table = request.POST.get("slot", ""), request.POST.get("table", "")
        found = get_object_or_404(
            Slot.objects.filter(session__event=event).select_related("session"),
            pk=int(slot) if slot.isdigit() else 0,
        )
        move(meeting, slot=found, table=int(table) if table.isdecimal() else 0, by=user)
        return _("Moved: %(meeting)s.")
    lock(meeting, by=user, locked=act == "lock")
    return _("Locked: %(meeting)s.") if act == "lock" else _("Released: %(meeting)s.")
