"""The directory, the buyers and the needs: search, filters with counts, sort, pages and fragments."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from companies.models import Company, SourcingNeed
from tests.factories.companies import (
    make_buyer,
    make_certification,
    make_chain,
    make_company,
    make_division,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
    make_scheme,
)
from tests.pages import address, get, text_of

pytestmark = pytest.mark.django_db


def listed(response: object) -> list[Company]:
    return list(response.context["page"])  # type: ignore[attr-defined]  # what the test client adds


def found(name: str = "companies:company-list", user: object = None, **query: object) -> set[object]:
    return set(listed(get(user, name, **query)))  # type: ignore[arg-type]  # a query of words


# Search


def test_a_company_is_found_by_part_of_its_chinese_name() -> None:
    wanted = make_company(name_zh="温州市长空汽车部件有限公司")
    make_company(name_zh="温州鞋业有限公司")
    assert found(q="汽车部件") == {wanted}


def test_a_company_is_found_by_its_credit_code_as_people_type_it() -> None:
    wanted = make_company(credit_code="91330382MA2CT81242")
    make_company()
    assert found(q="91330382ma2ct81242") == {wanted}


def test_a_company_is_found_by_a_brand_and_by_what_it_offers() -> None:
    branded, maker = make_company(brands=["Foxhead"]), make_company()
    make_offering(maker, name_en="Foxhead-shaped doorknobs")
    make_company(brands=["Wolf"])
    assert found(q="Foxhead") == {branded, maker}


def test_an_archived_offering_finds_nobody() -> None:
    make_offering(name_en="Doorknobs", archived_at=timezone.now())
    assert found(q="Doorknobs") == set()


def test_what_cannot_be_searched_finds_everybody_instead_of_failing() -> None:
    company = make_company()
    assert found(q="%00") == {company}


# Who is listed


def test_the_public_sees_published_companies_only() -> None:
    published = make_company()
    make_company(verification="pending")
    make_company(archived_at=timezone.now())
    assert found() == {published}


def test_people_see_their_own_company_before_it_is_verified() -> None:
    waiting = make_company(verification="pending")
    assert found(user=make_representative(company=waiting).user) == {waiting}


# Filters and their counts


def test_filters_narrow_and_add_up() -> None:
    city = make_division()
    district = make_division(city)
    chain = make_chain(city)
    scheme = make_scheme(code="iatf")
    node = make_node(chain)
    everything = make_company(division=make_division(district), nodes=[node])
    make_certification(everything, scheme)
    on_chain = make_company(nodes=[make_node(chain)])
    certified = make_company()
    make_certification(certified, scheme)
    expired = make_company()
    make_certification(expired, scheme, valid_until=timezone.localdate() - dt.timedelta(days=1))
    got = {
        "chain": found(chain=chain.code),
        "node": found(node=node.pk),
        "division": found(division=district.code),
        "certificate": found(certificate="iatf"),
        "all": found(chain=chain.code, division=district.code, certificate="iatf"),
        "nonsense": found(chain="nowhere", node="x", size="giant"),
    }
    assert got == {
        "chain": {everything, on_chain},
        "node": {everything},
        "division": {everything},
        "certificate": {everything, certified},
        "all": {everything},
        "nonsense": {everything, on_chain, certified, expired},
    }


def test_counts_beside_the_boxes_say_what_each_would_leave_under_the_other_filters() -> None:
    chain = make_chain()
    node = make_node(chain)
    for tier, nodes in (("srdi", [node]), ("srdi", []), ("little_giant", [node])):
        make_company(tier=tier, nodes=nodes)
    response = get(None, "companies:company-list", chain=chain.code, tier="srdi")
    tiers = next(boxes for label, boxes in response.context["facets"] if str(label) == "SRDI tier")
    counts = {box.value: (box.count, box.is_ticked) for box in tiers}
    assert counts == {
        "innovative": (0, False),
        "srdi": (1, True),
        "little_giant": (1, False),
        "single_champion": (0, False),
    }


def test_needs_are_open_ones_unless_the_past_is_asked_for() -> None:
    now = make_need()
    closed = make_need(state="closed")
    overdue = make_need(answer_by=timezone.localdate() - dt.timedelta(days=1))
    make_need(state="draft")
    assert found("needs:need-list") == {now}
    assert found("needs:need-list", state="past") == {closed, overdue}


def test_needs_are_narrowed_by_level_and_certificate() -> None:
    upstream = make_need(node=make_node(level="upstream"))
    scheme = make_scheme(code="iso")
    demanding = make_need(node=make_node(level="downstream"), required_certifications=[scheme, make_scheme()])
    assert found("needs:need-list", level="upstream") == {upstream}
    assert found("needs:need-list", certificate="iso") == {demanding}


# Sort and pages


def test_companies_are_sorted_by_confirmation_or_by_the_readers_name() -> None:
    today = timezone.localdate()
    b = make_company(name_en="Beta", name_zh="甲", profile_confirmed_on=today)
    a = make_company(name_en="Alpha", name_zh="丙")
    nameless = make_company(name_en="", name_zh="Aardvark", profile_confirmed_on=today - dt.timedelta(days=1))
    assert listed(get(None, "companies:company-list")) == [b, nameless, a]
    assert listed(get(None, "companies:company-list", sort="name")) == [nameless, a, b]


def test_needs_are_sorted_by_opening_or_by_date_of_answer() -> None:
    today, now = timezone.localdate(), timezone.now()
    soon = make_need(answer_by=today, opened_at=now - dt.timedelta(days=5))
    new = make_need(opened_at=now)
    assert listed(get(None, "needs:need-list")) == [new, soon]
    assert listed(get(None, "needs:need-list", sort="soonest")) == [soon, new]


def test_buyers_are_sorted_by_their_open_needs() -> None:
    one, two = make_buyer(), make_buyer()
    for buyer in (one, two, two):
        make_need(buyer)
    assert listed(get(None, "companies:buyer-list")) == [two, one]


def test_a_long_list_has_pages_and_its_count() -> None:
    for _ in range(25):
        make_company()
    response = get(None, "companies:company-list", page=2)
    assert (len(listed(response)), "25 companies" in text_of(response)) == (1, True)


# Buyers who stay anonymous


def test_buyers_are_those_with_needs_that_name_them() -> None:
    named = make_need().buyer
    make_need(visibility="anonymous")
    make_need(visibility="verified")
    make_need(state="closed")
    make_buyer()
    assert found("companies:buyer-list") == {named}


@pytest.mark.parametrize("visibility", ["public", "verified", "anonymous"])
def test_an_anonymous_buyer_is_neither_shown_nor_found(visibility: str) -> None:
    need = make_need(make_buyer(name_en="Secret Motors", name_zh="秘密汽车"), visibility=visibility)
    seller = make_representative(company=make_company()).user
    pages = [get(seller, "needs:need-list"), get(seller, "companies:buyer-list")]
    shown = ["Secret Motors" in page.content.decode() for page in pages]
    by_name = found("needs:need-list", seller, q="Secret")
    is_named = visibility != "anonymous"
    assert (shown, by_name) == ([is_named, is_named], {need} if is_named else set())


def test_the_official_who_oversees_an_anonymous_need_reads_and_finds_its_buyer() -> None:
    chain = make_chain()
    need = make_need(make_buyer(name_en="Secret Motors"), visibility="anonymous", node=make_node(chain))
    chief = make_posting(chain=chain).user
    assert "Secret Motors" in text_of(get(chief, "needs:need-list"))
    assert found("needs:need-list", chief, q="Secret") == {need}


def test_needs_for_verified_suppliers_are_for_them_alone() -> None:
    need = make_need(visibility="verified")
    verified = make_representative(company=make_company()).user
    pending = make_representative(company=make_company(verification="pending")).user
    buyer = make_representative(company=make_buyer()).user
    seen = [found("needs:need-list", who) for who in (None, pending, buyer, verified)]
    assert seen == [set(), set(), set(), {need}]


# Fragments and languages

LISTS = ["companies:company-list", "companies:buyer-list", "needs:need-list"]


@pytest.mark.parametrize("name", LISTS)
def test_htmx_gets_the_list_alone_with_new_counts_and_a_browser_the_whole_page(
    client: Client, name: str
) -> None:
    url = address(name)
    asks = {
        "browser": {},
        "filters": {"HX-Request": "true", "HX-Target": "results"},
        "pages": {"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "results"},
        "boosted": {"HX-Request": "true", "HX-Boosted": "true"},
        "back": {"HX-Request": "true", "HX-History-Restore-Request": "true"},
    }
    got = {}
    for who, headers in asks.items():
        response = client.get(url, headers=headers)
        page = response.content.decode()
        got[who] = ("<!DOCTYPE html>" in page, "hx-swap-oob" in page, "HX-Request" in response["Vary"])
    assert got == {
        "browser": (True, False, True),
        "filters": (False, True, True),
        "pages": (False, True, True),
        "boosted": (True, False, True),
        "back": (True, False, True),
    }


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_an_empty_list_says_what_to_do_in_both_languages(
    client: Client, name: str, language: str, lang: str
) -> None:
    response = client.get(address(name, language=language))
    page = response.content.decode()
    assert (response.status_code, f'<html lang="{lang}"' in page, 'class="empty"' in page) == (
        200,
        True,
        True,
    )


def test_names_follow_the_language_of_the_page(client: Client) -> None:
    make_need(make_buyer(name_zh="某汽车", name_en="Some Motors"), title_zh="卡钳", title_en="Calipers")
    chinese, english = (client.get(address("needs:need-list", language=each)) for each in ("zh-hans", "en"))
    assert [word in text_of(chinese) for word in ("某汽车", "卡钳", "Calipers")] == [True, True, False]
    assert [word in text_of(english) for word in ("Some Motors", "Calipers", "卡钳")] == [True, True, False]


def test_what_people_write_is_shown_as_text(client: Client) -> None:
    SourcingNeed.objects.filter(pk=make_need().pk).update(title_en="<b>bold</b>")
    assert "<b>bold</b>" not in client.get(address("needs:need-list")).content.decode()
