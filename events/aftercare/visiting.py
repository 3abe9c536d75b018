"""Visits of officials to firms."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.duties import is_official
from companies.models import Company
from events.aftercare.people import chain_of
from events.deals.rights import NotAllowed
from events.models import Visit


class VisitNotPossible(Refused):
    """Something is missing, the day lies ahead, or the visit is recorded already."""


def record_visit(
    company: Company, *, by: User, on: dt.date, purpose: str, note: str = "", visitor: User | None = None
) -> Visit:
    """Record that an official went to a firm; without ``visitor`` it was whoever records.

    :raises NotAllowed: the person is no official or does not oversee the company.
    :raises VisitNotPossible: see its name.
    """
    visitor = visitor or by
    if not is_official(by) or not Company.objects.overseen_by(by).filter(pk=company.pk).exists():
        raise NotAllowed(_("This company belongs to no chain or division of yours."))
    _check(on, purpose, visitor)
    with acting(by):
        try:
            with transaction.atomic():
                return Visit.objects.create(
                    company=company,
                    chain=chain_of(company),
                    visitor=visitor,
                    visited_on=on,
                    purpose=purpose.strip(),
                    note=note.strip(),
                    recorded_by=by,
                )
        except IntegrityError:
            raise VisitNotPossible(_("This person's visit to the company on that day is recorded.")) from None


def note_visit(visit: Visit, *, by: User, purpose: str, note: str) -> Visit:
    """Correct the purpose or the note of a visit.

    :raises NotAllowed: not the visitor, and the company is none of theirs.
    :raises VisitNotPossible: no purpose.
    """
    if not Visit.objects.editable_by(by).filter(pk=visit.pk).exists():
        raise NotAllowed(_("This company belongs to no chain or division of yours."))
    _check(visit.visited_on, purpose, visit.visitor)
    with acting(by):
        row = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        row.purpose, row.note = purpose.strip(), note.strip()
        row.save(update_fields=["purpose", "note"])
    return row


def _check(on: dt.date, purpose: str, visitor: User) -> None:
    """:raises VisitNotPossible: the first thing that is wrong, as a sentence."""
    if on > timezone.localdate():
        raise VisitNotPossible(_("The day lies in the future."))
    if not purpose.strip():
        raise VisitNotPossible(_("Say what the visit was for."))
    if not is_official(visitor):
        raise VisitNotPossible(_("Only an official's visit is recorded."))
