"""Reports how introductions were answered, by rank, month, engine, chain and language; warns of a decline."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matchmaking.engine.evaluation import LEAST_COMPARED, LEAST_SHOWN, Change, Group
from matchmaking.introductions.evaluating import report

WORSE = 3
"""Exit code when recent introductions are accepted less often than those before."""
NAMES = {
    "1": "rank 1",
    "3": "rank 1 to 3",
    "10": "rank 1 to 10",
    "below": "below 10",
    "unranked": "not ranked",
}


class Command(BaseCommand):
    help = (
        "Print how often introductions are accepted, with 95 % intervals; only aggregates. "
        f"Ends with code {WORSE} when the last ninety days are worse than before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", metavar="DATE", help="introductions up to this day (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = dt.date.fromisoformat(options["as_of"]) if options["as_of"] else None
        except ValueError:
            raise CommandError("--as-of takes a date such as 2022-11-27.") from None
        found = report(day)
        self.stdout.write(
            f"Introductions to {found.day}: {found.introductions:,}, answered: {found.answered:,}.\n"
            f"Accepted by both sides, met, and deal signed, of those answered; "
            f"groups of fewer than {LEAST_SHOWN} are withheld."
        )
        tables = {
            "By place on the list": found.by_rank,
            "By month": found.by_month,
            "By engine": found.by_version,
            "By chain": found.by_chain,
            "By language of the need": found.by_language,
        }
        for title, groups in tables.items():
            self.stdout.write(f"\n{title}")
            for group in groups:
                self.stdout.write(_line(group))
        self._compare(found.change)

    def _compare(self, change: Change | None) -> None:
        if change is None:
            self.stdout.write(
                f"\nToo few answers to compare the last ninety days with before: {LEAST_COMPARED} a side."
            )
            return
        said = (
            f"last ninety days {change.recent.value:.1%} of {change.recent.of}, before "
            f"{change.before.value:.1%} of {change.before.of}, "
            f"difference [{change.low:+.1%}, {change.high:+.1%}]"
        )
        if change.is_worse:
            raise CommandError(f"WORSE: first ten places, {said}", returncode=WORSE)
        self.stdout.write(f"\nNot worse: first ten places, {said}")


def _line(group: Group) -> str:
    name = NAMES.get(group.key, group.key or "none")
    if group.accepted is None or group.met is None or group.signed is None:
        return f"  {name:<24}withheld"
    accepted = group.accepted
    return (
        f"  {name:<24}{accepted.value:>6.1%} [{accepted.low:.1%}, {accepted.high:.1%}] of {group.answered:,}"
        f"   met {group.met.value:.1%}   signed {group.signed.value:.1%}"
    )
