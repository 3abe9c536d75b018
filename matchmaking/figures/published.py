"""What the public may see of amounts: nothing that tells, by itself or by subtraction, of a deal or two.

Amounts are shown at the ledger's date, for the whole and for one limit at a time: of two days, or of two
limits crossed, the difference could be a single deal. Numbers of deals are public everywhere.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.cache import cache

from companies.models import Division, IndustrialChain
from events.totals import FEW
from matchmaking.figures import atoms, disclosure
from matchmaking.figures.measuring import Figure, Reading
from matchmaking.figures.scope import Scope, whole_city
from matchmaking.figures.tables import Line
from matchmaking.models import Fact

FACTS = {
    "order_volume_cny": Fact.SIGNED,
    "order_volume_usd": Fact.SIGNED,
    "intention_value_cny": Fact.INTENTION,
}
"""Amounts that the tables show; all other amounts are public for the whole only."""
KEPT_SECONDS = 24 * 3600


class Hidden:
    """The cells of the published tables whose amount stays out, of one snapshot of the ledger.

    Each fact is looked at once. What was decided is kept by the state of the ledger, so that nothing is ever
    shown by an older one.
    """

    def __init__(self) -> None:
        self.city = whole_city()

    @cached_property
    def signed(self) -> frozenset[disclosure.Cell]:
        return hidden(Fact.SIGNED, self.city)

    @cached_property
    def intended(self) -> frozenset[disclosure.Cell]:
        return hidden(Fact.INTENTION, self.city)

    def is_past(self, scope: Scope) -> bool:
        """Whether a scope looks at the ledger as of another day than its own."""
        return scope.as_of != self.city.as_of

    def of(self, fact: Fact) -> frozenset[disclosure.Cell]:
        return self.signed if fact is Fact.SIGNED else self.intended


def hidden(fact: Fact, scope: Scope) -> frozenset[disclosure.Cell]:
    """The cells of the tables of one fact whose amount stays out; ``scope`` is the whole city.

    A few queries, none reads deals.
    """
    key = f"hidden-cells:{fact}:{scope.as_of}:{atoms.state(fact)}"
    found: frozenset[disclosure.Cell] | None = cache.get(key)
    if found is None:
        columns, deals = atoms.read(scope, fact)
        found = disclosure.hidden_in(atoms.named(columns), deals, FEW) if len(deals) else frozenset()
        cache.set(key, found, KEPT_SECONDS)
    return _with_codes(found)


def _with_codes(cells: frozenset[disclosure.Cell]) -> frozenset[disclosure.Cell]:
    """Cells as lines are called: chains and divisions by the code that they have now."""
    called = {
        name: dict(model._default_manager.filter(pk__in=keys).values_list("pk", "code"))
        for name, model in (("chain", IndustrialChain), ("division", Division))
        if (keys := [int(key) for column, key in cells if column == name])
    }
    return frozenset((name, called[name][int(key)] if name in called else key) for name, key in cells)


def hides(figure: Figure, reading: Reading, cells: Hidden) -> bool:
    """Whether an amount of a scope stays out for the public, beside the rule for few deals."""
    scope, limits = reading.scope, _limits(reading.scope)
    if not figure.is_amount:
        return False
    if cells.is_past(scope) or len(limits) > 1 or (scope.since and not scope.month and not scope.year):
        return True
    if not limits:
        return figure.key == "signed_confirmed_cny" and _leaves_few(reading)
    fact = FACTS.get(figure.key)
    return fact is None or bool(_cells_of(scope) & cells.of(fact))


def lines(found: Sequence[Line], by: str, scope: Scope, cells: Hidden) -> list[Line]:
    """Lines of a table for the public; ``by`` names its column: chain, division, kind or month."""
    if cells.is_past(scope) or _limits(scope) - {by}:
        return [line.without_amounts() for line in found]
    return [_shown(line, (by, line.key) in cells.signed, (by, line.key) in cells.intended) for line in found]


def _shown(line: Line, hides_signed: bool, hides_intended: bool) -> Line:
    bare = line.without_amounts()
    kept: dict[str, Any] = {}
    if not hides_signed:
        kept["signed_cny"] = line.signed_cny
    if not hides_intended:
        kept["intention_cny"] = line.intention_cny
    return bare.with_amounts(**kept)


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
    if scope.month:
        return frozenset({("month", scope.month)})
    return frozenset(("month", f"{scope.year}-{month:02}") for month in range(1, 13))


def _leaves_few(reading: Reading) -> bool:
    """Whether so few signed deals are not confirmed that the two sums tell of them."""
    signed = reading.fact(Fact.SIGNED)
    return 0 < signed.with_amount - signed.confirmed_with_amount < FEW
