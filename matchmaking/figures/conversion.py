"""From intention to signed to fulfilled: how many, and how long it took."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import Aggregate, DurationField
from django.utils.translation import gettext as _

from companies.models import IndustrialChain
from matchmaking.figures.scope import Scope
from matchmaking.figures.summing import Sums, entries, is_done, sums, whole
from matchmaking.figures.tables import kind_label
from matchmaking.models import Fact


class Median(Aggregate):
    """The middle of the values, of two the mean (percentile_cont of PostgreSQL)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Conversion:
    """Intentions and what was signed of them; signed projects and what came of them; days are medians."""

    label: str
    key: str = ""
    """What limits a page's rows to this line: a chain's code, a kind of event or a month."""
    intentions: int = 0
    became_signed: int = 0
    days_to_sign: int | None = None
    signed: int = 0
    fulfilled: int = 0
    days_to_fulfil: int | None = None

    @property
    def signing_rate(self) -> Decimal | None:
        """Of the intentions, those that were signed and verified."""
        return part(self.became_signed, self.intentions)

    @property
    def fulfilment_rate(self) -> Decimal | None:
        """Of the signed projects, those of which something was delivered or that are completed."""
        return part(self.fulfilled, self.signed)


def part(some: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """A share to four decimals; None where there is no whole."""
    return (Decimal(some) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


@dataclass(frozen=True)
class Tables:
    """All of the scope in one line, and one line a counting chain, a kind of event and a month.

    By month, intentions stand in the month of the intention, signed projects in that of the signature.
    """

    whole: Conversion
    by_chain: list[Conversion]
    by_kind: list[Conversion]
    by_month: list[Conversion]


_DONE = """
WITH narrowest AS MATERIALIZED (
    SELECT fact, chain, kind, date_trunc('month', day::timestamp)::date AS month, done_on - day AS days,
        COUNT(*) AS number
    FROM ({rows}) x(fact, chain, kind, day, done_on) GROUP BY 1, 2, 3, 4, 5
), tables AS (
    SELECT fact, CASE WHEN GROUPING(chain) = 0 THEN 'chain' WHEN GROUPING(kind) = 0 THEN 'kind'
            WHEN GROUPING(month) = 0 THEN 'month' ELSE '' END AS part,
        COALESCE(chain::text, kind, month::text, '') AS key, days, SUM(number)::int AS number
    FROM narrowest
    GROUP BY GROUPING SETS ((fact, days), (fact, chain, days), (fact, kind, days), (fact, month, days))
)
SELECT fact, part, key, array_agg(days ORDER BY days), array_agg(number ORDER BY days)
FROM tables GROUP BY fact, part, key"""
NAMES = {
    Fact.INTENTION: ("intentions", "became_signed", "days_to_sign"),
    Fact.SIGNED: ("signed", "fulfilled", "days_to_fulfil"),
}
PARTS = ("chain", "kind", "month")
Found = dict[tuple[str, str], dict[str, Any]]
"""Fields of a ``Conversion`` by the table and the value of its line."""


def tables(scope: Scope) -> Tables:
    """Their numbers from the sums of the ledger, what was done from the entries that are. Four queries.

    What each number counts is defined in ``what_came_rows``; a test compares both on random ledgers.
    """
    found: Found = defaultdict(dict)
    for part in PARTS:
        table = sums(scope, part)
        for key, facts in table.items():
            _number(found, (part, str(key)), facts)
    _number(found, ("", ""), whole(table))
    done = entries(scope).filter(is_done(scope), fact__in=NAMES)
    query, parameters = done.values_list("fact", "chain", "kind", "day", "done_on").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_DONE.format(rows=query), parameters)
        for fact, part, key, days, numbers in cursor.fetchall():
            _all, number, middle = NAMES[fact]
            found[part, key] |= {number: sum(numbers), middle: median(days, numbers)}
    chains = {str(chain.pk): (str(chain), chain.code) for chain in IndustrialChain.objects.all()}
    names: dict[str, Callable[[str], tuple[str, str]]] = {
        "chain": lambda key: chains[key],
        "kind": lambda kind: (kind_label(kind), kind),
        "month": lambda day: (day[:7], day[:7]),
    }
    lines = {
        table: [Conversion(*name(key), **fields) for (of, key), fields in found.items() if of == table]
        for table, name in names.items()
    }
    return Tables(
        Conversion(_("All"), **next((fields for (of, _key), fields in found.items() if not of), {})),
        sorted(lines["chain"], key=lambda line: (-line.signed, line.label)),
        sorted(lines["kind"], key=lambda line: (-line.signed, line.label)),
        sorted(lines["month"], key=lambda line: line.label),
    )


def _number(found: Found, line: tuple[str, str], facts: dict[str, Sums]) -> None:
    """Put into a line how many intentions and signed projects there are; a line without any is none."""
    for fact, (number, *_rest) in NAMES.items():
        if fact in facts and facts[fact].entries:
            found[line][number] = facts[fact].entries


def median(days: Sequence[int], numbers: Sequence[int]) -> int | None:
    """The median in whole days of so many deals each; ``days`` rise. None where there is no deal."""
    if not days:
        return None
    upto, number = list(accumulate(numbers)), sum(numbers)
    lower, upper = (days[bisect_left(upto, at)] for at in ((number + 1) // 2, number // 2 + 1))
    return in_days(timedelta(days=lower + upper) / 2)


def in_days(median: timedelta | None) -> int | None:
    """Whole days of a median; None where nothing has one."""
    return None if median is None else round(median / timedelta(days=1))
