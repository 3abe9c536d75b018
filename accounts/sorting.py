"""The orders in which a list can be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest

from accounts.language import reads_chinese


@dataclass(frozen=True)
class Sort:
    """An order in which a list can be read; made anew for each reader, whose language names follow."""

    key: str
    label: Any
    order: Callable[[], OrderBy]


def falling(key: str, label: Any, column: str) -> Sort:
    """The largest or newest first, rows without a value last."""
    return Sort(key, label, lambda: F(column).desc(nulls_last=True))


def newest(key: str, label: Any, column: str) -> Sort:
    """The newest first, of a column that every row has: an order that an index of the column has, too."""
    return Sort(key, label, lambda: F(column).desc())


def rising(key: str, label: Any, column: str) -> Sort:
    """The smallest or earliest first, rows without a value last."""
    return Sort(key, label, lambda: F(column).asc(nulls_last=True))


def by_text(first: str, second: str) -> OrderBy:
    """One of two columns in the reader's language; the other where that is empty.

    :param first: the Chinese one.
    """
    wanted, other = (first, second) if reads_chinese() else (second, first)
    return Coalesce(NullIf(F(wanted), Value("")), F(other)).asc()


def chosen(request: HttpRequest, sorts: Sequence[Sort]) -> Sort:
    """The order that the address asks for, or the first."""
    return next((sort for sort in sorts if sort.key == request.GET.get("sort")), sorts[0])


def offered(request: HttpRequest, sorts: Sequence[Sort]) -> dict[str, Any]:
    """What the toolbar over a list needs; the first order is what nobody chose."""
    choices = [("" if sort is sorts[0] else sort.key, sort.label) for sort in sorts]
    return {"sorts": choices, "sort": chosen(request, sorts).key}
