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
from events.totals import FEW, told_in_the_hall, totals_of
from events.views.floor.pages import floor_page
from events.views.lookups import run_event

SECONDS = 5
"""How often a board asks whether something changed; it is answered 304 while nothing did."""


@floor_page
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """For the hall's screen, which everybody reads: amounts of three deals more at a time."""
    return _board(request, run_event(request, slug), is_public=True)


@floor_page
@require_safe
def board_of_chief(request: HttpRequest, slug: str) -> HttpResponse:
    """For the chief: every amount."""
    return _board(request, run_event(request, slug), is_public=False)


def _board(request: HttpRequest, event: DockingEvent, *, is_public: bool) -> HttpResponse:
    totals = totals_of(event)
    of_stages = {"intention": totals.intention, "framework": totals.framework, "signed": totals.signed}
    told = told_in_the_hall(event) if is_public else of_stages
    context: dict[str, Any] = {"event": event, "totals": totals, "is_public": is_public, "few": FEW}
    context["stages"] = [
        (label, of_stages[name].deals, told[name])
        for name, label in (
            ("intention", _("Cooperation intentions")),
            ("framework", _("Framework agreements")),
            ("signed", _("Signed projects")),
        )
    ]
    if not request.htmx:  # type: ignore[attr-defined]  # set by django-htmx
        return render(request, "events/floor/board.html", context | {"seconds": SECONDS})
    etag = _etag(context)
    answer = get_conditional_response(request, etag=etag) or render(
        request, "events/floor/_board.html", context
    )
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Cookie, HX-Request"
    return answer


def _etag(context: dict[str, Any]) -> str:
    told = [context["event"].pk, context["totals"], context["stages"], context["is_public"], get_language()]
    content = " ".join(str(each) for each in told)
    return f'W/"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
