"""The outbox of an event: what was written to whom, what left, what failed; and sending once more."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import outbox, posted
from accounts.models import Letter
from accounts.models.letter import LetterQuerySet
from accounts.person import person
from accounts.refusals import Refused
from companies.sheets.writing import download, workbook
from events.views.lookups import as_excel, run_event, wants_excel

A_PAGE = 50
KINDS = {
    "invitation": gettext_lazy("invitation"),
    "place": gettext_lazy("registration"),
    "moved_up": gettext_lazy("moved up from the waiting list"),
    "timetable": gettext_lazy("timetable"),
    "meeting_moved": gettext_lazy("meeting moved"),
    "meeting_cancelled": gettext_lazy("meeting cancelled"),
    "request": gettext_lazy("request to meet"),
    "request_expired": gettext_lazy("request expired"),
    "event_changed": gettext_lazy("new date or place"),
    "event_cancelled": gettext_lazy("event cancelled"),
    "confirmation": gettext_lazy("confirmation of a deal"),
    "introduction": gettext_lazy("introduction"),
}
"""The kinds of letters in words."""


@login_required
@require_safe
def letter_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every letter of an event."""
    event = run_event(request, slug)
    letters = Letter.objects.about("event", [event.pk])
    return show_letters(request, letters, f"{slug}-outbox", "events/letters.html", {"event": event})


def show_letters(
    request: HttpRequest, letters: LetterQuerySet, name: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """A list of letters with its filters, as a page or as a workbook."""
    state, kind = request.GET.get("state", ""), posted.words(request.GET, "kind", 30)
    words = posted.words(request.GET, "q", 100)
    rows = letters
    if state in Letter.State.values:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if words:
        rows = rows.naming(words)
    rows = rows.order_by("-pk")
    if wants_excel(request):
        return download(name, workbook(_("Outbox"), _heads(), _lines(rows)))
    counts = dict(letters.order_by().values_list("state").annotate(n=Count("pk")))
    kinds = letters.order_by("kind").values_list("kind", flat=True).distinct()
    context |= {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "states": [(each.value, each.label, counts.get(each.value, 0)) for each in Letter.State],
        "state": state,
        "kinds": [(each, KINDS.get(each, each)) for each in kinds],
        "kind": kind,
        "kind_words": KINDS,
        "words": words,
        "exports": [(as_excel(request), _("Excel"))],
    }
    for row in context["page"]:
        row.kind_label = KINDS.get(row.kind, row.kind)
    return render(request, template, context)


def _heads() -> list[str]:
    return [
        _("Kind"),
        _("E-mail"),
        _("Subject line"),
        _("Language"),
        _("State"),
        _("Written at"),
        _("Sent at"),
        _("Attempts"),
        _("Next attempt"),
        _("Last error"),
    ]


def _lines(rows: LetterQuerySet) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=1000):
        waits = row.state == Letter.State.WAITING
        yield [
            str(KINDS.get(row.kind, row.kind)),
            row.to,
            row.title,
            row.get_language_display(),
            row.get_state_display(),
            row.created_at,
            row.sent_at,
            row.attempts,
            row.send_at if waits else None,
            row.error,
        ]


@login_required
@require_POST
def letter_resend(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send a letter of the event once more."""
    event = run_event(request, slug)
    letter = get_object_or_404(Letter.objects.about("event", [event.pk]), pk=pk)
    say_resent(request, letter)
    return redirect("events:letter-list", slug)


def say_resent(request: HttpRequest, letter: Letter) -> None:
    """Queue the letter and say so, or say why not."""
    try:
        outbox.resend(letter, by=person(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The letter is sent again to %(to)s.") % {"to": letter.to})
