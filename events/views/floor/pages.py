"""What every page of the hall has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
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
        if request.headers.get("Floor-Keep"):
            leave_token(request)
        return response

    return shown


def leave_token(request: HttpRequest) -> None:
    """Answer without setting the cookie of the token against forged requests anew, where there is one.

    What a phone asks for behind the back of its person may be answered while somebody signs in on another
    page: the cookie as it was before would make the server refuse the form that was opened meanwhile.
    """
    if settings.CSRF_COOKIE_NAME in request.COOKIES:
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
