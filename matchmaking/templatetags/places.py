"""The places of the product in the menu of every page."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True)
class Place:
    """One place: the name of its address, its label, and whose own workplace it is (a field of ``Rooms``)."""

    view: str
    label: str | Promise
    room: str = ""


@dataclass(frozen=True)
class ShownPlace:
    """A place in the menu; ``current`` is what ``aria-current`` says of it."""

    url: str
    label: str | Promise
    is_apart: bool
    current: str


PLACES = (
    Place("needs:need-list", _("Needs")),
    Place("companies:company-list", _("Companies")),
    Place("companies:buyer-list", _("Buyers")),
    Place("chains:chain-list", _("Chains")),
    Place("events:event-list", _("Events")),
    Place("figures:index", _("Figures")),
    Place("portal:home", _("Portal"), "is_representative"),
    Place("desk:home", _("Desk"), "is_official"),
    Place("floor:event-list", _("Floor"), "is_organiser"),
)


@register.simple_tag(takes_context=True)
def places(context: Context) -> list[ShownPlace]:
    """The places that the viewer has. Context: request, viewer."""
    return list(_shown(context["request"].path, context["viewer"]))


def _shown(path: str, rooms: object) -> Iterator[ShownPlace]:
    for place, url in zip(PLACES, _addresses(get_language() or ""), strict=True):
        if not place.room or getattr(rooms, place.room):
            current = "page" if url == path else "true" if url in path else ""
            yield ShownPlace(url, place.label, bool(place.room), current)


@lru_cache(maxsize=8)
def _addresses(language: str) -> tuple[str, ...]:
    """Where the places are, in the reader's language."""
    return tuple(reverse(place.view) for place in PLACES)
