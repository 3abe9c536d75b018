"""Who is told of an introduction, of interest and of an answer: in which language, and when."""

import pytest
from django.core import mail

from accounts.outbox import deliver
from companies.models import SourcingNeed
from matchmaking.introductions import (
    Finding,
    NotYourDecision,
    answer,
    drop,
    introduce,
    show_interest,
)
from tests.factories.accounts import make_user
from tests.factories.companies import make_representative
from tests.factories.matchmaking import make_introduced_match, make_match
from tests.matchmaking.conftest import Scene

pytestmark = pytest.mark.django_db


def sent() -> list[tuple[list[str], str]]:
    return sorted((message.to, str(message.subject)) for message in mail.outbox)


def test_both_sides_are_told_in_their_language_after_the_act(scene: Scene) -> None:
    introduce(make_match(scene.need, scene.supplier), by=scene.chief)
    assert mail.outbox == []
    deliver()
    by_address = {message.to[0]: message for message in mail.outbox}
    assert set(by_address) == {scene.buyer.email, scene.seller.email}
    assert "刹车卡钳" in by_address[scene.buyer.email].subject
    assert str(scene.supplier.name_zh) in by_address[scene.buyer.email].body
    assert "Brake calipers" in by_address[scene.seller.email].subject
    assert scene.need.buyer.name_en in by_address[scene.seller.email].body


def test_a_refused_act_tells_nobody(scene: Scene) -> None:
    with pytest.raises(NotYourDecision):
        introduce(make_match(scene.need, scene.supplier), by=scene.stranger)
    deliver()
    assert mail.outbox == []


def test_an_answer_is_told_to_the_other_side(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    answer(match, by=scene.buyer, accept=True)
    deliver()
    assert sent() == [([scene.seller.email], "Answer: Brake calipers")]


def test_interest_is_told_to_the_buyer(scene: Scene) -> None:
    show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    deliver()
    assert [message.to for message in mail.outbox] == [[scene.buyer.email]]


@pytest.mark.parametrize("way", ["answer", "drop"])
def test_a_refused_interest_is_told_without_naming_an_anonymous_buyer(scene: Scene, way: str) -> None:
    SourcingNeed.objects.update(visibility="anonymous")
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    deliver()
    mail.outbox.clear()
    if way == "answer":
        answer(match, by=scene.buyer, accept=False, reason="price")
    else:
        drop(match, by=scene.chief, reason="price")
    deliver()
    assert sent() == [([scene.seller.email], "Answer: Brake calipers")]
    assert scene.need.buyer.name_en not in mail.outbox[0].body


def test_a_supplier_that_never_knew_is_not_told_that_it_was_dropped(scene: Scene) -> None:
    drop(make_match(scene.need, scene.supplier), by=scene.chief, reason="price")
    deliver()
    assert mail.outbox == []


def test_a_title_with_line_breaks_still_makes_a_subject(scene: Scene) -> None:
    SourcingNeed.objects.update(title_en="Brake\ncalipers")
    match = make_introduced_match(SourcingNeed.objects.get(), scene.supplier)
    answer(match, by=scene.buyer, accept=True)
    deliver()
    assert sent() == [([scene.seller.email], "Answer: Brake calipers")]


def test_former_and_inactive_representatives_are_not_told(scene: Scene) -> None:
    make_representative(company=scene.supplier, state="ended")
    make_representative(make_user(is_active=False), scene.supplier)
    match = make_introduced_match(scene.need, scene.supplier)
    answer(match, by=scene.buyer, accept=True)
    deliver()
    assert sent() == [([scene.seller.email], "Answer: Brake calipers")]
