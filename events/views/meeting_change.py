"""One meeting by hand: look, lock, move with a warning, cancel; or place one more."""

import datetime as dt
from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from events.models import DockingEvent, Meeting, Registration, Slot
from events.timetable.by_hand import arrange, warnings_of
from events.timetable.meetings import cancel, lock, move
from events.views.lookups import REFUSED, run_event, site_of


@login_required
def meeting_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Lock, release, move or cancel one meeting."""
    event = run_event(request, slug)
    rows = Meeting.objects.filter(event=event).select_related(
        "event", "slot__session", "buyer__company", "supplier__company"
    )
    meeting = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _show(request, event, meeting)
    try:
        if request.POST.get("act") == "move":
            return _move(request, event, meeting)
        said = _change(request, meeting)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(request.path)  # to choose another place at once
    messages.success(request, said % {"meeting": meeting})
    return _back(request, event)


def _show(
    request: HttpRequest,
    event: DockingEvent,
    meeting: Meeting,
    warnings: list[str] | None = None,
    place: tuple[int, int] = (0, 0),
) -> HttpResponse:
    context = {
        "event": event,
        "meeting": meeting,
        "slots": Slot.objects.filter(session__event=event).select_related("session"),
        "slot": place[0] or meeting.slot_id,
        "table": place[1] or meeting.table or 1,
        "warnings": warnings or [],
        "seen": request.POST.get("seen") or meeting.updated_at.isoformat(),  # a warning shows nothing newer
        "can_change": meeting.state in {Meeting.State.DRAFT, Meeting.State.PUBLISHED},
    }
    return render(request, "events/meeting_change.html", context, status=REFUSED if warnings else 200)


def _move(request: HttpRequest, event: DockingEvent, meeting: Meeting) -> HttpResponse:
    """Move, after a look at what speaks against it.

    :raises Refused: the act was refused.
    """
    slots = Slot.objects.filter(session__event=event).select_related("session")
    slot = get_object_or_404(slots, pk=posted.key(request.POST, "slot"))
    table = posted.key(request.POST, "table")
    warnings = warnings_of(meeting, slot, table)
    if warnings and request.POST.get("despite") != f"{slot.pk}:{table}":  # said of this place, not of another
        return _show(request, event, meeting, warnings, (slot.pk, table))
    move(meeting, slot=slot, table=table, by=person(request), seen=_seen(request), site=site_of(request))
    messages.success(request, _("Moved: %(meeting)s") % {"meeting": meeting})
    return _back(request, event)


def _change(request: HttpRequest, meeting: Meeting) -> str:
    """Take the act that the button names; the sentence for the page.

    :raises Refused: the act was refused.
    """
    user, act = person(request), request.POST.get("act", "")
    if act == "cancel":
        cancel(meeting, by=user, seen=_seen(request), site=site_of(request))
        return _("Cancelled: %(meeting)s")
    lock(meeting, by=user, locked=act == "lock")
    return _("Locked: %(meeting)s") if act == "lock" else _("Released: %(meeting)s")


def _seen(request: HttpRequest) -> dt.datetime | None:
    """When the meeting that the page showed was last changed."""
    with suppress(ValueError):
        return dt.datetime.fromisoformat(request.POST.get("seen", ""))
    return None


def _back(request: HttpRequest, event: DockingEvent) -> HttpResponse:
    return redirect("events:timetable", event.slug)


@login_required
def meeting_add(request: HttpRequest, slug: str) -> HttpResponse:
    """One more meeting, placed by hand."""
    event = run_event(request, slug)
    firms = Registration.objects.confirmed().filter(event=event).select_related("company").order_by("pk")
    slots = Slot.objects.filter(session__event=event).select_related("session")
    if request.method == "POST":
        try:
            buyer = firms.filter(pk=posted.key(request.POST, "buyer"), side="buyer").first()
            supplier = firms.filter(pk=posted.key(request.POST, "supplier"), side="supplier").first()
            slot = slots.filter(pk=posted.key(request.POST, "slot")).first()
            if buyer is None or supplier is None or slot is None:
                raise Refused(_("Choose a buyer, a supplier and a slot."))
            table = posted.key(request.POST, "table")
            meeting = arrange(event, buyer, supplier, slot=slot, table=table, by=person(request))
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(request.path)
        for warning in warnings_of(meeting, slot, table):
            messages.warning(request, warning)
        messages.success(request, _("Placed as a locked draft: %(meeting)s") % {"meeting": meeting})
        return _back(request, event)
    context = {
        "event": event,
        "buyers": [each for each in firms if each.side == Registration.Side.BUYER],
        "suppliers": [each for each in firms if each.side == Registration.Side.SUPPLIER],
        "slots": slots,
    }
    return render(request, "events/meeting_add.html", context)
