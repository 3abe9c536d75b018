"""Overdue problems climb to the chief: once for each deadline that passes."""

import datetime as dt
from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from events.aftercare.people import chief_of, city_office, officer_of, tell
from events.models import Problem

_SUBJECT = _("Overdue problems of firms: %(count)s")
_BODY = _(
    "%(count)s problems of firms passed their deadline without a solution and have climbed to you.\n"
    "Sign in and open “Problems” on your desk."
)


def climb(today: dt.date | None = None) -> list[Problem]:
    """Hand overdue problems to whoever stands above their owner, and tell that person; again does nothing."""
    with acting(None, "overdue problems climb"):
        overdue = Problem.objects.overdue(today).filter(climbed_at=None).select_for_update(of=("self",))
        rows = list(overdue.select_related("company__division__parent", "chain").order_by("pk"))
        counts: defaultdict[User, int] = defaultdict(int)
        for row in rows:
            row.climbed_at, row.climbed_to = timezone.now(), _above(row)
            row.save(update_fields=["climbed_at", "climbed_to"])
            if row.climbed_to:
                counts[row.climbed_to] += 1
        _tell(counts)
    return rows


def _above(problem: Problem) -> User | None:
    """The chain's chief, without a chain the division's officer; above the owner the city office."""
    above = chief_of(problem.chain) if problem.chain else officer_of(problem.company.division)
    return above if above and above.pk != problem.owner_id else city_office()


def _tell(counts: dict[User, int]) -> None:
    for person, count in counts.items():
        tell(person, _SUBJECT, _BODY, {"count": count})
