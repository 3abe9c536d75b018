"""Many rows of one model written at once by COPY; triggers, constraints and the audit trail work as ever."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(rows: Sequence[Model]) -> None:
    """Insert new rows whose keys the database gives; they are not set on the objects.

    :raises IntegrityError: a constraint is broken; the transaction is lost.
    """
    if not rows:
        return
    model = type(rows[0])
    fields: list[Any] = [f for f in model._meta.concrete_fields if not (f.primary_key or f.generated)]
    _copy(model._meta.db_table, fields, ([f.pre_save(row, True) for f in fields] for row in rows))


def update(rows: Sequence[Model], names: Iterable[str]) -> None:
    """Write the named columns of known rows.

    :raises IntegrityError: a constraint is broken; the transaction is lost.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    key: Any = meta.pk
    fields: list[Any] = [meta.get_field(name) for name in names]
    table, beside = _quoted(meta.db_table), _quoted(f"new_{meta.db_table}")
    columns = [key, *fields]
    listed = ", ".join(_quoted(field.column) for field in columns)
    changes = ", ".join(f"{_quoted(field.column)} = {beside}.{_quoted(field.column)}" for field in fields)
    same = f"{table}.{_quoted(key.column)} = {beside}.{_quoted(key.column)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {beside} ON COMMIT DROP AS SELECT {listed} FROM {table} LIMIT 0")  # noqa: S608  # names of our own tables
        _copy(f"new_{meta.db_table}", columns, ([getattr(row, f.attname) for f in columns] for row in rows))
        cursor.execute(f"UPDATE {table} SET {changes} FROM {beside} WHERE {same}")  # noqa: S608  # the same
        cursor.execute(f"DROP TABLE {beside}")


def _copy(table: str, fields: Sequence[Any], lines: Iterable[Sequence[Any]]) -> None:
    columns = ", ".join(_quoted(field.column) for field in fields)
    query = f"COPY {_quoted(table)} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.cursor.copy(query) as copy:
        for line in lines:
            copy.write_row(line)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
