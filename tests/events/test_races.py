"""Two people at once, on real transactions; each race has a control that shows it when the lock is off."""

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from events import arriving, registration
from events.aftercare import due, following, problem_links
from events.aftercare.following import Said
from events.deals import confirming
from events.deals.recording import record
from events.models import (
    Confirmation,
    Deal,
    DockingEvent,
    FollowUp,
    Fulfilment,
    Meeting,
    Problem,
    Registration,
)
from events.timetable import tables
from tests.factories.accounts import make_superuser
from tests.factories.aftercare import make_follow_up, make_problem
from tests.factories.companies import make_buyer, make_chain, make_company, make_division, make_node
from tests.factories.events import (
    make_confirmation,
    make_deal,
    make_event,
    make_meeting,
    make_registration,
    make_session,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def last_place_taken_by(count: int) -> int:
    """How many of so many companies got the one place."""
    office = make_superuser()
    event = make_event(capacity=1)
    companies = [make_company() for _each in range(count)]
    act = partial(registration.register, event, by=office, side="supplier")
    at_once([partial(act, company) for company in companies])
    return Registration.objects.filter(event=event, state="confirmed").count()


def slowly(act: Callable[..., Any], barrier: threading.Barrier) -> Callable[..., Any]:
    """The act, that waits after reading until the other has read as well."""

    def waiting(*args: Any) -> Any:
        result = act(*args)
        barrier.wait(timeout=20)
        return result

    return waiting


def test_last_place_is_given_once() -> None:
    assert last_place_taken_by(4) == 1


def test_last_place_is_given_twice_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration, "_locked", lambda event: DockingEvent.objects.get(pk=event.pk))
    both_have_read = threading.Barrier(2)
    monkeypatch.setattr(registration, "_place", slowly(registration._place, both_have_read))
    assert last_place_taken_by(2) == 2


def recording(office: User) -> Callable[[uuid.UUID], Deal]:
    """An act that records one and the same deal under a key."""
    buyer, supplier = make_buyer(), make_company(division=make_division(), nodes=[make_node(make_chain())])

    def act(key: uuid.UUID) -> Deal:
        return record(
            by=office,
            buyer=buyer,
            supplier=supplier,
            stage="intention",
            amount=Decimal(5),
            on=timezone.localdate(),
            title_en="Brake discs",
            key=key,
        )

    return act


def test_same_key_sent_by_eight_devices_at_once_is_one_deal() -> None:
    act, key = recording(make_superuser()), uuid.uuid4()
    deals = at_once([lambda: act(key)] * 8)
    assert Deal.objects.count() == 1
    assert {deal.pk for deal in deals} == {Deal.objects.get().pk}


def test_fresh_key_for_each_try_makes_duplicates() -> None:
    act = recording(make_superuser())
    at_once([lambda: act(uuid.uuid4())] * 8)
    assert Deal.objects.count() == 8


def test_badge_is_checked_in_by_one_of_two() -> None:
    office, row = make_superuser(), make_registration()
    results = at_once([lambda: arriving.check_in(row.badge_code, event=row.event, by=office)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyCheckedIn", "Registration"]


def test_badge_is_checked_in_twice_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    office, row = make_superuser(), make_registration()
    monkeypatch.setattr(arriving, "_locked", lambda rows: rows.select_related("company", "checked_in_by"))
    both_have_read = threading.Barrier(2)
    monkeypatch.setattr(arriving, "_require_admission", slowly(arriving._require_admission, both_have_read))
    results = at_once([lambda: arriving.check_in(row.badge_code, event=row.event, by=office)] * 2)
    assert [type(result).__name__ for result in results] == ["Registration"] * 2


def moved_at_once() -> list[str]:
    """Two organisers take one meeting from table 1, each to another table."""
    office, session = make_superuser(), make_session(slots=1, tables=3)
    meeting = make_meeting(slot=session.slots.get(), table=1, event=session.event)
    acts = [partial(tables.change_table, meeting, table=table, was=1, by=office) for table in (2, 3)]
    return sorted(type(result).__name__ for result in at_once(acts))


def test_meeting_is_moved_by_one_of_two_and_the_other_is_told() -> None:
    assert moved_at_once() == ["NoneType", "TableChanged"]


def test_meeting_is_moved_twice_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(meeting: Meeting) -> Meeting:
        return Meeting.objects.select_related("slot__session").get(pk=meeting.pk)

    monkeypatch.setattr(tables, "_locked", slowly(unlocked, threading.Barrier(2)))
    assert moved_at_once() == ["NoneType", "NoneType"]


def test_link_is_answered_by_one_of_two() -> None:
    make_confirmation(token="a-token")
    results = at_once(
        [
            lambda: confirming.answer("a-token", "confirmed"),
            lambda: confirming.answer("a-token", "contested", comment="The amount is wrong."),
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["Confirmation", "LinkNotOpen"]
    assert Confirmation.objects.exclude(answer="").count() == 1


def said_at_once(amounts: tuple[int, int]) -> tuple[list[str], int]:
    """What became of two answers to one follow-up, and how many audit entries say that it was answered."""
    make_follow_up(token="a-token")
    year = timezone.localdate().year
    answers = [Said(year, delivered=Decimal(each)) for each in amounts]
    results = at_once([partial(following.answer_by_link, "a-token", each) for each in answers])
    history: Any = FollowUp.history.rel.related_model  # type: ignore[attr-defined]  # made by the audit trail
    answered = history.objects.filter(pgh_label="update", answered_at__isnull=False).count()
    return sorted(type(result).__name__ for result in results), answered


def test_follow_up_is_answered_by_one_of_two() -> None:
    assert said_at_once((5, 7)) == (["FollowUp", "FollowUpClosed"], 1)
    assert Fulfilment.objects.count() == 1


def test_follow_up_is_answered_twice_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(follow_up: FollowUp) -> FollowUp:
        return FollowUp.objects.select_related("deal__supplier").get(pk=follow_up.pk)

    both_have_read = threading.Barrier(2)
    monkeypatch.setattr(following, "_locked", slowly(unlocked, both_have_read))
    assert said_at_once((5, 7)) == (["FollowUp", "FollowUp"], 2)


def closed_at_once() -> list[str]:
    """What became of a firm's two answers to one proposal."""
    make_problem(state="proposed", token="b-token")
    results = at_once(
        [
            lambda: problem_links.answer_by_link("b-token", accept=True),
            lambda: problem_links.answer_by_link("b-token", accept=False, comment="It fails."),
        ]
    )
    return sorted(type(result).__name__ for result in results)


def test_problem_is_closed_or_reopened_by_one_of_two() -> None:
    assert closed_at_once() == ["Problem", "ProblemNotPossible"]


def test_problem_is_both_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_read = threading.Barrier(2)

    def unlocked(problem: Problem) -> Problem:
        return Problem.objects.get(pk=problem.pk)

    monkeypatch.setattr(problem_links, "locked_problem", slowly(unlocked, both_have_read))
    assert closed_at_once() == ["Problem", "Problem"]


def test_two_nights_at_once_make_each_follow_up_once() -> None:
    on = timezone.localdate() - dt.timedelta(days=40)
    make_deal(stage="signed", on=on, recorded_by=make_superuser())
    at_once([due.make_due] * 4)
    assert FollowUp.objects.count() == 1
