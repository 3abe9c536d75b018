"""Acts: a company leaves the directory, or comes back. Its records stay."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies import sourcing
from companies.models import Company
from companies.verification import NotOverseen, lock_overseen, reason_given


class NotArchived(Refused):
    """Only an archived company that was not merged comes back."""


def archive(company: Company, *, by: User, reason: str) -> Company:
    """Take a company out of every list; its open needs end and its deals stay.

    The reason is kept in the audit trail and on the needs that end.

    :raises NotOverseen, CompanyArchived, ReasonMissing: see companies.verification.
    """
    with acting(by, reason):
        row = lock_overseen(company, by=by)
        sourcing.close_all_of(row, reason=reason_given(reason))
        row.archived_at = timezone.now()
        row.save(update_fields=["archived_at", "updated_at"])
        return row


def restore(company: Company, *, by: User, reason: str) -> Company:
    """Bring an archived company back as it was; needs that ended are opened again one by one.

    :raises NotOverseen, NotArchived, ReasonMissing: see their names.
    """
    with acting(by, reason):
        row = Company.objects.select_for_update().get(pk=company.pk)
        if not Company.objects.overseen_by(by).filter(pk=row.pk).exists():
            raise NotOverseen(_("You do not answer for this company."))
        if row.archived_at is None or row.merged_into_id:
            raise NotArchived(_("Only an archived company that was not merged can be restored."))
        reason_given(reason)
        row.archived_at = None
        row.save(update_fields=["archived_at", "updated_at"])
        return row
