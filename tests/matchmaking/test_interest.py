"""A supplier raises its hand for a need, and what the buyer makes of it."""

import pytest
from django.utils import timezone

from companies.models import Company, SourcingNeed
from matchmaking.introductions import (
    Finding,
    MatchNotOpen,
    NeedNotOpen,
    NotYourDecision,
    SupplierNotFit,
    answer,
    introduce,
    show_interest,
)
from matchmaking.models import Match
from tests.factories.matchmaking import make_introduced_match, make_match
from tests.matchmaking.conftest import Scene

pytestmark = pytest.mark.django_db

State, Answer, Origin = Match.State, Match.Answer, Match.Origin


def found(scene: Scene) -> Finding:
    return Finding(scene.offering, 71.5, 3, [{"code": "sector", "points": 20}], "v1")


def test_interest_is_the_suppliers_yes_and_waits_for_the_buyer(scene: Scene) -> None:
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=found(scene))
    match.refresh_from_db()
    assert (match.state, match.origin, match.supplier_answer, match.introduced_at, match.rank) == (
        State.SUGGESTED,
        Origin.SUPPLIER,
        Answer.ACCEPTED,
        None,
        None,
    )


def test_interest_twice_is_interest_once(scene: Scene) -> None:
    first = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    second = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    assert (second.pk, Match.objects.count()) == (first.pk, 1)


def test_interest_of_a_supplier_on_the_short_list_is_told_on_the_same_match(scene: Scene) -> None:
    listed = make_match(scene.need, scene.supplier)
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    assert (match.pk, match.state, match.origin) == (listed.pk, State.SHORTLISTED, Origin.SUPPLIER)


def test_interest_after_the_introduction_is_answered_there(scene: Scene) -> None:
    make_introduced_match(scene.need, scene.supplier)
    with pytest.raises(MatchNotOpen):
        show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())


def test_interest_that_was_refused_is_not_asked_again(scene: Scene) -> None:
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    answer(match, by=scene.buyer, accept=False, reason="price")
    with pytest.raises(MatchNotOpen):
        show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())


def test_interest_is_shown_by_the_suppliers_own_people(scene: Scene) -> None:
    with pytest.raises(NotYourDecision):
        show_interest(scene.need, scene.supplier, by=scene.stranger, finding=Finding())


def test_interest_in_an_ended_need_is_refused(scene: Scene) -> None:
    SourcingNeed.objects.update(state="filled", ended_at=timezone.now())
    with pytest.raises(NeedNotOpen):
        show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())


def test_the_buyer_who_accepts_interest_introduces_the_two(scene: Scene) -> None:
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    match = answer(match, by=scene.buyer, accept=True)
    match.refresh_from_db()
    assert (match.state, match.introduced_by, match.introduced_at is not None) == (
        State.ACCEPTED,
        scene.buyer,
        True,
    )


def test_interest_is_not_accepted_for_an_ended_need(scene: Scene) -> None:
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    SourcingNeed.objects.update(state="closed", ended_at=timezone.now())
    with pytest.raises(NeedNotOpen):
        answer(match, by=scene.buyer, accept=True)


def test_interest_of_a_company_that_left_the_directory_is_not_accepted(scene: Scene) -> None:
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    Company.objects.filter(pk=scene.supplier.pk).update(verification="refused")
    with pytest.raises(SupplierNotFit):
        answer(match, by=scene.buyer, accept=True)


def test_an_introduced_interest_waits_for_the_buyer_alone(scene: Scene) -> None:
    match = show_interest(scene.need, scene.supplier, by=scene.seller, finding=Finding())
    introduce(match, by=scene.chief)
    assert answer(match, by=scene.buyer, accept=True).state == State.ACCEPTED
