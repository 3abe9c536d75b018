"""Do what is queued: what runs beside the web server."""

import threading
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from matchmaking.engine.listening import listen
from matchmaking.tasks import wake_matching

GRACE = 5.0
"""Seconds that a task in hand has to finish after the request to stop; one cut off is taken up again."""


class Command(BaseCommand):
    help = "Does queued work and wakes the engine when texts change, until Ctrl-C or SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        listener = threading.Thread(target=listen, args=(wake_matching, stop), name="listener", daemon=True)
        listener.start()
        try:
            worker_app().run_worker(delete_jobs="successful", shutdown_graceful_timeout=GRACE)
        finally:
            stop.set()
            listener.join(2)


def worker_app() -> App:
    """The project's tasks on a connection pool of the worker's own, apart from Django's connections."""
    if isinstance(app.connector, DjangoConnector):
        return app.with_connector(app.connector.get_worker_connector())
    return app
