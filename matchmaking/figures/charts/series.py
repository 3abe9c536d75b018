"""Charts of one or two series: columns with a line, bars, a sparkline.

They have no view box: places along the width are percentages, heights are pixels. The drawing stretches with
its panel while its text keeps its size, so one drawing is legible on a phone and on a wall.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString

from matchmaking.figures.charts.drawing import (
    drawing,
    group,
    nothing_yet,
    number,
    percent,
    round_top,
    tag,
    text_width,
)

HEIGHT = 220  # pixels of the plot itself; labels stand in the margins that charts.css leaves
STEPS = 4
TICK_SIZE = 12
NARROW, WIDE = 250, 620  # pixels of plot that the label thinning reckons with


@dataclass(frozen=True)
class Point:
    """One place on the time axis: a column and, if there is a second series, a point of the line."""

    label: str
    column: float
    line: float | None = None


@dataclass(frozen=True)
class Bar:
    """One horizontal bar; ``text`` is its written value, the number itself where empty."""

    label: str
    value: float
    text: str = ""
    url: str = ""


def bar_line(
    points: Sequence[Point],
    *,
    name: str,
    title: str,
    description: str,
    columns: str,
    line: str = "",
) -> SafeString:
    """Columns and a line over the same labels, each with its own scale (left and right), both from zero.

    ``columns`` and ``line`` say what is drawn, with unit ("signed amount, million yuan"): the legend.
    ``name`` makes ids unique on the page. Values below zero are drawn as zero and written in the tooltip.
    """
    if not points:
        return nothing_yet()
    left = round_top(max(point.column for point in points), STEPS)
    right = round_top(max((point.line or 0 for point in points), default=0), STEPS)
    parts = [
        _grid(left, right if line else None),
        *_labels([point.label for point in points]),
        *(
            _column(point, _told(point, columns, line), (at, len(points)), left)
            for at, point in enumerate(points)
        ),
    ]
    if line:
        parts.extend(_line(points, right))
    plot = drawing(
        group(parts),
        name=name,
        title=title,
        description=description,
        class_="chart plot two-scales" if line else "chart plot",
        height=HEIGHT,
    )
    return tag("div", group([_legend(columns, line), plot]), class_="chart-box")


def _legend(columns: str, line: str) -> SafeString:
    keys = [tag("li", columns, class_="key-column")]
    if line:
        keys.append(tag("li", line, class_="key-line"))
    return tag("ul", group(keys), class_="legend")


def _grid(left: float, right: float | None) -> SafeString:
    """Horizontal rules with the ticks of the left and, if drawn, the right scale."""
    parts = []
    for step in range(STEPS + 1):
        y = HEIGHT * (STEPS - step) / STEPS
        parts.append(tag("line", class_="base" if step == 0 else "rule", x1=0, x2="100%", y1=y, y2=y))
        parts.append(tag("text", number(left * step / STEPS), class_="tick left", x=0, y=y, dx=-8, dy=4))
        if right is not None:
            parts.append(
                tag("text", number(right * step / STEPS), class_="tick right", x="100%", y=y, dx=8, dy=4)
            )
    return group(parts)


def _labels(labels: Sequence[str]) -> list[SafeString]:
    """As many labels as fit; those of class minor only where the plot is wide."""
    room = max(text_width(label, TICK_SIZE) for label in labels) + 12
    every = max(1, math.ceil(len(labels) * room / WIDE))
    major = every * max(1, math.ceil(len(labels) * room / NARROW / every))
    return [
        tag(
            "text",
            label,
            class_="tick below" if at % major == 0 else "tick below minor",
            x=percent((at + 0.5) / len(labels)),
            y=HEIGHT + 20,
        )
        for at, label in enumerate(labels)
        if at % every == 0
    ]


def _told(point: Point, columns: str, line: str) -> str:
    """The tooltip of a column."""
    told = f"{point.label}: {number(point.column)} ({columns})"
    if line and point.line is not None:
        told += f", {number(point.line)} ({line})"
    return told


def _column(point: Point, told: str, place: tuple[int, int], top: float) -> SafeString:
    """The column at ``place`` (its number, and of how many)."""
    at, count = place
    height = HEIGHT * max(point.column, 0) / top
    return tag(
        "rect",
        tag("title", told),
        class_="column",
        x=percent((at + 0.19) / count),
        y=round(HEIGHT - height, 1),
        width=percent(0.62 / count),
        height=round(height, 1),
        rx=2,
    )


def _line(points: Sequence[Point], top: float) -> list[SafeString]:
    """Segments between neighbours that both have a value, then the dots on top of them."""
    places = [
        None
        if point.line is None
        else (percent((at + 0.5) / len(points)), round(HEIGHT * (1 - max(point.line, 0) / top), 1))
        for at, point in enumerate(points)
    ]
    segments = [
        tag("line", class_="trend", x1=start[0], y1=start[1], x2=end[0], y2=end[1])
        for start, end in pairwise(places)
        if start and end
    ]
    dots = [tag("circle", class_="dot", cx=place[0], cy=place[1], r=3) for place in places if place]
    return segments + dots


def bars(rows: Sequence[Bar], *, title: str, description: str) -> SafeString:
    """Horizontal bars from zero, the largest fills the width: a list whose labels wrap and may be links."""
    if not rows:
        return nothing_yet()
    longest = max(0.0, *(row.value for row in rows)) or 1
    told = tag("p", description, class_="vh")
    return tag(
        "div",
        group([told, tag("ul", group(_bar(row, longest) for row in rows), class_="bars", aria_label=title)]),
        class_="chart-box",
    )


def _bar(row: Bar, longest: float) -> SafeString:
    """Label, value, and a drawing of eight pixels height that repeats the value for the eye only."""
    column = tag("rect", class_="column", width=percent(max(row.value, 0) / longest), height=8, rx=4)
    track = tag("rect", class_="track", width="100%", height=8, rx=4)
    return tag(
        "li",
        group(
            [
                tag("a", row.label, href=row.url) if row.url else tag("span", row.label),
                tag("b", row.text or number(row.value), class_="num"),
                tag("svg", group([track, column]), class_="chart", height=8, aria_hidden="true"),
            ]
        ),
    )


def sparkline(values: Sequence[float], *, name: str, title: str, description: str) -> SafeString:
    """The course of a figure in the size of a word, lowest value at the bottom; for a figure card."""
    if len(values) < 2:
        return nothing_yet()
    low, high = min(values), max(values)
    spread = (high - low) or 1
    places = [
        f"{100 * at / (len(values) - 1):.1f},{26 - 22 * (value - low) / spread:.1f}"
        for at, value in enumerate(values)
    ]
    return drawing(
        group(
            [
                tag("polygon", class_="area", points=" ".join(["0,30", *places, "100,30"])),
                tag("polyline", class_="trend", points=" ".join(places), vector_effect="non-scaling-stroke"),
            ]
        ),
        name=name,
        title=title,
        description=description,
        class_="chart spark",
        viewBox="0 0 100 30",
        preserveAspectRatio="none",
    )
