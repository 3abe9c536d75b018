"""Every figure on every page that shows figures: the rows behind its link add up to what stands there."""

import html
import random
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from companies.models import Company
from matchmaking.figures.measuring import Unit
from tests.factories.accounts import make_superuser
from tests.factories.events import make_fulfilment, make_rate, make_registration
from tests.factories.matchmaking import make_introduced_match
from tests.matchmaking.ledger_city import City
from tests.matchmaking.test_random_ledgers import draw
from tests.pages import client_of

pytestmark = pytest.mark.django_db

COLUMNS = {
    "order_volume_cny": "signed_cny",
    "signed_confirmed_cny": "signed_cny",
    "signed_unverified_cny": "signed_cny",
    "intention_value_cny": "intention_cny",
    "fulfilled_cny": "fulfilled_cny",
    "new_output_cny": "new_output_cny",
}
RATE = Decimal("7.1")
LINK = re.compile(r'<a\b[^>]*?href="(/en/figures/[a-z_]+/(?:\?[^"]*)?)"[^>]*>\s*([^<]*?)\s*</a>')
CARD = re.compile(
    r'<li class="kpi">.*?class="value">([^<]*?)</span>.*?href="(/en/figures/[^"]+)".*?</li>', re.DOTALL
)


def shown_on(client: Client, page: str) -> dict[str, set[str]]:
    """The figures on a page: for each link to rows, the texts under which it stands."""
    found: dict[str, set[str]] = {}
    shown = client.get(page).content.decode()
    cards = [(link, value) for value, link in CARD.findall(shown)]
    for link, text in [*cards, *LINK.findall(CARD.sub("", shown))]:
        found.setdefault(html.unescape(link), set()).add(html.unescape(text))
    return found


def summed(key: str, rows: list[Any]) -> Decimal:
    return sum((getattr(row, COLUMNS[key]) or Decimal(0) for row in rows), Decimal(0))


def reckoned(key: str, unit: Unit, rows: list[Any]) -> str:
    """The exact value of a figure, from nothing but its rows."""
    if unit is Unit.CNY:
        return f"{summed(key, rows):,.2f} CNY"
    if unit is Unit.USD:
        dollars = sum((row.signed_cny for row in rows), Decimal(0)) / RATE
        return f"{dollars.quantize(Decimal(1), ROUND_HALF_UP):,} USD"
    if unit is Unit.SHARE:
        smes = sum(row.size_class in Company.SME_CLASSES for row in rows)
        return f"{Decimal(smes) / len(rows) * 100:.1f} %" if rows else "–"
    return f"{len(rows):,}"


def plain(text: str) -> str:
    """Without idle noughts, as a number may be written in more ways than one."""
    return re.sub(r"(\.\d*?)0+(?=\D|$)", r"\1", text).replace(". ", " ")


@pytest.mark.parametrize("seed", range(3))
def test_rows_add_up_to_every_figure_on_every_page(seed: int) -> None:
    rng, city = random.Random(seed), City()
    make_rate(rate=str(RATE))
    for _ in range(25):
        draw(rng, city)
    make_introduced_match()
    make_registration(city.events[0], city.supplier)
    headline = client_of(office := make_superuser()).get("/en/figures/signed_projects/").context["page"]
    for deal in headline.paginator.object_list[:5]:
        make_fulfilment(deal, reported_on=deal.signed_on, new_output_amount=rng.randrange(10**6))
    chain, place = city.chains[0].code, city.district.code
    pages = [
        "/en/",
        "/en/figures/",
        "/en/figures/?as_of=2022-09-30",
        f"/en/figures/?chain={chain}",
        f"/en/figures/?division={place}",
        "/en/figures/?kind=oem_parts",
        "/en/figures/?month=2022-08",
        f"/en/figures/?division={place}&itself=1&kind=none&month=2022-07",
        f"/en/chains/{chain}/",
    ]
    assert sum(check(office, page) for page in pages) > 200


def check(user: User, page: str) -> int:
    """Follow every figure of a page to its rows; how many there were."""
    client = client_of(user)
    figures = shown_on(client, page)
    for link, texts in figures.items():
        answer = client.get(link)
        shown, rows = answer.context["shown"], list(answer.context["page"].paginator.object_list)
        exact = reckoned(shown.figure.key, shown.figure.unit, rows)
        assert plain(shown.exact) == plain(exact), (page, link)
        assert texts == {shown.value}, (page, link)
    return len(figures)
