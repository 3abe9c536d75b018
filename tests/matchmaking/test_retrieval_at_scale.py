"""The statement that reads only the heaviest postings and the index of vectors."""

import re
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from companies.models import Company, SourcingNeed
from matchmaking.engine import branches, nearest, retrieval
from matchmaking.engine.needs import required_schemes
from matchmaking.engine.searching import WordsAndMeaning
from matchmaking.engine.suggestions import Suggestions, suggest
from matchmaking.engine.words_and_vectors import refresh
from matchmaking.models import StoredSuggestions
from tests.factories.companies import (
    make_certification,
    make_company,
    make_need,
    make_node,
    make_offering,
    make_scheme,
    make_sector,
)

pytestmark = pytest.mark.django_db


def firm(name: str, **fields: object) -> Company:
    company = make_company()
    make_offering(company, name_zh="", name_en=name, **fields)
    return company


@pytest.fixture
def needs() -> list[SourcingNeed]:
    scheme, node, sector = make_scheme(), make_node(), make_sector("C3670")
    for number, name in enumerate(["Water pump", "Pump housing", "Steel valve", "Leather shoes"] * 10):
        company = firm(
            f"{name} {number}", node=node if number % 3 else None, sector=sector if number % 2 else None
        )
        if number % 3 == 1:
            make_certification(company, scheme)
    made = [
        make_need(title_zh="", title_en="Water pump", node=node),
        make_need(title_zh="水泵", title_en="", sector=sector, required_certifications=[scheme]),
        make_need(title_zh="", title_en="Pump"),
    ]
    refresh()
    return made


def grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the city for a large one, whose vectors are indexed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index waits for checks that are still due
        cursor.execute(f"CREATE INDEX {nearest.INDEX} {nearest.DEFINITION}")
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 0)


@pytest.fixture
def large(needs: list[SourcingNeed], monkeypatch: pytest.MonkeyPatch) -> list[SourcingNeed]:
    """The same city, taken for a large one."""
    grow(monkeypatch)
    return needs


def told(found: Suggestions) -> list[tuple[Any, ...]]:
    """At scale words are weighed in single precision."""
    return [
        (item.company, item.offering, pytest.approx(item.score.total, rel=1e-6), item.remarks)
        for item in found.items
    ]


@pytest.mark.parametrize("few", [branches.FEW, 0])
def test_where_nothing_is_cut_off_both_statements_find_the_same(
    needs: list[SourcingNeed], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = [suggest(need, viewer=None, limit=50) for need in needs]
    StoredSuggestions.objects.all().delete()
    grow(monkeypatch)
    monkeypatch.setattr(branches, "FEW", few)
    monkeypatch.setattr(branches, "FEW_OF_FIELD", few)
    for need, single in zip(needs, exact, strict=True):
        found = suggest(need, viewer=None, limit=50)
        assert told(found) == told(single)
        assert found.left_out == single.left_out


def test_a_small_city_is_looked_at_whole() -> None:
    firm("Water pump")
    refresh()
    assert (nearest.is_used(), nearest.build()) == (False, False)


def test_a_city_is_large_only_once_its_index_is_there(
    needs: list[SourcingNeed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 0)
    assert nearest.is_used() is False


def test_each_branch_is_read_through_its_index(large: list[SourcingNeed]) -> None:
    plan = _plan(large[1])
    assert nearest.is_used()
    assert f"Index Scan using {nearest.INDEX}" in plan
    assert re.search(r"Index Only Scan using offering_postings_by_impact on matchmaking_offeringterm", plan)
    assert re.search(r"Index Scan using companies_offering_sector_id\w+ on companies_offering|Bitmap", plan)
    assert "Seq Scan on matchmaking_offeringvector" not in plan
    assert "Seq Scan on matchmaking_offeringterm" not in plan


def _plan(need: SourcingNeed) -> str:
    schemes = required_schemes(need)
    statement, parameters = retrieval.statement(need, schemes, reach=1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # forty vectors are sorted faster than searched
        cursor.execute(f"EXPLAIN {statement}", parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_a_holder_is_found_behind_many_that_lack_the_certificate(
    large: list[SourcingNeed], monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = make_scheme()
    for number in range(200):
        firm(f"Water pump {number}")
    holder = firm("Bilge installation")
    make_certification(holder, scheme)
    need = make_need(title_zh="", title_en="Water pump", required_certifications=[scheme])
    refresh()
    for few in (branches.FEW, 0):
        monkeypatch.setattr(branches, "FEW", few)
        StoredSuggestions.objects.all().delete()
        assert [item.company for item in suggest(need, viewer=None).items] == [holder]


@pytest.mark.parametrize("typed", ["water pump", "水泵", "pumps for liquids"])
def test_a_search_box_finds_the_same_through_the_index(
    needs: list[SourcingNeed], typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = WordsAndMeaning().suppliers(typed)
    grow(monkeypatch)
    assert exact
    assert WordsAndMeaning().suppliers(typed) == pytest.approx(exact, rel=1e-6)


def test_a_firm_that_was_hidden_a_moment_ago_is_not_suggested(large: list[SourcingNeed]) -> None:
    shown = suggest(large[0], viewer=None).items[0].company
    Company.objects.filter(pk=shown.pk).update(archived_at=timezone.now())
    assert shown not in [item.company for item in suggest(large[0], viewer=None).items]
