"""Companies served while two write: who registers for an event that is just being cancelled is not served."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from events.models import DockingEvent
from matchmaking.figures import folding, rows, serving
from matchmaking.figures.scope import Scope
from matchmaking.models import ServedChange
from tests.factories.companies import make_company
from tests.factories.events import make_event, make_registration

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2022, 6, 10)
SCOPE = Scope(as_of=DAY)


def cancel(event: DockingEvent, has_written: threading.Event, may_commit: threading.Event) -> None:
    """Cancels the event, sees who is registered, and commits later."""
    with transaction.atomic():
        DockingEvent.objects.filter(pk=event.pk).update(state="cancelled")
        has_written.set()
        may_commit.wait(20)
    connection.close()


def register_meanwhile() -> None:
    """A firm registers, and its first day is kept, before the cancelling is committed."""
    event, firm = make_event(state="held", starts_on=DAY), make_company()
    has_written, may_commit = threading.Event(), threading.Event()
    other = threading.Thread(target=cancel, args=(event, has_written, may_commit))
    other.start()
    has_written.wait(20)
    make_registration(event, firm, registered_at=dt.datetime(2022, 6, 1, tzinfo=dt.UTC))
    folding.fold()
    assert sum(serving.by_size(SCOPE).values()) == 1  # the cancelling is not committed
    may_commit.set()
    other.join()


def test_a_firm_registered_for_an_event_while_it_was_cancelled_is_not_served() -> None:
    register_meanwhile()
    assert serving.by_size(SCOPE) == {}
    assert rows.companies_served(SCOPE).count() == 0


def test_without_the_mark_of_the_event_it_would_be() -> None:
    """The control: marks of the firms that the cancelling saw would leave the first day standing."""
    register_meanwhile()
    ServedChange.objects.filter(about="event").delete()
    assert serving.by_size(SCOPE) == {"": 1}
