"""The demo's texts: every node has products, both languages are written, and every code is known."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

import matchmaking
from events.models import DockingEvent
from tests.csv_rows import Row, column, parts, reference, rows_of, sector_classes

TEXTS = Path(matchmaking.__file__).parent / "demo" / "texts"
HAN = re.compile(r"[\u4e00-\u9fff]")
FULL_WIDTH = re.compile(r"[\u3000-\u303f\uff00-\uffef]")
PRODUCT_COLUMNS = (
    "node_code name_zh name_en synonyms_zh synonyms_en spec_zh spec_en unit_zh unit_en price_min price_max"
    " certs uses_zh uses_en gbt4754 hs_heading"
)
PRODUCT_FILES = sorted((TEXTS / "products").glob("*.csv"))
PLACEHOLDERS = {"product", "use", "spec", "quantity", "certs", "place", "days", "date", "capacity", "years"}


def products() -> list[Row]:
    return [row for path in PRODUCT_FILES for row in rows_of(path)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", PRODUCT_FILES, ids=lambda path: path.stem)
def test_product_file_has_its_columns_in_order(path: Path) -> None:
    assert list(rows_of(path)[0]) == PRODUCT_COLUMNS.split()


def test_every_node_has_four_to_six_products() -> None:
    counted = Counter(column(products(), "node_code"))
    nodes = column(reference("chain_nodes.csv"), "node_code")
    assert {
        code: counted[code] for code in {*nodes, *counted} if code not in nodes or not 4 <= counted[code] <= 6
    } == {}


def test_products_of_a_node_have_different_names() -> None:
    counted = Counter((row["node_code"], row[name]) for row in products() for name in ("name_zh", "name_en"))
    assert [key for key, times in counted.items() if times > 1] == []


def test_codes_of_products_resolve() -> None:
    rows = products()
    schemes = set(column(reference("certification_schemes.csv"), "code"))
    headings = set(column(reference("hs2022_headings_used.csv"), "heading"))
    assert (
        parts(rows, "gbt4754") - sector_classes(),
        parts(rows, "hs_heading") - headings,
        parts(rows, "certs") - schemes,
    ) == (set(), set(), set())


def test_products_are_written_in_both_languages() -> None:
    chinese = ("name_zh", "synonyms_zh", "uses_zh", "unit_zh")
    english = ("name_en", "synonyms_en", "spec_en", "uses_en", "unit_en")
    lacking = [
        (row["name_zh"], name)
        for row in products()
        for name in (*chinese, *english, "spec_zh")
        if not row[name].strip()
        or (name in chinese and name != "synonyms_zh" and not HAN.search(row[name]))
        or (name in english and (HAN.search(row[name]) or FULL_WIDTH.search(row[name])))
    ]
    assert lacking == []


def test_synonyms_differ_from_the_name() -> None:
    same = [
        row["name_zh"]
        for row in products()
        if row["name_zh"] in row["synonyms_zh"].split(";")
        or row["name_en"].lower() in row["synonyms_en"].lower().split(";")
    ]
    assert same == []


def test_prices_of_products_are_a_range_above_zero() -> None:
    wrong = [
        row["name_zh"] for row in products() if not 0 < Decimal(row["price_min"]) < Decimal(row["price_max"])
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["need_phrases.csv", "offering_phrases.csv"])
def test_phrases_are_many_and_know_their_blanks(name: str) -> None:
    rows = rows_of(TEXTS / name)
    blanks = {
        blank for row in rows for key, text in row.items() if key != "style" for blank in placeholders(text)
    }
    assert (len(rows) >= 60, blanks - PLACEHOLDERS) == (True, set())


def test_every_phrase_names_the_product_in_each_language() -> None:
    silent = [
        row
        for name in ("need_phrases.csv", "offering_phrases.csv")
        for row in rows_of(TEXTS / name)
        for tongue in ("zh", "en")
        if "{product}" not in row.get(f"title_{tongue}", "") + row[f"text_{tongue}"]
    ]
    assert silent == []


def test_brand_words_are_unique_in_both_scripts() -> None:
    brands = [row for row in rows_of(TEXTS / "company_names.csv") if row["kind"] == "brand"]
    assert (len(set(column(brands, "name_zh"))), len(set(column(brands, "name_en")))) == (
        len(brands),
        len(brands),
    )


def test_every_chain_has_trade_words() -> None:
    trades = {row["chain_code"] for row in rows_of(TEXTS / "company_names.csv") if row["kind"] == "trade"}
    assert trades == set(column(reference("chains.csv"), "code"))


def test_event_titles_cover_every_kind_with_the_same_blanks_in_both_languages() -> None:
    rows = rows_of(TEXTS / "event_names.csv")
    uneven = [row for row in rows if placeholders(row["template_zh"]) != placeholders(row["template_en"])]
    assert (set(column(rows, "kind")), uneven) == (set(DockingEvent.Kind.values), [])


def test_buyers_point_at_known_places_sectors_chains_and_nodes() -> None:
    rows = rows_of(TEXTS / "buyers.csv")
    assert (
        parts(rows, "division_code") - set(column(reference("divisions.csv"), "code")),
        parts(rows, "gbt4754") - sector_classes(),
        parts(rows, "chain_code") - set(column(reference("chains.csv"), "code")),
        parts(rows, "buys") - set(column(reference("chain_nodes.csv"), "node_code")),
        [row["name_zh"] for row in rows if bool(row["division_code"]) != (row["country"] == "CN")],
    ) == (set(), set(), set(), set(), [])
