"""The search boxes of companies, buyers and needs: what is found, in which order, and what is not."""

from typing import Any
from urllib.parse import quote

import pytest

from accounts.models import User
from companies.models import Company, SourcingNeed
from matchmaking.engine import encoder
from tests.factories.companies import (
    make_buyer,
    make_company,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
)
from tests.factories.matchmaking import index
from tests.pages import get

pytestmark = pytest.mark.django_db


LISTS = {"company": "companies:company-list", "buyer": "companies:buyer-list", "need": "needs:need-list"}


def found(name: str, q: str, user: User | None = None, **query: object) -> list[Any]:
    return list(get(user, LISTS[name], q=q, **query).context["page"])


def maker(zh: str = "", en: str = "", **fields: Any) -> Company:
    """A firm with one offering of that name."""
    company = make_company(**fields)
    make_offering(company, name_zh=zh, name_en=en)
    return company


def need(zh: str = "", en: str = "", buyer: Company | None = None, **fields: Any) -> SourcingNeed:
    return make_need(buyer, title_zh=zh, title_en=en, **fields)


# Across languages


def test_a_chinese_question_finds_english_offerings() -> None:
    wanted = maker(en="lithium battery")
    maker(en="shoes")
    index()
    assert found("company", "电池") == [wanted]


def test_an_english_question_finds_chinese_offerings() -> None:
    wanted = maker("刹车盘")
    maker("女士皮鞋")
    index()
    assert found("company", "brake disc") == [wanted]


def test_needs_are_found_across_languages_in_both_directions() -> None:
    english, chinese = need(en="lithium battery"), need("采购刹车盘")
    need(en="wedding dresses")
    index()
    assert (found("need", "电池"), found("need", "brake disc")) == ([english], [chinese])


def test_buyers_are_found_by_their_needs_in_the_other_language() -> None:
    buyer = make_buyer()
    need("采购刹车盘", buyer=buyer)
    need("女士皮鞋")
    index()
    assert found("buyer", "brake disc") == [buyer]


# Compounds, beginnings, single characters


def test_a_part_of_a_compound_is_found() -> None:
    wanted, asked = maker("新能源汽车电池壳体"), need("新能源汽车电池壳体")
    maker("男士皮鞋")
    index()
    assert (found("company", "电池"), found("need", "电池")) == ([wanted], [asked])


def test_a_single_character_is_found_inside_words() -> None:
    wanted = maker("离心水泵")
    maker("男士皮鞋")
    index()
    assert found("company", "泵") == [wanted]


def test_the_beginning_of_a_word_is_found_while_one_is_still_typing() -> None:
    wanted = maker(en="Deep groove bearings")
    index()
    assert found("company", "beari") == [wanted]


def test_an_offering_that_was_not_indexed_yet_is_found_by_its_name() -> None:
    wanted = maker("弹簧垫圈")
    assert found("company", "弹簧") == [wanted]


# Exact things first


def test_a_credit_code_finds_its_firm_alone() -> None:
    wanted = make_company(credit_code="91330382MA2CT81242")
    make_company()
    index()
    assert found("company", "９１３３０３８２ ma2ct81242") == [wanted]


def test_a_brand_stands_before_names_and_products_that_hold_the_word() -> None:
    product = maker(en="Foxhead doorknobs")
    named = make_company(name_en="Great Foxhead Trading")
    branded = make_company(brands=["foxHead"])
    index()
    assert found("company", "Foxhead") == [branded, named, product]


def test_a_name_stands_before_a_product() -> None:
    product = maker("电池")
    named = make_company(name_zh="温州电池有限公司")
    index()
    assert found("company", "电池") == [named, product]


def test_the_offering_that_says_all_words_stands_before_one_that_says_half() -> None:
    maker(en="Brake hoses for washing machines")
    both = maker(en="Brake calipers")
    maker(en="Pencils")
    index()
    assert found("company", "brake calipers")[0] == both


def test_another_order_can_be_chosen() -> None:
    product = maker("电池", name_en="A")
    named = make_company(name_zh="温州电池有限公司", name_en="B")
    index()
    assert found("company", "电池", sort="name") == [product, named]


# Typing errors


@pytest.mark.parametrize("typed", ["Hozno", "Hozonn", "hozom"])
def test_a_mistyped_latin_name_is_forgiven(typed: str) -> None:
    wanted = make_company(name_en="Hozon Auto (Neta)")
    make_company(name_en="Rui'an Great Wall Brakes")
    index()
    assert found("company", typed) == [wanted]


def test_a_mistyped_brand_and_a_mistyped_buyer_are_forgiven() -> None:
    branded = make_company(brands=["Chenfeng"])
    buyer = make_buyer(name_en="Shanghai Electric")
    make_need(buyer)
    index()
    assert (found("company", "Chengfeng"), found("buyer", "Shangahi")) == ([branded], [buyer])


def test_nothing_is_forgiven_where_a_name_is_right() -> None:
    right = make_company(name_en="Hozon Auto")
    make_company(name_en="Hozan Shoes")
    index()
    assert found("company", "Hozon") == [right]


# Filters and counts


def test_filters_narrow_what_was_found_and_the_counts_beside_them_are_right() -> None:
    large = maker("电池", tier="srdi")
    maker("电池", tier="little_giant")
    maker("皮鞋", tier="srdi")
    index()
    response = get(None, "companies:company-list", q="battery", tier="srdi")
    tiers = next(boxes for label, boxes in response.context["facets"] if str(label) == "SRDI tier")
    assert list(response.context["page"]) == [large]
    assert [box.count for box in tiers if box.count] == [1, 1]


def test_past_needs_are_searched_too() -> None:
    past = need(en="lithium battery", state="closed")
    index()
    assert found("need", "电池", state="past") == [past]


# Who may see what


def test_nobody_finds_a_firm_that_is_not_published_and_no_count_tells_of_it() -> None:
    hidden = maker("电池", name_en="Hozon Auto", verification="pending")
    index()
    for question in ("电池", "Hozon", "Hozno", str(hidden.credit_code)):
        response = get(None, "companies:company-list", q=question)
        assert response.context["page"].paginator.count == 0


def test_those_who_may_see_a_firm_find_it_before_it_is_published() -> None:
    hidden = maker("电池", verification="pending")
    index()
    assert found("company", "电池", make_representative(company=hidden).user) == [hidden]


def test_a_need_for_verified_suppliers_is_found_by_them_alone() -> None:
    shown = need(en="lithium battery", visibility="verified")
    index()
    supplier = make_representative(company=make_company()).user
    assert (found("need", "电池"), found("need", "电池", supplier)) == ([], [shown])


def test_an_anonymous_need_is_not_found_by_its_buyer_nor_the_buyer_by_the_need() -> None:
    buyer = make_buyer(name_en="Hozon Auto")
    node = make_node()
    secret = need(en="lithium battery", buyer=buyer, visibility="anonymous", node=node)
    index()
    chief = make_posting(chain=node.chain).user
    assert (found("need", "Hozon"), found("buyer", "电池"), found("need", "电池")) == ([], [], [secret])
    assert found("need", "Hozon", chief) == [secret]


# Odd questions


@pytest.mark.parametrize(
    "question", ["", " ", "电", "x", "😀", "%", "_", "\\", "'", "电池" * 5000, "a\nb", "\0", "1=1"]
)
@pytest.mark.parametrize("name", ["company", "buyer", "need"])
def test_odd_questions_get_a_page(name: str, question: str) -> None:
    maker("电池", buys=True)
    need("电池")
    index()
    assert get(None, LISTS[name], q=quote(question)).status_code == 200


def test_an_empty_question_shows_everybody() -> None:
    firms = {make_company(), make_company()}
    assert set(found("company", "")) == firms


def test_a_list_that_is_not_searched_loads_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    maker("电池")
    monkeypatch.setattr(encoder, "_loaded", [])
    for name in ("companies:company-list", "companies:buyer-list", "needs:need-list"):
        get(None, name)
    assert encoder._loaded == []


def test_a_question_of_known_words_loads_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = maker("电池")
    index()
    monkeypatch.setattr(encoder, "_loaded", [])
    assert (found("company", "电池"), encoder._loaded) == ([wanted], [])
