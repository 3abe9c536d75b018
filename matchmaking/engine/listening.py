"""Wakes the engine when texts change: the database notifies, nothing below knows of matching.

Triggers on companies, offerings and needs notify the channel at commit (migration 0003). Who listens lets a
burst of changes pass and calls back once. What a broken connection missed, the task of each minute finds.
"""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection

CHANNEL = "duijie_texts"
SETTLING = 0.3
"""Seconds without a further notification after which a burst is over."""
LONGEST_BURST = 5.0
"""Seconds after which changes are worked on though more keep coming."""
LOOK_UP = 1.0
"""Seconds between two looks at ``stop``."""
RETRY = 5.0
"""Seconds before a lost connection is tried again."""


def listen(on_change: Callable[[], object], stop: threading.Event) -> None:
    """Call ``on_change`` after each burst of changes until ``stop`` is set; blocks.

    It uses a connection of its own and comes back when the server does.
    """
    while not stop.is_set():
        try:
            with psycopg.connect(**_parameters(), autocommit=True) as listener:
                listener.execute(f"LISTEN {CHANNEL}")
                on_change()  # what changed before
                _follow(listener, on_change, stop)
        except psycopg.OperationalError:
            stop.wait(RETRY)


def _follow(
    listener: "psycopg.Connection[Any]", on_change: Callable[[], object], stop: threading.Event
) -> None:
    while not stop.is_set():
        if any(True for _ in listener.notifies(timeout=LOOK_UP, stop_after=1)):
            _let_pass(listener)
            on_change()


def _let_pass(listener: "psycopg.Connection[Any]") -> None:
    """Take in the notifications of a burst."""
    waited = 0.0
    while waited < LONGEST_BURST and list(listener.notifies(timeout=SETTLING, stop_after=1)):
        waited += SETTLING


def _parameters() -> dict[str, Any]:
    """Django's own, without what only its connections understand."""
    parameters = connection.get_connection_params()
    return {
        key: value for key, value in parameters.items() if key not in {"context", "cursor_factory", "pool"}
    }
