"""Acts: a person asks to act for a company, an official approves, either side ends it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company, Representative
from companies.verification import CompanyArchived, NotOverseen


class AlreadyRepresents(Refused):
    """The person acts for the company or has asked to."""


class NotWaiting(Refused):
    """Only a request that waits can be approved."""


class OwnRequest(Refused):
    """Nobody approves their own request."""


class AlreadyEnded(Refused):
    """The representation has ended before."""


def ask(
    company: Company, *, by: User, role: str = Representative.Role.OWNER, reason: str = ""
) -> Representative:
    """Ask to act for a company; an official approves it.

    :param reason: what the person says about themselves, kept in the audit trail.
    :raises CompanyArchived, AlreadyRepresents: see their names.
    """
    with acting(by, reason):
        row = Company.objects.select_for_update().get(pk=company.pk)
        if row.archived_at:
            raise CompanyArchived(_("This company was archived."))
        standing = ~Q(state=Representative.State.ENDED)
        if Representative.objects.filter(standing, company=row, user=by).exists():
            raise AlreadyRepresents(_("You already act for this company, or have asked to."))
        return Representative.objects.create(user=by, company=row, role=role)


def approve(representative: Representative, *, by: User) -> Representative:
    """Let a person act for the company from now on.

    :raises NotOverseen, NotWaiting, OwnRequest: see their names.
    """
    with acting(by):
        row = _lock(representative)
        if not Company.objects.overseen_by(by).filter(pk=row.company_id).exists():
            raise NotOverseen(_("You do not answer for this company."))
        if row.user_id == by.pk:
            raise OwnRequest(_("Somebody else must approve your own request."))
        if row.state != Representative.State.ASKED:
            raise NotWaiting(_("This request has been answered already."))
        row.state = Representative.State.APPROVED
        row.save(update_fields=["state"])
        return row


def end(representative: Representative, *, by: User, reason: str = "") -> Representative:
    """End a representation, or decline a request.

    Officials may, the person may, and so may an owner or manager of the same company.

    :raises NotOverseen, AlreadyEnded: see their names.
    """
    with acting(by, reason):
        row = _lock(representative)
        if not _may_end(row, by):
            raise NotOverseen(_("You cannot decide who acts for this company."))
        if row.state == Representative.State.ENDED:
            raise AlreadyEnded(_("This person no longer acts for the company."))
        row.state = Representative.State.ENDED
        row.save(update_fields=["state"])
        return row


def _lock(representative: Representative) -> Representative:
    return Representative.objects.select_for_update(of=("self",)).get(pk=representative.pk)


def _may_end(row: Representative, by: User) -> bool:
    if row.user_id == by.pk or Company.objects.overseen_by(by).filter(pk=row.company_id).exists():
        return True
    colleagues = Representative.objects.active().filter(
        company=row.company_id, role=Representative.Role.OWNER
    )
    return colleagues.filter(user=by).exists()
