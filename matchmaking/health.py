"""Whether the application can work, for monitors: database, migrations and queue."""

from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

LONGEST_WAIT = timedelta(minutes=10)
"""How long a job that is due may wait before the queue counts as ill."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The state as JSON: 200 when every part is well, 503 otherwise.

    ``migrations.unapplied`` counts migrations, ``queue.oldest_wait_seconds`` is null when nothing waits.
    """
    state = current_state()
    return JsonResponse(state, status=200 if state["ok"] else 503)


def current_state() -> dict[str, Any]:
    """What ``healthz`` answers; without a database the other parts are unknown and left out."""
    try:
        unapplied = unapplied_migrations()
        wait = oldest_wait(timezone.now()) if unapplied == 0 else None
    except DatabaseError:
        return {"ok": False, "database": {"ok": False}}
    parts: dict[str, dict[str, Any]] = {
        "database": {"ok": True},
        "migrations": {"ok": unapplied == 0, "unapplied": unapplied},
        "queue": {
            "ok": wait is None or wait <= LONGEST_WAIT,
            "oldest_wait_seconds": None if wait is None else round(wait.total_seconds()),
        },
    }
    return {"ok": all(part["ok"] for part in parts.values()), **parts}


def oldest_wait(now: datetime) -> timedelta | None:
    """How long the oldest job that is due has waited for a worker; None when none waits."""
    due = Q(scheduled_at=None) | Q(scheduled_at__lte=now)
    job = ProcrastinateJob.objects.filter(due, status="todo").order_by("id").first()
    if job is None:
        return None
    since = job.scheduled_at
    if since is None:
        deferred = ProcrastinateEvent.objects.filter(job=job, type="deferred").order_by("id").first()
        since = deferred.at if deferred else None
    return now - since if since else timedelta()


def unapplied_migrations() -> int:
    """How many migrations the database still lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
