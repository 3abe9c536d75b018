"""From intention to signed to fulfilled: how many, and how long it took."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection
from django.db.models import Aggregate, BooleanField, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from companies.models import IndustrialChain
from matchmaking.figures import rows, what_came_rows
from matchmaking.figures.scope import Scope
from matchmaking.figures.tables import kind_label


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


_AT_ONCE = """
SELECT CASE WHEN GROUPING(chain) = 0 THEN 'chain' WHEN GROUPING(kind) = 0 THEN 'kind'
        WHEN GROUPING(month) = 0 THEN 'month' ELSE '' END,
    COALESCE(chain::text, month::text, kind, 'none'), COUNT(*), COUNT(*) FILTER (WHERE done),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE done)
FROM ({rows}) x(chain, kind, month, done, days)
GROUP BY GROUPING SETS ((), (chain), (kind), (month))"""
Found = dict[tuple[str, str], dict[str, Any]]
"""Fields of a ``Conversion`` by the table and the value of its line."""


def tables(scope: Scope) -> Tables:
    """Two queries, one over intentions and one over signed projects, each for all tables at once."""
    found: Found = defaultdict(dict)
    signed_ever = what_came_rows.signed_ever(scope).values("pk")
    became = ExpressionWrapper(Q(pk__in=signed_ever), BooleanField())
    intended = rows.intentions(scope).annotate(done=became, days=F("signed_on") - F("intention_on"))
    _gather(found, intended, "intention_on", ("intentions", "became_signed", "days_to_sign"))
    done = ExpressionWrapper(Q(first_on__isnull=False, first_on__lte=scope.as_of), BooleanField())
    signed = what_came_rows.with_first_day(scope).annotate(done=done, days=F("first_on") - F("signed_on"))
    _gather(found, signed, "signed_on", ("signed", "fulfilled", "days_to_fulfil"))
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


def _gather(found: Found, deals: QuerySet[Any], day: str, names: tuple[str, str, str]) -> None:
    """Add number, number done and median of days to what was found; ``deals`` have ``done`` and ``days``."""
    columns = deals.order_by().annotate(month=TruncMonth(day))
    chosen = columns.values_list("counting_chain", "event__kind", "month", "done", "days")
    query, parameters = chosen.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_AT_ONCE.format(rows=query), parameters)
        for table, key, number, done, days in cursor.fetchall():
            found[table, key] |= dict(zip(names, (number, done, in_days(days)), strict=True))


def in_days(median: timedelta | None) -> int | None:
    """Whole days of a median; None where nothing has one."""
    return None if median is None else round(median / timedelta(days=1))
