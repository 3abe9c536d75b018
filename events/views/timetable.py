"""The timetable before the event: draft, look, lock, move, place by hand, publish; and how good it is."""

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import posted
from accounts.person import person
from accounts.refusals import Refused
from companies.sheets.writing import download, workbook
from events.models import DockingEvent, Meeting, Slot, TimetableRun
from events.models.meeting import MeetingQuerySet
from events.timetable import searching
from events.timetable.assessing import Assessment, assess
from events.timetable.publishing import Draft, draft, publish
from events.views.lookups import as_excel, run_event, site_of, wants_excel

State = Meeting.State
A_PAGE = 60
SHOWN_MISSED = 30
ALL = "all"


@login_required
@require_safe
def timetable(request: HttpRequest, slug: str) -> HttpResponse:
    """The meetings of one hour, or of all of them page by page, with what can be changed."""
    event = run_event(request, slug)
    everything = Meeting.objects.filter(event=event).exclude(state=State.CANCELLED)
    words, state = posted.words(request.GET, "q", 100), request.GET.get("state", "")
    rows = everything.naming(words) if words else everything
    if state in State.values:
        rows = rows.filter(state=state)
    hours = _hours(event, rows)
    at = _chosen_hour(request, hours, is_narrowed=bool(words or state))
    if at:
        rows = rows.filter(slot__starts_at=at)
    rows = rows.select_related("slot__session", "buyer__company", "supplier__company").order_by(
        "slot__starts_at", "table", "pk"
    )
    if wants_excel(request):
        return download(f"{slug}-timetable", workbook(_("Timetable"), _heads(), _lines(rows)))
    context = {
        "event": event,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "hours": hours,
        "at": at,
        "counts": _counts(everything),
        "assessment": _assessed(event),
        "run": TimetableRun.objects.filter(event=event).first(),
        "words": words,
        "state": state,
        "states": [(each.value, each.label) for each in State if each != State.CANCELLED],
        "shown_missed": SHOWN_MISSED,
        "exports": [(as_excel(request), _("Excel"))],
    }
    return render(request, "events/timetable.html", context)


def _counts(rows: MeetingQuerySet) -> dict[str, int]:
    return rows.aggregate(
        drafts=Count("pk", filter=Q(state=State.DRAFT)),
        told=Count("pk", filter=~Q(state=State.DRAFT)),
        locked=Count("pk", filter=Q(is_locked=True)),
    )


def _hours(event: DockingEvent, rows: MeetingQuerySet) -> list[tuple[dt.datetime, int]]:
    """When slots begin, with the number of meetings that the other filters leave in them."""
    counted = dict(
        rows.filter(slot__isnull=False).order_by().values_list("slot__starts_at").annotate(n=Count("pk"))
    )
    starts = Slot.objects.filter(session__event=event).order_by("starts_at")
    return [(at, counted.get(at, 0)) for at in starts.values_list("starts_at", flat=True).distinct()]


def _chosen_hour(
    request: HttpRequest, hours: list[tuple[dt.datetime, int]], *, is_narrowed: bool
) -> dt.datetime | None:
    """The hour that is asked for; at first the one that runs or comes next; None for all of them."""
    asked = request.GET.get("at", "")
    if asked == ALL or (is_narrowed and not asked):
        return None
    known = {at for at, _count in hours}
    with suppress(ValueError):
        at = dt.datetime.fromisoformat(asked.replace(" ", "+"))
        if timezone.is_aware(at) and at in known:
            return at
    filled = [at for at, count in hours if count]
    coming = [at for at in filled if at >= timezone.now() - dt.timedelta(minutes=15)]
    return next(iter(coming or filled), None)


def _assessed(event: DockingEvent) -> Assessment | str:
    """How good the timetable is, or the sentence that says why that cannot be told."""
    try:
        return assess(event)
    except Refused as refused:
        return str(refused)


def _heads() -> list[str]:
    return [
        _("Begins"),
        _("Ends"),
        _("Session"),
        _("Table"),
        _("Buyer"),
        _("Supplier"),
        _("State"),
        _("Locked"),
        _("Outcome"),
    ]


def _lines(rows: MeetingQuerySet) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            row.slot.starts_at if row.slot else None,
            row.slot.ends_at if row.slot else None,
            str(row.slot.session) if row.slot else "",
            row.table,
            str(row.buyer.company),
            str(row.supplier.company),
            row.get_state_display(),
            _("yes") if row.is_locked else "",
            row.get_outcome_display(),
        ]


@login_required
@require_safe
def wishes_missed(request: HttpRequest, slug: str) -> HttpResponse:
    """Every wish that is not kept, with its reason."""
    event = run_event(request, slug)
    found = _assessed(event)
    if isinstance(found, str):
        messages.error(request, found)
        return redirect("events:timetable", slug)
    reason, words = request.GET.get("reason", ""), posted.words(request.GET, "q", 100).casefold()
    rows = [each for each in found.missed if not reason or each.reason == reason]
    if words:
        rows = [each for each in rows if words in f"{each.buyer.company} {each.supplier.company}".casefold()]
    if wants_excel(request):
        heads = [_("Buyer"), _("Supplier"), _("Wish"), _("Reason")]
        lines = [
            [
                str(each.buyer.company),
                str(each.supplier.company),
                _("must meet") if each.is_must else _("meet"),
                str(each.label),
            ]
            for each in rows
        ]
        return download(f"{slug}-wishes-not-kept", workbook(_("Wishes not kept"), heads, lines))
    context = {
        "event": event,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "reasons": found.reasons,
        "reason": reason,
        "words": posted.words(request.GET, "q", 100),
        "exports": [(as_excel(request), _("Excel"))],
    }
    return render(request, "events/wishes_missed.html", context)


@login_required
@require_POST
def timetable_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft the meetings from the wishes; what is locked or told stays. A longer search follows behind."""
    event = run_event(request, slug)
    try:
        made = draft(event, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("events:timetable", slug)
    messages.success(request, _said(made))
    if made.share_of_bound < 1 - 1e-6:
        with suppress(Refused):
            searching.start(event, by=person(request))
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
def timetable_search(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the long search for a better draft."""
    event = run_event(request, slug)
    try:
        searching.start(event, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The search goes on for up to 20 seconds; the draft improves meanwhile."))
    return redirect("events:timetable", slug)


@login_required
@require_safe
def timetable_run(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the search is: the piece of the page that asks again while it goes on."""
    event = run_event(request, slug)
    run = TimetableRun.objects.filter(event=event).first()
    return render(request, "events/_timetable_run.html", {"event": event, "run": run})


@login_required
@require_POST
def timetable_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the drafted meetings to the firms."""
    event = run_event(request, slug)
    try:
        count = publish(event, by=person(request), site=site_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        said = ngettext("%(count)s meeting is published.", "%(count)s meetings are published.", count)
        messages.success(request, said % {"count": count})
    return redirect("events:timetable", slug)
