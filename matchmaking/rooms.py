"""Which parts of the site a person works in."""

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import Viewer
from accounts.scopes import once_a_request
from companies.duties import is_official
from companies.models.reach import reach_of
from events.duties import is_organiser


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
    """The rooms of a person."""
    if not user.is_authenticated:
        return Rooms()
    reach = reach_of(user)
    return Rooms(
        is_official=user.is_superuser or reach.is_official,
        is_representative=bool(reach.companies),
        is_organiser=user.is_superuser or is_organiser(user),
        is_staff=user.is_staff,
    )


def rooms_here(request: HttpRequest) -> Rooms:
    """The rooms of the person who asks for a page, looked up once."""
    rooms: Rooms = once_a_request(request, "rooms", lambda: rooms_of(request.user))
    return rooms
