"""``manage.py load_demo``: builds the demo city, only where the settings say that this is a demo."""

import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.refusals import Refused
from companies.models import Company
from matchmaking.demo.city import Builder, is_built
from matchmaking.demo.clearing import clear

SEED = 20221127


class Command(BaseCommand):
    help = "Builds the demo city, whose ledger adds up to the published result of 27 November 2022."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=SEED, help="one seed and one day give the same city")
        parser.add_argument("--again", action="store_true", help="take the demo city down and build it anew")

    def handle(self, *args: Any, seed: int, again: bool, verbosity: int, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("The demo city is not loaded here: it needs DEBUG=1 or DEMO=1.")
        self._quiet = not verbosity
        if is_built() and not again:
            self.stdout.write("The demo city is loaded already; --again builds it anew. Nothing was changed.")
            return
        if not again and Company.objects.exists():
            raise CommandError("This database holds companies of its own: the demo city would mix with them.")
        started = time.monotonic()
        try:
            with transaction.atomic():
                if again:
                    self._say("taking the old city down")
                    clear()
                summary = Builder(seed, timezone.localdate(), self._say).build()
        except Refused as error:
            raise CommandError(str(error)) from None
        self._say(f"done in {time.monotonic() - started:.0f} s")
        if verbosity:
            for name, count in asdict(summary).items():
                self.stdout.write(f"{count:>8,} {name}")

    def _say(self, line: str) -> None:
        if not self._quiet:
            self.stdout.write(f"… {line}")
            self.stdout.flush()
