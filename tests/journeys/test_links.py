"""Pages behind personal links, in a real browser: their forms work, their address stays with the reader."""

from collections.abc import Callable

import pytest

from events.deals.confirming import invite
from events.links import token_of
from events.models import Confirmation, Invitation
from tests.factories.accounts import make_superuser
from tests.factories.aftercare import make_follow_up, make_problem
from tests.factories.events import make_deal, make_delegate, make_invitation
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


def answers(person: Visitor, *chosen: str) -> None:
    """Choose and send; what the page says thereafter is that it was kept."""
    for label in chosen:
        person.page.get_by_text(label, exact=True).click()
    person.page.get_by_role("button", name="Send the answer").click()
    person.page.get_by_role("heading", name="Thank you").wait_for()


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


def test_deal_is_confirmed_by_its_link(person: Visitor, told: set[str]) -> None:
    link = invite(make_deal(amount=5), "buyer", channel="qr", by=make_superuser(), site="").link
    token = link.rstrip("/").rpartition("/")[2]
    person.goes_to(f"confirm/{token}/")
    person.finds_no_barrier()
    answers(person, "Yes, these values are true")
    assert Confirmation.objects.get().answer == "confirmed"
    assert [address for address in told if token in address] == []


def test_follow_up_and_problem_are_answered_by_their_links(person: Visitor, told: set[str]) -> None:
    follow_up = make_follow_up(token="f-token")
    problem = make_problem(state="proposed", token="p-token")
    person.goes_to("follow-up/f-token/")
    person.finds_no_barrier()
    person.page.get_by_label("What is stuck?").fill("Nothing")
    answers(person)
    person.goes_to("problem/p-token/")
    person.finds_no_barrier()
    answers(person, "Yes, it is solved")
    follow_up.refresh_from_db()
    problem.refresh_from_db()
    assert (follow_up.source, problem.state) == ("link", "solved")
    assert [address for address in told if "-token" in address] == []


def test_own_agenda_opens_without_an_account(person: Visitor, told: set[str]) -> None:
    delegate = make_delegate()
    token = token_of(delegate, delegate.link_salt)
    person.goes_to(f"my/{token}/")
    person.finds_no_barrier()
    with person.page.expect_navigation():
        person.page.locator("header a").first.click()
    assert [address for address in told if token in address] == []
