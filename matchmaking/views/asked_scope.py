"""The scope that an address asks for: chain, division, kind of event, month or year, day."""

import datetime as dt
from dataclasses import replace

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from companies.models import Division, IndustrialChain
from events.models import DockingEvent
from matchmaking.figures.scope import NO_EVENT, Scope, whole_city

EARLIEST, LATEST = 1949, 2200
"""Years that an address may ask for."""


def scope_of(request: HttpRequest) -> Scope:
    """The scope of the request's address; :raises Http404: a chain, division or kind that is none."""
    asked = request.GET
    chain, division, kind = (asked.get(name, "").replace("\0", "") for name in ("chain", "division", "kind"))
    if kind and kind not in {*DockingEvent.Kind.values, NO_EVENT}:
        raise Http404
    scope = replace(
        whole_city(_day(asked.get("as_of", ""))),
        chain=get_object_or_404(IndustrialChain, code=chain) if chain else None,
        division=get_object_or_404(Division, code=division) if division else None,
        only_itself=bool(asked.get("itself")),
        kind=kind,
        reported=reported.year if (reported := _day(f"{asked.get('reported', '')}-01-01")) else None,
    )
    month = _day(f"{asked.get('month', '')}-01")
    year = _day(f"{asked.get('year', '')}-01-01")
    if month:
        return scope.in_month(month)
    return scope.in_year(year.year) if year else scope


def _day(text: str) -> dt.date | None:
    """A date of the address; an unreadable one is as if it was not asked for."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day.year <= LATEST else None
