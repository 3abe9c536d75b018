"""How chains and divisions fare, for officials: signing, performance and problem-solving rates.

They are no ranking and are not public: a rate of a few deals says little, so each stands with its numbers.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

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


def by_chain(scope: Scope) -> list[Rates]:
    """One line a chain with anything to show, the most signed first. Five queries."""
    names = {chain.pk: (str(chain), chain.code) for chain in IndustrialChain.objects.all()}
    return _lines(scope, "counting_chain", "chain", names)


def by_division(scope: Scope) -> list[Rates]:
    """One line a division itself, without those below it."""
    names = {division.pk: (str(division), division.code) for division in Division.objects.all()}
    return _lines(scope, "counting_division", "company__division", names)


def _lines(scope: Scope, of_deal: str, of_firm: str, names: dict[int, tuple[str, str]]) -> list[Rates]:
    found: dict[int, dict[str, int]] = {}
    signed_ever = what_came_rows.signed_ever(scope).values("pk")
    became = {"became_signed": Count("pk", filter=Q(pk__in=signed_ever))}
    _gather(found, rows.intentions(scope), of_deal, intentions=Count("pk"), **became)
    on = what_came_rows.is_going_on(scope)
    _gather(found, rows.signed(scope), of_deal, signed=Count("pk"), performing=Count("pk", filter=on))
    solved = what_came_rows.is_solved(scope)
    raised = {"raised": Count("pk"), "solved": Count("pk", filter=solved)}
    _gather(found, aftercare_rows.problems_raised(scope), of_firm, **raised)
    _gather(found, aftercare_rows.visits(scope), of_firm, visits=Count("pk"))
    lines = [
        Rates(*names[key], **numbers)  # type: ignore[arg-type]  # numbers alone are named
        for key, numbers in found.items()
        if key in names
    ]
    return sorted(lines, key=lambda line: (-line.signed, -line.raised, line.label))


def _gather(found: dict[int, dict[str, int]], counted: QuerySet[Any], column: str, **numbers: Count) -> None:
    """Add the numbers of each value of the column to what was found."""
    for row in counted.order_by().values(key=F(column)).annotate(**numbers):
        found.setdefault(row.pop("key"), {}).update(row)
