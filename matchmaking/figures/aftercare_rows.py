"""The rows behind the figures of what came after: visits, problems raised, problems solved."""

from typing import Any

from django.db.models import Q, QuerySet

from events.models import Problem, Visit
from matchmaking.figures.rows import _in_division, _within
from matchmaking.figures.scope import NO_EVENT, Scope


def _of_chain(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    return rows.filter(chain=scope.chain) if scope.chain else rows


def visits(scope: Scope) -> QuerySet[Visit]:
    """Visits by their day, to firms of the division; they belong to no kind of event."""
    rows = Visit.objects.filter(_within(scope, "visited_on"), _in_division(scope, "company__division"))
    if scope.kind and scope.kind != NO_EVENT:
        return rows.none()
    return _of_chain(rows, scope)


def _problems(scope: Scope) -> QuerySet[Problem]:
    """Problems of the scope's firms, of events of the kind where one is asked."""
    rows = _of_chain(Problem.objects.filter(_in_division(scope, "company__division")), scope)
    if scope.kind == NO_EVENT:
        return rows.filter(meeting=None)
    return rows.filter(meeting__event__kind=scope.kind) if scope.kind else rows


def problems_raised(scope: Scope) -> QuerySet[Problem]:
    """Problems by the day on which they were raised, whatever came of them; without those withdrawn."""
    return _problems(scope).exclude(state=Problem.State.WITHDRAWN).filter(_within(scope, "raised_on"))


def problems_solved(scope: Scope) -> QuerySet[Problem]:
    """Problems that the firm closed as solved, by that day."""
    solved = Q(state=Problem.State.SOLVED) & _within(scope, "solved_on")
    return _problems(scope).filter(solved)
