"""Statements that are planned once a connection."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor


def read_prepared(
    statement: str, parameters: Mapping[str, Any] | Sequence[Any], *, binary: bool = False
) -> list[tuple[Any, ...]]:
    """Rows of a statement that is planned once a connection: planning a long one takes milliseconds."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        return cursor.execute(statement.encode(), parameters, prepare=True, binary=binary).fetchall()
