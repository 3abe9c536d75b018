"""Pages of figures are read from one snapshot of the ledger, whatever is written meanwhile."""

from collections.abc import Callable
from functools import wraps

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def consistent(view: View) -> View:
    """A view whose every query sees the ledger as it stood at the first one (repeatable read).

    Where a transaction is open already, as in a test, its own snapshot is what is read. The response is
    rendered inside: nothing is computed after the snapshot is gone.
    """

    @wraps(view)
    def reading(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if connection.in_atomic_block:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return view(request, *args, **kwargs)

    return reading
