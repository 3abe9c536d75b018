"""How chains and divisions fare, for officials: signing, performance and problem-solving rates.

They are no ranking and are not public: a rate of a few deals says little, so each stands with its numbers.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from companies.models import Division, IndustrialChain
from matchmaking.figures import aftercare_rows, rows, what_came_rows
from matchmaking.figures.conversion import part
from matchmaking.figures.scope import Scope


@dataclass(frozen=True)
class Rates:
    """One chain or division: numbers and the rates that they give."""

    label: str
    key: str
    """The code of the chain or division."""
    intentions: int = 0
    became_signed: int = 0
    signed: int = 0
    performing: int = 0
    raised: int = 0
    solved: int = 0
    visits: int = 0

    @property
    def signing(self) -> Decimal | None:
        return part(self.became_signed, self.intentions)

    @property
    def performance(self) -> Decimal | None:
        return part(self.performing, self.signed)

    @property
    def solving(self) -> Decimal | None:
        return part(self.solved, self.raised)


@dataclass(frozen=True)
class Tables:
    """The rates of the chains with anything to show, and of the divisions themselves; most signed first."""

    by_chain: list[Rates]
    by_division: list[Rates]


def tables(scope: Scope) -> Tables:
    """Both tables from four queries, each over all pairs of a chain and a division."""
    chains: Found = {}
    divisions: Found = {}
    signed_ever = what_came_rows.signed_ever(scope).values("pk")
    became = {"became_signed": Count("pk", filter=Q(pk__in=signed_ever))}
    going_on = {"performing": Count("pk", filter=what_came_rows.is_going_on(scope))}
    solved = {"solved": Count("pk", filter=what_came_rows.is_solved(scope))}
    of_deal, of_firm = ("counting_chain", "counting_division"), ("chain", "company__division")
    for counted, by, numbers in (
        (rows.intentions(scope), of_deal, {"intentions": Count("pk"), **became}),
        (rows.signed(scope), of_deal, {"signed": Count("pk"), **going_on}),
        (aftercare_rows.problems_raised(scope), of_firm, {"raised": Count("pk"), **solved}),
        (aftercare_rows.visits(scope), of_firm, {"visits": Count("pk")}),
    ):
        grouped = counted.order_by().values(*by).annotate(**numbers)
        for chain, division, *counts in grouped.values_list(*by, *numbers):
            chains.setdefault(chain, Counter()).update(dict(zip(numbers, counts, strict=True)))
            divisions.setdefault(division, Counter()).update(dict(zip(numbers, counts, strict=True)))
    return Tables(
        _lines(chains, {each.pk: (str(each), each.code) for each in IndustrialChain.objects.all()}),
        _lines(divisions, {each.pk: (str(each), each.code) for each in Division.objects.all()}),
    )


Found = dict[int | None, Counter[str]]
"""Numbers by the key of a chain or division; None for what belongs to none."""


def _lines(found: Found, names: dict[int, tuple[str, str]]) -> list[Rates]:
    lines = [
        Rates(*names[key], **numbers)  # type: ignore[arg-type]  # numbers alone are named
        for key, numbers in found.items()
        if key in names
    ]
    return sorted(lines, key=lambda line: (-line.signed, -line.raised, line.label))
