"""Parts that every page shares: pages of a list, sorting, facts, steps."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from matchmaking.templatetags.reasons import score

PARTS = "parts/_{}.html"


def pages(number: int, of: int, query: str = "") -> str:
    page = Paginator(range(of), 1).get_page(number)
    return render_to_string(
        PARTS.format("pagination"), {"page": page}, RequestFactory().get(f"/needs/{query}")
    )


def words(drawn: str) -> list[str]:
    """The visible words of a drawn part, one for each element."""
    return [text.strip() for text in re.findall(r">([^<>]+)<", drawn) if text.strip()]


@pytest.mark.parametrize(
    ("number", "of", "shown"),
    [
        (1, 1, []),
        (1, 2, ["1", "2", "›"]),
        (2, 3, ["‹", "1", "2", "3", "›"]),
        (5, 9, ["‹", "1", "…", "4", "5", "6", "…", "9", "›"]),
        (9, 9, ["‹", "1", "…", "8", "9"]),
    ],
)
def test_pages_show_first_last_and_neighbours(number: int, of: int, shown: list[str]) -> None:
    assert words(pages(number, of)) == shown


def test_pages_keep_the_rest_of_the_address() -> None:
    links = re.findall(r'href="([^"]*)"', pages(1, 2, "?q=电池&level=up&level=mid&page=1"))
    assert set(links) == {"?q=%E7%94%B5%E6%B1%A0&amp;level=up&amp;level=mid&amp;page=2"}


def test_sorting_keeps_the_filters_but_not_the_page() -> None:
    context = {"count": "2 needs", "sorts": [("new", "Newest"), ("due", "Answer by")], "sort": "due"}
    request = RequestFactory().get("/needs/?level=up&level=mid&page=3&sort=new")
    drawn = render_to_string(PARTS.format("toolbar"), context, request)
    assert re.findall(r'name="(\w+)" value="(\w+)"', drawn) == [("level", "up"), ("level", "mid")]
    assert re.findall(r'value="(\w+)" selected', drawn) == ["due"]


def test_facts_leave_out_what_is_not_known_but_not_zero() -> None:
    drawn = render_to_string(
        PARTS.format("definition"), {"facts": [("Firms", 0), ("Place", ""), ("Unit", None)]}
    )
    assert words(drawn) == ["Firms", "0"]


def test_the_present_step_is_marked_for_screen_readers() -> None:
    steps = [
        SimpleNamespace(label="Suggested", state="done", date=date(2022, 10, 2)),
        SimpleNamespace(label="Introduced", state="now", date=None),
    ]
    drawn = render_to_string(PARTS.format("steps"), {"steps": steps})
    assert re.findall(r'<li class="(\w+)"( aria-current="step")?', drawn) == [
        ("done", ""),
        ("now", ' aria-current="step"'),
    ]


def test_a_score_is_drawn_as_wide_as_it_is_high_in_any_language() -> None:
    drawn = score(72.4)
    assert re.findall(r'class="part" width="([^"]+)"', drawn) == ["72%"]
