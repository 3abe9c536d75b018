"""The course of the signed projects as a chart: month by month, or by year where months are too many."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from matchmaking.figures.charts import Point, bar_line
from matchmaking.figures.tables import Line

MOST_MONTHS = 36
"""More columns cannot be told apart on a phone."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Course:
    """A chart and what it is called."""

    title: str
    svg: str


def course(months: Sequence[Line], years: Sequence[Line], *, name: str) -> Course:
    """Signed amount and number of signed projects; ``name`` is unique on the page."""
    is_long = len(months) > MOST_MONTHS
    title = _("Signed projects by year") if is_long else _("Signed projects by month")
    lines = years if is_long else months
    svg = bar_line(
        [Point(line.label, float(line.signed_cny / MILLION), float(line.signed)) for line in lines],
        name=name,
        title=title,
        description=_("Columns: signed amount. Line: number of signed projects."),
        columns=_("signed amount, million yuan"),
        line=_("signed projects"),
    )
    return Course(title, svg)
