"""Why not me? What a firm learns of its standing for a need."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from companies.models import Company, SourcingNeed
from matchmaking.engine.standing import Gain, Hurdle, Standing, standing_of
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_certification,
    make_company,
    make_need,
    make_node,
    make_offering,
    make_representative,
    make_scheme,
    make_sector,
)
from tests.factories.matchmaking import index, make_match
from tests.pages import get, links_of, text_of

pytestmark = pytest.mark.django_db


def pump_need(**fields: Any) -> SourcingNeed:
    return make_need(title_zh="", title_en="Water pump", **fields)


def firm(offering: str = "Water pump", *, company: Company | None = None, **fields: Any) -> Company:
    company = company or make_company()
    make_offering(company, name_zh="", name_en=offering, **fields)
    return company


def hurdles(found: Standing) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(point.code), point.value) for point in found.hurdles]


def gains(found: Standing) -> set[str]:
    return {str(point.code) for point in found.gains}


def test_a_suggested_firm_is_told_its_place_and_what_fits() -> None:
    best, own = firm("Water pump"), firm("Pump housing")
    need = pump_need()
    index()
    found = standing_of(own, need)
    assert (found.place, found.considered, found.hurdles) == (2, 2, ())
    assert standing_of(best, need).place == 1
    assert found.suggestion is not None


def test_a_missing_certificate_and_one_that_ran_out_keep_a_firm_out() -> None:
    iatf, iso = make_scheme(code="iatf"), make_scheme(code="iso")
    own = firm()
    make_certification(own, iso, valid_until=timezone.localdate() - dt.timedelta(days=1))
    need = pump_need(required_certifications=[iatf, iso])
    index()
    found = standing_of(own, need)
    assert hurdles(found) == [(Hurdle.CERTIFICATE, ("iatf",)), (Hurdle.EXPIRED, ("iso",))]
    assert (found.place, found.suggestion is not None) == (None, True)


@pytest.mark.parametrize(
    ("verification", "hurdle"), [("pending", Hurdle.NOT_VERIFIED), ("refused", Hurdle.REFUSED)]
)
def test_a_firm_that_nobody_verified_is_told_so(verification: str, hurdle: Hurdle) -> None:
    own = firm(company=make_company(verification=verification))
    need = pump_need()
    index()
    assert hurdles(standing_of(own, need)) == [(hurdle, ())]


def test_a_firm_without_offering_is_told_to_describe_one() -> None:
    need = pump_need()
    index()
    assert hurdles(standing_of(make_company(), need)) == [(Hurdle.NO_OFFERING, ())]


def test_an_offering_of_this_minute_is_being_read() -> None:
    need = pump_need()
    index()
    assert hurdles(standing_of(firm(), need)) == [(Hurdle.NOT_READ, ())]


def test_a_firm_with_other_products_is_told_so() -> None:
    for number in range(160):
        firm(f"Water pump {number}")
    own = firm("Wedding dresses")
    need = pump_need()
    index()
    assert hurdles(standing_of(own, need)) == [(Hurdle.OTHER_PRODUCT, ())]


def test_what_would_bring_a_firm_up_is_named() -> None:
    own = firm("Pump", unit="t")
    firm("Water tanks")
    need = pump_need(
        node=make_node(),
        sector=make_sector("C3441"),
        quantity=10,
        unit="pcs",
        deliver_by=timezone.localdate() + dt.timedelta(days=90),
    )
    index()
    found = standing_of(own, need)
    assert gains(found) == {
        Gain.WORDS,
        Gain.NODE,
        Gain.SECTOR,
        Gain.CAPACITY,
        Gain.LEAD_TIME,
        Gain.OLD_PROFILE,
    }
    assert next(point.value for point in found.gains if point.code == Gain.WORDS) == ("water",)


def test_a_certificate_that_nobody_checked_is_to_be_shown() -> None:
    scheme = make_scheme()
    own = firm()
    make_certification(own, scheme)
    need = pump_need(required_certifications=[scheme])
    index()
    assert Gain.UNVERIFIED in gains(standing_of(own, need))


# The page


def seller_of(company: Company) -> User:
    return make_representative(make_user(), company).user


def test_the_page_names_what_keeps_the_firm_out_and_leads_to_where_it_is_mended() -> None:
    own, scheme = firm(), make_scheme(name_en="IATF 16949")
    rival = firm(company=make_company(name_en="Rival Works", name_zh=""))
    make_certification(rival, scheme)
    need = pump_need(required_certifications=[scheme])
    index()
    page = get(seller_of(own), "portal:need-standing", need.pk)
    assert "does not show: IATF 16949." in text_of(page)
    assert f"/en/portal/companies/{own.pk}/certificates/new/" in links_of(page)
    assert "Rival Works" not in text_of(page)
    assert "1 other supplier comes into question." in text_of(page)


def test_the_page_tells_the_place_and_the_list_that_the_firm_is_on() -> None:
    own = firm()
    need = pump_need()
    make_match(need, own, origin="supplier")
    index()
    page = text_of(get(seller_of(own), "portal:need-standing", need.pk))
    assert "Place 1 of 1 that come into question." in page
    assert "is on the list of this need." in page


def test_a_person_with_two_firms_chooses_between_them() -> None:
    first, second = firm(), firm()
    seller = seller_of(first)
    make_representative(seller, second)
    need = pump_need()
    index()
    pages = [get(seller, "portal:need-standing", need.pk, **query) for query in ({}, {"company": second.pk})]
    assert [page.context["company"] for page in pages] == [first, second]


def test_the_need_leads_to_the_standing_of_each_own_firm_verified_or_not() -> None:
    waiting = make_company(verification="pending")
    need = pump_need()
    links = links_of(get(seller_of(waiting), "needs:need-detail", need.pk))
    assert f"/en/portal/needs/{need.pk}/standing/?company={waiting.pk}" in links


def test_nobody_learns_the_standing_of_anothers_firm_nor_of_a_hidden_need() -> None:
    own, other = firm(), firm()
    need, hidden = pump_need(), pump_need(state="draft")
    index()
    seller = seller_of(own)
    codes = [
        get(seller, "portal:need-standing", need.pk, company=other.pk).status_code,
        get(seller, "portal:need-standing", hidden.pk).status_code,
        get(make_user(), "portal:need-standing", need.pk).status_code,
        get(seller, "portal:need-standing", need.pk, company="x").status_code,
    ]
    assert codes == [404, 404, 404, 200]


def test_an_ended_need_says_that_it_is_no_longer_open() -> None:
    own = firm()
    need = pump_need(state="closed")
    index()
    assert hurdles(standing_of(own, need)) == [(Hurdle.NOT_OPEN, ())]
