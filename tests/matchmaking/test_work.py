"""The process that works beside the web server."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from matchmaking.management.commands.work import worker_app
from matchmaking.models import OfferingVector
from matchmaking.tasks import retry_stalled
from tests.factories.companies import make_offering
from tests.migrated_database import database_url

PROJECT = Path(__file__).resolve().parents[2]
SOON = 60.0

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """``manage.py work`` on the test's database."""
    address = database_url(connection.settings_dict["NAME"])
    with subprocess.Popen(
        [sys.executable, "manage.py", "work"],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "matchmaking.settings"},
    ) as process:
        yield process
        process.kill()


def wait_for_vector(offering_id: int) -> bool:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        if OfferingVector.objects.filter(offering_id=offering_id).exists():
            return True
        time.sleep(0.1)
    return False


def test_an_offering_gets_its_vector_in_the_background_and_a_request_to_stop_is_obeyed(
    worker: subprocess.Popen[bytes],
) -> None:
    assert wait_for_vector(make_offering().pk)
    assert wait_for_vector(make_offering().pk)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(SOON) == 0


def run_what_waits() -> None:
    """Do the jobs that are queued, then end."""
    worker_app().run_worker(wait=False, listen_notify=False, delete_jobs="successful")


def test_a_job_that_a_killed_worker_left_is_taken_up_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') "
            "RETURNING id"
        )
        [dead] = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status, worker_id) "
            "VALUES ('default', 'refresh_matching', 'matching', 'doing', %s)",
            [dead],
        )
    retry_stalled.defer()
    work = threading.Thread(target=run_what_waits)  # this thread may hold the browser driver's event loop
    work.start()
    work.join(SOON)
    assert list(ProcrastinateJob.objects.values_list("task_name", "status")) == []
