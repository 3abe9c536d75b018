"""A small district with its people; what each may do follows from the duty."""

from dataclasses import dataclass

import pytest

from accounts.models import User
from companies.models import ChainNode, Company, Division, IndustrialChain
from events.models import DockingEvent
from tests.factories.accounts import make_user
from tests.factories.companies import (
    make_buyer,
    make_chain,
    make_company,
    make_division,
    make_node,
    make_posting,
    make_representative,
)
from tests.factories.events import make_event


@dataclass
class District:
    """One district, its auto parts chain, a supplier of it, a buyer from elsewhere, and the people.

    Officer and verifier serve in the district, the organiser runs the event, seller and purchaser act for the
    two firms; the stranger is an official of another district who also acts for a firm there.
    """

    division: Division
    chain: IndustrialChain
    node: ChainNode
    supplier: Company
    buyer: Company
    event: DockingEvent
    officer: User
    verifier: User
    organiser: User
    seller: User
    purchaser: User
    stranger: User


@pytest.fixture
def district(db: None) -> District:
    city = make_division()
    division = make_division(city)
    chain = make_chain(city)
    node = make_node(chain)
    supplier = make_company(division=division, nodes=[node])
    buyer = make_buyer()
    officer, verifier, organiser, stranger = (make_user() for _each in range(4))
    make_posting(officer, division=division)
    make_posting(verifier, division=division)
    make_posting(stranger, division=make_division(city))
    make_representative(stranger)
    event = make_event(host=division, chains=[chain], organisers=[organiser])
    return District(
        division=division,
        chain=chain,
        node=node,
        supplier=supplier,
        buyer=buyer,
        event=event,
        officer=officer,
        verifier=verifier,
        organiser=organiser,
        seller=make_representative(company=supplier).user,
        purchaser=make_representative(company=buyer).user,
        stranger=stranger,
    )
