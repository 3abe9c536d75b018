"""Charts drawn on the server: frozen values in, an SVG with title and description out.

No script, no inline style: colours come from the classes in static/css/charts.css, so that dark mode, print
and the Content-Security-Policy need nothing more. A drawing never stands alone: templates/parts/_chart.html
puts its table beside it.
"""

from matchmaking.figures.charts.chain import Flag, MapLink, MapNode, chain_map
from matchmaking.figures.charts.heat import heatmap
from matchmaking.figures.charts.series import Bar, Point, bar_line, bars, sparkline

__all__ = [
    "Bar",
    "Flag",
    "MapLink",
    "MapNode",
    "Point",
    "bar_line",
    "bars",
    "chain_map",
    "heatmap",
    "sparkline",
]
