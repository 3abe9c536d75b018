"""The chart of signed projects: months, and years where months are too many to be told apart."""

from decimal import Decimal

import pytest

from matchmaking.figures.course import MOST_MONTHS, course
from matchmaking.figures.tables import Line, by_year


def lines(number: int) -> list[Line]:
    return [
        Line(f"{2018 + at // 12}-{at % 12 + 1:02}", f"{2018 + at // 12}-{at % 12 + 1:02}", 1, Decimal(10**7))
        for at in range(number)
    ]


@pytest.mark.parametrize(
    ("number", "title", "label"),
    [
        (MOST_MONTHS, "Signed projects by month", "2018-01"),
        (MOST_MONTHS + 1, "Signed projects by year", "2018"),
    ],
)
def test_a_long_course_is_drawn_by_year(number: int, title: str, label: str) -> None:
    months = lines(number)
    drawn = course(months, by_year(months, are_public=False), name="course")
    assert (drawn.title, f">{label}<" in drawn.svg) == (title, True)
