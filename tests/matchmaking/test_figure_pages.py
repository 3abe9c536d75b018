"""Published figures: every number leads to its rows, and nobody learns what a single firm signed."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.snapshots import lock
from tests.factories.accounts import make_superuser
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_need,
    make_posting,
    make_representative,
)
from tests.factories.events import make_event, make_fulfilment, make_meeting, make_rate, make_registration
from tests.factories.matchmaking import make_counted_deal, make_indicator, make_introduced_match
from tests.pages import address, client_of, get, links_of, text_of

pytestmark = pytest.mark.django_db

DAY = dt.date(2022, 11, 27)


def lines(response: Any) -> list[tuple[str, ...]]:
    return [line.cells for line in response.context["lines"]]


def secret_deal(**fields: Any) -> None:
    """A deal whose parties and amount tell of one firm."""
    make_counted_deal(
        make_buyer(name_en="Secret Motors"),
        make_company(name_en="Hidden Works"),
        amount=123_456_789,
        on=DAY,
        **fields,
    )


SECRETS = ("Secret Motors", "Hidden Works", "123.4", "123.5", "123,456,789", "1.235")


def secrets_in(response: Any) -> list[str]:
    return [secret for secret in SECRETS if secret in response.content.decode()]


def test_every_number_leads_to_exactly_its_rows() -> None:
    city = make_division()
    district = make_division(city)
    zone = make_division(district)
    chain, other = make_chain(city), make_chain(city)
    event = make_event(host=district, chains=[chain, other], state="held", starts_on=DAY, ends_on=DAY)
    make_counted_deal(on=DAY, counting_chain=chain, counting_division=district, event=event)
    make_counted_deal(on=dt.date(2022, 10, 1), counting_chain=chain, counting_division=zone)
    make_counted_deal(
        stage="terminated",
        signed_on=dt.date(2022, 10, 2),
        terminated_on=DAY,
        counting_chain=other,
        counting_division=zone,
    )
    for asked in ({}, {"chain": chain.code}, {"division": district.code}, {"month": "2022-10"}):
        page = get(None, "figures:index", **asked).content.decode()
        tables = page.split('id="all"')[1]
        numbers = re.findall(r'<a href="(/en/figures/\w+/[^"]*)">([\d,]+)</a>', tables)
        assert len(numbers) > 3
        for link, number in numbers:
            rows = client_of().get(link.replace("&amp;", "&")).context["page"].paginator.count
            assert (asked, link, rows) == (asked, link, int(number))


def test_the_list_of_all_figures_links_each_to_its_rows_in_the_same_scope() -> None:
    chain = make_chain()
    links = links_of(get(None, "figures:index", chain=chain.code, as_of="2022-11-01"))
    wanted = [f"/en/figures/{key}/?chain={chain.code}&as_of=2022-11-01" for key in FIGURES]
    assert [link for link in wanted if link not in links] == []


@pytest.mark.parametrize("key", FIGURES)
def test_every_figure_has_a_page_of_rows_for_everybody(key: str) -> None:
    make_rate()
    make_counted_deal(on=DAY)
    make_need()
    make_introduced_match()
    answers = [get(who, "figures:rows", key).status_code for who in (None, make_superuser())]
    assert answers == [200, 200]


def test_the_public_reads_neither_parties_nor_amounts_of_a_few_deals() -> None:
    make_rate(rate="1.0")
    chain, division = make_chain(), make_division()
    secret_deal(counting_chain=chain, counting_division=division)
    asked = {"chain": chain.code, "division": division.code, "month": "2022-11"}
    pages = [
        get(None, "home"),
        get(None, "figures:index"),
        get(None, "figures:index", **asked),
        *(get(None, "figures:rows", key) for key in FIGURES),
        *(get(None, "figures:rows", key, **asked) for key in FIGURES),
    ]
    names = ("Secret Motors", "Hidden Works")
    leaks = [(page.request["PATH_INFO"], secrets_in(page)) for page in pages]
    allowed = "/en/figures/companies_served/", "/en/figures/companies_unclassified/"
    assert [leak for leak in leaks if leak[1] and leak[0] not in allowed] == []
    # Published companies may be named as served, never with what they signed.
    assert [
        secret for path, found in leaks if path in allowed for secret in found if secret not in names
    ] == []


def test_three_deals_have_an_amount_for_everybody() -> None:
    for _ in range(3):
        make_counted_deal(on=DAY, amount=1_000_000)
    shown = {each.figure.key: each.value for each in get(None, "figures:index").context["figures"]}
    assert (shown["order_volume_cny"], shown["intention_value_cny"]) == ("CNY 3 m", "CNY 0")


def test_new_output_of_many_reports_but_few_deals_is_not_public() -> None:
    deal = make_counted_deal(on=DAY)
    for year in (2022, 2023, 2024):
        make_fulfilment(deal, year=year, new_output_amount=77_000_000, reported_on=DAY)
    shown = [
        next(
            each.value
            for each in get(who, "figures:index").context["figures"]
            if each.figure.key == "new_output_cny"
        )
        for who in (None, make_superuser())
    ]
    assert shown == ["few deals", "CNY 231 m"]


def test_officials_read_small_amounts_and_the_parties_of_their_deals() -> None:
    chain = make_chain()
    secret_deal(counting_chain=chain)
    chief = make_posting(chain=chain).user
    page = get(chief, "figures:rows", "signed_projects")
    assert lines(page)[0][-2:] == ("Hidden Works → Secret Motors", "CNY 123.5 m")
    assert "CNY 123.5 m" in text_of(get(chief, "figures:index"))


def test_an_official_of_elsewhere_sees_that_a_deal_counts_and_not_whose_it_is() -> None:
    secret_deal()
    elsewhere = make_posting(chain=make_chain()).user
    assert lines(get(elsewhere, "figures:rows", "signed_projects"))[0][-3:] == (
        "not public",
        "not public",
        "",
    )


def test_a_party_recognises_its_own_deal() -> None:
    deal = make_counted_deal(on=DAY)
    seller = make_representative(company=deal.supplier).user
    row = get(seller, "figures:rows", "signed_projects").context["lines"][0]
    assert row.url == address("deals:deal-detail", deal.pk)


def test_rows_of_every_kind_name_only_what_the_public_may_know() -> None:
    at = dt.datetime(2022, 11, 1, tzinfo=dt.UTC)
    hidden = make_company(name_en="Hidden Works", verification="pending")
    buyer = make_buyer(name_en="Secret Motors", verification="pending")
    need = make_need(buyer, title_en="Private need", visibility="verified")
    make_introduced_match(need, hidden, introduced_at=at)
    event = make_event(state="held", starts_on=DAY, ends_on=DAY)
    sides = [make_registration(event, each, registered_at=at) for each in (buyer, hidden)]
    make_meeting(*sides, state="held")
    make_fulfilment(make_counted_deal(buyer, hidden, on=DAY), new_output_amount=5, reported_on=DAY)
    keys = ("companies_served", "introductions", "meetings_held", "open_needs", "new_output_cny")
    pages = {key: get(None, "figures:rows", key, as_of="2022-11-27") for key in keys}
    counted = {key: len(lines(page)) for key, page in pages.items()}
    text = "".join(text_of(page) for page in pages.values())
    assert counted == {
        "companies_served": 2,
        "introductions": 1,
        "meetings_held": 1,
        "open_needs": 1,
        "new_output_cny": 1,
    }
    assert [word for word in ("Hidden Works", "Secret Motors", "Private need") if word in text] == []


@pytest.mark.parametrize(
    "asked", [{"chain": "nowhere"}, {"division": "0"}, {"kind": "party"}, {"chain": "%00x"}]
)
def test_an_unknown_limit_is_no_page(asked: dict[str, str]) -> None:
    assert get(None, "figures:index", **asked).status_code == 404


@pytest.mark.parametrize(
    "asked", [{"as_of": "soon"}, {"as_of": "9999-12-31"}, {"as_of": "0001-01-01"}, {"month": "13"}]
)
def test_an_unreadable_day_is_as_if_it_was_not_asked_for(asked: dict[str, str]) -> None:
    make_counted_deal(on=DAY)
    response = get(None, "figures:index", **asked)
    assert (response.status_code, response.context["figures"][2].value) == (200, "1")


def test_an_unknown_figure_is_no_page() -> None:
    assert get(None, "figures:rows", "profit").status_code == 404


def test_locked_months_stand_with_their_adjustments() -> None:
    lock(dt.date(2022, 10, 1), by=None)
    make_counted_deal(on=dt.date(2022, 10, 5))
    assert "2022-10" in text_of(get(None, "figures:index"))
    assert "Signed projects: 0 → 1" in text_of(get(None, "figures:index"))


def test_without_a_ledger_the_pages_say_so() -> None:
    assert "no entry for this choice yet" in text_of(get(None, "figures:index"))
    assert "Nothing is counted" in text_of(get(None, "figures:rows", "signed_projects"))


@pytest.mark.parametrize(("language", "word"), [("en", "Signed projects"), ("zh-hans", "2022-11-27")])
def test_figures_read_in_both_languages(client: Client, language: str, word: str) -> None:
    make_counted_deal(on=DAY)
    make_indicator()
    response = client.get(address("figures:index", language=language))
    assert (response.status_code, word in text_of(response)) == (200, True)


def test_home_has_the_headline_with_its_date_and_hides_anonymous_buyers() -> None:
    make_counted_deal(on=DAY)
    make_need(make_buyer(name_en="Secret Motors"), visibility="anonymous", title_en="Calipers")
    make_event(name_en="Parts fair")
    make_indicator(name_en="foreign trade")
    page = get(None, "home")
    text = text_of(page)
    assert [
        word in text for word in ("to 2022-11-27", "Calipers", "Parts fair", "foreign trade", "Secret Motors")
    ] == [
        True,
        True,
        True,
        True,
        False,
    ]


def test_home_of_an_empty_city_says_what_will_stand_there() -> None:
    text = text_of(get(None, "home"))
    assert [word in text for word in ("No open needs", "No event is announced")] == [True, True]


@pytest.mark.parametrize("who", ["representative", "official"])
def test_home_leads_people_to_their_room(who: str) -> None:
    people: dict[str, User] = {
        "representative": make_representative().user,
        "official": make_posting(chain=make_chain()).user,
    }
    rooms = {"representative": "/en/portal/", "official": "/en/desk/"}
    assert rooms[who] in links_of(get(people[who], "home"))
