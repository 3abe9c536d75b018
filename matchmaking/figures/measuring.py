"""How a figure is computed: from its rows by definition, and quickly from what the ledger is summed into.

A test compares the two on random ledgers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, F, Lookup, Q, QuerySet, Sum
from django.db.models.sql.compiler import SQLCompiler
from django.utils.functional import Promise

from companies.models import Company
from events.models import ExchangeRate
from events.totals import FEW
from matchmaking.figures import rows, serving
from matchmaking.figures.scope import Scope
from matchmaking.figures.summing import Sums, Table, places, sums, whole
from matchmaking.figures.summing import entries as entries_of
from matchmaking.models import Fact

Value = int | Decimal | None

MOST_REPORTS = 201
"""Of fulfilment for one deal: one a year that the database takes."""


class Unit(StrEnum):
    """What a value is counted in."""

    COUNT = "count"
    CNY = "CNY"
    USD = "USD"
    SHARE = "share"
    DAYS = "days"


@dataclass(frozen=True)
class Measured:
    """A value, and the number of deals or other rows behind it; from ``FEW`` on, at least so many."""

    value: Value
    behind: int


class Reading:
    """What is read of the database for the figures of one scope, each once."""

    def __init__(self, scope: Scope, of_ledger: Table | None = None) -> None:
        """:param of_ledger: the sums of the scope where they are known already."""
        self.scope = scope
        self._of_ledger = of_ledger

    @cached_property
    def by_kind(self) -> Table:
        """The sums of the scope by kind of event; all that is asked of the ledger adds up from them."""
        return sums(self.scope, "kind") if self._of_ledger is None else self._of_ledger

    @cached_property
    def _whole(self) -> dict[str, Sums]:
        return whole(self.by_kind)

    def fact(self, fact: Fact) -> Sums:
        """The sums of one fact of the ledger."""
        return self._whole.get(fact, Sums())

    @cached_property
    def served(self) -> dict[str, int]:
        """Companies served by size class, empty for those without."""
        if serving.is_kept(self.scope):
            return serving.by_size(self.scope)
        sizes = rows.companies_served(self.scope).order_by().values_list("size_class")
        return dict(sizes.annotate(number=Count("pk")))

    @cached_property
    def dollar_rate(self) -> ExchangeRate | None:
        """The newest rate of the dollar on the figure's day; it is shown beside every amount in dollars."""
        return dollar_rate(self.scope)


@dataclass(frozen=True)
class Figure:
    """One figure and its counting rule.

    ``rows`` gives what it counts; ``measuring`` computes it from exactly these rows, ``quickly`` from sums
    that are kept of them. A figure without a past is only known today, so no month keeps it.
    """

    key: str
    label: Promise
    rule: Promise
    unit: Unit
    rows: Callable[[Scope], QuerySet[Any]]
    measuring: Callable[["Figure", Scope], Measured]
    quickly: Callable[[Reading], Measured] | None = None
    has_past: bool = True

    def measure(self, reading: Reading) -> Measured:
        """Its value and how many rows stand behind it."""
        return self.quickly(reading) if self.quickly else self.measuring(self, reading.scope)

    def of(self, scope: Scope) -> Value:
        """A count, an amount in ``unit``, or a share from 0 to 1; None where nothing can be divided."""
        return self.measure(Reading(scope)).value

    @property
    def is_amount(self) -> bool:
        """Whether it is money, which few deals would give away."""
        return self.unit in {Unit.CNY, Unit.USD}


def count(figure: Figure, scope: Scope) -> Measured:
    """How many rows there are."""
    number = figure.rows(scope).count()
    return Measured(number, number)


def entries(fact: Fact, column: str = "entries") -> Callable[[Reading], Measured]:
    """How many deals there are of a fact, or of those of a fact that a column of ``Sums`` counts."""

    def number(reading: Reading) -> Measured:
        found: int = getattr(reading.fact(fact), column)
        return Measured(found, found)

    return number


class IsOneOf(Lookup):
    """Whether a column is in an array: of two such conditions each looks into its own index."""

    lookup_name = "is_one_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, of_column = self.process_lhs(compiler, connection)
        array, of_array = self.process_rhs(compiler, connection)
        return f"{column} = ANY({array})", [*of_column, *of_array]


def took_part(reading: Reading) -> Measured:
    """Signed projects counted elsewhere in which the scope took part, from the entries."""
    scope = reading.scope
    if not scope.chain and not scope.division:
        return Measured(0, 0)
    here = Q(division__in=places(scope)) if scope.division else Q()
    if scope.chain:
        here &= Q(chain=scope.chain)
        part = Q(IsOneOf(F("event_id"), ArraySubquery(rows.events_of_chain(scope))))
    else:
        firms = ArraySubquery(rows.firms_of(scope))
        part = Q(IsOneOf(F("buyer_id"), firms)) | Q(IsOneOf(F("supplier_id"), firms))
    anywhere = entries_of(replace(scope, chain=None, division=None, only_itself=False))
    number = anywhere.filter(part, fact=Fact.SIGNED).exclude(here).count()
    return Measured(number, number)


def silent(reading: Reading) -> Measured:
    """Signed projects that no side contests and that not both sides have confirmed."""
    signed = reading.fact(Fact.SIGNED)
    number = signed.entries - signed.confirmed - signed.contested
    return Measured(number, number)


def total_of(column: str, of: str = "pk") -> Callable[[Figure, Scope], Measured]:
    """The sum of a column; ``of`` names what stands behind it, each counted once."""

    def total(figure: Figure, scope: Scope) -> Measured:
        rows = figure.rows(scope).exclude(**{column: None}).order_by()
        found = rows.aggregate(total=Sum(column), behind=Count(of, distinct=True))
        return Measured(found["total"] or Decimal(0), found["behind"])

    return total


def amount(fact: Fact, column: str = "amount", behind: str = "with_amount") -> Callable[[Reading], Measured]:
    """The sum of a column of ``Sums``, in yuan, and the number of deals that have the amount."""

    def total(reading: Reading) -> Measured:
        found = reading.fact(fact)
        return Measured(getattr(found, column), getattr(found, behind))

    return total


def new_output(reading: Reading) -> Measured:
    """New output value. A deal may report year after year: few reports are looked at deal by deal."""
    found = reading.fact(Fact.OUTPUT)
    behind = found.with_amount
    if 0 < behind < FEW * MOST_REPORTS:
        reported = entries_of(reading.scope).filter(fact=Fact.OUTPUT)
        behind = reported.aggregate(deals=Count("deal", distinct=True))["deals"]
    return Measured(found.amount, behind)


def dollar_rate(scope: Scope) -> ExchangeRate | None:
    """The newest rate of the dollar on the figure's day; it is shown beside every amount in dollars."""
    return ExchangeRate.objects.latest_for("USD", scope.as_of)


def _in_dollars(yuan: Measured, rate: ExchangeRate | None) -> Measured:
    """Whole dollars; None without a rate."""
    if rate is None:
        return Measured(None, yuan.behind)
    dollars = Decimal(yuan.value or 0) / rate.cny_per_unit
    return Measured(dollars.quantize(Decimal(1), ROUND_HALF_UP), yuan.behind)


def in_dollars(figure: Figure, scope: Scope) -> Measured:
    """The signed amount in dollars, whole; None without a rate."""
    return _in_dollars(total_of("signed_cny")(figure, scope), dollar_rate(scope))


def in_dollars_quickly(reading: Reading) -> Measured:
    """The same from the sums."""
    return _in_dollars(amount(Fact.SIGNED)(reading), reading.dollar_rate)


def sme_share(figure: Figure, scope: Scope) -> Measured:
    """Medium, small and micro enterprises among the classified, to four decimals."""
    return _share(rows.served_smes(scope).count(), figure.rows(scope).count())


def sme_share_quickly(reading: Reading) -> Measured:
    """The same from the numbers by size class."""
    smes = sum(reading.served.get(size, 0) for size in Company.SME_CLASSES)
    return _share(smes, sum(number for size, number in reading.served.items() if size))


def _share(part: int, whole: int) -> Measured:
    if not whole:
        return Measured(None, 0)
    return Measured((Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP), whole)


def served(reading: Reading) -> Measured:
    """Companies served."""
    number = sum(reading.served.values())
    return Measured(number, number)


def served_unclassified(reading: Reading) -> Measured:
    """Companies served without a size class."""
    number = reading.served.get("", 0)
    return Measured(number, number)
