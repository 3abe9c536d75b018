"""Which parts of the site a person works in."""

from dataclasses import dataclass

from accounts.models import Viewer
from companies.duties import is_official
from companies.models import Representative
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
    """The rooms of a person: three small queries, made only when a template asks."""
    if not user.is_authenticated:
        return Rooms()
    return Rooms(
        is_official=is_official(user),
        is_representative=Representative.objects.active().filter(user_id=user.pk).exists(),
        is_organiser=user.is_superuser or is_organiser(user),
        is_staff=user.is_staff,
    )
