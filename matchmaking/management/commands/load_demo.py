"""``manage.py load_demo``: builds the demo city, only where the settings say that this is a demo."""

import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from accounts.refusals import Refused
from companies.models import Company
from matchmaking.demo.city import Builder, Summary, is_built
from matchmaking.demo.clearing import clear
from matchmaking.demo.examples import keep_the_past, rank_the_past
from matchmaking.demo.judging import judge
from matchmaking.engine.keeping import work_out_all
from matchmaking.engine.words_and_vectors import LOCK, refresh

SEED = 20221127


class Command(BaseCommand):
    help = "Builds the demo city, whose ledger adds up to the published result of 27 November 2022."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="one seed and one day give the same city")
        parser.add_argument(
            "--no-vectors",
            dest="vectors",
            action="store_false",
            help="leave words and vectors to the worker, which makes them in the background",
        )
        parser.add_argument("--again", action="store_true", help="take the demo city down and build it anew")

    def handle(
        self, *args: Any, seed: int, again: bool, vectors: bool, verbosity: int, **options: Any
    ) -> None:
        if not settings.IS_DEMO:
            raise CommandError("The demo city is not loaded here: it needs DEBUG=1 or DEMO=1.")
        self._quiet = not verbosity
        started = time.monotonic()
        try:
            summary = self._build(seed, again)
        except Refused as error:
            raise CommandError(str(error)) from None
        if summary is None:
            self.stdout.write("The demo city is loaded already; --again builds it anew. Nothing was changed.")
            return
        self._say(f"done in {time.monotonic() - started:.0f} s")
        if verbosity:
            for name, count in asdict(summary).items():
                self.stdout.write(f"{count:>8,} {name}")
        if vectors:
            self._say("words and vectors")
            refresh(self._progress)
            self._say("suggestions of every open need")
            work_out_all(self._progress)
            self._say("what the engine says of the open matches")
            judge(self._progress)
            self._say("what the engine says of introductions of 2022")
            rank_the_past(self._progress)
        self._say("examples to learn from")
        keep_the_past()

    def _build(self, seed: int, again: bool) -> Summary | None:
        """The city in one transaction; None when it stands already. The worker waits meanwhile.

        :raises CommandError: the database holds companies of its own.
        :raises Refused: something that the city stands on is missing.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            if again:
                self._say("taking the old city down")
                clear()
            elif is_built():
                return None
            elif Company.objects.exists():
                raise CommandError(
                    "This database holds companies of its own: the demo city would mix with them."
                )
            return Builder(seed, timezone.localdate(), self._say).build()

    def _progress(self, done: int, total: int) -> None:
        if not self._quiet and (done == total or done * 10 // total != (done - 1) * 10 // total):
            self.stdout.write(f"  {done:,} of {total:,}")
            self.stdout.flush()

    def _say(self, line: str) -> None:
        if not self._quiet:
            self.stdout.write(f"… {line}")
            self.stdout.flush()
