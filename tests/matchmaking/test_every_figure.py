"""Every figure on every page: the rows behind its link add up to it, and none is without rows."""

import html
import re
import statistics
from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from companies.models import Company
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.measuring import Unit
from matchmaking.figures.officials_counts import OFFICIALS
from matchmaking.figures.wording import about
from tests.access_scene import make_scene
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_posting, make_representative
from tests.figure_cells import cells, linked
from tests.matchmaking.busy_ledger import RATE, BusyLedger
from tests.matchmaking.test_access import addresses, path_of
from tests.pages import client_of

pytestmark = pytest.mark.django_db

COLUMNS = {
    "order_volume_cny": "signed_cny",
    "signed_confirmed_cny": "signed_cny",
    "signed_unverified_cny": "signed_cny",
    "intention_value_cny": "intention_cny",
    "fulfilled_cny": "fulfilled_cny",
    "new_output_cny": "new_output_cny",
    "reported_ordered_cny": "ordered_cny",
    "reported_fulfilled_cny": "fulfilled_cny",
    "reported_new_output_cny": "new_output_cny",
}
BETWEEN = {"days_to_sign": ("intention_on", "signed_on"), "days_to_fulfil": ("signed_on", "first_on")}
HIDDEN = {"few deals", "not public: few deals"}


def summed(key: str, rows: list[Any]) -> Decimal:
    return sum((getattr(row, COLUMNS[key]) or Decimal(0) for row in rows), Decimal(0))


def days_between(key: str, rows: list[Any]) -> str:
    first, last = BETWEEN[key]
    days = [(getattr(row, last) - getattr(row, first)) / timedelta(days=1) for row in rows]
    return f"{round(statistics.median(days))}" if days else "–"


def reckoned(key: str, unit: Unit, rows: list[Any]) -> str:
    """The exact value of a figure, from nothing but its rows."""
    if unit is Unit.CNY:
        return f"{summed(key, rows):,.2f} CNY"
    if unit is Unit.USD:
        dollars = sum((row.signed_cny for row in rows), Decimal(0)) / Decimal(RATE)
        return f"{dollars.quantize(Decimal(1), ROUND_HALF_UP):,} USD"
    if unit is Unit.SHARE:
        smes = sum(row.size_class in Company.SME_CLASSES for row in rows)
        return f"{Decimal(smes) / len(rows) * 100:.1f} %" if rows else "–"
    return days_between(key, rows) if unit is Unit.DAYS else f"{len(rows):,}"


def plain(text: str) -> str:
    """Without idle noughts, as a number may be written in more ways than one."""
    return re.sub(r"(\.\d*?)0+(?=\D|$)", r"\1", text).replace(". ", " ")


class Check:
    """Follows the figures of pages to their rows, as one person."""

    def __init__(self, user: User | None) -> None:
        self.client: Client = client_of(user)
        self.seen: dict[str, set[str]] = {}
        """For each address of rows the numbers under which it stands."""
        self.keys: set[str] = set()

    def page(self, address: str) -> None:
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        for link, number in linked(answer.content.decode()):
            whole = f"{address}{link}" if link.startswith("#") else link
            self.seen.setdefault(html.unescape(whole), set()).add(number)

    def follow(self) -> int:
        """Compare every number with its rows; how many there were."""
        checks: list[tuple[str, Callable[[str, Any, set[str]], None]]] = [
            (r"/en/figures/[a-z_]+/", self._figure),
            (r"/en/desk/exposure/(\d+/deals|suppliers/\d+)/|/en/portal/exposure/\d+/\d+/", self._deals),
            (r"/en/desk/exposure/\d+/", self._buyer),
            (r"/en/desk/[a-z/-]+", self._queue),
        ]
        for link, numbers in self.seen.items():
            path = urlsplit(link).path
            check = next(each for pattern, each in checks if re.fullmatch(pattern, path))
            answer = self.client.get(link)
            assert answer.status_code == 200, link
            check(link, answer.context, numbers)
        return len(self.seen)

    def _figure(self, link: str, context: Any, numbers: set[str]) -> None:
        shown, rows = context["shown"], list(context["page"].paginator.object_list)
        self.keys.add(shown.figure.key)
        if shown.exact in HIDDEN:
            assert numbers <= HIDDEN, link
            return
        exact = reckoned(shown.figure.key, shown.figure.unit, rows)
        assert plain(shown.exact) == plain(exact), link
        known = {shown.value, shown.exact}
        if shown.figure.is_amount and shown.figure.unit is Unit.CNY:
            known.add(about(summed(shown.figure.key, rows), "CNY"))
        with_words = {re.sub(r" signed projects?$", "", number) for number in numbers}
        assert with_words <= known, link

    def _deals(self, link: str, context: Any, numbers: set[str]) -> None:
        rows = list(context["page"].paginator.object_list)
        if link.endswith("#late"):
            assert numbers == {str(len(context["late"]))}, link
        else:
            value = about(sum((row.signed_cny for row in rows), Decimal(0)), "CNY")
            told = {
                number for number in numbers if number.endswith("%")
            }  # an alert keeps the share of its day
            assert numbers - told <= {value, str(len(rows))}, link
            assert told or value in numbers, link

    def _buyer(self, link: str, context: Any, numbers: set[str]) -> None:
        rows = context["rows"]
        assert numbers <= {str(len(rows)), str(sum(row.alert is not None for row in rows))}, link

    def _queue(self, link: str, context: Any, numbers: set[str]) -> None:
        """A card of the desk: the list behind it has so many rows."""
        counts = {str(context["page"].paginator.count)}
        counts |= {str(context[name]) for name in ("alert_count",) if name in context}
        counts |= {str(len(context["asking"]))} if "asking" in context else set()
        assert numbers <= counts, link


def public_pages(ledger: BusyLedger) -> list[str]:
    chain, place = ledger.city.chains[0].code, ledger.city.district.code
    return [
        "/en/",
        "/en/figures/",
        f"/en/figures/?chain={chain}&as_of=2022-09-30",
        "/en/figures/?kind=oem_parts&year=2022",
        "/en/figures/?month=2022-08",
        f"/en/figures/?division={place}&itself=1&kind=none&month=2022-07",
        f"/en/chains/{chain}/",
    ]


def officials_pages(ledger: BusyLedger) -> list[str]:
    chain, place = ledger.city.chains[0].code, ledger.city.district.code
    scopes = ["", f"?division={place}&kind=none", f"?chain={chain}&month=2022-07&as_of=2022-09-30"]
    reports = [f"/en/desk/{name}/{scope}" for name in ("reports", "reports/conversion") for scope in scopes]
    buyers = [f"/en/desk/exposure/{buyer.pk}/" for buyer in ledger.buyers]
    return [*reports, "/en/desk/", "/en/desk/exposure/", *buyers]


def test_rows_add_up_to_every_figure_on_every_page_for_the_office() -> None:
    ledger = BusyLedger(0, deals=15)
    check = Check(make_superuser())
    for page in [*public_pages(ledger)[:2], *officials_pages(ledger)]:
        check.page(page)
    assert check.follow() > 200
    assert check.keys == {*FIGURES, *OFFICIALS}


@pytest.mark.parametrize("who", ["public", "chief"])
def test_rows_add_up_to_every_figure_that_others_see(who: str) -> None:
    ledger = BusyLedger(7, deals=12)
    chief = make_posting(chain=ledger.city.chains[0]).user
    check = Check(chief if who == "chief" else None)
    for page in public_pages(ledger) if who == "public" else officials_pages(ledger)[:1]:
        check.page(page)
    assert check.follow() > 90


@pytest.mark.parametrize("seed", range(2))
def test_rows_add_up_to_what_a_firm_sees_of_its_buyers(seed: int) -> None:
    ledger = BusyLedger(seed)
    check = Check(make_representative(company=ledger.suppliers[0]).user)
    check.page("/en/portal/exposure/")
    assert check.follow() > 0


def test_the_comparison_sees_a_wrong_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a page that says one project more than its rows is found."""
    ledger = BusyLedger(1)
    check = Check(make_superuser())
    check.page(officials_pages(ledger)[0])
    link = next(link for link in check.seen if "/signed_projects/" in link)
    check.seen[link] = {"4711"}
    with pytest.raises(AssertionError):
        check.follow()


OWN_AMOUNTS = "amounts and days of the row at which they stand"
NO_FIGURES = {
    "chains:chain-detail": "firms and needs of each node: the map's own links lead to them",
    "companies:company-detail": "a code, and the record of one firm, whose deals only some may know",
    "deals:doubles": OWN_AMOUNTS,
    "deals:rates": "rates",
    "desk:companies-to-verify": "codes",
    "desk:deals": OWN_AMOUNTS + "; the totals are of the list below them",
    "desk:exposure": "nothing reported",
    "desk:exposure-buyer": "shares of two amounts beside them; nothing reported",
    "desk:exposure-deals": OWN_AMOUNTS + "; the total is of the list below it",
    "desk:exposure-supplier": OWN_AMOUNTS + "; the total is of the list below it",
    "desk:indicators": "published by others, with their source",
    "desk:needs": "introductions of the need at which they stand",
    "desk:reports": "nothing counted; a bar's label leads to its rows",
    "desk:visits": OWN_AMOUNTS,
    "events:event-detail": OWN_AMOUNTS,
    "events:timetable": "the plan's own quality",
    "figures:index": "nothing counted; indicators published by others",
    "home": "indicators published by others",
    "own-agenda": "hours and codes",
    "portal:deals": OWN_AMOUNTS,
    "portal:exposure": "shares of two amounts beside them; nothing reported",
    "portal:exposure-deals": OWN_AMOUNTS + "; the total is of the list below it",
}
"""Addresses with numbers that are no figures over rows, and why."""
ZERO_ONLY = {"figures:index", "desk:exposure"}
"""Of these no number but nought, and what others published, is without a link."""


ELSEWHERE = ("floor:", "choices:", "worker")
"""Addresses without figures of the ledger: the hall, whose boards other tests look at, answers to fields."""


def test_no_page_has_a_figure_without_rows() -> None:
    """Whoever sets a new figure on any page gives it a link to its rows, or names here why it has none."""
    scene = make_scene()
    office, seller = (client_of(scene.people[name]) for name in ("office", "seller"))  # type: ignore[arg-type]  # they sign in
    found: dict[str, set[str]] = {}
    with override("en"):
        paths = [(name, path_of(name, pattern, scene)) for name, pattern in addresses()]
    for name, path in paths:
        if name.startswith(ELSEWHERE):
            continue
        answer: Any = (seller if name.startswith("portal:") else office).get(path)
        for close in answer._resource_closers:  # answer.close() would also close the connection
            close()
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            bare = {c.text.strip() for c in cells(answer.content.decode()) if c.is_number and not c.links}
            if bare:
                found[name] = bare
    assert set(found) == set(NO_FIGURES)
    assert {name: found[name] - {"0", "CNY 1"} for name in ZERO_ONLY} == {name: set() for name in ZERO_ONLY}
