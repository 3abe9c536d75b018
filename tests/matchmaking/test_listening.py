"""The database wakes the engine when texts change."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from matchmaking.engine.listening import listen
from matchmaking.models import OfferingVector
from matchmaking.tasks import refresh_matching, wake_matching
from tests.factories.companies import make_company, make_need, make_offering

SOON = 10.0


@pytest.fixture
def awaken() -> Iterator[Callable[[], bool]]:
    """Listens in a thread; each call waits for the next waking and tells whether it came."""
    woken, stop = threading.Semaphore(0), threading.Event()
    thread = threading.Thread(target=listen, args=(woken.release, stop))
    thread.start()
    assert woken.acquire(timeout=SOON), "it looks once at the start"
    yield lambda: woken.acquire(timeout=SOON)
    stop.set()
    thread.join(SOON)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_new_company_offering_and_need_wake_it(awaken: Callable[[], bool]) -> None:
    company = make_company()
    first = awaken()
    make_offering(company)
    second = awaken()
    make_need()
    assert (first, second, awaken()) == (True, True, True)


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_changes_wakes_it_once(awaken: Callable[[], bool]) -> None:
    company = make_company()
    for _ in range(20):
        with transaction.atomic():
            make_offering(company)
    assert awaken()
    make_offering(company)
    assert awaken()


@pytest.mark.django_db(transaction=True)
def test_waking_queues_one_refresh_however_often() -> None:
    wake_matching()
    wake_matching()
    assert ProcrastinateJob.objects.filter(task_name="refresh_matching", status="todo").count() == 1


@pytest.mark.django_db
def test_the_task_brings_the_index_up_to_date() -> None:
    make_offering()
    make_need()
    refresh_matching()
    assert OfferingVector.objects.count() == 1
