"""What every page behind a personal link has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]


def link_page(view: View) -> View:
    """A page for whoever has its link: kept by no cache and no search engine, its address told to nobody.

    A click that leaves the page tells the other site this one's name at most. ``no-referrer`` would hide that
    too, but browsers then post the page's own form with the origin "null", which the check against forged
    requests refuses.
    """

    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shown
