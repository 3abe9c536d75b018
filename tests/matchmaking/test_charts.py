"""Charts: geometry, escaping, legibility. XML is parsed, so that a broken element fails too."""

from xml.etree import ElementTree as ET

import pytest
from django.utils.safestring import SafeString

from matchmaking.figures.charts import (
    Bar,
    Flag,
    MapLink,
    MapNode,
    Point,
    bar_line,
    bars,
    chain_map,
    heatmap,
    sparkline,
)
from matchmaking.figures.charts.drawing import fitted, number, percent, round_top, text_width
from matchmaking.figures.charts.heat import shade

LEVELS = [("up", "Upstream"), ("mid", "Midstream"), ("down", "Downstream")]
NODES = [
    MapNode("salts", "up", "Lithium salts", firms=4, needs=0),
    MapNode("cells", "mid", "Battery cells", firms=8, needs=3, url="/chains/nev/?node=cells"),
    MapNode("cars", "down", "Vehicle assembly", firms=1, needs=9, flag=Flag.MISSING),
]
LINKS = [MapLink("salts", "cells", 2), MapLink("cells", "cars", 1)]


def parsed(drawing: SafeString) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314  # our own drawing, from no stranger


def by_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def the_map(nodes: list[MapNode] = NODES, links: list[MapLink] = LINKS) -> ET.Element:
    return parsed(chain_map(LEVELS, nodes, links, name="map", title="Chain", description="Nodes and flows"))


def every_drawing(text: str) -> list[SafeString]:
    told = {"title": text, "description": text}
    return [
        bar_line([Point(text, 3, 1)], name="a", columns=text, line=text, **told),
        bars([Bar(text, 2, url="/?a=1&b=2")], **told),
        sparkline([1, 2], name="b", **told),
        heatmap([text], [text], [[1]], name="c", **told),
        chain_map([("up", text)], [MapNode("n", "up", text, 1, 1, Flag.WEAK, "/n")], [], name="d", **told),
    ]


@pytest.mark.parametrize("text", ['<script>alert("x")</script>', "a & b", "新能源汽车"])
def test_text_of_people_is_written_but_never_becomes_markup(text: str) -> None:
    for drawing in every_drawing(text):
        root = parsed(drawing)
        assert text in [element.text for element in root.iter()] + [
            element.get("aria-label") for element in root.iter()
        ]
        assert [element.tag for element in root.iter("script")] == []


def test_no_drawing_carries_inline_style_or_script() -> None:
    for drawing in every_drawing("Name"):
        names = {name for element in parsed(drawing).iter() for name in element.attrib}
        assert [name for name in names if name == "style" or name.startswith("on")] == []


def test_every_drawing_without_values_says_so_in_words() -> None:
    told = {"title": "t", "description": "d"}
    empty = [
        bar_line([], name="a", columns="c", **told),
        bars([], **told),
        sparkline([1], name="b", **told),
        heatmap([], [], [], name="c", **told),
        chain_map(LEVELS, [], [], name="d", **told),
    ]
    assert {parsed(each).text for each in empty} == {"There are no figures here yet."}


def test_a_column_is_as_high_as_its_share_of_the_round_scale() -> None:
    root = parsed(
        bar_line([Point("a", 30), Point("b", 60)], name="x", title="t", description="d", columns="c")
    )
    assert [column.get("height") for column in by_class(root, "column")] == ["82.5", "165"]
    assert [tick.text for tick in by_class(root, "left")] == ["0", "20", "40", "60", "80"]


def test_a_column_below_zero_is_drawn_as_zero_and_told_in_its_tooltip() -> None:
    root = parsed(
        bar_line([Point("a", -5), Point("b", 8)], name="x", title="t", description="d", columns="c")
    )
    first = by_class(root, "column")[0]
    assert (first.get("height"), first[0].text) == ("0", "a: -5 (c)")


def test_a_gap_in_the_line_breaks_it() -> None:
    points = [Point("a", 1, 1), Point("b", 1, None), Point("c", 1, 3), Point("d", 1, 4)]
    root = parsed(bar_line(points, name="x", title="t", description="d", columns="c", line="l"))
    assert (len(by_class(root, "trend")), len(by_class(root, "dot"))) == (1, 3)


def test_labels_are_thinned_so_that_they_fit_a_phone() -> None:
    points = [Point(f"2022-{month:02d}", 1) for month in range(1, 25)]
    root = parsed(bar_line(points, name="x", title="t", description="d", columns="c"))
    always = [label.text for label in by_class(root, "below") if "minor" not in label.get("class", "")]
    assert sum(text_width(label or "", 12) for label in always) < 250
    assert len(by_class(root, "below")) > len(always)


def test_the_longest_bar_fills_the_width_and_the_others_follow() -> None:
    root = parsed(bars([Bar("a", 5), Bar("b", 20, text="20 firms")], title="t", description="d"))
    assert [bar.get("width") for bar in by_class(root, "column")] == ["25%", "100%"]
    assert [value.text for value in by_class(root, "num")] == ["5", "20 firms"]


def test_a_sparkline_runs_from_its_lowest_to_its_highest_value() -> None:
    root = parsed(sparkline([2, 6, 4], name="x", title="t", description="d"))
    assert by_class(root, "trend")[0].get("points") == "0.0,26.0 50.0,4.0 100.0,15.0"


def test_a_heat_map_writes_every_number_beside_its_shade() -> None:
    root = parsed(heatmap(["a", "b"], ["x", "y"], [[0, 5], [1234, 2]], name="h", title="t", description="d"))
    wide = by_class(root, "wide")[0]
    assert [cell.text for cell in by_class(wide, "cell")] == ["0", "5", "1,234", "2"]
    assert len(by_class(wide, "h0")) == 1


def test_a_heat_map_refuses_values_of_another_shape() -> None:
    with pytest.raises(ValueError, match="2 rows of 1 columns"):
        heatmap(["a", "b"], ["x"], [[1]], name="h", title="t", description="d")


@pytest.mark.parametrize(
    ("value", "highest", "step"), [(0, 9, 0), (1, 100, 1), (50, 100, 3), (100, 100, 5), (0, 0, 0)]
)
def test_shades_are_equal_steps_up_to_the_highest(value: float, highest: float, step: int) -> None:
    assert shade(value, highest) == step


def test_the_map_puts_each_node_into_the_column_of_its_level() -> None:
    cards = by_class(the_map(), "card-edge")
    assert [float(card.get("x", "")) for card in cards] == sorted(
        {float(card.get("x", "")) for card in cards}
    )


def test_the_map_draws_a_flow_for_each_link_thicker_when_heavier() -> None:
    assert [flow.get("stroke-width") for flow in by_class(the_map(), "flow")] == ["4", "2.5"]


def test_a_link_within_a_level_bows_out_to_the_left_of_its_column() -> None:
    nodes = [MapNode("a", "up", "A", 1, 1), MapNode("b", "up", "B", 1, 1)]
    root = the_map(nodes, [MapLink("a", "b")])
    left = float(by_class(root, "card-edge")[0].get("x", ""))
    bend = float(by_class(root, "flow")[0].get("d", "").split("C")[1].split()[0])
    assert bend < left


def test_a_missing_link_is_flagged_in_words_in_drawing_and_list() -> None:
    root = the_map()
    flag, badge = by_class(root, "flag")[0], by_class(root, "badge")[0]
    assert (flag[1].text, badge.text) == ("▲ missing link", "missing link")


def test_a_node_with_an_address_is_a_link_that_speaks_its_counts() -> None:
    link = next(node for node in by_class(the_map(), "node") if node.tag == "a")
    assert (link.get("href"), link.get("aria-label")) == (
        "/chains/nev/?node=cells",
        "Battery cells, 8 firms · 3 needs",
    )


def test_the_list_for_phones_says_what_each_node_supplies() -> None:
    told = [each.text for each in by_class(the_map(), "supplies")]
    assert told == ["supplies Battery cells", "supplies Vehicle assembly"]


def test_a_node_of_an_unknown_level_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError, match="sideways"):
        the_map([MapNode("a", "sideways", "A", 1, 1)], [])


@pytest.mark.parametrize(
    ("text", "width", "lines", "expected"),
    [
        ("Battery cells", 200, 2, ["Battery cells"]),
        ("Battery management systems", 120, 2, ["Battery", "management…"]),
        ("电池管理系统与功率电子", 90, 2, ["电池管理系统", "与功率电子"]),
        ("Donaudampfschifffahrt", 90, 1, ["Donaudamp…"]),
    ],
)
def test_long_names_are_broken_and_shortened_to_the_room_they_have(
    text: str, width: float, lines: int, expected: list[str]
) -> None:
    assert fitted(text, width, 15, lines) == expected


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (1, 1), (7, 8), (60, 80), (1400, 1600), (0.3, 0.32)])
def test_scales_end_on_round_numbers(highest: float, top: float) -> None:
    assert round_top(highest, 4) == pytest.approx(top)


def test_numbers_are_grouped_and_percentages_short() -> None:
    assert [number(1234567.5), number(3.0), percent(1 / 3), percent(0)] == [
        "1,234,567.5",
        "3",
        "33.333%",
        "0%",
    ]
