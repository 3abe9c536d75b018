"""Acts that begin at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from accounts.refusals import Refused


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each act returned or refused, all begun at the same moment in threads of their own."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            results[number] = act()
        except Refused as refused:
            results[number] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
