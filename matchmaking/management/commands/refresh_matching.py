"""Brings words, vectors and scales up to date now, without the worker."""

from typing import Any

from django.core.management.base import BaseCommand

from matchmaking.benchmarks.progress import ProgressBar
from matchmaking.engine.scales import measure_scales
from matchmaking.engine.words_and_vectors import refresh


class Command(BaseCommand):
    help = "Write the words and vectors of offerings and needs whose text has changed."

    def handle(self, *args: Any, **options: Any) -> None:
        with ProgressBar(self.stderr, "words and vectors", 1) as bar:
            done = refresh(bar.set)
        measured = measure_scales()
        self.stdout.write(
            f"{done.offerings:,} offerings and {done.needs:,} needs written, "
            f"{done.removed:,} offerings removed, {measured:,} needs measured."
        )
