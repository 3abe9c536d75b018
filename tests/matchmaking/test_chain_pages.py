"""Chains: who leads them, firms and needs at every node, and gaps."""

import pytest
from django.test import Client

from matchmaking.figures import chain_map
from matchmaking.figures.charts import Flag
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_link,
    make_need,
    make_node,
    make_posting,
)
from tests.pages import address, get, links_of, text_of

pytestmark = pytest.mark.django_db


def test_a_node_counts_published_suppliers_and_open_needs() -> None:
    chain = make_chain()
    node = make_node(chain)
    make_company(nodes=[node])
    make_company(nodes=[node], verification="pending")
    make_buyer(nodes=[node])
    make_need(node=node)
    make_need(node=node, state="closed")
    (count,) = chain_map.node_counts([chain])[chain.pk]
    assert (count.node, count.firms, count.needs) == (node, 1, 1)


@pytest.mark.parametrize(
    ("firms", "needs", "flag"),
    [(0, 0, Flag.MISSING), (4, 0, Flag.WEAK), (5, 5, Flag.NONE), (5, 6, Flag.WEAK)],
)
def test_a_gap_is_no_supplier_or_few_or_more_needs_than_suppliers(firms: int, needs: int, flag: Flag) -> None:
    assert chain_map.NodeCount(make_node(), firms, needs).flag is flag


def test_a_districts_chain_counts_its_own_firms_on_the_citys_nodes() -> None:
    city = make_division()
    district = make_division(city)
    chain = make_chain(city)
    own = make_chain(district, based_on=chain)
    node = make_node(chain)
    make_company(nodes=[node], division=make_division(district))
    make_company(nodes=[node], division=city)
    make_company(nodes=[node])
    counts = chain_map.node_counts([chain, own])
    assert [(each.node, each.firms) for key in (chain.pk, own.pk) for each in counts[key]] == [
        (node, 3),
        (node, 1),
    ]


def test_counts_of_many_chains_take_three_queries(django_assert_num_queries: object) -> None:
    chains = [make_node().chain for _ in range(3)]
    with django_assert_num_queries(3):  # type: ignore[operator]  # pytest-django's fixture
        chain_map.node_counts(chains)


def test_the_page_of_a_chain_has_its_map_people_and_gaps() -> None:
    chain = make_chain(name_en="Auto parts")
    upstream, downstream = make_node(chain, name_en="Castings"), make_node(chain, name_en="Assembly")
    make_link(upstream, downstream)
    chief = make_posting(chain=chain).user
    page = get(None, "chains:chain-detail", chain.code)
    text = text_of(page)
    assert [word in text for word in ("Auto parts", "Castings", "Assembly", chief.name, "chain chief")] == [
        True
    ] * 5
    assert address("companies:company-list", node=upstream.pk) in links_of(page)


def test_gaps_of_a_districts_chain_lead_to_the_firms_of_the_district() -> None:
    city = make_division()
    district = make_division(city)
    chain = make_chain(district, based_on=make_node(make_chain(city)).chain)
    node = chain.based_on.nodes.get()  # type: ignore[union-attr]  # it is based on one
    page = get(None, "chains:chain-detail", chain.code)
    assert address("companies:company-list", node=node.pk, division=district.code) in links_of(page)


def test_chains_of_the_city_stand_by_tier_and_those_of_districts_apart(client: Client) -> None:
    city = make_division()
    make_chain(city, name_en="Footwear", name_zh="鞋业", tier="traditional")
    make_chain(make_division(city), name_en="District locks", name_zh="区锁具")
    english, chinese = (client.get(address("chains:chain-list", language=each)) for each in ("en", "zh-hans"))
    assert [
        word in text_of(english) for word in ("Traditional", "Footwear", "District locks", "Emerging")
    ] == [
        True,
        True,
        True,
        False,
    ]
    assert [word in text_of(chinese) for word in ("鞋业", "区锁具")] == [True, True]


def test_an_unknown_chain_is_no_page() -> None:
    assert get(None, "chains:chain-detail", "nowhere").status_code == 404
