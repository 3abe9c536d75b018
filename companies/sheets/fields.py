"""The model's own checks of single columns, passed over for values that none of them can refuse."""

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import (
    CharField,
    DecimalField,
    Field,
    Model,
    PositiveIntegerField,
    PositiveSmallIntegerField,
)

SMALL, WHOLE = 2**15, 2**31


def check(row: Model, names: Iterable[str]) -> None:
    """Like ``clean_fields`` for the named columns.

    :raises ValidationError: by column.
    """
    wrong: dict[str, list[ValidationError]] = {}
    for name in names:
        field, value = row._meta.get_field(name), getattr(row, name)
        if not isinstance(field, Field) or _is_plain(field, value):
            continue
        try:
            setattr(row, name, field.clean(value, row))
        except ValidationError as error:
            wrong[name] = error.error_list
    if wrong:
        raise ValidationError(wrong)


def _is_plain(field: "Field[object, object]", value: object) -> bool:
    """Whether a value is empty where that is allowed, or so ordinary that no validator of ours refuses it."""
    if field.blank and value in field.empty_values:
        return True
    if isinstance(field, CharField):
        return isinstance(value, str) and len(value) <= (field.max_length or 0) and value.isprintable()
    if isinstance(field, PositiveSmallIntegerField | PositiveIntegerField):
        most = SMALL if isinstance(field, PositiveSmallIntegerField) else WHOLE
        return isinstance(value, int) and 0 <= value < most
    return isinstance(field, DecimalField) and isinstance(value, Decimal) and 0 <= value < 10**12
