"""What every page knows of its viewer: which rooms of the house to show in the menu."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import override

from accounts.language import reads_chinese
from matchmaking.rooms import Rooms, rooms_here


def _other_language_url(request: HttpRequest) -> str:
    """The same page in the other language, with its query; the front page where there is no such page."""
    other = "en" if reads_chinese() else "zh-hans"
    try:
        match = resolve(request.path_info)
        with override(other):
            path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    except (Resolver404, NoReverseMatch):
        return f"/{other}/"
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def viewer(request: HttpRequest) -> dict[str, object]:
    """Template context: ``viewer`` (lazy), ``other_language_url``, ``is_demo``."""
    return {
        "viewer": SimpleLazyObject(lambda: rooms_here(request) if hasattr(request, "user") else Rooms()),
        "other_language_url": _other_language_url(request),
        "is_demo": settings.IS_DEMO,
    }
