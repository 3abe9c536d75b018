"""Follow-up: ask the supplier by a link, keep its one answer, or record it for the firm."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import outbox
from accounts.audit import acting
from accounts.models import Letter, User
from accounts.refusals import Refused
from companies.models import Company
from events.aftercare import links
from events.aftercare.problems import note_from_follow_up
from events.deals.following_up import ReportNotPossible, keep
from events.deals.rights import NotAllowed
from events.deals.versions import locked
from events.models import Confirmation, Deal, FollowUp, Fulfilment

MOST_LINKS = 4
"""How many links a firm gets for one follow-up, the first and its reminders."""
LONGEST_NAME = 100
LETTER = "follow-up"
"""The kind of letter, as the outbox knows it."""
Source = FollowUp.Source


class AskingNotPossible(Refused):
    """The follow-up is closed, or has had enough links."""


class FollowUpClosed(Refused):
    """It was answered, its link has expired, or the deal was terminated."""


class NothingSaid(Refused):
    """An answer says at least one thing."""


@dataclass(frozen=True)
class Said:
    """What a firm says: amounts in the deal's currency for one year, payment, and what is stuck."""

    year: int
    ordered: Decimal | None = None
    delivered: Decimal | None = None
    new_output: Decimal | None = None
    payment: str = ""
    stuck: str = ""


@dataclass(frozen=True)
class Asked:
    """A follow-up with the address of its page, which is stored nowhere."""

    follow_up: FollowUp
    link: str


def ask(follow_up: FollowUp, *, by: User, site: str, to: str = "", on_the_spot: bool = False) -> Asked:
    """Make a link with which the supplier answers; an earlier one no longer opens anything.

    The e-mail goes into the outbox. ``site`` is scheme and host of the link.

    :raises NotAllowed: the deal belongs to no chain, division or event of the person.
    :raises AskingNotPossible: answered, terminated, or links used up.
    :raises AddressMissing: no address for an e-mail.
    """
    _require_editor(follow_up, by)
    if not on_the_spot and not to:
        raise links.AddressMissing(_("Give the e-mail address of the person who answers for the firm."))
    token = links.new_token()
    with acting(by):
        row = _locked(follow_up)
        if reason := _why_done(row):
            raise AskingNotPossible(reason)
        if row.links >= MOST_LINKS:
            raise AskingNotPossible(
                _("This firm has had %(count)s links for this question: call it instead.")
                % {"count": MOST_LINKS}
            )
        links.replace(row.token_hash)
        row.token_hash = links.hash_of(token)
        row.links += 1
        row.asked_at = timezone.now()
        row.expires_at = row.asked_at + links.LIFETIME
        row.channel = Confirmation.Channel.QR if on_the_spot else Confirmation.Channel.EMAIL
        row.sent_to, row.delivery = ("" if on_the_spot else to), Confirmation.Delivery.NOT_SENT
        row.save()
        language = links.language_of(row.deal.supplier, to)
        link = links.link_to("follow-up", token, site=site, language=language)
        links.take_back(_letter_keys(row))
        if not on_the_spot:
            _post(row, link, language)
    return Asked(row, link)


def find(token: str) -> FollowUp:
    """The follow-up of a link, in whatever state.

    :raises LinkUnknown: there is none.
    """
    rows = FollowUp.objects.select_related("deal__buyer", "deal__supplier")
    found = rows.filter(token_hash=links.hash_of(token)).first()
    if found is None:
        raise links.unknown(token)
    return found


def why_closed(follow_up: FollowUp) -> str:
    """Why the link can no longer be answered, as a sentence; empty while it can."""
    if reason := _why_done(follow_up):
        return reason
    if follow_up.expires_at is None or follow_up.expires_at <= timezone.now():
        return gettext("This link has expired. Ask the office that sent it for a new one.")
    return ""


def answer_by_link(token: str, said: Said) -> FollowUp:
    """Keep what the firm says, once.

    :raises LinkUnknown, FollowUpClosed, NothingSaid: see their names.
    :raises ReportNotPossible: a year or an amount makes no sense.
    """
    found = find(token)
    with acting(None, "answered by the link of a follow-up"):
        row = _locked(found)
        if row.token_hash != found.token_hash:
            raise FollowUpClosed(links.NEWER)
        if reason := why_closed(row):
            raise FollowUpClosed(reason)
        return _keep(row, said, source=Source.LINK, by=None)


def answer_signed_in(follow_up: FollowUp, said: Said, *, by: User) -> FollowUp:
    """The supplier's representative answers, or an official records for the firm; marked as what it is.

    :raises NotAllowed: the person is neither.
    :raises FollowUpClosed, NothingSaid, ReportNotPossible: see their names.
    """
    source = source_for(by, follow_up)
    if not source:
        raise NotAllowed(_("Only the supplier and the deal's officials report what came of it."))
    with acting(by):
        row = _locked(follow_up)
        if reason := _why_done(row):
            raise FollowUpClosed(reason)
        return _keep(row, said, source=source, by=by)


def source_for(user: User, follow_up: FollowUp) -> str:
    """As what a signed-in person answers: the firm, the office, or empty for neither."""
    deal = follow_up.deal
    if Company.objects.represented_by(user).filter(pk=deal.supplier_id).exists():
        return Source.PORTAL
    if Deal.objects.overseen_by(user).filter(pk=deal.pk).exists():
        return Source.OFFICE
    return ""


def _require_editor(follow_up: FollowUp, by: User) -> None:
    if not FollowUp.objects.editable_by(by).filter(pk=follow_up.pk).exists():
        raise NotAllowed(_("This deal belongs to no chain, division or event of yours."))


def _locked(follow_up: FollowUp) -> FollowUp:
    """The row as it stands now, with its deal; both locked, the deal first as everywhere."""
    deal = locked(follow_up.deal)
    row = FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)
    row.deal = deal
    return row


def _why_done(follow_up: FollowUp) -> str:
    if follow_up.answered_at:
        return gettext("This question has been answered. Thank you.")
    if follow_up.deal.stage == Deal.Stage.TERMINATED:
        return gettext("This deal was terminated.")
    return ""


def _keep(row: FollowUp, said: Said, *, source: str, by: User | None) -> FollowUp:
    """Write the answer, the year's report that follows from it, and the problem that it names."""
    amounts = (said.ordered, said.delivered, said.new_output)
    stuck = said.stuck.strip()
    if all(amount is None for amount in amounts) and not said.payment and not stuck:
        raise NothingSaid(
            _("Say at least one thing: an amount (zero counts), the payment, or what is stuck.")
        )
    if said.year not in years_of(row.deal):
        raise ReportNotPossible(_("The year lies before the signature or in the future."))
    row.answered_at = timezone.now()
    row.source, row.answered_by = source, by
    row.year, row.payment, row.stuck = said.year, said.payment, stuck
    row.ordered_amount, row.delivered_amount, row.new_output_amount = amounts
    if any(amount is not None for amount in amounts):
        _keep_year(row, said, by)
    row.save()
    if stuck:
        note_from_follow_up(row, by=by)
    return row


def _keep_year(row: FollowUp, said: Said, by: User | None) -> None:
    """The year's report; what the firm does not say now stays as it was reported before."""
    known = Fulfilment.objects.filter(deal=row.deal, year=said.year).first() or Fulfilment()
    keep(
        row.deal,
        year=said.year,
        ordered=known.ordered_amount if said.ordered is None else said.ordered,
        fulfilled=known.fulfilled_amount if said.delivered is None else said.delivered,
        new_output=known.new_output_amount if said.new_output is None else said.new_output,
        by=by,
        name=str(by or row.deal.supplier)[:LONGEST_NAME],
        note=known.note,
        on=timezone.localdate(),
    )


def years_of(deal: Deal) -> list[int]:
    """The years that an answer may be about, the newest first."""
    today: dt.date = timezone.localdate()
    first = deal.signed_on.year if deal.signed_on else today.year
    return list(range(today.year, first - 1, -1))


def _letter_keys(row: FollowUp) -> str:
    return f"follow-up:{row.pk}:"


def _post(row: FollowUp, link: str, language: str) -> None:
    """Write the letter; ``note_delivery`` keeps whether it left, and the desk shows it."""
    links.post(
        links.Asking(
            to=row.sent_to,
            language=language,
            link=link,
            subject=lambda: gettext("What came of it: %(deal)s") % {"deal": row.deal},
            template="events/mail/follow_up.txt",
            context={"follow_up": row, "deal": row.deal, "until": row.expires_at},
            kind=LETTER,
            about=("deal", row.deal_id),
            key=f"{_letter_keys(row)}{row.links}",
        )
    )


def note_delivery(letter: Letter) -> None:
    """Keep on the follow-up whether its newest letter left."""
    _kind, key, number = (letter.key or "").split(":")
    FollowUp.objects.filter(pk=int(key), links=int(number)).update(delivery=links.delivery_of(letter))


outbox.when_settled(LETTER, note_delivery)
