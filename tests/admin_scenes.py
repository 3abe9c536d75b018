"""A city with two districts and the people who serve there, for the tests of the admin and of access."""

from dataclasses import dataclass

from accounts.models import User
from companies.models import ChainNode, Company, Division, IndustrialChain
from tests.factories.accounts import make_staff, make_superuser
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_node,
    make_posting,
    make_representative,
)


@dataclass(frozen=True)
class City:
    """Ruian and Pingyang are districts of one city; each firm sits in the district of its name.

    Rui serves in Ruian, Ping in Pingyang, Chen leads the chain, Oda organises events, Nemo has no duty,
    Cora runs the city office. Two firms of each district wait for verification.
    """

    city: Division
    ruian: Division
    pingyang: Division
    chain: IndustrialChain
    node: ChainNode
    rui: User
    ping: User
    chen: User
    oda: User
    nemo: User
    cora: User
    firm: Company
    """Waits for verification in Ruian."""
    hidden: Company
    """Waits for verification in Pingyang."""
    public: Company
    """Verified, in Pingyang."""
    buyer: Company
    """Verified buyer in Ruian."""
    foreign_buyer: Company
    """Verified buyer in Pingyang."""


def make_city() -> City:
    city = make_division(name_en="Wenzhou")
    ruian = make_division(city, name_en="Ruian")
    pingyang = make_division(city, name_en="Pingyang")
    chain = make_chain(city, name_en="Auto parts")
    node = make_node(chain, name_en="Brakes")
    people = {
        name: make_staff(f"{name}@example.test", name=name.title())
        for name in ("rui", "ping", "chen", "oda", "nemo")
    }
    make_posting(people["rui"], division=ruian)
    make_posting(people["ping"], division=pingyang)
    make_posting(people["chen"], chain=chain)
    make_posting(people["oda"], division=ruian, role="organiser")
    hidden = make_company(division=pingyang, name_en="Hidden Works", name_zh="隐藏厂", verification="pending")
    make_representative(company=hidden)
    return City(
        city=city,
        ruian=ruian,
        pingyang=pingyang,
        chain=chain,
        node=node,
        cora=make_superuser("cora@example.test", name="Cora"),
        firm=make_company(division=ruian, name_en="Firm Works", name_zh="本地厂", verification="pending"),
        hidden=hidden,
        public=make_company(division=pingyang, name_en="Public Works", name_zh="公开厂"),
        buyer=make_buyer(division=ruian, name_en="Own Buyer", name_zh="本地采购"),
        foreign_buyer=make_buyer(division=pingyang, name_en="Foreign Buyer", name_zh="外地采购"),
        **people,
    )
