"""The chain map: cards of nodes in columns from upstream to downstream, and what flows between them.

Wide panels get the drawing; narrow ones (phones, tablets) the same cards as a list, level by level, each
saying in words what it supplies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from matchmaking.figures.charts.drawing import fitted, group, nothing_yet, tag, text_width

WIDTH, CARD_GAP = 1100, 16
WIDEST, BETWEEN = 246, 64
"""A card's greatest width, and the least room between columns in which what flows can be followed."""
HEAD, SIDE, INSET = 46, 46, 14
NAME_SIZE, LINE, FLAG_SIZE = 15, 19, 12


class Flag(Enum):
    """What the map warns of at a node."""

    NONE = ""
    WEAK = "weak"
    MISSING = "missing"


@dataclass(frozen=True)
class MapNode:
    """A node with its counts; ``level`` is the key of its column."""

    key: str
    level: str
    name: str
    firms: int
    needs: int
    flag: Flag = Flag.NONE
    url: str = ""


@dataclass(frozen=True)
class MapLink:
    """What one node supplies to another; the heavier, the thicker."""

    source: str
    target: str
    weight: float = 1


@dataclass(frozen=True)
class _Sheet:
    """The measures of one drawing: as many columns as have nodes, cards as wide as leaves room to flow."""

    columns: int
    height: float
    """Of a card."""

    @property
    def card(self) -> float:
        """The width of a card."""
        room = WIDTH - SIDE - 2 - BETWEEN * (self.columns - 1)
        return min(WIDEST, room / self.columns)

    def x(self, column: int) -> float:
        """The left edge of a column."""
        between = (WIDTH - SIDE - 2 - self.card * self.columns) / max(self.columns - 1, 1)
        return SIDE + column * (self.card + between)


@dataclass(frozen=True)
class _Place:
    column: int
    x: float
    y: float


def chain_map(
    levels: Sequence[tuple[str, str]],
    nodes: Sequence[MapNode],
    links: Sequence[MapLink],
    *,
    name: str,
    title: str,
    description: str,
) -> SafeString:
    """The map as drawing and as list; ``levels`` are key and heading of the columns, first to last.

    Nodes of an unknown level and links to an unknown node raise KeyError: the caller passes one whole chain.
    """
    if not nodes:
        return nothing_yet()
    names = {node.key: node.name for node in nodes}
    shown = _shown(levels, nodes)
    width = _Sheet(len(shown), 0).card
    lines = max(len(_name_lines(node, width)) for node in nodes)
    sheet = _Sheet(len(shown), 48 + LINE * lines)
    places, bottom = _places([key for key, _heading in shown], nodes, sheet)
    heaviest = max((link.weight for link in links), default=1) or 1
    parts = [_flow(link, places, names, heaviest, sheet) for link in links]
    parts.extend(_heading(at, heading, sheet) for at, (_key, heading) in enumerate(shown))
    busiest = max(node.firms for node in nodes) or 1
    parts.extend(_card(node, places[node.key], sheet, busiest) for node in nodes)
    picture = tag(
        "svg",
        group([tag("title", title, id=f"{name}-title"), tag("desc", description, id=f"{name}-text"), *parts]),
        class_="chart chain wide",
        viewBox=f"0 0 {WIDTH} {bottom:.0f}",
        role="group",
        aria_labelledby=f"{name}-title {name}-text",
    )
    listed = group(_listed(key, heading, nodes, links, names) for key, heading in shown)
    return tag(
        "div",
        group([picture, tag("div", listed, class_="chain-list narrow"), _legend(nodes)]),
        class_="chart-box chain-box",
    )


def _shown(levels: Sequence[tuple[str, str]], nodes: Sequence[MapNode]) -> list[tuple[str, str]]:
    """The levels that have nodes, in their order; raises KeyError for a node of none of them."""
    used = {node.level for node in nodes}
    if unknown := used - {key for key, _heading in levels}:
        raise KeyError(*unknown)
    return [(key, heading) for key, heading in levels if key in used]


def _places(
    levels: Sequence[str], nodes: Sequence[MapNode], sheet: _Sheet
) -> tuple[dict[str, _Place], float]:
    """The upper left corner of every card, each column centred, and the lower edge of the map."""
    column_of = {key: at for at, key in enumerate(levels)}
    columns: list[list[MapNode]] = [[] for _level in levels]
    for node in nodes:
        columns[column_of[node.level]].append(node)
    step = sheet.height + CARD_GAP
    tallest = max(len(column) for column in columns) * step
    places = {
        node.key: _Place(at, sheet.x(at), HEAD + (tallest - len(column) * step) / 2 + row * step)
        for at, column in enumerate(columns)
        for row, node in enumerate(column)
    }
    return places, HEAD + tallest


def _heading(column: int, heading: str, sheet: _Sheet) -> SafeString:
    middle = sheet.x(column) + sheet.card / 2
    return tag("text", heading, class_="level middle", x=middle, y=24)


def _flow(
    link: MapLink, places: dict[str, _Place], names: dict[str, str], heaviest: float, sheet: _Sheet
) -> SafeString:
    """A curve from card to card; within a column it bows out to the left."""
    start, end = places[link.source], places[link.target]
    y1, y2 = start.y + sheet.height / 2, end.y + sheet.height / 2
    if start.column == end.column:
        x1 = x2 = start.x
        bend1 = bend2 = x1 - 30 - 4 * min(abs(y2 - y1) / (sheet.height + CARD_GAP), 3)
    else:
        forward = start.column < end.column
        x1, x2 = (start.x + sheet.card, end.x) if forward else (start.x, end.x + sheet.card)
        bend1 = bend2 = (x1 + x2) / 2
    return tag(
        "path",
        tag("title", f"{names[link.source]} → {names[link.target]}"),
        class_="flow",
        stroke_width=round(1 + 3 * link.weight / heaviest, 1),
        d=f"M{x1:.0f} {y1:.0f}C{bend1:.0f} {y1:.0f} {bend2:.0f} {y2:.0f} {x2:.0f} {y2:.0f}",
    )


def _name_lines(node: MapNode, card: float) -> list[str]:
    return fitted(node.name, card - 2 * INSET, NAME_SIZE, 2)


def _card(node: MapNode, place: _Place, sheet: _Sheet, busiest: int) -> SafeString:
    """A card with name, counts, a bar of its share of firms, and its flag."""
    x, y, width = place.x, place.y, sheet.card
    base = y + sheet.height
    inner = width - 2 * INSET
    parts = [
        tag("title", node.name),
        tag("rect", class_="card-edge", x=x, y=y, width=width, height=sheet.height, rx=9),
        *(
            tag("text", line, class_="name", x=x + INSET, y=y + 25 + LINE * at)
            for at, line in enumerate(_name_lines(node, width))
        ),
        tag("text", _counts(node), class_="counts", x=x + INSET, y=base - 18),
        tag("rect", class_="track", x=x + INSET, y=base - 9, width=inner, height=3, rx=1.5),
        tag(
            "rect",
            class_="share",
            x=x + INSET,
            y=base - 9,
            width=round(inner * node.firms / busiest, 1),
            height=3,
            rx=1.5,
        ),
    ]
    if node.flag is not Flag.NONE:
        parts.append(_tab(f"▲ {_flag_words(node.flag)}", x + width - INSET, y))
    return tag(
        "a" if node.url else "g",
        group(parts),
        class_=f"node {node.flag.value}".rstrip(),
        href=node.url or None,
        aria_label=_spoken(node) if node.url else None,
    )


def _tab(words: str, right: float, edge: float) -> SafeString:
    """A label that sits on the upper edge of a card, where no name can run into it."""
    width = round(text_width(words, FLAG_SIZE) + 18)
    return tag(
        "g",
        group(
            [
                tag("rect", x=right - width, y=edge - 10, width=width, height=20, rx=10),
                tag("text", words, class_="middle", x=right - width / 2, y=edge + 4.5),
            ]
        ),
        class_="flag",
    )


def _counts(node: MapNode) -> str:
    firms = ngettext("%(n)s firm", "%(n)s firms", node.firms) % {"n": f"{node.firms:,}"}
    needs = ngettext("%(n)s need", "%(n)s needs", node.needs) % {"n": f"{node.needs:,}"}
    return f"{firms} · {needs}"


def _flag_words(flag: Flag) -> str:
    return _("missing link") if flag is Flag.MISSING else _("weak link")


def _spoken(node: MapNode) -> str:
    words = [node.name, _counts(node)]
    if node.flag is not Flag.NONE:
        words.append(_flag_words(node.flag))
    return ", ".join(words)


def _listed(
    level: str, heading: str, nodes: Sequence[MapNode], links: Sequence[MapLink], names: dict[str, str]
) -> SafeString:
    """One level of the list: a heading and its cards."""
    items = [_item(node, links, names) for node in nodes if node.level == level]
    return group([tag("h3", heading, class_="level"), tag("ul", group(items), class_="chain-level")])


def _item(node: MapNode, links: Sequence[MapLink], names: dict[str, str]) -> SafeString:
    parts = [
        tag("a", node.name, href=node.url) if node.url else tag("b", node.name),
        tag("small", _counts(node), class_="num"),
    ]
    if node.flag is not Flag.NONE:
        parts.append(
            tag(
                "span",
                _flag_words(node.flag),
                class_="badge bad" if node.flag is Flag.MISSING else "badge warn",
            )
        )
    supplied = [names[link.target] for link in links if link.source == node.key]
    if supplied:
        parts.append(
            tag(
                "small",
                _("supplies %(names)s") % {"names": pgettext("between names in a list", ", ").join(supplied)},
                class_="supplies",
            )
        )
    return tag("li", group(parts), class_=f"node {node.flag.value}".rstrip())


def _legend(nodes: Sequence[MapNode]) -> SafeString:
    """What the marks mean; flags only where the map has them."""
    keys = [tag("li", _("short bar: its share of the largest number of firms"), class_="key-share")]
    shown = {node.flag for node in nodes}
    keys.extend(
        tag("li", _flag_words(flag), class_=f"key-{flag.value}")
        for flag in (Flag.MISSING, Flag.WEAK)
        if flag in shown
    )
    return tag("ul", group(keys), class_="legend")
