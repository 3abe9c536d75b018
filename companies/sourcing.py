"""Acts: the life of a sourcing need, from submission to its end.

draft -> submitted -> open -> closed, filled or expired; an ended need can be opened again.
A verified buyer opens its own needs; those of others wait for an official.
"""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company, SourcingNeed
from companies.verification import CompanyArchived, reason_given

State = SourcingNeed.State


class NeedNotYours(Refused):
    """The person neither represents the buyer nor answers for the need."""


class NeedNotComplete(Refused):
    """The need does not say enough for a supplier to answer."""


class NeedInOtherState(Refused):
    """The act does not fit the need's state."""


class BuyerNotVerified(Refused):
    """Needs of companies that nobody has verified are not opened."""


def submit(need: SourcingNeed, *, by: User) -> SourcingNeed:
    """Hand a draft to the officials.

    :raises NeedNotYours, NeedInOtherState, NeedNotComplete, CompanyArchived: see their names.
    """
    with acting(by):
        row = _lock(need, by)
        _expect(row, State.DRAFT)
        check_complete(row)
        row.state, row.end_reason = State.SUBMITTED, ""
        row.save(update_fields=["state", "end_reason", "updated_at"])
        return row


def publish(need: SourcingNeed, *, by: User) -> SourcingNeed:
    """Open a draft or submitted need to suppliers.

    :raises NeedNotYours, NeedInOtherState, NeedNotComplete, BuyerNotVerified, CompanyArchived: see there.
    """
    with acting(by):
        row = _lock(need, by)
        _expect(row, State.DRAFT, State.SUBMITTED)
        check_complete(row)
        _check_buyer_verified(row)
        return _open(row)


def send_back(need: SourcingNeed, *, by: User, reason: str) -> SourcingNeed:
    """Return a submitted need to its buyer as a draft; the reason says what to correct.

    :raises NeedNotYours, NeedInOtherState, ReasonMissing, CompanyArchived: see their names.
    """
    with acting(by, reason):
        row = _lock(need, by)
        _expect(row, State.SUBMITTED)
        row.state, row.end_reason = State.DRAFT, reason_given(reason)
        row.save(update_fields=["state", "end_reason", "updated_at"])
        return row


def close(need: SourcingNeed, *, by: User, reason: str) -> SourcingNeed:
    """End an open need without a supplier.

    :raises NeedNotYours, NeedInOtherState, ReasonMissing: see their names.
    """
    with acting(by, reason):
        row = _lock(need, by)
        _expect(row, State.OPEN)
        return _end(row, State.CLOSED, reason_given(reason))


def fill(need: SourcingNeed, *, by: User, reason: str = "") -> SourcingNeed:
    """End an open or expired need because a supplier was found.

    :raises NeedNotYours, NeedInOtherState: see their names.
    """
    with acting(by, reason):
        row = _lock(need, by)
        _expect(row, State.OPEN, State.EXPIRED)
        return _end(row, State.FILLED, reason.strip())


def reopen(need: SourcingNeed, *, by: User, answer_by: dt.date | None = None) -> SourcingNeed:
    """Open an ended need again.

    :param answer_by: the new date to answer by; without it the old one stays if it has not passed.
    :raises NeedNotYours, NeedInOtherState, NeedNotComplete, BuyerNotVerified, CompanyArchived: see there.
    """
    with acting(by):
        row = _lock(need, by)
        _expect(row, State.CLOSED, State.FILLED, State.EXPIRED)
        row.answer_by = answer_by or row.answer_by
        check_complete(row)
        _check_buyer_verified(row)
        return _open(row)


def expire_overdue() -> int:
    """End the open needs whose date of answer has passed; a scheduled task calls it every night.

    :returns: how many.
    """
    with acting(None):
        return SourcingNeed.objects.overdue().update(
            state=State.EXPIRED, ended_at=timezone.now(), updated_at=timezone.now()
        )


def close_all_of(company: Company, *, reason: str) -> int:
    """End every open need of a company that leaves; runs inside the act that archives it.

    :returns: how many.
    """
    open_needs = SourcingNeed.objects.filter(buyer=company, state=State.OPEN)
    return open_needs.update(
        state=State.CLOSED, ended_at=timezone.now(), end_reason=reason, updated_at=timezone.now()
    )


def check_complete(row: SourcingNeed) -> None:
    """:raises NeedNotComplete, CompanyArchived: what is missing, as a sentence."""
    if row.buyer.archived_at:
        raise CompanyArchived(_("This company was archived."))
    if not row.buyer.buys:
        raise NeedNotComplete(_("This company is not a buyer: say in its profile that it buys."))
    if not (row.text.strip() or row.sector_id or row.node_id):
        raise NeedNotComplete(_("Describe the need, or choose its sector or its place in a chain."))
    if row.answer_by and row.answer_by < timezone.localdate():
        raise NeedNotComplete(_("The date to answer by has passed: choose a later one."))


def _lock(need: SourcingNeed, by: User) -> SourcingNeed:
    row = SourcingNeed.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=need.pk)
    own = Company.objects.filter(pk=row.buyer_id).editable_by(by).exists()
    if not own and not SourcingNeed.objects.filter(pk=row.pk).overseen_by(by).exists():
        raise NeedNotYours(_("You neither act for the buyer nor answer for this need."))
    return row


def _expect(row: SourcingNeed, *states: SourcingNeed.State) -> None:
    if row.state not in states:
        raise NeedInOtherState(
            _("This cannot be done to a need in the state “%(state)s”.") % {"state": row.get_state_display()}
        )


def _check_buyer_verified(row: SourcingNeed) -> None:
    if row.buyer.verification != Company.Verification.VERIFIED:
        raise BuyerNotVerified(_("The buyer has not been verified yet; the need can be opened after that."))


def _open(row: SourcingNeed) -> SourcingNeed:
    row.state = State.OPEN
    row.opened_at = timezone.now()
    row.ended_at, row.end_reason = None, ""
    row.save(
        update_fields=["state", "opened_at", "ended_at", "end_reason", "answer_by", "updated_at"],
    )
    return row


def _end(row: SourcingNeed, state: SourcingNeed.State, reason: str) -> SourcingNeed:
    row.state, row.end_reason, row.ended_at = state, reason, timezone.now()
    row.save(update_fields=["state", "end_reason", "ended_at", "updated_at"])
    return row
