"""From intention to signed to fulfilled: how many, and how long it took."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.db.models import Aggregate, CharField, Count, DurationField, F, Q, QuerySet, Value
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from companies.models import IndustrialChain
from events.models import Deal
from matchmaking.figures import rows, what_came_rows
from matchmaking.figures.scope import NO_EVENT, Scope
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


Name = Callable[[Any], tuple[str, str]]
"""From a value of the ledger to a line's label and key."""


def whole(scope: Scope) -> Conversion:
    """All of the scope in one line."""
    every = {"key": Value("", output_field=CharField())}
    found = _lines(scope, every, lambda _key: (_("All"), ""))
    return found[0] if found else Conversion(_("All"))


def by_chain(scope: Scope) -> list[Conversion]:
    """One line a counting chain, the most signed first."""
    names = {chain.pk: (str(chain), chain.code) for chain in IndustrialChain.objects.all()}
    key = {"key": F("counting_chain")}
    return sorted(_lines(scope, key, lambda pk: names[pk]), key=lambda line: (-line.signed, line.label))


def by_kind(scope: Scope) -> list[Conversion]:
    """One line a kind of event, the most signed first."""
    found = _lines(
        scope, {"key": F("event__kind")}, lambda kind: (kind_label(kind or NO_EVENT), kind or NO_EVENT)
    )
    return sorted(found, key=lambda line: (-line.signed, line.label))


def by_month(scope: Scope) -> list[Conversion]:
    """One line a month: of the intention for what was signed, of the signature for what was fulfilled."""
    found = _lines(scope, None, lambda month: (f"{month:%Y-%m}", f"{month:%Y-%m}"))
    return sorted(found, key=lambda line: line.label)


def _lines(scope: Scope, key: dict[str, Any] | None, name: Name) -> list[Conversion]:
    """Two queries: one over intentions, one over signed projects; ``key`` None groups each by its month."""
    signed_keys = what_came_rows.signed_ever(scope).values("pk")
    intended = _grouped(rows.intentions(scope), key, "intention_on").annotate(
        n=Count("pk"),
        became=Count("pk", filter=Q(pk__in=signed_keys)),
        median=Median(F("signed_on") - F("intention_on"), filter=Q(pk__in=signed_keys)),
    )
    done = Q(first_on__isnull=False, first_on__lte=scope.as_of)
    signed = _grouped(what_came_rows.with_first_day(scope), key, "signed_on").annotate(
        n=Count("pk"),
        fulfilled=Count("pk", filter=done),
        median=Median(F("first_on") - F("signed_on"), filter=done),
    )
    found: dict[Any, dict[str, Any]] = {}
    for row in intended:
        found.setdefault(row.get("key"), {}).update(
            intentions=row["n"], became_signed=row["became"], days_to_sign=in_days(row["median"])
        )
    for row in signed:
        found.setdefault(row.get("key"), {}).update(
            signed=row["n"], fulfilled=row["fulfilled"], days_to_fulfil=in_days(row["median"])
        )
    return [Conversion(*name(value), **fields) for value, fields in found.items()]


def _grouped(deals: QuerySet[Deal], key: dict[str, Any] | None, day: str) -> QuerySet[Any, dict[str, Any]]:
    by = {"key": TruncMonth(day)} if key is None else key
    return cast("QuerySet[Any, dict[str, Any]]", deals.order_by().values(**by))


def in_days(median: timedelta | None) -> int | None:
    """Whole days of a median; None where nothing has one."""
    return None if median is None else round(median / timedelta(days=1))
