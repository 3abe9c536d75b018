"""Values in PostgreSQL's binary form, written by hand: an array of fifty numbers takes a microsecond.

Source of the forms: PostgreSQL's ``*_send`` functions and "COPY", "Binary Format".
"""

import json
import struct
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TAIL = b"\xff\xff"
EPOCH = date(2000, 1, 1).toordinal()
_OIDS = {"i": 20, "f": 701}
"""int8 and float8."""


def copy_binary(table: str, columns: Sequence[str], rows: Iterable[Sequence[bytes]]) -> None:
    """COPY rows whose values are in binary form already into a table; none is null."""
    connection.ensure_connection()
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    head = struct.pack(">h", len(columns))
    with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEAD)
        for row in rows:
            parts = [head]
            for value in row:
                parts += (struct.pack(">i", len(value)), value)
            copy.write(b"".join(parts))
        copy.write(COPY_TAIL)


def as_array(values: NDArray[Any]) -> bytes:
    """An array of whole numbers as bigint[], of others as double precision[]."""
    if not len(values):
        return struct.pack(">iii", 0, 0, _OIDS[values.dtype.kind])
    made = np.empty(len(values), np.dtype([("bytes", ">i4"), ("value", f">{values.dtype.kind}8")]))
    made["bytes"], made["value"] = 8, values
    return struct.pack(">iiiii", 1, 0, _OIDS[values.dtype.kind], len(values), 1) + made.tobytes()


def as_bigint(value: int) -> bytes:
    return struct.pack(">q", value)


def as_integer(value: int) -> bytes:
    return struct.pack(">i", value)


def as_float(value: float) -> bytes:
    return struct.pack(">d", value)


def as_date(day: date) -> bytes:
    return struct.pack(">i", day.toordinal() - EPOCH)


def as_jsonb(value: object) -> bytes:
    """With the number of its format before it."""
    return b"\x01" + json.dumps(value).encode()
