"""Pages of long lists: as quick at the end as at the beginning."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class Paged(Paginator):  # type: ignore[type-arg]  # generic only for the checker
    """A paginator that looks up the keys of a page first, from whichever end of the list is nearer.

    The keys are read from an index where one has the order of the list; whole rows, with all that is joined
    and counted beside them, are read only for the page that is shown.
    """

    def __init__(self, rows: QuerySet[Any, Any], per_page: int, *, number: int | None = None) -> None:
        """:param number: of all rows, where it is known already."""
        super().__init__(rows, per_page)
        if number is not None:
            self.count = number

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        top = min(bottom + self.per_page, self.count)
        rows: Any = self.object_list
        if bottom > self.count // 2:
            keys = rows.reverse().values_list("pk", flat=True)[self.count - top : self.count - bottom]
        else:
            keys = rows.values_list("pk", flat=True)[bottom:top]
        return Page(list(rows.filter(pk__in=list(keys))), number, self)
