"""What came of signed projects by year, and how many firms said so: silence is counted as silence."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from matchmaking.figures import what_came_rows
from matchmaking.figures.conversion import part
from matchmaking.figures.scope import Scope
from matchmaking.figures.summing import entries
from matchmaking.models import Fact


@dataclass(frozen=True)
class Year:
    """What was reported for one year of the signed projects, in yuan at each deal's own rate."""

    year: int
    deals: int
    ordered: Decimal
    fulfilled: Decimal
    new_output: Decimal


@dataclass(frozen=True)
class Answers:
    """Follow-ups of signed projects that were due by the day, and what became of them."""

    due: int
    by_firm: int
    by_office: int
    silent: int
    late_payments: int

    @property
    def answered(self) -> Decimal | None:
        return part(self.by_firm + self.by_office, self.due)


def by_year(scope: Scope) -> list[Year]:
    """One line a year, as it is reported by the day; the four amounts are never added to each other.

    Of ``what_came_rows.reports``, told from the entries which deals are signed projects.
    """
    signed = entries(scope).filter(fact=Fact.SIGNED).values("deal")
    grouped = (
        what_came_rows.reports_of(signed, scope)
        .order_by()
        .values("year")
        .annotate(
            deals=Count("pk"),  # a deal has one report a year
            ordered=Sum("ordered_cny"),
            fulfilled=Sum("fulfilled_cny"),
            new_output=Sum("new_output_cny"),
        )
        .order_by("year")
    )
    nothing = Decimal(0)
    return [
        Year(
            year=row["year"],
            deals=row["deals"],
            ordered=row["ordered"] or nothing,
            fulfilled=row["fulfilled"] or nothing,
            new_output=row["new_output"] or nothing,
        )
        for row in grouped
    ]


def follow_ups(scope: Scope) -> Answers:
    """Of the follow-ups due by the day: answered by the firm or for it, or silent. One query."""
    conditions = {
        "by_firm": what_came_rows.by_firm,
        "by_office": what_came_rows.by_office,
        "silent": what_came_rows.is_silent,
        "late_payments": what_came_rows.is_late_payment,
    }
    numbers = {name: Count("pk", filter=condition(scope)) for name, condition in conditions.items()}
    return Answers(**what_came_rows.follow_ups(scope).aggregate(due=Count("pk"), **numbers))
