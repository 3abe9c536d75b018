"""Filters by a row of a small table."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django_filters.fields import ModelChoiceField, ModelChoiceIterator


class SmallChoices(ModelChoiceIterator):  # type: ignore[type-arg]  # generic only for the checker
    """The rows in one query: Django reads tables of any size through a cursor on the server."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        field: Any = self.field
        if field.empty_label is not None:
            yield "", field.empty_label
        if field.null_label is not None:
            yield field.null_value, field.null_label
        for row in self.queryset.all():
            yield self.choice(row)


class SmallChoiceField(ModelChoiceField):
    """A choice among the rows of a small table."""

    iterator = SmallChoices


class SmallChoiceFilter(django_filters.ModelChoiceFilter):
    """A filter by a row of a small table: a chain, a division, a certificate."""

    field_class = SmallChoiceField
