"""A bar that says how far a long command is: on a terminal in place, elsewhere one line a step of ten."""

import time
from types import TracebackType
from typing import Any, Self

WIDTH = 30
EVERY = 0.1
"""Seconds between two drawings."""


class ProgressBar:
    """Draws on a command's stderr; leaves a line with the time that it took."""

    def __init__(self, stream: Any, title: str, total: int) -> None:
        self.stream, self.title, self.total = stream, title, max(total, 1)
        self.done, self.start, self.drawn = 0, time.monotonic(), 0.0

    def __enter__(self) -> Self:
        self._draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = time.monotonic() - self.start
        end = f"{self.title}: {'stopped' if kind else 'done'} after {seconds:.1f} s"
        self.stream.write(f"\r{end:<79}" if self.stream.isatty() else end)

    def advance(self, number: int) -> None:
        self.set(self.done + number, self.total)

    def set(self, done: int, total: int) -> None:
        self.done, self.total = done, max(total, 1)
        if time.monotonic() - self.drawn >= EVERY:
            self._draw()

    def _draw(self) -> None:
        if not self.stream.isatty():
            return
        self.drawn = time.monotonic()
        full = WIDTH * self.done // self.total
        bar = "#" * full + "." * (WIDTH - full)
        self.stream.write(f"\r{self.title} [{bar}] {self.done:,} of {self.total:,}", ending="")
        self.stream.flush()
