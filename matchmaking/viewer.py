"""What every page knows of its viewer: which rooms of the house to show in the menu."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override

from accounts.models import Viewer
from companies.models import Posting, Representative
from events.models import DockingEvent


@dataclass(frozen=True)
class Rooms:
    """Which parts of the site a person works in."""

    is_official: bool
    is_representative: bool
    is_organiser: bool
    is_staff: bool


def rooms_of(user: Viewer) -> Rooms:
    """The rooms of a person: three small queries, made only when a template asks."""
    if not user.is_authenticated:
        return Rooms(False, False, False, False)
    return Rooms(
        is_official=user.is_superuser
        or Posting.objects.active().filter(user_id=user.pk).exclude(role=Posting.Role.ORGANISER).exists(),
        is_representative=Representative.objects.active().filter(user_id=user.pk).exists(),
        is_organiser=user.is_superuser or DockingEvent.objects.organised_by(user).exists(),
        is_staff=user.is_staff,
    )


def _other_language_url(request: HttpRequest) -> str:
    """The same page in the other language, with its query."""
    other = "en" if (get_language() or "").startswith("zh") else "zh-hans"
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return f"/{other}/"
    with override(other):
        path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def viewer(request: HttpRequest) -> dict[str, object]:
    """Template context: ``viewer`` (lazy), ``other_language_url``, ``is_demo``."""
    user = getattr(request, "user", None)
    return {
        "viewer": SimpleLazyObject(lambda: rooms_of(user) if user else Rooms(False, False, False, False)),
        "other_language_url": _other_language_url(request),
        "is_demo": settings.IS_DEMO,
    }
