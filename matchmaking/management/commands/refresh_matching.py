"""Brings words, vectors and suggestions up to date now, without the worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from matchmaking.benchmarks.progress import ProgressBar
from matchmaking.engine import bitmaps, nearest
from matchmaking.engine.keeping import follow, noted, work_out_all
from matchmaking.engine.words_and_vectors import refresh


class Command(BaseCommand):
    help = "Write words, vectors and suggestions of whatever has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="work out every need's suggestions anew")

    def handle(self, *args: Any, **options: Any) -> None:
        changes = noted()
        with ProgressBar(self.stderr, "words and vectors", 1) as bar:
            done = refresh(bar.set)
        if nearest.build():
            self.stdout.write("The city has grown: its vectors are indexed now.")
        bitmaps.keep(has_changed=True)
        with ProgressBar(self.stderr, "suggestions", 1) as bar:
            written = work_out_all(bar.set) if options["all"] else follow(changes, bar.set)
        self.stdout.write(
            f"{done.offerings:,} offerings and {done.needs:,} needs written, "
            f"{done.removed:,} offerings removed, suggestions of {written:,} needs worked out."
        )
