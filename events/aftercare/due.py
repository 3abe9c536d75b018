"""Follow-ups come into being each night: 30, 90, 180 and 365 days after a signature."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from companies.duties import is_official
from events.aftercare.people import city_office, office_of, tell
from events.duties import is_organiser
from events.models import Deal, FollowUp

_LAST = 730
"""A deal that was signed longer ago is asked about no more: its follow-ups would all come at once."""
_SUBJECT = _("Follow-ups that became due: %(count)s")
_BODY = _(
    "%(count)s of your deals became due to be followed up.\n"
    "Sign in and open “Follow-up” on your desk to send the firms their links."
)


def make_due(today: dt.date | None = None) -> list[FollowUp]:
    """Make the follow-ups that became due and tell their owners; a second run makes nothing.

    A deal recorded late is asked the newest question only, not all that it missed.
    """
    today = today or timezone.localdate()
    with acting(None, "follow-ups that became due"):
        made = [row for days, until in _windows() for row in _of_window(today, days, until)]
        kept = FollowUp.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
        if kept:
            _tell_owners(_counted(kept))
    return kept


def _windows() -> Iterable[tuple[int, int]]:
    """For each milestone the days after signing on which it is the newest: from, and before."""
    return pairwise([*FollowUp.Days.values, _LAST])


def _of_window(today: dt.date, days: int, until: int) -> list[FollowUp]:
    """Follow-ups of deals that passed this milestone and not the next, and lack it; unsaved."""
    deals = (
        Deal.objects.unmerged()
        .signed()
        .exclude(stage=Deal.Stage.TERMINATED)
        .filter(
            signed_on__lte=today - dt.timedelta(days=days), signed_on__gt=today - dt.timedelta(days=until)
        )
        .exclude(pk__in=FollowUp.objects.filter(days=days).values("deal_id"))
        .select_related("recorded_by", "counting_chain")
        .order_by("pk")
    )
    owners = _Owners()
    return [
        FollowUp(deal=deal, days=days, due_on=_due_on(deal, days), owner=owners.of(deal)) for deal in deals
    ]


def _due_on(deal: Deal, days: int) -> dt.date:
    """:raises ValueError: the deal was never signed."""
    if deal.signed_on is None:
        raise ValueError("Only a signed deal becomes due.")
    return deal.signed_on + dt.timedelta(days=days)


class _Owners:
    """The owner of each deal, every recorder and chain looked up once."""

    def __init__(self) -> None:
        self._still: dict[int, bool] = {}
        self._offices: dict[int, User | None] = {}

    def of(self, deal: Deal) -> User:
        """Who recorded the deal and still serves; else the chain's office, the city's, or the recorder."""
        recorder = deal.recorded_by
        if recorder.pk not in self._still:
            self._still[recorder.pk] = recorder.is_active and (
                is_official(recorder) or is_organiser(recorder)
            )
        if self._still[recorder.pk]:
            return recorder
        chain = deal.counting_chain_id
        if chain not in self._offices:
            self._offices[chain] = office_of(deal.counting_chain) or city_office()
        return self._offices[chain] or recorder


def _counted(rows: Iterable[FollowUp]) -> dict[User, int]:
    counts: defaultdict[User, int] = defaultdict(int)
    for row in rows:
        counts[row.owner] += 1
    return dict(counts)


def _tell_owners(counts: dict[User, int]) -> None:
    """One letter to each owner."""
    for owner, count in counts.items():
        tell(owner, _SUBJECT, _BODY, {"count": count})
