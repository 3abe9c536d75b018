"""Plans the meetings of an instance in JSON and says how good the plan is."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.timetable.benchmark import plan_file
from events.timetable.instance import InstanceError


class Command(BaseCommand):
    help = (
        "Plan the meetings of an instance in JSON (slots, tables, participants, wishes) and write the "
        "meetings with their tables, the sum of their weights, the proven bound and the seconds as JSON."
    )
    # Nothing here touches the database or the settings.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the instance; its form stands in events/timetable/instance.py"
        )
        parser.add_argument(
            "--seconds", type=float, default=20.0, help="how long to plan at most; 20 by default"
        )
        parser.add_argument("--seed", type=int, default=0, help="the seed of the search; 0 by default")
        parser.add_argument("--out", type=Path, help="write to this file and print a summary in one line")

    def handle(self, *args: Any, **options: Any) -> None:
        seconds = options["seconds"]
        if not 0 < seconds < float("inf"):
            raise CommandError(f"--seconds: expected a number above 0, found {seconds}")
        try:
            plan = plan_file(options["file"], seconds=seconds, seed=options["seed"])
        except InstanceError as error:
            raise CommandError(str(error)) from None
        text = json.dumps(plan, ensure_ascii=False)
        if options["out"] is None:
            self.stdout.write(text)
            return
        try:
            options["out"].write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from None
        share = plan["weight"] / plan["bound"] if plan["bound"] else 1.0
        self.stdout.write(
            f"{len(plan['meetings'])} meetings, weight {plan['weight']:.6g} of at most {plan['bound']:.6g} "
            f"({share:.3%}) in {plan['seconds']:.3f} s"
        )
