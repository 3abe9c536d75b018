"""A heat map: rows by columns, each number written in its cell, never shade alone."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from matchmaking.figures.charts.drawing import drawing, fitted, group, nothing_yet, number, percent, tag

SHADES = 5
CELL = 30
LABEL_WIDTH, LABEL_SIZE = 168, 13  # charts.css leaves this margin for the row names where the drawing is wide
HEAD = 38
STACKED_ROW = 58  # where it is narrow, the row's name stands above its cells


def heatmap(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    *,
    name: str,
    title: str,
    description: str,
) -> SafeString:
    """One cell for each row and column; ``values[row][column]`` is at least 0.

    Drawn twice: with the row names beside the cells, and with the names above them for narrow panels.
    Raises ValueError when the values do not have the shape of rows x columns.
    """
    if len(values) != len(rows) or any(len(line) != len(columns) for line in values):
        raise ValueError(f"values must be {len(rows)} rows of {len(columns)} columns")
    if not rows or not columns:
        return nothing_yet()
    highest = max(max(line) for line in values)
    wide = [_head(columns, 90)]
    narrow = [_head(columns, 300 / len(columns))]
    for at, (row, line) in enumerate(zip(rows, values, strict=True)):
        wide.extend([_beside(row, HEAD + at * CELL), _cells(line, highest, HEAD + at * CELL)])
        top = HEAD + at * STACKED_ROW
        narrow.extend([_above(row, top), _cells(line, highest, top + 22)])
    drawings = [
        drawing(
            group(parts),
            name=f"{name}-{kind}",
            title=title,
            description=description,
            class_=f"chart heat {kind}",
            height=HEAD + len(rows) * height + 2,
        )
        for kind, parts, height in (("wide", wide, CELL), ("narrow", narrow, STACKED_ROW))
    ]
    return tag("div", group(drawings), class_="chart-box")


def _head(columns: Sequence[str], width: float) -> SafeString:
    return group(
        tag(
            "text",
            group(
                [
                    tag("title", column),
                    *_lines(column, width, percent((at + 0.5) / len(columns)), HEAD - 10),
                ]
            ),
            class_="tick middle",
        )
        for at, column in enumerate(columns)
    )


def _lines(text: str, width: float, x: str | int, bottom: float) -> list[SafeString]:
    """At most two lines, the last one on ``bottom``."""
    lines = fitted(text, width, 12, 2)
    return [tag("tspan", line, x=x, y=bottom - 14 * (len(lines) - 1 - at)) for at, line in enumerate(lines)]


def _beside(row: str, top: float) -> SafeString:
    (label,) = fitted(row, LABEL_WIDTH - 14, LABEL_SIZE, 1)
    return tag(
        "text", group([tag("title", row), tag("tspan", label)]), class_="label left", x=0, y=top + 20, dx=-10
    )


def _above(row: str, top: float) -> SafeString:
    (label,) = fitted(row, 290, LABEL_SIZE, 1)
    return tag("text", group([tag("title", row), tag("tspan", label)]), class_="label", x=0, y=top + 15)


def _cells(line: Sequence[float], highest: float, top: float) -> SafeString:
    count = len(line)
    return group(
        tag(
            "g",
            group(
                [
                    tag(
                        "rect",
                        x=percent((at + 0.01) / count),
                        y=top + 1,
                        width=percent(0.98 / count),
                        height=CELL - 2,
                        rx=4,
                    ),
                    tag(
                        "text",
                        number(value),
                        class_="cell middle",
                        x=percent((at + 0.5) / count),
                        y=top + CELL / 2 + 4.5,
                    ),
                ]
            ),
            class_=f"h{shade(value, highest)}",
        )
        for at, value in enumerate(line)
    )


def shade(value: float, highest: float) -> int:
    """The step of a value: 0 for nothing, then 1 to 5 in equal parts up to the highest."""
    if value <= 0 or highest <= 0:
        return 0
    return min(SHADES, 1 + int(SHADES * value / highest * 0.999))
