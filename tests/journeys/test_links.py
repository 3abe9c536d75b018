"""Invitations and agendas by personal link, in a real browser: the address stays with the reader."""

from collections.abc import Callable

import pytest

from events.links import token_of
from events.models import Invitation
from tests.factories.events import make_delegate, make_invitation
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Arrives = Callable[..., Visitor]


@pytest.fixture
def person(visitor: Arrives) -> Visitor:
    """Somebody without an account, at a phone."""
    return visitor("en", PHONE)


@pytest.fixture
def told(person: Visitor) -> set[str]:
    """What requests said of the page from which they were made."""
    addresses: set[str] = set()
    person.page.on("request", lambda sent: addresses.add(sent.headers.get("referer", "")))
    return addresses


def test_invitation_is_declined_by_its_link(person: Visitor, told: set[str]) -> None:
    row = make_invitation()
    token = token_of(row, row.link_salt)
    person.goes_to(f"invited/{token}/")
    person.finds_no_barrier()
    person.page.get_by_text("We cannot come").click()
    person.page.get_by_text("the date does not suit us").click()
    person.page.get_by_role("button", name="Decline").click()
    person.page.get_by_text("You declined.").wait_for()
    person.finds_no_barrier()
    assert Invitation.objects.get().reason == "date"
    assert [address for address in told if token in address] == []


def test_own_agenda_opens_without_an_account(person: Visitor, told: set[str]) -> None:
    delegate = make_delegate()
    token = token_of(delegate, delegate.link_salt)
    person.goes_to(f"my/{token}/")
    person.finds_no_barrier()
    with person.page.expect_navigation():
        person.page.locator("header a").first.click()
    assert [address for address in told if token in address] == []
