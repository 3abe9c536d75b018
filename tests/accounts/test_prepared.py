"""A statement that is asked often is planned once a connection, which the driver does not do by itself."""

import pytest
from django.db import connection

from accounts.prepared import read_prepared

pytestmark = pytest.mark.django_db

SQUARES = "SELECT n * n FROM generate_series(1, %s) AS n"


def plans() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = %s",
            [SQUARES.replace("%s", "$1")],
        )
        return [tuple(row) for row in cursor.fetchall()]


def test_a_statement_is_prepared_once_and_its_plan_used_again() -> None:
    assert [read_prepared(SQUARES, [end]) for end in (2, 3)] == [[(1,), (4,)], [(1,), (4,), (9,)]]
    assert plans() == [(2, 0)]
