"""How a figure is computed from its rows: counts, sums in yuan and dollars, shares."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.functional import Promise

from events.models import ExchangeRate
from matchmaking.figures import rows
from matchmaking.figures.scope import Scope

Value = int | Decimal | None

FEW = 3
"""Below this number of deals the public sees no amount, because it would reveal a single firm's deal."""


class Unit(StrEnum):
    """What a value is counted in."""

    COUNT = "count"
    CNY = "CNY"
    USD = "USD"
    SHARE = "share"


@dataclass(frozen=True)
class Measured:
    """A value, and the number of deals or other rows behind it."""

    value: Value
    behind: int


@dataclass(frozen=True)
class Figure:
    """One figure and its counting rule.

    ``rows`` gives what it counts; ``measuring`` computes it from exactly these rows. A figure without a past
    is only known today, so no month keeps it.
    """

    key: str
    label: Promise
    rule: Promise
    unit: Unit
    rows: Callable[[Scope], QuerySet[Any]]
    measuring: Callable[["Figure", Scope], Measured]
    has_past: bool = True

    def measure(self, scope: Scope) -> Measured:
        """Its value and how many rows stand behind it."""
        return self.measuring(self, scope)

    def of(self, scope: Scope) -> Value:
        """A count, an amount in ``unit``, or a share from 0 to 1; None where nothing can be divided."""
        return self.measure(scope).value

    @property
    def is_amount(self) -> bool:
        """Whether it is money, which few deals would give away."""
        return self.unit in {Unit.CNY, Unit.USD}


def count(figure: Figure, scope: Scope) -> Measured:
    """How many rows there are."""
    number = figure.rows(scope).count()
    return Measured(number, number)


def total_of(column: str, of: str = "pk") -> Callable[[Figure, Scope], Measured]:
    """The sum of a column; ``of`` names what stands behind it, each counted once."""

    def total(figure: Figure, scope: Scope) -> Measured:
        rows = figure.rows(scope).exclude(**{column: None}).order_by()
        found = rows.aggregate(total=Sum(column), behind=Count(of, distinct=True))
        return Measured(found["total"] or Decimal(0), found["behind"])

    return total


def dollar_rate(scope: Scope) -> ExchangeRate | None:
    """The newest rate of the dollar on the figure's day; it is shown beside every amount in dollars."""
    return ExchangeRate.objects.latest_for("USD", scope.as_of)


def in_dollars(figure: Figure, scope: Scope) -> Measured:
    """The signed amount in dollars, whole; None without a rate."""
    yuan = total_of("signed_cny")(figure, scope)
    rate = dollar_rate(scope)
    if rate is None:
        return Measured(None, yuan.behind)
    dollars = Decimal(yuan.value or 0) / rate.cny_per_unit
    return Measured(dollars.quantize(Decimal(1), ROUND_HALF_UP), yuan.behind)


def sme_share(figure: Figure, scope: Scope) -> Measured:
    """Medium, small and micro enterprises among the classified, to four decimals."""
    classified = figure.rows(scope).count()
    if not classified:
        return Measured(None, 0)
    share = Decimal(rows.served_smes(scope).count()) / classified
    return Measured(share.quantize(Decimal("0.0001"), ROUND_HALF_UP), classified)
