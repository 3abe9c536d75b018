"""Print the published figures, or lock those of a month."""

import datetime as dt
import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.refusals import Refused
from matchmaking.figures.counts import FIGURES, values
from matchmaking.figures.measuring import Unit, Value, dollar_rate
from matchmaking.figures.scope import Scope, whole_city
from matchmaking.figures.snapshots import lock
from matchmaking.figures.wording import exact


class Command(BaseCommand):
    help = "Prints every figure computed from the ledger with its counting rule."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one JSON object, for machines")
        parser.add_argument(
            "--as-of", metavar="DATE", help="the last day that counts (default: the ledger's date)"
        )
        parser.add_argument(
            "--lock", metavar="MONTH", help="keep the figures of a past month, such as 2022-10"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["lock"]:
            return self.lock(_day(f"{options['lock']}-01", "--lock takes a month such as 2022-10."))
        as_of = options["as_of"]
        day = _day(as_of, "--as-of takes a date such as 2022-11-27.") if as_of else None
        if day and day > timezone.localdate():
            raise CommandError("--as-of lies in the future: the ledger knows only what has happened.")
        scope = whole_city(day)
        print_all = self.as_json if options["json"] else self.as_table
        self.stdout.write(print_all(scope, values(scope)))
        return None

    def lock(self, month: dt.date) -> None:
        try:
            snapshot = lock(month, by=None)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"The figures of {snapshot} are locked.")

    def as_json(self, scope: Scope, found: dict[str, Value]) -> str:
        """Whole yuan and dollars as integers, shares as numbers from 0 to 1."""
        rate = dollar_rate(scope)
        content: dict[str, Any] = {"as_of": scope.as_of.isoformat()}
        content |= {key: _plain(FIGURES[key].unit, value) for key, value in found.items()}
        content["rules"] = {key: str(FIGURES[key].rule) for key in found}
        content["rates"] = (
            {
                "USD": {
                    "cny_per_unit": float(rate.cny_per_unit),
                    "date": rate.date.isoformat(),
                    "source": rate.source,
                }
            }
            if rate
            else {}
        )
        return json.dumps(content, ensure_ascii=False, indent=2)

    def as_table(self, scope: Scope, found: dict[str, Value]) -> str:
        lines = [f"Figures to {scope.as_of}"]
        for key, value in found.items():
            figure = FIGURES[key]
            lines += [f"  {key:<24}{exact(figure.unit, value):>26}", f"      {figure.rule}"]
        if rate := dollar_rate(scope):
            lines.append(
                f"Dollars at {rate.cny_per_unit.normalize()} yuan, {rate.date}, source: {rate.source}"
            )
        return "\n".join(lines)


def _day(text: str, otherwise: str) -> dt.date:
    """:raises CommandError: what to type instead."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(otherwise) from None


def _plain(unit: Unit, value: Value) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    return float(value) if unit is Unit.SHARE else int(value.quantize(Decimal(1), ROUND_HALF_UP))
