"""Running the parts of the local demo as processes that live and end together."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from types import FrameType

PATIENCE = 10.0
"""Seconds that a part has to end before it is killed."""


@dataclass(frozen=True)
class Part:
    """One process, in a group of its own so that a Ctrl-C reaches only its supervisor."""

    name: str
    process: subprocess.Popen[bytes]

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def ending(self) -> str:
        """How it ended, for a person."""
        code = self.process.returncode
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


class Supervisor:
    """Starts parts and ends them all, whatever happens: also when it is itself killed."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._stop = threading.Event()
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, self._asked_to_stop)

    def start(self, name: str, *command: str) -> None:
        """Start a part; the system ends it when this process dies, even by SIGKILL."""
        setpriv = shutil.which("setpriv")
        prefix = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
        process = subprocess.Popen(
            [*prefix, sys.executable, *command], stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.parts.append(Part(name, process))

    def wait(self, seconds: float) -> bool:
        """Wait so long; False as soon as there is a reason to end: a request, or a part that has ended."""
        return not self._stop.wait(seconds) and self.ended is None

    @property
    def ended(self) -> Part | None:
        """The first part that has ended by itself."""
        return next((part for part in self.parts if part.has_ended), None)

    @property
    def was_asked_to_stop(self) -> bool:
        return self._stop.is_set()

    def end_all(self) -> None:
        """End every part with what it has started; kill what does not obey."""
        for part in self.parts:
            part.process.terminate()
        for part in self.parts:
            try:
                part.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                part.process.kill()
            try:
                os.killpg(part.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()
