"""The screen of the hall and the chief's: arrivals, meetings, deals by stage, renewed by itself."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.models import DockingEvent
from events.totals import FEW, Totals, totals_of
from events.views.floor.pages import floor_page
from events.views.lookups import run_event

SECONDS = 5
"""How often a board asks whether something changed; it is answered 304 while nothing did."""


@floor_page
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """For the hall's screen, which everybody reads: no amount that fewer than three deals stand behind."""
    return _board(request, run_event(request, slug), is_public=True)


@floor_page
@require_safe
def board_of_chief(request: HttpRequest, slug: str) -> HttpResponse:
    """For the chief: every amount."""
    return _board(request, run_event(request, slug), is_public=False)


def _board(request: HttpRequest, event: DockingEvent, *, is_public: bool) -> HttpResponse:
    totals = totals_of(event)
    context: dict[str, Any] = {"event": event, "totals": totals, "is_public": is_public, "few": FEW}
    context["stages"] = [
        (label, stage, not (is_public and stage.is_telling))
        for label, stage in (
            (_("Cooperation intentions"), totals.intention),
            (_("Framework agreements"), totals.framework),
            (_("Signed projects"), totals.signed),
        )
    ]
    if not request.htmx:  # type: ignore[attr-defined]  # set by django-htmx
        return render(request, "events/floor/board.html", context | {"seconds": SECONDS})
    etag = _etag(event, totals, is_public=is_public)
    answer = get_conditional_response(request, etag=etag) or render(
        request, "events/floor/_board.html", context
    )
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Cookie, HX-Request"
    return answer


def _etag(event: DockingEvent, totals: Totals, *, is_public: bool) -> str:
    content = f"{event.pk} {totals} {is_public} {get_language()}"
    return f'W/"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
