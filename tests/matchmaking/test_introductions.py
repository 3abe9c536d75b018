"""Introducing a supplier to a buyer, the two answers in either order, and what comes after."""

import pytest
from django.utils import timezone

from companies.models import SourcingNeed
from matchmaking.introductions import (
    AlreadyAnswered,
    AnswerNeedsReason,
    MatchNotOpen,
    NeedNotOpen,
    NotYourDecision,
    answer,
    introduce,
    mark_dealt,
    mark_met,
)
from matchmaking.models import Match
from tests.factories.companies import make_representative
from tests.factories.matchmaking import make_accepted_match, make_introduced_match, make_match
from tests.matchmaking.conftest import Scene

pytestmark = pytest.mark.django_db

State, Answer, Origin = Match.State, Match.Answer, Match.Origin


def test_an_introduction_says_who_and_when(scene: Scene) -> None:
    match = introduce(make_match(scene.need, scene.supplier), by=scene.chief)
    match.refresh_from_db()
    assert (match.state, match.introduced_by, match.introduced_at is not None) == (
        State.INTRODUCED,
        scene.chief,
        True,
    )


@pytest.mark.parametrize("who", ["buyer", "seller", "stranger"])
def test_only_officials_of_the_need_introduce(scene: Scene, who: str) -> None:
    with pytest.raises(NotYourDecision):
        introduce(make_match(scene.need, scene.supplier), by=getattr(scene, who))


def test_nobody_is_introduced_twice(scene: Scene) -> None:
    match = introduce(make_match(scene.need, scene.supplier), by=scene.chief)
    with pytest.raises(MatchNotOpen):
        introduce(match, by=scene.chief)


def test_nobody_is_introduced_for_an_ended_need(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier)
    SourcingNeed.objects.update(state="closed", ended_at=timezone.now())
    with pytest.raises(NeedNotOpen):
        introduce(match, by=scene.chief)


@pytest.mark.parametrize("order", [("buyer", "seller"), ("seller", "buyer")])
def test_both_must_accept_in_either_order(scene: Scene, order: tuple[str, str]) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    states = [answer(match, by=getattr(scene, who), accept=True).state for who in order]
    assert states == [State.INTRODUCED, State.ACCEPTED]


@pytest.mark.parametrize("order", [("buyer", "seller"), ("seller", "buyer")])
def test_one_no_ends_it_in_either_order(scene: Scene, order: tuple[str, str]) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    answer(match, by=getattr(scene, order[0]), accept=True)
    match = answer(match, by=getattr(scene, order[1]), accept=False, reason="terms", comment="60 days")
    assert (match.state, {match.buyer_reason, match.supplier_reason}, match.comment) == (
        State.DECLINED,
        {"", "terms"},
        "60 days",
    )


def test_after_a_no_the_other_side_has_nothing_to_answer(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    answer(match, by=scene.buyer, accept=False, reason="known")
    with pytest.raises(MatchNotOpen):
        answer(match, by=scene.seller, accept=True)


def test_both_comments_are_kept(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    answer(match, by=scene.buyer, accept=True, comment="Call us.")
    match = answer(match, by=scene.seller, accept=True, comment="We will.")
    assert match.comment == "Call us.\nWe will."


@pytest.mark.parametrize("accept", [True, False])
def test_a_side_answers_once(scene: Scene, accept: bool) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    answer(match, by=scene.buyer, accept=True)
    with pytest.raises(AlreadyAnswered):
        answer(match, by=scene.buyer, accept=accept, reason="price")


@pytest.mark.parametrize("reason", ["", "whatever"])
def test_a_no_needs_a_reason_of_the_list(scene: Scene, reason: str) -> None:
    with pytest.raises(AnswerNeedsReason):
        answer(
            make_introduced_match(scene.need, scene.supplier), by=scene.seller, accept=False, reason=reason
        )


@pytest.mark.parametrize("who", ["chief", "stranger"])
def test_only_the_two_sides_answer(scene: Scene, who: str) -> None:
    with pytest.raises(NotYourDecision):
        answer(make_introduced_match(scene.need, scene.supplier), by=getattr(scene, who), accept=True)


@pytest.mark.parametrize("who", ["buyer", "seller"])
def test_what_was_not_introduced_is_not_answered(scene: Scene, who: str) -> None:
    with pytest.raises(MatchNotOpen):
        answer(make_match(scene.need, scene.supplier), by=getattr(scene, who), accept=True)


def test_somebody_on_both_sides_answers_for_the_buyer(scene: Scene) -> None:
    make_representative(scene.buyer, scene.supplier)
    match = answer(make_introduced_match(scene.need, scene.supplier), by=scene.buyer, accept=True)
    assert (match.buyer_answer, match.supplier_answer) == (Answer.ACCEPTED, "")


@pytest.mark.parametrize(
    ("begin", "met", "dealt"),
    [
        (State.SHORTLISTED, State.SHORTLISTED, State.SHORTLISTED),
        (State.INTRODUCED, State.MET, State.DEALT),
        (State.ACCEPTED, State.MET, State.DEALT),
        (State.DEALT, State.DEALT, State.DEALT),
    ],
)
def test_meeting_and_deal_move_only_what_was_introduced(
    scene: Scene, begin: str, met: str, dealt: str
) -> None:
    make = {State.SHORTLISTED: make_match, State.ACCEPTED: make_accepted_match}.get(
        State(begin), make_introduced_match
    )
    match = make(scene.need, scene.supplier, state=begin)
    assert mark_met(match, by=scene.chief).state == met
    assert mark_dealt(match, by=scene.chief).state == dealt


def test_who_acted_and_why_stands_in_the_audit_trail(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    answer(match, by=scene.seller, accept=False, reason="no_capacity", comment="Full until May")
    last = match.history.order_by("pgh_id").select_related("pgh_context").last()  # type: ignore[attr-defined]  # pghistory adds it
    assert last.pgh_context.metadata == {"user": scene.seller.pk, "reason": "Full until May"}
