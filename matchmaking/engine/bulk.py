"""Rows and vectors to and from PostgreSQL in bulk, in its binary form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Model
from numpy.typing import NDArray
from pgvector.psycopg import register_vector
from psycopg import Connection, Cursor, sql

DIMENSIONS_READ = 512


def copy_in(
    model: type[Model], columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """COPY rows into a model's table.

    :param types: PostgreSQL's names of the columns' types; a ``halfvec`` takes a ``pgvector.HalfVector``.
    """
    raw = _raw_connection()
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(list(types))
        for row in rows:
            copy.write_row(row)


def read_vectors(statement: str, parameters: Sequence[Any]) -> tuple[list[str], NDArray[np.float32]]:
    """Names and vectors, shape (n, 512), of a query that selects a text and a ``halfvec``."""
    with Cursor(_raw_connection()) as cursor:
        rows = cursor.execute(statement.encode(), parameters, binary=True).fetchall()
    if not rows:
        return [], np.zeros((0, DIMENSIONS_READ), np.float32)
    return [row[0] for row in rows], np.stack([row[1].to_numpy() for row in rows]).astype(np.float32)


def read_prepared(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Rows of a statement that is planned once a connection: planning a long one takes milliseconds."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        return cursor.execute(statement.encode(), parameters, prepare=True).fetchall()


def _raw_connection() -> "Connection[Any]":
    """psycopg's connection below Django's, knowing the vector types."""
    connection.ensure_connection()
    raw: Connection[Any] = connection.connection
    register_vector(raw)
    return raw
