"""Which parts of the site a person works in."""

from dataclasses import dataclass

from accounts.models import Viewer
from companies.models import Posting, Representative
from events.models import DockingEvent


@dataclass(frozen=True)
class Rooms:
    """Which parts of the site a person works in."""

    is_official: bool = False
    is_representative: bool = False
    is_organiser: bool = False
    is_staff: bool = False


def is_official(user: Viewer) -> bool:
    """Whether the person holds a posting as an official today, or runs the city office."""
    if not user.is_authenticated:
        return False
    postings = Posting.objects.active().filter(user_id=user.pk).exclude(role=Posting.Role.ORGANISER)
    return user.is_superuser or postings.exists()


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
        is_organiser=user.is_superuser or DockingEvent.objects.organised_by(user).exists(),
        is_staff=user.is_staff,
    )
