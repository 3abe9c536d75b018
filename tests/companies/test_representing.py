"""A person asks to act for a company; officials approve; several may end it."""

import pytest

from companies import representing
from companies.archiving import archive
from companies.models import Company
from companies.representing import AlreadyEnded, AlreadyRepresents, NotWaiting, OwnRequest
from companies.verification import CompanyArchived, NotOverseen
from tests.admin_scenes import City, make_city
from tests.factories.accounts import make_user
from tests.factories.companies import make_representative

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return make_city()


def test_asking_gives_no_rights_until_an_official_approves(city: City) -> None:
    person = make_user()
    request = representing.ask(city.firm, by=person)
    assert list(Company.objects.represented_by(person)) == []
    representing.approve(request, by=city.rui)
    assert list(Company.objects.represented_by(person)) == [city.firm]


def test_nobody_asks_twice(city: City) -> None:
    person = make_user()
    representing.ask(city.firm, by=person)
    with pytest.raises(AlreadyRepresents):
        representing.ask(city.firm, by=person)


def test_who_left_may_ask_again(city: City) -> None:
    representative = make_representative(company=city.firm)
    representing.end(representative, by=representative.user)
    assert representing.ask(city.firm, by=representative.user).state == "asked"


def test_archived_companies_are_not_asked_for(city: City) -> None:
    archive(city.firm, by=city.rui, reason="Dissolved.")
    with pytest.raises(CompanyArchived):
        representing.ask(city.firm, by=make_user())


def test_only_officials_who_answer_for_the_company_approve(city: City) -> None:
    request = representing.ask(city.firm, by=make_user())
    for other in (city.ping, city.oda, make_representative(company=city.firm).user):
        with pytest.raises(NotOverseen):
            representing.approve(request, by=other)


def test_officials_do_not_approve_their_own_request(city: City) -> None:
    request = representing.ask(city.firm, by=city.rui)
    with pytest.raises(OwnRequest):
        representing.approve(request, by=city.rui)


def test_a_request_is_approved_once(city: City) -> None:
    request = representing.ask(city.firm, by=make_user())
    representing.approve(request, by=city.rui)
    with pytest.raises(NotWaiting):
        representing.approve(request, by=city.rui)


def test_owners_end_what_sales_may_not(city: City) -> None:
    sales = make_representative(company=city.firm, role="sales")
    other = make_representative(company=city.firm, role="sales")
    owner = make_representative(company=city.firm)
    with pytest.raises(NotOverseen):
        representing.end(sales, by=other.user)
    assert representing.end(sales, by=owner.user, reason="Left the firm.").state == "ended"
    with pytest.raises(AlreadyEnded):
        representing.end(sales, by=owner.user)
