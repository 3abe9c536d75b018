"""Who sees and who changes what: every model of companies, tried by everybody.

Olga owns a firm that waits for verification in Ruian; Karl is her colleague in sales; Rui serves in Ruian,
Ping in Pingyang, Chen leads the chain, Nemo is a stranger with an account, Anna has none, Cora is the office.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils import timezone

from accounts.models import User, Viewer
from companies.models import (
    Certification,
    CertificationScheme,
    ChainLink,
    ChainNode,
    Company,
    Contact,
    Division,
    HSHeading,
    IndustrialChain,
    Offering,
    Posting,
    Representative,
    Sector,
    SourcingNeed,
)
from tests.admin_scenes import City, make_city
from tests.factories.companies import (
    make_certification,
    make_chain,
    make_company,
    make_contact,
    make_division,
    make_heading,
    make_link,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
    make_scheme,
    make_sector,
)

pytestmark = pytest.mark.django_db


@dataclass
class People:
    city: City
    olga: User
    karl: User
    anna: AnonymousUser

    def everybody(self) -> dict[str, Viewer]:
        city = self.city
        return {
            "olga": self.olga,
            "karl": self.karl,
            "rui": city.rui,
            "ping": city.ping,
            "chen": city.chen,
            "oda": city.oda,
            "nemo": city.nemo,
            "anna": self.anna,
            "cora": city.cora,
        }


@pytest.fixture
def people() -> People:
    city = make_city()
    olga = make_representative(company=city.firm).user
    karl = make_representative(company=city.firm, role="sales").user
    make_representative(company=city.firm, state="asked", user=city.nemo)
    return People(city, olga, karl, AnonymousUser())


ALL = "olga karl rui ping chen oda nemo anna cora"

Case = tuple[Callable[[City], Model], str, str]

CASES: dict[str, Case] = {
    "division": (lambda city: city.ruian, ALL, "cora"),
    "sector": (lambda _city: make_sector(), ALL, "cora"),
    "heading": (lambda _city: make_heading(), ALL, "cora"),
    "scheme": (lambda _city: make_scheme(), ALL, "cora"),
    "city chain": (lambda city: city.chain, ALL, "chen cora"),
    "district chain": (lambda city: make_chain(city.ruian), ALL, "rui cora"),
    "node": (lambda city: city.node, ALL, "chen cora"),
    "link": (lambda city: make_link(city.node, make_node(city.chain)), ALL, "chen cora"),
    "posting in Ruian": (lambda city: make_posting(division=city.ruian), "rui cora", "cora"),
    "posting below Ruian": (
        lambda city: make_posting(division=make_division(city.ruian)),
        "rui cora",
        "cora",
    ),
    "posting for the chain": (lambda city: make_posting(chain=city.chain), "chen cora", "cora"),
    "waiting firm": (lambda city: city.firm, "olga karl rui cora", "olga karl rui cora"),
    "waiting firm elsewhere": (lambda city: city.hidden, "ping cora", "ping cora"),
    "published firm elsewhere": (lambda city: city.public, ALL, "ping cora"),
    "waiting firm on the chain": (
        lambda city: make_company(verification="pending", nodes=[city.node]),
        "chen cora",
        "chen cora",
    ),
    "archived firm": (
        lambda city: make_company(division=city.ruian, archived_at=timezone.now()),
        "rui cora",
        "rui cora",
    ),
    "representative": (
        lambda city: make_representative(company=city.firm),
        "olga karl rui cora",
        "rui cora",
    ),
    "contact of a waiting firm": (
        lambda city: make_contact(city.firm),
        "olga karl rui cora",
        "olga karl rui cora",
    ),
    "contact of a published firm": (lambda city: make_contact(city.public), "ping cora", "ping cora"),
    "offering of a waiting firm": (
        lambda city: make_offering(city.firm),
        "olga karl rui cora",
        "olga karl rui cora",
    ),
    "offering of a published firm": (lambda city: make_offering(city.public), ALL, "ping cora"),
    "archived offering": (
        lambda city: make_offering(city.public, archived_at=timezone.now()),
        "ping cora",
        "ping cora",
    ),
    "certificate of a waiting firm": (
        lambda city: make_certification(city.firm),
        "olga karl rui cora",
        "olga karl rui cora",
    ),
    "certificate of a published firm": (lambda city: make_certification(city.public), ALL, "ping cora"),
    "public need": (lambda city: make_need(city.buyer), ALL, "rui cora"),
    "anonymous need": (lambda city: make_need(city.buyer, visibility="anonymous"), ALL, "rui cora"),
    "need for verified suppliers": (
        lambda city: make_need(city.buyer, visibility="verified"),
        "rui cora",
        "rui cora",
    ),
    "submitted need": (lambda city: make_need(city.buyer, state="submitted"), "rui cora", "rui cora"),
    "draft of a need": (lambda city: make_need(city.buyer, state="draft"), "cora", "cora"),
    "own draft": (lambda city: make_need(city.firm, state="draft"), "olga karl cora", "olga karl cora"),
    "submitted need on the chain": (
        lambda city: make_need(city.foreign_buyer, state="submitted", node=city.node),
        "ping chen cora",
        "ping chen cora",
    ),
    "need of an archived buyer": (
        lambda _city: make_need(make_company(buys=True, archived_at=timezone.now())),
        "cora",
        "cora",
    ),
}


def allowed(people: People, row: Model, rule: str) -> str:
    """Names of everybody for whom the rule holds the row."""
    manager: Any = type(row)._default_manager
    return " ".join(
        name
        for name, user in people.everybody().items()
        if getattr(manager, rule)(user).filter(pk=row.pk).exists()
    )


@pytest.mark.parametrize("case", CASES)
def test_everybody_sees_and_changes_exactly_what_is_written_here(people: People, case: str) -> None:
    make, seen_by, changed_by = CASES[case]
    row = make(people.city)
    assert (allowed(people, row, "visible_to"), allowed(people, row, "editable_by")) == (seen_by, changed_by)


def test_every_model_of_the_package_is_tried(people: People) -> None:
    tried = {type(make(people.city)) for make, _seen, _changed in CASES.values()}
    assert tried == {
        Certification,
        CertificationScheme,
        ChainLink,
        ChainNode,
        Company,
        Contact,
        Division,
        HSHeading,
        IndustrialChain,
        Offering,
        Posting,
        Representative,
        Sector,
        SourcingNeed,
    }


def test_verified_suppliers_see_needs_meant_for_them(people: People) -> None:
    need = make_need(people.city.buyer, visibility="verified")
    supplier = make_representative(company=people.city.public).user
    assert SourcingNeed.objects.visible_to(supplier).filter(pk=need.pk).exists() is True


def test_anonymous_buyer_is_named_only_to_the_buyer_and_its_officials(people: People) -> None:
    need = make_need(people.city.buyer, visibility="anonymous")
    assert allowed(people, need, "naming_buyer_to") == "rui cora"


def test_district_chain_shows_its_chief_the_firms_of_the_district_on_the_city_chains_nodes(
    people: People,
) -> None:
    city = people.city
    chief = make_posting(chain=make_chain(city.ruian, based_on=city.chain)).user
    waiting = {"verification": "pending", "nodes": [city.node]}
    inside = make_company(division=city.ruian, **waiting)  # type: ignore[arg-type]  # two fields
    outside = make_company(division=city.pingyang, **waiting)  # type: ignore[arg-type]  # two fields
    seen = Company.objects.visible_to(chief).filter(pk__in=[inside.pk, outside.pk])
    assert list(seen) == [inside]


def test_ended_and_future_postings_give_nothing(people: People) -> None:
    today = timezone.localdate()
    ended = make_posting(division=people.city.ruian, until=today).user
    future = make_posting(division=people.city.ruian, since=today.replace(year=today.year + 1, day=1)).user
    for user in (ended, future):
        assert Company.objects.visible_to(user).filter(pk=people.city.firm.pk).exists() is False
