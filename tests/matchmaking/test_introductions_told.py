"""Who is told of an introduction, of interest and of an answer: in which language, and when."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail

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

Commits = Callable[..., AbstractContextManager[object]]


def sent() -> list[tuple[list[str], str]]:
    return sorted((message.to, str(message.subject)) for message in mail.outbox)


def test_both_sides_are_told_in_their_language_after_the_commit(
    scene: Scene, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        introduce(make_match(scene.need, scene.supplier), by=scene.chief)
        assert mail.outbox == []
    by_address = {message.to[0]: message for message in mail.outbox}
    assert set(by_address) == {scene.buyer.email, scene.seller.email}
    assert "刹车卡钳" in by_address[scene.buyer.email].subject
    assert str(scene.supplier.name_zh) in by_address[scene.buyer.email].body
    assert "Brake calipers" in by_address[scene.seller.email].subject
    assert scene.need.buyer.name_en in by_address[scene.seller.email].body


def test_a_refused_act_tells_nobody(scene: Scene, django_capture_on_commit_callbacks: Commits) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(NotYourDecision):
        introduce(make_match(scene.need, scene.supplier), by=scene.stranger)
    assert mail.outbox == []


def test_an_answer_is_told_to_the_other_side(
    scene: Scene, django_capture_on_commit_callbacks: Commits
) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    with django_capture_on_commit_callbacks(execute=True):
        answer(match, by=scene.buyer, accept=True)
    assert sent() == [([scene.seller.email], "Answer: Brake calipers")]


def test_interest_is_told_to_the_buyer(scene: Scene, django_capture_on_commit_callbacks: Commits) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    assert [message.to for message in mail.outbox] == [[scene.buyer.email]]


@pytest.mark.parametrize("way", ["answer", "drop"])
def test_a_refused_interest_is_told_without_naming_an_anonymous_buyer(
    scene: Scene, way: str, django_capture_on_commit_callbacks: Commits
) -> None:
    SourcingNeed.objects.update(visibility="anonymous")
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    with django_capture_on_commit_callbacks(execute=True):
        if way == "answer":
            answer(match, by=scene.buyer, accept=False, reason="price")
        else:
            drop(match, by=scene.chief, reason="price")
    assert sent() == [([scene.seller.email], "Answer: Brake calipers")]
    assert scene.need.buyer.name_en not in mail.outbox[0].body


def test_a_supplier_that_never_knew_is_not_told_that_it_was_dropped(
    scene: Scene, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        drop(make_match(scene.need, scene.supplier), by=scene.chief, reason="price")
    assert mail.outbox == []


def test_a_title_with_line_breaks_still_makes_a_subject(
    scene: Scene, django_capture_on_commit_callbacks: Commits
) -> None:
    SourcingNeed.objects.update(title_en="Brake\ncalipers")
    match = make_introduced_match(SourcingNeed.objects.get(), scene.supplier)
    with django_capture_on_commit_callbacks(execute=True):
        answer(match, by=scene.buyer, accept=True)
    assert sent() == [([scene.seller.email], "Answer: Brake calipers")]


def test_former_and_inactive_representatives_are_not_told(
    scene: Scene, django_capture_on_commit_callbacks: Commits
) -> None:
    make_representative(company=scene.supplier, state="ended")
    make_representative(make_user(is_active=False), scene.supplier)
    match = make_introduced_match(scene.need, scene.supplier)
    with django_capture_on_commit_callbacks(execute=True):
        answer(match, by=scene.buyer, accept=True)
    assert sent() == [([scene.seller.email], "Answer: Brake calipers")]
