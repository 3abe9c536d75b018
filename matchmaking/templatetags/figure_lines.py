"""Lines of tables of figures, written in code: a page has some hundred with five links each.

As templates they take longer than all that the page reads; see ``charts.drawing`` for the same with drawings.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote_plus

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from matchmaking.figures.charts.drawing import group, tag
from matchmaking.figures.officials_rates import Rates
from matchmaking.figures.scope import Scope
from matchmaking.figures.tables import Line
from matchmaking.figures.wording import in_chosen_unit
from matchmaking.templatetags.figures import figures_url, percent, rows_url

register = template.Library()
NUMBERS = (
    ("signed", "signed_projects"),
    ("signed_cny", "order_volume_cny"),
    ("intentions", "intention_projects"),
    ("intention_cny", "intention_value_cny"),
    ("events", "docking_activities"),
)
"""What a line shows, each with the figure whose rows it leads to."""
AMOUNTS = {"signed_cny": "signed", "intention_cny": "intentions"}
SHARES = (
    ("signing", ("became_signed", "became_signed"), ("intentions", "intention_projects")),
    ("performance", ("performing", "signed_going_on"), ("signed", "signed_projects")),
    ("solving", ("solved", "solved_of_raised"), ("raised", "problems_raised")),
)
"""Rates, each with the two numbers that it is made of and the figures whose rows they lead to."""


class _Links:
    """Where the rows of a line's numbers stand; all but the line's own key is written once a table."""

    def __init__(self, scope: Scope, param: str) -> None:
        self._before = lru_cache(maxsize=None)(lambda figure: rows_url(figure, scope, param, ""))

    def to(self, figure: str, key: str, words: object) -> SafeString:
        return tag("a", words, href=f"{self._before(figure)}{quote_plus(key)}")


@register.simple_tag(takes_context=True)
def line_rows(context: Mapping[str, object], lines: Iterable[Line], param: str, scope: Scope) -> SafeString:
    """The rows of a table of ``Line``; a number leads to what it counts, a year to its page of figures.

    :param param: what a line limits: year, month, chain, division or kind.
    """
    links, unit, few = _Links(scope, param), str(context.get("unit") or ""), _("few deals")
    nothing = "–" if context.get("all_amounts") else few

    def cell(line: Line, name: str, figure: str) -> SafeString:
        value: int | Decimal = getattr(line, name)
        if name in AMOUNTS:
            shown: object = in_chosen_unit(Decimal(value), "CNY", unit) if value else ""
            none = nothing if getattr(line, AMOUNTS[name]) else "–"
        else:
            shown, none = value, "0"
        return tag("td", links.to(figure, line.key, shown) if value else none, class_="num")

    def head(line: Line) -> SafeString:
        is_page = param == "year"
        name = tag("a", line.label, href=figures_url(scope, param, line.key)) if is_page else line.label
        return tag("th", name, scope="row")

    return group(
        tag("tr", group([head(line), *(cell(line, name, figure) for name, figure in NUMBERS)]))
        for line in lines
    )


@register.simple_tag
def rate_rows(lines: Iterable[Rates], param: str, scope: Scope) -> SafeString:
    """The rows of a table of ``Rates``, each rate with the two numbers that it is made of."""
    links = _Links(scope, param)

    def number(line: Rates, of: tuple[str, str]) -> SafeString:
        return links.to(of[1], line.key, getattr(line, of[0]))

    def cells(line: Rates) -> Iterable[SafeString]:
        yield tag("th", line.label, scope="row")
        for rate, part, whole in SHARES:
            behind = group([number(line, part), SafeString("/"), number(line, whole)])
            words = [percent(getattr(line, rate)), " ", tag("span", behind, class_="muted small")]
            yield tag("td", group(words), class_="num")  # type: ignore[arg-type]  # what is not safe is escaped
        yield tag("td", number(line, ("visits", "visits")), class_="num")

    return group(tag("tr", group(cells(line))) for line in lines)
