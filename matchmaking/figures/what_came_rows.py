"""The rows behind what came of it: intentions that were signed, deliveries, follow-ups, reports by year."""

from dataclasses import replace
from typing import Any

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least, Round

from events.models import Deal, FollowUp, Fulfilment, Problem
from events.models.follow_up import SILENT_AFTER
from matchmaking.figures import aftercare_rows, rows
from matchmaking.figures.scope import Scope

GOES_ON = [Deal.Stage.PERFORMING, Deal.Stage.COMPLETED]


def signed_ever(scope: Scope) -> QuerySet[Deal]:
    """Signed projects without the scope's first and last day: an intention of May may be signed in July."""
    return rows.signed(replace(scope, since=None, until=None))


def became_signed(scope: Scope) -> QuerySet[Deal]:
    """Intentions of the scope that are signed projects."""
    return rows.intentions(scope).filter(pk__in=signed_ever(scope).values("pk"))


def first_day(scope: Scope) -> Least:
    """Of a deal the day of the first reported delivery or of its completion; null where neither was."""
    delivered = Fulfilment.objects.filter(
        deal=OuterRef("pk"), fulfilled_amount__gt=0, reported_on__lte=scope.as_of
    )
    first = delivered.order_by().values("deal").annotate(first=Min("reported_on")).values("first")
    return Least(Subquery(first), "completed_on")


def with_first_day(scope: Scope) -> QuerySet[Deal]:
    """Signed projects with ``first_on``."""
    return rows.signed(scope).annotate(first_on=first_day(scope))


def delivered(scope: Scope) -> QuerySet[Deal]:
    """Signed projects of which something was delivered, or that are completed, with ``first_on``."""
    return rows.signed(scope).annotate(first_on=first_day(scope)).filter(first_on__lte=scope.as_of)


def is_going_on(scope: Scope) -> Q:
    """Deals that are being performed or are completed on the day."""
    begun = Q(stage__in=GOES_ON) & Q(performing_on__lte=scope.as_of)
    return begun | Q(completed_on__lte=scope.as_of)


def going_on(scope: Scope) -> QuerySet[Deal]:
    """Signed projects that are being performed or are completed."""
    return rows.signed(scope).filter(is_going_on(scope))


def is_solved(scope: Scope) -> Q:
    """Problems that the firm has closed by the day."""
    return Q(state=Problem.State.SOLVED, solved_on__lte=scope.as_of)


def solved_of_raised(scope: Scope) -> QuerySet[Problem]:
    """Problems raised in the scope that the firm has closed, be it later."""
    return aftercare_rows.problems_raised(scope).filter(is_solved(scope))


def follow_ups(scope: Scope) -> QuerySet[FollowUp]:
    """Follow-ups of signed projects that were due by the day."""
    return FollowUp.objects.filter(deal__in=rows.signed(scope).values("pk"), due_on__lte=scope.as_of)


def is_answered(scope: Scope) -> Q:
    """Follow-ups that were answered by the end of the scope."""
    return Q(answered_at__lt=scope.end)


def by_firm(scope: Scope) -> Q:
    """Answered by the firm itself."""
    return is_answered(scope) & Q(source__in=[FollowUp.Source.LINK, FollowUp.Source.PORTAL])


def by_office(scope: Scope) -> Q:
    """Recorded by the office for the firm."""
    return is_answered(scope) & Q(source=FollowUp.Source.OFFICE)


def is_late_payment(scope: Scope) -> Q:
    """Answered that the buyer paid late."""
    return is_answered(scope) & Q(payment=FollowUp.Payment.LATE)


def is_silent(scope: Scope) -> Q:
    """Not answered so long after the due day that silence is an answer of its own."""
    unanswered = Q(answered_at=None) | Q(answered_at__gte=scope.end)
    return unanswered & Q(due_on__lt=scope.as_of - SILENT_AFTER)


def reports(scope: Scope) -> QuerySet[Fulfilment]:
    """Reports of fulfilment of signed projects by the day, of one year where it is asked; yuan to a fen."""
    return reports_of(rows.signed(scope).values("pk"), scope)


def reports_of(deals: QuerySet[Any, Any], scope: Scope) -> QuerySet[Fulfilment]:
    """The same of the deals whose keys are given."""
    found = Fulfilment.objects.filter(deal__in=deals, reported_on__lte=scope.as_of).annotate(
        **{
            f"{name}_cny": Round(F(f"{name}_amount") * F("deal__rate_to_cny"), precision=2)
            for name in ("ordered", "fulfilled", "new_output")
        }
    )
    return found.filter(year=scope.reported) if scope.reported else found


def reported_deals(scope: Scope) -> QuerySet[Deal]:
    """Signed projects of which somebody has reported, for one year where it is asked."""
    return rows.signed(scope).filter(pk__in=reports(scope).values("deal"))
