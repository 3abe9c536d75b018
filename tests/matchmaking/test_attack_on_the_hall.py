"""An attack: who reads the hall's screen after every deal of a day can tell no amount of one deal or two."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.test import Client

from events.models import DockingEvent
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_buyer, make_company
from tests.factories.events import make_deal, make_event
from tests.matchmaking.test_attack_on_amounts import given_away

pytestmark = pytest.mark.django_db
DEALS = 20
STAGES = ("intention", "framework", "signed")


def day(event: DockingEvent) -> Iterator[None]:
    """Deals of each stage one after the other, worth powers of two, so that a sum names its deals."""
    buyer, supplier, amounts = make_buyer(), make_company(), count()
    for number in range(DEALS):
        stage = STAGES[number % 5 % 3]
        is_bare = stage == "intention" and number % 7 == 3
        amount = None if is_bare else 2 ** next(amounts)
        make_deal(buyer, supplier, event=event, stage=stage, amount=amount)
        yield


def shown(event: DockingEvent, rest: str = "") -> list[frozenset[int]]:
    """The sets of deals of which a board has told an amount in the course of a day."""
    client = Client()
    client.force_login(make_superuser())
    seen: set[int] = set()
    for _deal in day(event):
        told: list[tuple[Any, ...]] = client.get(f"/en/floor/{event.slug}/board/{rest}").context["stages"]
        seen |= {int(stage.cny) for _label, _number, stage in told if stage.cny}
    return [frozenset(bit for bit in range(DEALS) if amount >> bit & 1) for amount in sorted(seen)]


def test_no_difference_of_what_the_screen_has_shown_tells_of_one_deal_or_two() -> None:
    sums = shown(make_event())
    assert (len(sums) > 3, given_away(sums)) == (True, [])


def test_the_attack_would_succeed_on_the_board_of_the_chief() -> None:
    """The control: a board that is renewed after every deal tells each one's amount."""
    assert given_away(shown(make_event(), "chief/")) != []


@pytest.mark.parametrize("rest", ["board/", "board/chief/"])
def test_a_visitor_who_is_not_signed_in_reads_no_board(client: Client, rest: str) -> None:
    event = make_event()
    assert list(day(event)) == [None] * DEALS
    assert client.get(f"/en/floor/{event.slug}/{rest}").status_code == 302


def test_the_pages_of_an_event_tell_the_public_no_amount(client: Client) -> None:
    event = make_event(state=DockingEvent.State.HELD)
    make_deal(make_buyer(), make_company(), event=event, stage="signed", amount=123_450_000)
    told = [client.get(path).content.decode() for path in (event.get_absolute_url(), "/en/events/")]
    assert [any(words in page for words in ("123", "1.2345", "1.235")) for page in told] == [False, False]
