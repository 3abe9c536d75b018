"""Rooms for officials only."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from companies.duties import is_official

View = Callable[..., HttpResponse]


def official_required(view: View) -> View:
    """A view for officials; others do not learn that it exists."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not is_official(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)
