"""How far a person reaches today, and for how long that is remembered."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.reading import remember_while_reading
from companies.models import Company, Division, Posting
from companies.models.reach import Reach, reach_of
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_chain,
    make_company,
    make_division,
    make_node,
    make_posting,
    make_representative,
)

pytestmark = pytest.mark.django_db


def reaches(user: User, method: str) -> list[Reach]:
    """What is found in one request of two questions between which the person's only posting ends."""
    found = []

    def page(_request: HttpRequest) -> HttpResponse:
        found.append(reach_of(user))
        Posting.objects.filter(user=user).update(until=timezone.localdate())
        found.append(reach_of(user))
        return HttpResponse()

    remember_while_reading(page)(RequestFactory().generic(method, "/"))
    return found


@pytest.fixture
def officer() -> User:
    posting = make_posting(
        role="district_officer", division=make_division(), since=timezone.localdate() - dt.timedelta(days=9)
    )
    return posting.user


def test_nobody_reaches_nothing_without_asking() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert reach_of(AnonymousUser()) == Reach()
    assert len(asked) == 0


def test_a_division_is_reached_with_all_below_it() -> None:
    city = make_division()
    district, elsewhere = make_division(parent=city), make_division()
    officer = make_posting(role="district_officer", division=city).user
    assert (reach_of(officer).divisions, reach_of(officer).is_official) == ((city.pk, district.pk), True)
    assert elsewhere not in Division.objects.governed_by(officer)


def test_an_organiser_is_posted_for_events_alone() -> None:
    city = make_division()
    organiser = make_posting(role="organiser", division=city).user
    assert reach_of(organiser) == Reach(hosts=(city.pk,))


def test_a_district_chain_reaches_who_sits_there_on_a_node_of_the_chain_it_is_based_on() -> None:
    city = make_division()
    district = make_division(parent=city)
    node = make_node(make_chain(owner=city))
    chief = make_posting(role="chief", chain=make_chain(owner=district, based_on=node.chain)).user
    there = make_company(division=district, nodes=[node])
    make_company(division=city, nodes=[node])
    make_company(division=district)
    assert list(Company.objects.overseen_by(chief)) == [there]


def test_representing_a_firm_is_reached_until_it_ends() -> None:
    acting = make_representative()
    assert reach_of(acting.user).companies == (acting.company_id,)
    type(acting).objects.update(state="ended")
    assert reach_of(acting.user) == Reach()


def test_a_page_that_is_read_asks_once_and_the_next_one_anew(officer: User) -> None:
    first, second = reaches(officer, "GET")
    assert (first.is_official, second) == (True, first)
    assert reaches(officer, "GET")[0] == Reach()


def test_an_act_asks_each_time(officer: User) -> None:
    first, second = reaches(officer, "POST")
    assert (first.is_official, second) == (True, Reach())


def test_the_memory_tells_two_people_apart(officer: User) -> None:
    other = make_user()
    found = []

    def page(_request: HttpRequest) -> HttpResponse:
        found.extend([reach_of(officer).is_official, reach_of(other).is_official])
        return HttpResponse()

    remember_while_reading(page)(RequestFactory().get("/"))
    assert found == [True, False]


def test_the_memory_ends_with_a_page_that_fails(officer: User) -> None:
    def page(_request: HttpRequest) -> HttpResponse:
        reach_of(officer)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        remember_while_reading(page)(RequestFactory().get("/"))
    Posting.objects.all().delete()
    assert reach_of(officer) == Reach()
