"""A firm stands at the entrance without a registration: register it and check it in at once."""

from dataclasses import dataclass

from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from companies.models import Company
from events.arriving import check_in
from events.models import DockingEvent, Registration
from events.registration import Person, approve, register

State = Registration.State
SIDES = {Registration.Side.BUYER: "buys", Registration.Side.SUPPLIER: "supplies"}


class FirmIsKnown(Refused):
    """The directory has a firm of this name or credit code; ``company`` is it where the person may see it."""

    def __init__(self, sentence: str | Promise, company: Company | None) -> None:
        super().__init__(sentence)
        self.company = company


class NoPlaceLeft(Refused):
    """The event is full: nothing was written."""


@dataclass(frozen=True)
class Newcomer:
    """The least that is asked of a firm that is not in the directory; officials verify it later."""

    name: str
    credit_code: str = ""
    is_another: bool = False
    """Whether the person looked and says that it is another firm of the same name."""


def walk_in(
    event: DockingEvent,
    firm: Company | Newcomer,
    *,
    side: str,
    by: User,
    delegate: Person | None = None,
) -> Registration:
    """Register and check in at once; a registered firm is only checked in.

    :raises FirmIsKnown: a new firm has the name or the credit code of one that is in the directory.
    :raises NoPlaceLeft: all places are taken.
    :raises Refused: as ``register`` and ``check_in`` do; nothing is written then.
    """
    with acting(by):
        # Whoever sends the same newcomer twice is answered one after the other.
        event = DockingEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        company = firm if isinstance(firm, Company) else _admit(firm, side, by)
        row = Registration.objects.active().filter(event=event, company=company).first()
        if row is None:
            row = register(
                event, _doing(company, side), by=by, side=side, delegates=[delegate] if delegate else []
            )
        elif row.state == State.ASKED:
            row = approve(row, by=by)
        if row.state == State.WAITING:
            raise NoPlaceLeft(
                _("All places are taken: raise their number, or let a firm that stays away withdraw.")
            )
        return check_in(row.badge_code, event=event, by=by, at=timezone.now())


def _doing(company: Company, side: str) -> Company:
    """The company, whose profile now says that it also does what it came for."""
    column = SIDES[Registration.Side(side)]
    if not getattr(company, column):
        setattr(company, column, True)
        company.save(update_fields=[column, "updated_at"])
    return company


def _admit(new: Newcomer, side: str, by: User) -> Company:
    """A company that waits for verification.

    :raises FirmIsKnown: it is in the directory already.
    """
    name = " ".join(new.name.split())
    known = Company.objects.current()
    if new.credit_code and (same := known.filter(credit_code=new.credit_code).first()):
        if not _is_seen(same, by):
            raise FirmIsKnown(
                _("The directory has this credit code, of a firm that you do not see: leave the code empty."),
                None,
            )
        raise FirmIsKnown(
            _("The directory has this credit code; the firm is %(firm)s") % {"firm": same}, same
        )
    named = known.annotate(zh=Lower("name_zh"), en=Lower("name_en"))
    same = named.filter(zh=name.lower()).first() or named.filter(en=name.lower()).first()
    if same and not new.is_another and not _is_seen(same, by):
        raise FirmIsKnown(
            _("The directory has a firm of this name that you do not see: say whether this is another one."),
            None,
        )
    if same and not new.is_another:
        raise FirmIsKnown(
            _("The directory has a firm of this name, %(firm)s: choose it, or say that this is another one.")
            % {"firm": same},
            same,
        )
    is_chinese = any("㐀" <= character <= "鿿" for character in name)
    return Company.objects.create(
        name_zh=name if is_chinese else "",
        name_en="" if is_chinese else name,
        credit_code=new.credit_code or None,
        supplies=side == Registration.Side.SUPPLIER,
        buys=side == Registration.Side.BUYER,
    )


def _is_seen(company: Company, by: User) -> bool:
    return Company.objects.visible_to(by).filter(pk=company.pk).exists()
