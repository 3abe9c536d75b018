"""What is done in the background, called as the worker calls it."""

import datetime as dt

import pytest
from django.utils import timezone

from matchmaking.tasks import expire_needs
from tests.factories.companies import make_need

pytestmark = pytest.mark.django_db


def test_a_need_whose_date_of_answer_has_passed_is_expired_and_no_other() -> None:
    today = timezone.localdate()
    past = make_need(answer_by=today - dt.timedelta(days=1))
    present, open_ended = make_need(answer_by=today), make_need(answer_by=None)
    expire_needs()
    states = []
    for need in (past, present, open_ended):
        need.refresh_from_db()
        states.append(need.state)
    assert states == ["expired", "open", "open"]
