"""The reference files hold together: codes resolve, trees are whole, names are filled in both languages."""

import re
from collections import Counter

import pytest

from tests.csv_rows import column, parts, reference, sector_classes

HAN = re.compile(r"[\u4e00-\u9fff]")
COLUMNS = {
    "gbt4754_2017.csv": "code full_code section level parent_code name_zh name_en name_en_source isic4_codes"
    " isic4_names_en",
    "divisions.csv": "code name_zh name_en kind parent_code code_standard"
    " leading_sectors_zh leading_sectors_en source",
    "chains.csv": "code name_zh name_en owner_code tier in_5_plus_5 status source",
    "chain_nodes.csv": "chain_code chain_zh chain_en node_code sort_order level level_zh node_zh node_en"
    " gbt4754_codes gbt4754_names_zh hs2022_headings hs_precision basis",
    "chain_links.csv": "from_node to_node kind",
    "district_chains.csv": "code name_zh name_en division_code based_on source",
    "certification_schemes.csv": "code name_en name_zh issuer_kind sectors_hint source",
    "hs2022_headings_used.csv": "heading section chapter name_zh name_en hs6_count chains"
    " name_zh_source name_en_source",
    "glossary.csv": "key en zh_hans category note",
    "rcep_partners.csv": "iso2 name_zh name_en in_force_with_china concession_mode"
    " other_fta_with_china source",
}
KEYS = {
    "gbt4754_2017.csv": "code",
    "divisions.csv": "code",
    "chains.csv": "code",
    "chain_nodes.csv": "node_code",
    "district_chains.csv": "code",
    "certification_schemes.csv": "code",
    "hs2022_headings_used.csv": "heading",
    "glossary.csv": "key",
    "rcep_partners.csv": "iso2",
}


@pytest.mark.parametrize("name", COLUMNS)
def test_reference_file_has_its_columns_in_order(name: str) -> None:
    assert list(reference(name)[0]) == COLUMNS[name].split()


@pytest.mark.parametrize("name", KEYS)
def test_no_code_appears_twice(name: str) -> None:
    counted = Counter(column(reference(name), KEYS[name]))
    assert [code for code, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("name", ["gbt4754_2017.csv", "divisions.csv"])
def test_tree_has_every_parent_before_its_children(name: str) -> None:
    seen = {""}
    orphans = []
    for row in reference(name):
        if row["parent_code"] not in seen:
            orphans.append(row["code"])
        seen.add(row["code"])
    assert orphans == []


def test_divisions_grow_from_one_root() -> None:
    assert [row["code"] for row in reference("divisions.csv") if not row["parent_code"]] == ["100000"]


@pytest.mark.parametrize(
    ("name", "in_chinese", "in_english"),
    [
        ("divisions.csv", "name_zh", "name_en"),
        ("chains.csv", "name_zh", "name_en"),
        ("chain_nodes.csv", "node_zh", "node_en"),
        ("district_chains.csv", "name_zh", "name_en"),
        ("certification_schemes.csv", "name_zh", "name_en"),
        ("hs2022_headings_used.csv", "name_zh", "name_en"),
        ("glossary.csv", "zh_hans", "en"),
    ],
)
def test_names_are_filled_in_both_languages(name: str, in_chinese: str, in_english: str) -> None:
    lacking = [
        row
        for row in reference(name)
        if not row[in_chinese].strip() or not row[in_english].strip() or HAN.search(row[in_english])
    ]
    assert lacking == []


def test_sectors_of_chain_nodes_are_classes() -> None:
    assert parts(reference("chain_nodes.csv"), "gbt4754_codes") - sector_classes() == set()


def test_headings_of_chain_nodes_are_listed() -> None:
    headings = set(column(reference("hs2022_headings_used.csv"), "heading"))
    assert parts(reference("chain_nodes.csv"), "hs2022_headings") - headings == set()


def test_node_codes_begin_with_their_chain() -> None:
    strays = [row["node_code"] for row in reference("chain_nodes.csv")
              if not row["node_code"].startswith(f"{row['chain_code']}.")]  # fmt: skip
    assert strays == []


def test_every_chain_has_nodes_upstream_midstream_and_downstream() -> None:
    levels: dict[str, set[str]] = {code: set() for code in column(reference("chains.csv"), "code")}
    for row in reference("chain_nodes.csv"):
        levels[row["chain_code"]].add(row["level"])
    assert [
        code for code, found in levels.items() if not found >= {"upstream", "midstream", "downstream"}
    ] == []


def test_links_join_two_nodes_of_one_chain() -> None:
    nodes = {row["node_code"]: row["chain_code"] for row in reference("chain_nodes.csv")}
    broken = [
        row
        for row in reference("chain_links.csv")
        if row["from_node"] == row["to_node"]
        or nodes.get(row["from_node"], "from") != nodes.get(row["to_node"], "to")
    ]
    assert broken == []


def test_no_link_is_stated_twice() -> None:
    counted = Counter((row["from_node"], row["to_node"]) for row in reference("chain_links.csv"))
    assert [link for link, times in counted.items() if times > 1] == []


def test_every_node_is_linked() -> None:
    links = reference("chain_links.csv")
    linked = {*column(links, "from_node"), *column(links, "to_node")}
    assert set(column(reference("chain_nodes.csv"), "node_code")) - linked == set()


def test_district_chains_name_a_division_and_a_chain() -> None:
    divisions = set(column(reference("divisions.csv"), "code"))
    chains = set(column(reference("chains.csv"), "code"))
    lost = [row["code"] for row in reference("district_chains.csv")
            if row["division_code"] not in divisions or row["based_on"] not in chains]  # fmt: skip
    assert lost == []


def test_district_chains_do_not_take_the_code_of_a_city_chain() -> None:
    city = set(column(reference("chains.csv"), "code"))
    assert city & set(column(reference("district_chains.csv"), "code")) == set()
