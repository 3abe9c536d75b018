"""The public page: amounts that would tell of a deal or two stay out, also by subtraction."""

import datetime as dt
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from events.models import Deal
from matchmaking.figures import atoms, folding, published, tables
from matchmaking.figures.scope import Scope, whole_city
from matchmaking.figures.summing import entries
from matchmaking.models import Fact
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_chain, make_division
from tests.factories.matchmaking import make_counted_deal
from tests.matchmaking.ledger_city import City
from tests.matchmaking.test_ledger_sums import disturb
from tests.matchmaking.test_random_ledgers import draw
from tests.pages import get, text_of

pytestmark = pytest.mark.django_db

DAY = dt.date(2022, 11, 27)


@pytest.fixture
def chains() -> list[Any]:
    """Three chains with 5, 4 and 1 deals of 1, 2 and 777 million, all elsewise alike."""
    place = make_division()
    found = [make_chain() for _each in range(3)]
    for chain, number, amount in zip(found, (5, 4, 1), (1_000_000, 2_000_000, 777_000_000), strict=True):
        for _each in range(number):
            make_counted_deal(amount=amount, on=DAY, counting_chain=chain, counting_division=place)
    return found


def amounts(user: Any, **asked: str) -> dict[str, int]:
    lines = get(user, "figures:index", **asked).context["by_chain"]
    return {line.key: int(line.signed_cny) for line in lines}


def test_the_small_chain_and_one_more_are_hidden_and_numbers_stay(chains: list[Any]) -> None:
    large, middle, small = (chain.code for chain in chains)
    assert amounts(None) == {large: 5_000_000, middle: 0, small: 0}
    lines = get(None, "figures:index").context["by_chain"]
    assert {line.key: line.signed for line in lines} == {large: 5, middle: 4, small: 1}


def test_officials_see_every_amount(chains: list[Any]) -> None:
    large, middle, small = (chain.code for chain in chains)
    assert amounts(make_superuser()) == {large: 5_000_000, middle: 8_000_000, small: 777_000_000}


def test_the_page_of_a_hidden_chain_hides_its_sum_too(chains: list[Any]) -> None:
    for chain in chains[1:]:
        for name in ("figures:index", "figures:rows"):
            args = ("order_volume_cny",) if name.endswith("rows") else ()
            page = text_of(get(None, name, *args, chain=chain.code))
            assert ("777" in page, "CNY 8 m" in page) == (False, False)


def test_two_days_cannot_be_subtracted(chains: list[Any]) -> None:
    """The day before, all but the newest deal stood in the total."""
    make_counted_deal(amount=123_000_000, on=DAY + dt.timedelta(days=1), counting_chain=chains[0])
    page = get(None, "figures:index", as_of=DAY.isoformat())
    assert {int(line.signed_cny) for line in page.context["by_chain"]} == {0}
    shown = {each.figure.key: each.value for each in page.context["figures"]}
    assert (shown["order_volume_cny"], shown["signed_projects"]) == ("few deals", "10")


def test_two_limits_cannot_be_crossed(chains: list[Any]) -> None:
    page = get(None, "figures:index", chain=chains[0].code, month="2022-11")
    shown = {each.figure.key: each.value for each in page.context["figures"]}
    assert shown["order_volume_cny"] == "few deals"


def test_a_large_chain_by_itself_is_shown(chains: list[Any]) -> None:
    page = get(None, "figures:index", chain=chains[0].code)
    shown = {each.figure.key: each.value for each in page.context["figures"]}
    assert (shown["order_volume_cny"], shown["fulfilled_cny"]) == ("CNY 5 m", "few deals")


def test_what_is_hidden_follows_the_ledger_at_once(chains: list[Any]) -> None:
    before = published.hidden(Fact.SIGNED, whole_city())
    place = Deal.objects.all()[0].counting_division
    for _each in range(2):
        make_counted_deal(on=DAY, counting_chain=chains[2], counting_division=place)
    assert ("chain", chains[2].code) in before
    assert ("chain", chains[2].code) not in published.hidden(Fact.SIGNED, whole_city())


@pytest.mark.parametrize("seed", range(3))
def test_the_cells_on_which_is_decided_are_those_of_the_deals(seed: int) -> None:
    rng, city = random.Random(seed), City()
    for _each in range(40):
        draw(rng, city)
    disturb(rng, city)
    for fact in (Fact.SIGNED, Fact.INTENTION):
        scope = Scope(as_of=dt.date(2022, 5, 15) + dt.timedelta(days=rng.randrange(260)))
        of_deals = Counter(
            (entry.chain_id, entry.division_id, entry.kind, f"{entry.day:%Y-%m}")
            for entry in entries(scope).filter(fact=fact, amount__isnull=False)
        )
        assert kept(scope, fact) == of_deals
        folding.fold()
        assert kept(scope, fact) == of_deals


def kept(scope: Scope, fact: Fact) -> dict[tuple[int, int, str, str], int]:
    columns, deals = atoms.read(scope, fact)
    tables_of = {column.name: [column.values[at] for at in column.at] for column in atoms.named(columns)}
    named = zip(*(tables_of[name] for name in ("chain", "division", "kind", "month")), deals, strict=True)
    return {(int(chain), int(place), kind, month): int(number) for chain, place, kind, month, number in named}


def test_every_write_has_a_state_of_its_own_and_folding_keeps_it(chains: list[Any]) -> None:
    before = atoms.state(Fact.SIGNED)
    Deal.objects.filter(counting_chain=chains[0]).update(counting_chain=chains[2])
    after = atoms.state(Fact.SIGNED)
    folding.fold()
    assert (before != after, atoms.state(Fact.SIGNED)) == (True, after)


def test_a_year_with_a_hidden_month_is_hidden_too_on_its_page_and_in_its_line() -> None:
    """Otherwise the month would be the year less its other months."""
    chain, place = make_chain(), make_division()
    many = [(2021, 5, 4), (2021, 6, 4), (2022, 5, 3), (2022, 6, 1), (2022, 7, 4)]
    for year, month, number in many:
        for _each in range(number):
            make_counted_deal(on=dt.date(year, month, 9), counting_chain=chain, counting_division=place)
    page = get(None, "figures:index")
    lines = {line.key: line.signed_cny > 0 for line in page.context["years"]}
    assert lines == {"2021": True, "2022": False}
    for year, is_shown in lines.items():
        shown = {
            each.figure.key: each.value for each in get(None, "figures:index", year=year).context["figures"]
        }
        assert (shown["order_volume_cny"] != "few deals") == is_shown


def test_years_add_up_from_their_months_for_those_who_see_all() -> None:
    months = [
        tables.Line("2021-12", "2021-12", signed=1, signed_cny=Decimal(5)),
        tables.Line("2022-01", "2022-01", signed=2, signed_cny=Decimal(7), events=1),
        tables.Line("2022-02", "2022-02", intentions=1),
    ]
    assert tables.by_year(months, are_public=False) == [
        tables.Line("2021", "2021", signed=1, signed_cny=Decimal(5)),
        tables.Line("2022", "2022", signed=2, signed_cny=Decimal(7), intentions=1, events=1),
    ]
