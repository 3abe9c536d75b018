"""How chains and divisions fare, for officials: signing, performance and problem-solving rates.

They are no ranking and are not public: a rate of a few deals says little, so each stands with its numbers.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from companies.models import Division, IndustrialChain
from matchmaking.figures import aftercare_rows, what_came_rows
from matchmaking.figures.conversion import part
from matchmaking.figures.scope import Scope
from matchmaking.figures.summing import entries, is_done
from matchmaking.models import Fact


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
    """Both tables from three queries, each over all pairs of a chain and a division.

    What each number counts is defined in ``what_came_rows``; a test compares both on random ledgers.
    """
    chains: Found = {}
    divisions: Found = {}
    intended, signed = Q(fact=Fact.INTENTION), Q(fact=Fact.SIGNED)
    of_deals = {
        "intentions": Count("pk", filter=intended),
        "became_signed": Count("pk", filter=intended & is_done(scope)),
        "signed": Count("pk", filter=signed),
        "performing": Count("pk", filter=signed & Q(going_on__lte=scope.as_of)),
    }
    solved = {"solved": Count("pk", filter=what_came_rows.is_solved(scope))}
    of_firm = ("chain", "company__division")
    for counted, by, numbers in (
        (entries(scope).filter(intended | signed), ("chain", "division"), of_deals),
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
