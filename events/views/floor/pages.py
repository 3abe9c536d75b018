"""What every page of the hall has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def floor_page(view: View) -> View:
    """A page for who is signed in, which says whose it is: the phone keeps nobody's page for another."""

    @login_required
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Floor-Person"] = str(request.user.pk)
        return response

    return shown
