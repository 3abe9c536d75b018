"""Acts: an official verifies or refuses a company; a refused one asks again.

The company's state, person, time and reason are columns; every change is in the audit trail as well.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Certification, Company, Representative


class NotOverseen(Refused):
    """The person does not answer for this company."""


class OwnCompany(Refused):
    """Nobody judges a company that they represent."""


class CompanyArchived(Refused):
    """The company was archived or merged into another."""


class AlreadyVerified(Refused):
    """The company is verified already."""


class NotRefused(Refused):
    """Only a refused company asks again."""


class ReasonMissing(Refused):
    """The act needs a reason that others can read."""


def verify(company: Company, *, by: User, reason: str = "") -> Company:
    """Publish the company in the directory.

    :raises NotOverseen, OwnCompany, CompanyArchived, AlreadyVerified: see their names.
    """
    with acting(by, reason):
        row = lock_overseen(company, by=by)
        _check_judge(row, by)
        if row.verification == Company.Verification.VERIFIED:
            raise AlreadyVerified(_("This company is already verified."))
        return _set_verdict(row, Company.Verification.VERIFIED, by=by, reason=reason)


def refuse(company: Company, *, by: User, reason: str) -> Company:
    """Take the company out of the directory, or keep it out, and tell it why.

    :raises NotOverseen, OwnCompany, CompanyArchived, ReasonMissing: see their names.
    """
    with acting(by, reason):
        row = lock_overseen(company, by=by)
        _check_judge(row, by)
        return _set_verdict(row, Company.Verification.REFUSED, by=by, reason=reason_given(reason))


def submit_again(company: Company, *, by: User) -> Company:
    """Ask for a new look at a refused company, after its profile was corrected.

    The last verdict's person, time and reason stay until the next one.

    :raises NotOverseen: neither a representative nor an official of the company.
    :raises NotRefused, CompanyArchived: see their names.
    """
    with acting(by):
        row = lock_editable(company, by=by)
        if row.verification != Company.Verification.REFUSED:
            raise NotRefused(_("Only a company that was refused can be submitted again."))
        row.verification = Company.Verification.PENDING
        row.save(update_fields=["verification", "updated_at"])
        return row


def lock_overseen(company: Company, *, by: User) -> Company:
    """The locked row of a current company for which the person answers.

    :raises NotOverseen, CompanyArchived: see their names.
    """
    row = Company.objects.select_for_update().get(pk=company.pk)
    if not Company.objects.overseen_by(by).filter(pk=row.pk).exists():
        raise NotOverseen(_("You do not answer for this company."))
    return _current(row)


def lock_editable(company: Company, *, by: User) -> Company:
    """The locked row of a current company that the person represents or answers for.

    :raises NotOverseen, CompanyArchived: see their names.
    """
    row = Company.objects.select_for_update().get(pk=company.pk)
    if not Company.objects.filter(pk=row.pk).editable_by(by).exists():
        raise NotOverseen(_("You do not act for this company."))
    return _current(row)


def reason_given(reason: str) -> str:
    """The reason without surrounding blanks.

    :raises ReasonMissing: nothing is left.
    """
    if not reason.strip():
        raise ReasonMissing(_("Give a reason; those concerned will read it."))
    return reason.strip()


def _current(row: Company) -> Company:
    if row.archived_at:
        raise CompanyArchived(_("This company was archived."))
    return row


def _check_judge(row: Company, by: User) -> None:
    if Representative.objects.active().filter(company=row, user=by).exists():
        raise OwnCompany(_("You represent this company; somebody else must verify or refuse it."))


def _set_verdict(row: Company, verdict: Company.Verification, *, by: User, reason: str) -> Company:
    row.verification = verdict
    row.verified_by = by
    row.verified_at = timezone.now()
    row.verification_reason = reason
    row.save(
        update_fields=["verification", "verified_by", "verified_at", "verification_reason", "updated_at"]
    )
    return row


def verify_certificate(certificate: Certification, *, by: User) -> Certification:
    """Say that the certificate's data are those of the original.

    :raises NotOverseen, OwnCompany, CompanyArchived, AlreadyVerified: see their names.
    """
    with acting(by):
        _check_judge(lock_overseen(certificate.company, by=by), by)
        row = Certification.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
        if row.verified_at:
            raise AlreadyVerified(_("This certificate is already verified."))
        row.verified_by, row.verified_at = by, timezone.now()
        row.save(update_fields=["verified_by", "verified_at"])
        return row
