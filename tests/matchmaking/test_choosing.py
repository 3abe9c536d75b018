"""Putting a supplier on the list of a need, and taking it off: who may, when, and what is kept."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from companies.models import Company, SourcingNeed
from matchmaking.introductions import (
    AnswerNeedsReason,
    Finding,
    MatchNotOpen,
    NeedNotOpen,
    NotYourDecision,
    SupplierNotFit,
    answer,
    drop,
    introduce,
    propose,
    shortlist,
)
from matchmaking.models import Match
from tests.factories.companies import (
    make_chain,
    make_company,
    make_need,
    make_node,
    make_posting,
)
from tests.factories.matchmaking import make_introduced_match, make_match
from tests.matchmaking.conftest import Scene

pytestmark = pytest.mark.django_db

State, Answer, Origin = Match.State, Match.Answer, Match.Origin


def found(scene: Scene) -> Finding:
    return Finding(scene.offering, 71.5, 3, [{"code": "sector", "points": 20}], "v1")


def test_a_suggestion_is_kept_with_what_the_engine_said(scene: Scene) -> None:
    match = propose(scene.need, scene.supplier, by=scene.buyer, finding=found(scene))
    match.refresh_from_db()
    assert (match.state, match.origin, match.score, match.rank, match.engine_version, match.proposed_by) == (
        State.SHORTLISTED,
        Origin.ENGINE,
        71.5,
        3,
        "v1",
        scene.buyer,
    )
    assert (match.offering, match.reasons) == (scene.offering, [{"code": "sector", "points": 20}])


def test_a_supplier_outside_the_suggestions_is_the_choice_of_whoever_names_it(scene: Scene) -> None:
    by_staff = propose(scene.need, make_company(), by=scene.chief, finding=Finding(), note="Known for it")
    by_buyer = propose(scene.need, make_company(), by=scene.buyer, finding=Finding())
    assert [(each.origin, each.note) for each in (by_staff, by_buyer)] == [
        (Origin.STAFF, "Known for it"),
        (Origin.BUYER, ""),
    ]


def test_a_second_proposal_changes_nothing(scene: Scene) -> None:
    first = propose(scene.need, scene.supplier, by=scene.buyer, finding=found(scene))
    second = propose(scene.need, scene.supplier, by=scene.chief, finding=Finding(), note="again")
    assert (second.pk, second.rank, second.note, second.proposed_by) == (first.pk, 3, "", scene.buyer)


def test_a_suggested_supplier_that_is_proposed_comes_on_the_list_with_the_note(scene: Scene) -> None:
    make_match(scene.need, scene.supplier, state=State.SUGGESTED, origin=Origin.SUPPLIER)
    match = propose(scene.need, scene.supplier, by=scene.chief, finding=Finding(), note="Near the plant")
    assert (match.state, match.note, match.origin) == (State.SHORTLISTED, "Near the plant", Origin.SUPPLIER)


def test_a_supplier_that_was_taken_off_the_list_can_be_proposed_again(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier)
    drop(match, by=scene.buyer, reason="price")
    again = propose(scene.need, scene.supplier, by=scene.buyer, finding=Finding())
    assert (again.pk, again.state, again.buyer_answer, again.buyer_reason) == (
        match.pk,
        State.SHORTLISTED,
        "",
        "",
    )


def test_a_declined_introduction_is_not_proposed_again(scene: Scene) -> None:
    match = make_introduced_match(scene.need, scene.supplier)
    answer(match, by=scene.seller, accept=False, reason="no_capacity")
    with pytest.raises(MatchNotOpen):
        propose(scene.need, scene.supplier, by=scene.chief, finding=Finding())


@pytest.mark.parametrize("state", ["draft", "submitted", "closed", "filled", "expired"])
def test_nobody_is_proposed_for_a_need_that_is_not_open(scene: Scene, state: str) -> None:
    need = make_need(scene.need.buyer, state=state, node=scene.need.node)
    with pytest.raises(NeedNotOpen):
        propose(need, scene.supplier, by=scene.buyer, finding=Finding())


def test_nobody_is_proposed_after_the_date_of_answer(scene: Scene) -> None:
    SourcingNeed.objects.filter(pk=scene.need.pk).update(
        answer_by=timezone.localdate() - dt.timedelta(days=1)
    )
    with pytest.raises(NeedNotOpen):
        propose(scene.need, scene.supplier, by=scene.buyer, finding=Finding())


@pytest.mark.parametrize(
    "fields",
    [
        {"verification": "pending"},
        {"verification": "refused"},
        {"archived_at": timezone.now()},
        {"supplies": False, "buys": True},
    ],
    ids=["not verified", "refused", "archived", "no supplier"],
)
def test_an_unfit_company_is_neither_proposed_nor_introduced(scene: Scene, fields: dict[str, Any]) -> None:
    company = make_company(**fields)
    with pytest.raises(SupplierNotFit):
        propose(scene.need, company, by=scene.chief, finding=Finding())
    with pytest.raises(SupplierNotFit):
        introduce(make_match(scene.need, company), by=scene.chief)


def test_a_company_is_not_introduced_to_itself(scene: Scene) -> None:
    Company.objects.filter(pk=scene.need.buyer_id).update(supplies=True)
    with pytest.raises(SupplierNotFit):
        propose(scene.need, Company.objects.get(pk=scene.need.buyer_id), by=scene.chief, finding=Finding())


@pytest.mark.parametrize("who", ["seller", "stranger"])
def test_only_the_buyer_and_officials_choose(scene: Scene, who: str) -> None:
    by = getattr(scene, who)
    match = make_match(scene.need, scene.supplier, state=State.SUGGESTED)
    acts: list[Callable[[], object]] = [
        lambda: propose(scene.need, scene.supplier, by=by, finding=Finding()),
        lambda: shortlist(match, by=by),
        lambda: drop(match, by=by, reason="price"),
    ]
    for act in acts:
        with pytest.raises(NotYourDecision):
            act()


def test_an_official_of_the_supplier_alone_has_no_say_in_the_need(scene: Scene) -> None:
    other = make_chain()
    scene.supplier.nodes.add(make_node(other))
    with pytest.raises(NotYourDecision):
        introduce(make_match(scene.need, scene.supplier), by=make_posting(chain=other).user)


def test_a_suggested_supplier_is_short_listed_once(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier, state=State.SUGGESTED)
    assert shortlist(match, by=scene.buyer).state == State.SHORTLISTED
    with pytest.raises(MatchNotOpen):
        shortlist(match, by=scene.buyer)


def test_nobody_is_short_listed_for_an_ended_need(scene: Scene) -> None:
    match = make_match(scene.need, scene.supplier, state=State.SUGGESTED)
    SourcingNeed.objects.update(state="closed", ended_at=timezone.now())
    with pytest.raises(NeedNotOpen):
        shortlist(match, by=scene.buyer)


def test_taking_off_the_list_keeps_the_reason(scene: Scene) -> None:
    match = drop(make_match(scene.need, scene.supplier), by=scene.chief, reason="place", note="600 km")
    match.refresh_from_db()
    assert (match.state, match.buyer_answer, match.buyer_reason, match.note) == (
        State.CLOSED,
        Answer.DECLINED,
        "place",
        "600 km",
    )


@pytest.mark.parametrize("reason", ["", "because"])
def test_taking_off_the_list_needs_a_reason_of_the_list(scene: Scene, reason: str) -> None:
    with pytest.raises(AnswerNeedsReason):
        drop(make_match(scene.need, scene.supplier), by=scene.chief, reason=reason)


def test_who_was_introduced_is_not_taken_off(scene: Scene) -> None:
    with pytest.raises(MatchNotOpen):
        drop(make_introduced_match(scene.need, scene.supplier), by=scene.buyer, reason="price")
