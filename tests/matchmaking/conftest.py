"""A need with the people around it: who chooses, who supplies, who oversees, who has no say."""

from dataclasses import dataclass

import pytest

from accounts.models import User
from companies.models import Company, Offering, SourcingNeed
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
)


@dataclass
class Scene:
    """A need with its buyer, a supplier, the chain's chief, and somebody who has no say."""

    need: SourcingNeed
    supplier: Company
    offering: Offering
    chief: User
    buyer: User
    seller: User
    stranger: User


@pytest.fixture
def scene(db: None) -> Scene:
    chain = make_chain()
    buyer, supplier = make_buyer(), make_company()
    need = make_need(buyer, node=make_node(chain), title_zh="刹车卡钳", title_en="Brake calipers")
    return Scene(
        need=need,
        supplier=supplier,
        offering=make_offering(supplier),
        chief=make_posting(chain=chain).user,
        buyer=make_representative(make_user(language="zh-hans"), buyer).user,
        seller=make_representative(make_user(language="en"), supplier).user,
        stranger=make_representative().user,
    )
