"""Two people of one side answer at the same moment: one answer counts, the other is told."""

import threading

import pytest
from django.db import transaction

from matchmaking.introductions import AlreadyAnswered, answer
from matchmaking.models import Match
from tests.factories.companies import make_representative
from tests.factories.matchmaking import make_introduced_match
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def answered_without_lock(match: Match, both: threading.Barrier, reason: str) -> bool:
    """The act without its lock: both read before either writes. Returns whether it thought to be first."""
    with transaction.atomic():
        row = Match.objects.get(pk=match.pk)
        was_first = row.supplier_answer == ""
        both.wait(10)
        Match.objects.filter(pk=row.pk).update(
            supplier_answer="declined", supplier_reason=reason, state="declined"
        )
        return was_first


def test_of_two_answers_at_once_one_counts() -> None:
    match = make_introduced_match()
    people = [make_representative(company=match.supplier).user for _ in range(2)]
    results = at_once(
        [
            lambda: answer(match, by=people[0], accept=True),
            lambda: answer(match, by=people[1], accept=False, reason="price"),
        ]
    )
    assert sorted(isinstance(result, AlreadyAnswered) for result in results) == [False, True]
    first = next(result for result in results if isinstance(result, Match))
    match.refresh_from_db()
    assert (match.supplier_answer, match.state) == (first.supplier_answer, first.state)


def test_without_the_lock_both_would_count() -> None:
    match = make_introduced_match()
    both = threading.Barrier(2)
    results = at_once(
        [
            lambda: answered_without_lock(match, both, "price"),
            lambda: answered_without_lock(match, both, "terms"),
        ]
    )
    assert results == [True, True]


def test_both_sides_at_once_come_to_an_acceptance() -> None:
    match = make_introduced_match()
    buyer = make_representative(company=match.need.buyer).user
    seller = make_representative(company=match.supplier).user
    at_once(
        [
            lambda: answer(match, by=buyer, accept=True),
            lambda: answer(match, by=seller, accept=True),
        ]
    )
    match.refresh_from_db()
    assert match.state == Match.State.ACCEPTED
