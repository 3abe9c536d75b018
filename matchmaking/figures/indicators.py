"""Indicators of the city, such as its foreign trade by month: added and corrected, with source and date."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Division
from matchmaking.models import Indicator


class NotYourDivision(Refused):
    """The division is none of the person's."""


class IndicatorNotPossible(Refused):
    """A name, a period or a source is missing or makes no sense."""


class IndicatorKnown(Refused):
    """The same indicator of the same period is kept already."""


@dataclass(frozen=True)
class Said:
    """A published number with its period and source; ``year_on_year`` 0.263 means +26.3 %."""

    division: Division
    name_zh: str
    name_en: str
    period_from: dt.date
    period_to: dt.date
    value_cny: Decimal
    source_zh: str
    source_en: str
    year_on_year: Decimal | None = None


def may_keep(user: User, division: Division) -> bool:
    """The city office everywhere, officials in the divisions that they govern."""
    return user.is_superuser or Division.objects.governed_by(user).filter(pk=division.pk).exists()


def add(said: Said, *, by: User) -> Indicator:
    """Keep a published number.

    :raises NotYourDivision, IndicatorNotPossible, IndicatorKnown: see their names.
    """
    _check(said, by)
    with acting(by):
        try:
            with transaction.atomic():
                return Indicator.objects.create(**vars(said))
        except IntegrityError:
            raise IndicatorKnown(
                _("This indicator is kept for this period already: correct it there.")
            ) from None


def correct(indicator: Indicator, said: Said, *, by: User, reason: str) -> Indicator:
    """Correct a number, for a reason that the audit trail keeps beside the value before and after.

    :raises NotYourDivision, IndicatorNotPossible, IndicatorKnown: see their names.
    """
    if not Indicator.objects.editable_by(by).filter(pk=indicator.pk).exists():
        raise NotYourDivision(_("This division is none of yours."))
    _check(said, by)
    if not reason.strip():
        raise IndicatorNotPossible(_("Say why the number is corrected; the audit trail keeps it."))
    with acting(by, reason.strip()):
        row = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
        for name, value in vars(said).items():
            setattr(row, name, value)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            raise IndicatorKnown(
                _("This indicator is kept for this period already: correct it there.")
            ) from None
    return row


def _check(said: Said, by: User) -> None:
    """:raises NotYourDivision, IndicatorNotPossible: the first thing that is wrong."""
    if not may_keep(by, said.division):
        raise NotYourDivision(_("This division is none of yours."))
    wrong = (
        (not said.name_zh.strip() or not said.name_en.strip(), _("Give the name in both languages.")),
        (not said.source_zh.strip() or not said.source_en.strip(), _("Give the source in both languages.")),
        (said.period_to < said.period_from, _("The period ends before it begins.")),
        (said.value_cny < 0, _("An amount cannot be negative.")),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise IndicatorNotPossible(sentence)
