"""An attack: every amount that the public can have shown is gathered, and no sum of them tells of few deals.

Each shown amount is a sum over known deals. What subtraction can tell is the row space of the matrix of shown
amounts by deals; a deal lies in it when its leverage is 1, two deals when their part has the eigenvalue 1.
"""

import datetime as dt
import random
from decimal import Decimal
from itertools import combinations, product
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from django.test import Client, RequestFactory

from events.deals.amending import amend
from events.models import Deal
from events.totals import FEW
from matchmaking.figures import published
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.snapshots import lock
from matchmaking.figures.wording import shown
from matchmaking.models import MonthlySnapshot
from matchmaking.views.asked_scope import scope_of
from tests.factories.accounts import make_superuser
from tests.factories.events import make_fulfilment
from tests.factories.matchmaking import make_counted_deal
from tests.matchmaking.ledger_city import City
from tests.matchmaking.test_random_ledgers import draw

pytestmark = pytest.mark.django_db

HIDDEN = "not public: few deals"
SUMMED = {
    "signed_cny": (
        "order_volume_cny",
        "order_volume_usd",
        "signed_confirmed_cny",
        "signed_unverified_cny",
    ),
    "intention_cny": ("intention_value_cny",),
    "fulfilled_cny": ("fulfilled_cny",),
    "new_output_cny": ("new_output_cny",),
}
"""Which figures are sums of the same amounts of deals."""


def ledger(seed: int) -> City:
    """Few chains are large, some small; months are locked and corrected one deal at a time."""
    rng, city = random.Random(seed), City()
    for _each in range(rng.choice([12, 30, 45])):
        draw(rng, city)
    for deal in Deal.objects.filter(signed_on__isnull=False)[:9]:
        make_fulfilment(deal, reported_on=deal.signed_on, new_output_amount=rng.randrange(1, 10**6))
    office = make_superuser()
    for month in (8, 9, 10):
        lock(dt.date(2022, month, 1), by=office)
        fixed: dict[str, Any] = {"counting_chain": city.chains[0], "counting_division": city.zone}
        late = make_counted_deal(on=dt.date(2022, month, 20), amount=rng.randrange(10**8), **fixed)
        amend(late, by=office, signed_amount=Decimal(rng.randrange(1, 10**8)))
    return city


def limits_of(city: City) -> dict[str, list[dict[str, str]]]:
    months = [f"2022-{month:02}" for month in range(5, 13)] + ["2023-01"]
    return {
        "chain": [{"chain": chain.code} for chain in city.chains],
        "division": [
            {"division": place.code} | itself
            for place, itself in product(city.divisions, ({}, {"itself": "1"}))
        ],
        "kind": [{"kind": kind} for kind in ("oem_parts", "trade_fair", "promotion", "none")],
        "month": [{"month": month} for month in months],
        "year": [{"year": year} for year in ("2022", "2023")],
        "day": [{"as_of": f"2022-{month:02}-{day}"} for month in range(6, 13) for day in (10, 28)],
    }


def asked(city: City) -> list[dict[str, str]]:
    """The whole, each limit by itself, and every two of different kinds crossed."""
    limits = limits_of(city)
    crossed = [
        one | other for a, b in combinations(limits.values(), 2) for one, other in product(a[:3], b[:3])
    ]
    return [{}, *(each for found in limits.values() for each in found), *crossed]


def shown_sets(city: City, *keys: str, with_few: bool = False) -> list[frozenset[int]]:
    """The deals of every amount of these figures that is shown, where any deal has the amount."""
    hidden, found = None if with_few else published.Hidden(), []
    for limits in asked(city):
        scope = scope_of(RequestFactory().get("/", limits))
        for each in shown(scope, *keys, with_few=with_few, hidden=hidden):
            if each.exact not in {HIDDEN, "–"}:
                column = "deal_id" if each.figure.key == "new_output_cny" else "pk"
                rows = each.figure.rows(scope).order_by()
                found.append(frozenset(rows.values_list(column, flat=True)))
    return [each for each in found if each]


def given_away(sums: list[frozenset[int]]) -> list[tuple[int, ...]]:
    """Deals, alone or two together, of which something follows from the sums."""
    deals = sorted(set().union(*sums))
    if not deals:
        return []
    matrix = np.array([[deal in each for deal in deals] for each in set(sums)], dtype=float)
    space = np.linalg.pinv(matrix) @ matrix
    alone: list[tuple[int, ...]] = [(deals[at],) for at in np.flatnonzero(space.diagonal() > 1 - 1e-7)]
    pairs: list[tuple[int, ...]] = [
        (deals[one], deals[other])
        for one, other in combinations(range(len(deals)), 2)
        if np.linalg.eigvalsh(space[np.ix_([one, other], [one, other])])[-1] > 1 - 1e-7
    ]
    return alone + pairs


@pytest.mark.parametrize("seed", range(3))
def test_no_sum_or_difference_of_all_public_amounts_tells_of_one_deal_or_two(seed: int) -> None:
    city = ledger(seed)
    for column, keys in SUMMED.items():
        found = shown_sets(city, *keys)
        assert given_away(found) == [], column
        assert all(len(each) >= FEW for each in found), column
    assert {key for keys in SUMMED.values() for key in keys} == {
        key for key, figure in FIGURES.items() if figure.is_amount
    }


def test_the_attack_would_succeed_on_what_officials_see() -> None:
    """The control: with every amount shown, single deals are known."""
    assert len(given_away(shown_sets(ledger(0), "order_volume_cny", with_few=True))) > 5


def test_the_tables_show_the_public_no_amount_that_their_own_pages_hide(client: Client) -> None:
    city = ledger(1)
    for scope in asked(city)[:12]:
        context = client.get(f"/en/figures/?{urlencode(scope)}").context
        for name, limit in (
            ("by_chain", "chain"),
            ("by_kind", "kind"),
            ("months", "month"),
            ("years", "year"),
        ):
            for line in context[name]:
                if line.signed_cny:
                    narrow = urlencode(scope | {limit: line.key})
                    page = client.get(f"/en/figures/order_volume_cny/?{narrow}")
                    assert page.context["shown"].exact != HIDDEN, (scope, line)


def test_a_locked_month_shows_the_public_no_amount_before_and_after_any_correction(client: Client) -> None:
    ledger(2)
    for snapshot in MonthlySnapshot.objects.all():
        page = client.get(f"/en/figures/locked/{snapshot}/")
        adjusted = [*page.context["adjustments"], *page.context["corrections"]]
        assert [each for each in adjusted if each.figure.is_amount] == []
        labels = {str(figure.label) for figure in FIGURES.values() if figure.is_amount}
        assert labels & {label for label, _value in page.context["figures"]} == set()
        words = {
            word for line in [*page.context["lines"], *page.context["corrected"]] for word in line.signed
        }
        assert words <= {"–", "counted"}
