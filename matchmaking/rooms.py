"""Which parts of the site a person works in."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User, Viewer
from accounts.scopes import once_a_request
from companies.duties import is_official, official_postings
from companies.models import Representative
from events.duties import organiser_postings
from events.models import DockingEvent
from matchmaking.engine.bulk import read_prepared

SOMEBODY = -7_315_004
"""Stands for the person's key in the statement that every page asks; nobody has it."""


@dataclass(frozen=True)
class Rooms:
    """Which parts of the site a person works in."""

    is_official: bool = False
    is_representative: bool = False
    is_organiser: bool = False
    is_staff: bool = False


def may_see_amounts(user: Viewer) -> bool:
    """Whether amounts that stand for very few deals are shown: to officials."""
    return is_official(user)


def rooms_of(user: Viewer) -> Rooms:
    """The rooms of a person: one query."""
    if not user.is_authenticated:
        return Rooms()
    statement, parameters = _statement(timezone.localdate())
    asked = [user.pk if value == SOMEBODY else value for value in parameters]
    [(official, representative, posted, organises)] = read_prepared(statement, asked)
    return Rooms(
        is_official=user.is_superuser or official,
        is_representative=representative,
        is_organiser=user.is_superuser or posted or organises,
        is_staff=user.is_staff,
    )


def rooms_here(request: HttpRequest) -> Rooms:
    """The rooms of the person who asks for a page, looked up once."""
    rooms: Rooms = once_a_request(request, "rooms", lambda: rooms_of(request.user))
    return rooms


@lru_cache(maxsize=2)
def _statement(today: dt.date) -> tuple[str, tuple[Any, ...]]:
    """What every page asks of a person, put together once a day: that takes longer than to answer it.

    :param today: the day that the postings in force are of.
    """
    somebody = User(pk=SOMEBODY)
    rows = (
        official_postings(somebody),
        Representative.objects.active().filter(user_id=somebody.pk),
        organiser_postings(somebody),
        DockingEvent.objects.organised_by(somebody),
    )
    parts = [each.query.exists().sql_with_params() for each in rows]
    statement = ", ".join(f"EXISTS ({part})" for part, _parameters in parts)
    return f"SELECT {statement}", tuple(value for _part, parameters in parts for value in parameters)
