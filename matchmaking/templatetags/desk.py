"""The desk's rooms in groups, so that a menu of many rooms stays one that is taken in at a glance."""

from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True)
class Room:
    """One room of the desk: what pages call it, the name of its address and its label."""

    name: str
    view: str
    label: str | Promise

    @property
    def url(self) -> str:
        return reverse(self.view)


@dataclass(frozen=True)
class Group:
    """Rooms of one kind of work; one with a single room needs no second row."""

    label: str | Promise
    rooms: tuple[Room, ...]

    @property
    def url(self) -> str:
        return self.rooms[0].url


GROUPS = (
    Group(_("Overview"), (Room("home", "desk:home", _("Overview")),)),
    Group(
        _("Matching"),
        (
            Room("needs", "desk:needs", _("Needs")),
            Room("matches", "desk:matches", _("Matches")),
            Room("plans", "desk:plans", _("Plans")),
            Room("matching", "desk:matching", _("Quality")),
        ),
    ),
    Group(
        _("Ledger"),
        (
            Room("deals", "desk:deals", _("Ledger")),
            Room("verify", "desk:deals-to-verify", _("To verify")),
            Room("doubles", "deals:doubles", _("Doubles")),
            Room("follow", "desk:follow-ups", _("Follow-up")),
        ),
    ),
    Group(
        _("Companies"),
        (
            Room("companies", "desk:companies-to-verify", _("Companies")),
            Room("problems", "desk:problems", _("Problems")),
            Room("exposure", "desk:exposure", _("Exposure")),
            Room("outbox", "desk:letter-list", _("Outbox")),
        ),
    ),
    Group(
        _("Reports"),
        (
            Room("reports", "desk:reports", _("Reports")),
            Room("imports", "desk:imports", _("Import")),
            Room("rates", "deals:rates", _("Exchange rates")),
        ),
    ),
)


@dataclass(frozen=True)
class Menu:
    """Both rows of the desk's menu; ``present`` is the group one is in, if any."""

    groups: tuple[Group, ...]
    present: Group | None


@register.simple_tag
def desk_menu(here: str) -> Menu:
    """The menu as seen from a room."""
    found = (group for group in GROUPS if any(room.name == here for room in group.rooms))
    return Menu(GROUPS, next(found, None))
