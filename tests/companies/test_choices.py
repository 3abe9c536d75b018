"""Answers for fields that search while one types."""

import pytest
from django.utils import timezone

from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_heading,
    make_node,
    make_representative,
    make_scheme,
    make_sector,
)
from tests.pages import get, post

pytestmark = pytest.mark.django_db


def offered(name: str, user: object = None, **query: object) -> list[int]:
    return [row["value"] for row in get(user, f"choices:{name}", **query).json()["results"]]  # type: ignore[arg-type]  # a query of words


def test_an_answer_has_value_text_and_a_line_below() -> None:
    division = make_division(name_en="Rui'an")
    company = make_company(name_en="Calipers Ltd", division=division)
    response = get(None, "choices:companies", q="calipers")
    assert response.json() == {"results": [{"value": company.pk, "text": "Calipers Ltd", "sub": "Rui'an"}]}


def test_suppliers_and_buyers_are_told_apart() -> None:
    supplier, buyer = make_company(), make_buyer()
    assert [offered(name) for name in ("suppliers", "buyers", "companies")] == [
        [supplier.pk],
        [buyer.pk],
        [supplier.pk, buyer.pk],
    ]


@pytest.mark.parametrize("name", ["companies", "suppliers"])
def test_hidden_companies_are_offered_to_their_own_people_alone(name: str) -> None:
    pending = make_company(verification="pending")
    make_company(archived_at=timezone.now())
    own = make_representative(company=pending).user
    assert [offered(name), offered(name, own)] == [[], [pending.pk]]


def test_reference_rows_are_found_by_code_and_by_name_in_either_language() -> None:
    sector = make_sector("C3670", name_zh="汽车零部件", name_en="Vehicle parts")
    make_sector("C3671", disabled_on=timezone.localdate())
    heading, scheme = make_heading("8708"), make_scheme(code="iatf16949")
    division = make_division(name_zh="瑞安市", name_en="Rui'an")
    chain = make_chain(division, name_zh="汽车零部件", name_en="Auto parts")
    node = make_node(chain, name_zh="制动", name_en="Brakes")
    got = {
        "sectors": [offered("sectors", q=q) for q in ("3670", "汽车零", "vehicle")],
        "headings": offered("headings", q="8708"),
        "schemes": offered("schemes", q="iatf"),
        "divisions": offered("divisions", q="瑞安"),
        "chains": offered("chains", q="auto"),
        "nodes": offered("nodes", q="brake"),
    }
    assert got == {
        "sectors": [[sector.pk]] * 3,
        "headings": [heading.pk],
        "schemes": [scheme.pk],
        "divisions": [division.pk],
        "chains": [chain.pk],
        "nodes": [node.pk],
    }


def test_at_most_twenty_are_offered() -> None:
    for _ in range(21):
        make_division()
    assert len(offered("divisions")) == 20


def test_what_cannot_be_searched_is_left_out_of_the_words() -> None:
    company = make_company()
    assert offered("companies", q="%00") == [company.pk]


def test_choices_are_read_only() -> None:
    assert post(None, "choices:companies").status_code == 405
