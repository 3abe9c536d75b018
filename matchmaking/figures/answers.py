"""What came of signed projects by year, and how many firms said so: silence is counted as silence."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from events.models import FollowUp, Fulfilment
from events.models.follow_up import SILENT_AFTER
from matchmaking.figures import rows
from matchmaking.figures.conversion import part
from matchmaking.figures.scope import Scope


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
    """One line a year, as it is reported by the day; the four amounts are never added to each other."""
    signed = rows.signed(scope).values("pk")
    reports = Fulfilment.objects.filter(deal__in=signed, reported_on__lte=scope.as_of)
    rate = F("deal__rate_to_cny")
    grouped = (
        reports.order_by()
        .values("year")
        .annotate(
            deals=Count("deal", distinct=True),
            ordered=Sum(F("ordered_amount") * rate),
            fulfilled=Sum(F("fulfilled_amount") * rate),
            new_output=Sum(F("new_output_amount") * rate),
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
    signed = rows.signed(scope).values("pk")
    answered = Q(answered_at__lt=scope.end)
    firm, office = Q(source__in=["link", "portal"]), Q(source=FollowUp.Source.OFFICE)
    late = Q(payment=FollowUp.Payment.LATE)
    silent = ~answered | Q(answered_at=None)
    found = FollowUp.objects.filter(deal__in=signed, due_on__lte=scope.as_of).aggregate(
        due=Count("pk"),
        by_firm=Count("pk", filter=answered & firm),
        by_office=Count("pk", filter=answered & office),
        silent=Count("pk", filter=silent & Q(due_on__lt=scope.as_of - SILENT_AFTER)),
        late_payments=Count("pk", filter=answered & late),
    )
    return Answers(**found)
