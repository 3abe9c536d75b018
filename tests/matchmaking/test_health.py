"""What monitors are told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from matchmaking.health import oldest_wait

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def defer(at: datetime, scheduled: datetime | None = None) -> None:
    """A job that was deferred at that time, perhaps to be done at another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at) "
            "VALUES ('default', 'x', %s) RETURNING id",
            [scheduled],
        )
        [job_id] = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", [at, job_id])


def answer(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/healthz")
    return response.status_code, response.json()


def test_all_is_well_when_every_migration_is_applied_and_nothing_waits(client: Client) -> None:
    assert answer(client) == (
        200,
        {
            "ok": True,
            "database": {"ok": True},
            "migrations": {"ok": True, "unapplied": 0},
            "queue": {"ok": True, "oldest_wait_seconds": None},
        },
    )


def test_a_job_that_has_just_been_deferred_is_no_illness(client: Client) -> None:
    defer(timezone.now() - timedelta(minutes=1))
    status, state = answer(client)
    assert (status, state["ok"], state["queue"]["ok"]) == (200, True, True)


def test_a_job_that_waits_too_long_makes_the_queue_ill(client: Client) -> None:
    defer(timezone.now() - timedelta(minutes=11))
    status, state = answer(client)
    assert (status, state["ok"], state["queue"]["ok"]) == (503, False, False)


def test_the_oldest_wait_is_that_of_the_job_deferred_first() -> None:
    defer(NOON - timedelta(minutes=3))
    defer(NOON - timedelta(minutes=1))
    assert oldest_wait(NOON) == timedelta(minutes=3)


def test_a_job_scheduled_for_later_does_not_wait() -> None:
    defer(NOON - timedelta(hours=1), scheduled=NOON + timedelta(seconds=1))
    assert oldest_wait(NOON) is None


def test_a_job_scheduled_for_the_past_waits_since_then() -> None:
    defer(NOON - timedelta(hours=1), scheduled=NOON - timedelta(seconds=45))
    assert oldest_wait(NOON) == timedelta(seconds=45)


def test_an_unapplied_migration_is_an_illness(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions' AND name = '0001_initial'")
    status, state = answer(client)
    assert (status, state["ok"], state["migrations"]) == (503, False, {"ok": False, "unapplied": 1})


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_the_answer_is_not_kept_by_caches(client: Client) -> None:
    assert client.get("/healthz")["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )


def test_jobs_of_the_queue_are_read_with_few_queries(client: Client, django_assert_num_queries: Any) -> None:
    for minutes in (1, 2, 3):
        defer(NOON - timedelta(minutes=minutes))
    assert (ProcrastinateJob.objects.count(), ProcrastinateEvent.objects.count()) == (3, 3)
    with django_assert_num_queries(4):
        client.get("/healthz")
