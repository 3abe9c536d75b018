"""What need not be asked twice while one page is read."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

Answer = TypeVar("Answer")

_known: ContextVar[dict[object, Any] | None] = ContextVar("known_while_reading", default=None)


def remember_while_reading(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: opens the memory of ``once_while_reading`` for requests that change nothing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return get_response(request)
        token = _known.set({})
        try:
            return get_response(request)
        finally:
            _known.reset(token)

    return middleware


def once_while_reading(key: object, find: Callable[[], Answer]) -> Answer:
    """The answer of ``find``: remembered while a page is read; asked anew by acts, commands and tasks."""
    known = _known.get()
    if known is None:
        return find()
    if key not in known:
        known[key] = find()
    answer: Answer = known[key]
    return answer
