"""Writing and deleting many rows at once, with their audit trail.

The trail's triggers run row by row and take longer than the work itself. Here they are passed over, and the
same rows of the trail are written by one statement, in the same transaction.
"""

from collections.abc import Collection, Sequence
from typing import TypeVar

import pgtrigger
from django.db import connection, transaction
from django.db.models import Model

BATCH = 2_000
Row = TypeVar("Row", bound=Model)


def write(rows: Sequence[Row]) -> None:
    """Insert rows of one model and what the audit trail says of them; primary keys are set."""
    if not rows:
        return
    model = type(rows[0])
    if _trail_of(model) is None:
        model._default_manager.bulk_create(rows, batch_size=BATCH)
        return
    # The savepoint lies inside, so that an error is seen and not hidden by the end of the ignoring.
    with pgtrigger.ignore(f"{model._meta.label}:insert_insert"), transaction.atomic():
        model._default_manager.bulk_create(rows, batch_size=BATCH)
        _write_trail(model, "insert", [row.pk for row in rows])


def remove(model: type[Model], keys: Collection[object]) -> None:
    """Delete rows by primary key whatever refers to them; the audit trail keeps their last state."""
    rows = model._base_manager.filter(pk__in=keys)
    if _trail_of(model) is None:
        rows._raw_delete(rows.db)
        return
    with pgtrigger.ignore(f"{model._meta.label}:delete_delete"), transaction.atomic():
        _write_trail(model, "delete", list(keys))
        rows._raw_delete(rows.db)


def _trail_of(model: type[Model]) -> type[Model] | None:
    """The model of the audit trail's rows; tables between two records have none."""
    history = getattr(model, "history", None)
    return history.rel.related_model if history else None


def _write_trail(model: type[Model], label: str, keys: list[object]) -> None:
    """Copy the rows into the trail, in the order of their keys."""
    trail, key = _trail_of(model), model._meta.pk
    if trail is None or key is None:
        return
    quote = connection.ops.quote_name
    kept = [
        str(f.column) for f in trail._meta.concrete_fields if not (f.name.startswith("pgh_") or f.generated)
    ]
    columns, own = ", ".join(map(quote, kept)), quote(str(key.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(trail._meta.db_table)} (pgh_created_at, pgh_label, pgh_obj_id, {columns}) "  # noqa: S608  # names of our own tables
            f"SELECT now(), %s, {own}, {columns} FROM {quote(model._meta.db_table)} "
            f"WHERE {own} = ANY(%s) ORDER BY {own}",
            [label, keys],
        )
