"""What makes the hall an app that works without network: worker, manifest, session, what waits."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.views.floor.hall import runs_something
from events.views.floor.pages import floor_page, leave_token

WORKER = ("store", "sending", "worker")
"""Scripts of static/js/floor/ that the service worker is made of."""


@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its address gives it the hall's pages in one language as its scope."""
    scripts = ", ".join(f'"{static(f"js/floor/{name}.js")}"' for name in WORKER)
    text = f'self.floorOffline = "{reverse("floor:offline")}";\nimportScripts({scripts});\n'
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """How the hall is installed on a phone."""
    start = reverse("floor:event-list")
    icons = [
        {
            "src": static(f"img/floor-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": use,
        }
        for size in (192, 512)
        for use in ("any", "maskable")
    ]
    content = {
        "id": start,
        "name": _("Duijie, on the floor"),
        "short_name": _("On the floor"),
        "lang": get_language(),
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#f3f5f4",
        "theme_color": "#0a3644",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


@never_cache
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in on this phone, a fresh token to send with, and what time it really is."""
    user, token = request.user, ""
    if user.is_authenticated:
        token = get_token(request)
        leave_token(request)
    return JsonResponse(
        {
            "person": str(user.pk) if user.is_authenticated else "",
            "token": token,
            "now": timezone.now().isoformat(),
        }
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a phone shows without network for a page that it has not kept; the same for everybody."""
    return render(request, "events/floor/offline.html")


@floor_page
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits on this phone to be sent; the phone fills it in."""
    runs_something(request)
    return render(request, "events/floor/waiting.html")
