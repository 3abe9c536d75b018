"""Rows and vectors to and from PostgreSQL in bulk, in its binary form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Model
from numpy.typing import NDArray
from pgvector.psycopg import register_vector
from psycopg import Connection, Cursor, sql

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DIMENSIONS_READ = 512
VECTOR_BYTES = 4 + 2 * DIMENSIONS_READ
"""Bytes of a ``halfvec`` of so many dimensions in PostgreSQL's binary form."""
COPY_HEAD, COPY_TAIL = 19, 2
"""Bytes before and after the rows of a binary COPY."""
ARRAY_HEAD = 20
"""Bytes before the elements of a binary array of one dimension."""


def copy_in(
    model: type[Model], columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """COPY rows into a model's table.

    :param types: PostgreSQL's names of the columns' types; a ``halfvec`` takes a ``pgvector.HalfVector``.
    """
    copy_rows(model._meta.db_table, columns, types, rows)


def copy_rows(
    table: str, columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """COPY rows into a table, which may be a temporary one; see ``copy_in``."""
    raw = _raw_connection()
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
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


def copy_out(
    statement: str, columns: Mapping[str, str | int], parameters: Sequence[Any] = ()
) -> NDArray[np.void]:
    """Rows of a query whose columns are never null and of fixed width, as a structured array.

    PostgreSQL's binary form goes into the array as it is: a million rows take a second.

    :param statement: with ``{}`` for each parameter.
    :param columns: of the result by name: numpy's big-endian type, or the number of bytes.
    """
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name} bytes", ">i4"), (name, f"V{kind}" if isinstance(kind, int) else kind)]
    form = np.dtype(fields)
    query = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(
        sql.SQL(statement).format(*(sql.Literal(value) for value in parameters))
    )
    with _raw_connection().cursor() as cursor, cursor.copy(query) as copy:
        raw = b"".join(bytes(part) for part in copy)
    number = (len(raw) - COPY_HEAD - COPY_TAIL) // form.itemsize
    rows: NDArray[np.void] = np.frombuffer(raw, form, number, COPY_HEAD)
    return rows


def read_halfvecs(statement: str) -> NDArray[np.float32]:
    """The vectors of a query that selects one ``halfvec``, shape (n, 512)."""
    return vectors_of(copy_out(statement, {"vector": VECTOR_BYTES})["vector"].tobytes())


def vectors_of(raw: bytes) -> NDArray[np.float32]:
    """pgvector's halfvecs in their binary form (two header words, then big-endian halves) as rows."""
    halves = np.frombuffer(raw, ">f2").reshape(-1, 2 + DIMENSIONS_READ)
    return halves[:, 2:].astype(np.float32)


def elements(raw: bytes, kind: str) -> NDArray[Any]:
    """The elements of an array that ``array_send`` made: not null, of numpy's big-endian type ``kind``."""
    form = np.dtype([("bytes", ">i4"), ("value", kind)])
    values: NDArray[Any] = np.frombuffer(raw, form, -1, ARRAY_HEAD)["value"]
    return values


def _raw_connection() -> "Connection[Any]":
    """psycopg's connection below Django's, knowing the vector types."""
    connection.ensure_connection()
    raw: Connection[Any] = connection.connection
    register_vector(raw)
    return raw
