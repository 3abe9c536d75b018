"""What the public may see of amounts: nothing that tells, by itself or by subtraction, of a deal or two.

Amounts are shown at the ledger's date, for the whole and for one limit at a time: of two days, or of two
limits crossed, the difference could be a single deal. Numbers of deals are public everywhere.
"""

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max
from django.db.models.functions import TruncMonth

from companies.models import Division
from events.totals import FEW
from matchmaking.figures import disclosure
from matchmaking.figures.measuring import Figure, Reading
from matchmaking.figures.scope import Scope, last_day, ledger_date, whole_city
from matchmaking.figures.summing import entries
from matchmaking.figures.tables import Line
from matchmaking.models import Fact, LedgerEntry

FACTS = {
    "order_volume_cny": Fact.SIGNED,
    "order_volume_usd": Fact.SIGNED,
    "intention_value_cny": Fact.INTENTION,
}
"""Amounts that the tables show; all other amounts are public for the whole only."""
KEPT_SECONDS = 24 * 3600


def hidden(fact: Fact) -> frozenset[disclosure.Cell]:
    """The cells of the published tables whose amount stays out; kept until an entry of the ledger changes."""
    day = ledger_date()
    newest = LedgerEntry.objects.aggregate(last=Max("pk"), number=Count("pk"))
    key = f"hidden-cells:{fact}:{day}:{newest['last']}:{newest['number']}"
    found: frozenset[disclosure.Cell] | None = cache.get(key)
    if found is None:
        found = disclosure.hidden_cells(_atoms(fact), FEW)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _atoms(fact: Fact) -> list[disclosure.Atom]:
    grouped = (
        entries(whole_city())
        .filter(fact=fact, amount__isnull=False)
        .annotate(month=TruncMonth("day"))
        .order_by()
        .values_list("chain__code", "division__code", "kind", "month")
        .annotate(number=Count("pk"))
    )
    return [
        disclosure.Atom(
            (("chain", chain), ("division", division), ("kind", kind), ("month", f"{month:%Y-%m}")), number
        )
        for chain, division, kind, month, number in grouped
    ]


def hides(figure: Figure, reading: Reading) -> bool:
    """Whether an amount of a scope stays out for the public, beside the rule for few deals."""
    scope, limits = reading.scope, _limits(reading.scope)
    if not figure.is_amount:
        return False
    if _is_past(scope) or len(limits) > 1:
        return True
    if not limits:
        return figure.key == "signed_confirmed_cny" and _leaves_few(reading)
    fact = FACTS.get(figure.key)
    return fact is None or bool(_cells_of(scope) & hidden(fact))


def lines(found: Sequence[Line], by: str, scope: Scope) -> list[Line]:
    """Lines of a table for the public; ``by`` names its column: chain, division, kind or month."""
    if _is_past(scope) or _limits(scope) - {by}:
        return [line.without_amounts() for line in found]
    signed, intended = hidden(Fact.SIGNED), hidden(Fact.INTENTION)
    return [_shown(line, (by, line.key) in signed, (by, line.key) in intended) for line in found]


def _shown(line: Line, hides_signed: bool, hides_intended: bool) -> Line:
    bare = line.without_amounts()
    kept: dict[str, Any] = {}
    if not hides_signed:
        kept["signed_cny"] = line.signed_cny
    if not hides_intended:
        kept["intention_cny"] = line.intention_cny
    return bare.with_amounts(**kept)


def _is_past(scope: Scope) -> bool:
    return scope.as_of != ledger_date()


def _limits(scope: Scope) -> set[str]:
    """By which columns the scope is limited."""
    names = ("chain", "division", "kind")
    return {name for name in names if getattr(scope, name)} | ({"month"} if scope.since else set())


def _cells_of(scope: Scope) -> frozenset[disclosure.Cell]:
    """The cells of one table that a scope with one limit consists of."""
    if scope.chain:
        return frozenset({("chain", scope.chain.code)})
    if scope.kind:
        return frozenset({("kind", scope.kind)})
    if scope.division:
        within = [scope.division] if scope.only_itself else Division.objects.within(scope.division)
        return frozenset(("division", division.code) for division in within)
    if scope.since and scope.last <= last_day(scope.since):
        return frozenset({("month", f"{scope.since:%Y-%m}")})
    return frozenset()


def _leaves_few(reading: Reading) -> bool:
    """Whether so few signed deals are not confirmed that the two sums tell of them."""
    signed = reading.fact(Fact.SIGNED)
    return 0 < signed.with_amount - signed.confirmed_with_amount < FEW
