"""Suggestions among the suppliers that a reader asks for: by place, size, capacity and certificate."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from companies.models import Company, SourcingNeed
from matchmaking.engine import branches, nearest
from tests.factories.companies import (
    make_buyer,
    make_certification,
    make_chain,
    make_company,
    make_division,
    make_need,
    make_offering,
    make_representative,
    make_scheme,
)
from tests.factories.matchmaking import index
from tests.pages import get, text_of

pytestmark = pytest.mark.django_db


class Town:
    """A need for pumps, and firms of which each passes one filter."""

    def __init__(self) -> None:
        self.city = make_division()
        make_chain(owner=self.city)
        self.place = make_division(self.city)
        self.elsewhere = make_division(self.city)
        self.scheme = make_scheme(code="iatf", name_en="IATF 16949")
        buyer = make_buyer()
        self.buyer: User = make_representative(company=buyer).user
        self.need: SourcingNeed = make_need(
            buyer, title_zh="", title_en="Water pump", quantity=Decimal(100), unit="Pieces"
        )
        self.near = self.firm("Near", division=make_division(self.place))
        self.small = self.firm("Small", size_class=Company.SizeClass.SMALL)
        self.able = self.firm("Able", spare=120)
        self.busy = self.firm("Busy", spare=80)
        self.holder = self.firm("Holder")
        make_certification(self.holder, self.scheme)
        index()

    def firm(self, name: str, spare: int | None = None, **fields: Any) -> Company:
        company = make_company(name_en=name, name_zh="", **{"division": self.elsewhere, **fields})
        Company.objects.filter(pk=company.pk).update(size_class=fields.get("size_class", "large"))
        capacity = {} if spare is None else {"spare_capacity": Decimal(spare), "unit": " pieces "}
        make_offering(company, name_zh="", name_en="Water pump", **capacity)
        return company


@pytest.fixture
def town(db: None) -> Town:
    return Town()


def found(town: Town, **query: object) -> set[Company]:
    page = get(town.buyer, "needs:need-suppliers", town.need.pk, **query)
    return {item.company for item in page.context["suggestions"]}


def check_each_filter(town: Town) -> None:
    everyone = {town.near, town.small, town.able, town.busy, town.holder}
    assert [
        found(town),
        found(town, place=town.place.pk),
        found(town, sme="on"),
        found(town, capacity="on"),
        found(town, scheme=town.scheme.pk),
        found(town, place=town.place.pk, sme="on"),
        found(town, place="nonsense", scheme="-1"),
    ] == [everyone, {town.near}, {town.small}, {town.able}, {town.holder}, set(), everyone]


def test_each_filter_leaves_those_that_pass_it(town: Town) -> None:
    check_each_filter(town)


@pytest.mark.parametrize("few", [branches.FEW, 0])
def test_filters_are_the_same_in_a_large_city(town: Town, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index waits for checks that are still due
        cursor.execute(f"CREATE INDEX {nearest.INDEX} {nearest.DEFINITION}")
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 0)
    monkeypatch.setattr(branches, "FEW", few)
    check_each_filter(town)


def test_who_passes_is_found_behind_many_that_do_not(town: Town) -> None:
    for number in range(160):
        town.firm(f"Pump {number}")
    index()
    assert (found(town, place=town.place.pk), found(town, scheme=town.scheme.pk)) == (
        {town.near},
        {town.holder},
    )


def test_what_the_need_demands_holds_beside_the_filters_and_is_counted_among_them(town: Town) -> None:
    town.need.required_certifications.add(town.scheme)
    page = get(town.buyer, "needs:need-suppliers", town.need.pk, place=town.place.pk)
    assert (page.context["suggestions"], page.context["found"].left_out_in_all) == ([], 1)
    assert "No supplier fits" in text_of(page)


def test_the_need_leads_to_its_filters_and_others_find_no_page(town: Town) -> None:
    address = f"/en/needs/{town.need.pk}/suppliers/"
    assert address in get(town.buyer, "needs:need-detail", town.need.pk).content.decode()
    stranger = make_representative().user
    assert get(stranger, "needs:need-suppliers", town.need.pk).status_code == 404


def test_a_need_without_quantity_offers_no_filter_by_capacity(town: Town) -> None:
    SourcingNeed.objects.filter(pk=town.need.pk).update(quantity=None)
    page = get(town.buyer, "needs:need-suppliers", town.need.pk, capacity="on")
    assert "capacity" not in page.context["form"].fields
