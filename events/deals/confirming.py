"""Confirmation: each side of a deal says by a link of its own whether the recorded values are true."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts import outbox
from accounts.audit import acting
from accounts.models import Letter, User
from accounts.refusals import Refused
from events.deals.rights import require_oversight, require_recorder
from events.deals.shown import Shown, values_of
from events.deals.versions import locked
from events.models import Confirmation, Deal

LIFETIME = dt.timedelta(days=14)
"""How long a link may be answered."""
LETTER = "confirmation"
"""The kind of letter, as the outbox knows it."""
MOST_LINKS = 5
"""How many links one side gets for one version of a deal, the first and its reminders."""


class InvitationNotPossible(Refused):
    """The side has answered already, has had enough links, or its address is missing."""


class UnknownLink(Refused):
    """No confirmation has this token."""


class LinkNotOpen(Refused):
    """The link was answered, has expired, or speaks of values that were changed since."""


class AnswerNotComplete(Refused):
    """The answer is none of the three, or contests without saying what is wrong."""


@dataclass(frozen=True)
class Invitation:
    """A confirmation with the address of its page, which is stored nowhere."""

    confirmation: Confirmation
    link: str


def invite(
    deal: Deal, side: str, *, channel: str, by: User, site: str, to: str = "", language: str = ""
) -> Invitation:
    """Make a link with which one side confirms the deal's present values; an unanswered earlier one is void.

    ``site`` is scheme and host of the links ("https://example.org"). The e-mail goes into the outbox, in
    ``language``; without one, in the language of the account with that address, else Chinese for firms of
    mainland China and English for others.

    :raises NotAllowed: no permission to record, or a deal of others.
    :raises InvitationNotPossible: answered already, links used up, terminated, or no address for an e-mail.
    """
    require_recorder(by)
    require_oversight(by, deal)
    token = secrets.token_urlsafe(32)
    with acting(by):
        deal = locked(deal)
        _check(deal, side, channel, to)
        standing = Confirmation.objects.filter(deal=deal, side=side, version=deal.version, voided_at=None)
        void = [_letter_key(pk) for pk in standing.values_list("pk", flat=True)]
        outbox.drop(Letter.objects.filter(key__in=void))
        standing.update(voided_at=timezone.now())
        confirmation = Confirmation.objects.create(
            deal=deal,
            side=side,
            version=deal.version,
            token_hash=_hash(token),
            expires_at=timezone.now() + LIFETIME,
            channel=channel,
            sent_to=to if channel == Confirmation.Channel.EMAIL else "",
            shown=values_of(deal),
        )
        language = language or _language_of(deal, side, to)
        with override(language):
            link = site.rstrip("/") + reverse("confirm", args=[token])
        if channel == Confirmation.Channel.EMAIL:
            outbox.post(_letter(confirmation, link, language))
    return Invitation(confirmation, link)


def find(token: str) -> Confirmation:
    """The confirmation of a link, in whatever state.

    :raises UnknownLink: there is none.
    """
    rows = Confirmation.objects.select_related("deal")
    confirmation = rows.filter(token_hash=_hash(token)).first()
    if confirmation is None:
        raise UnknownLink(_("This link is not known. Ask the office that sent it for a new one."))
    return confirmation


def why_closed(confirmation: Confirmation) -> str:
    """Why the link can no longer be answered, as a sentence; empty while it can."""
    if confirmation.answer:
        return gettext("This link has been answered. Thank you.")
    if confirmation.voided_at or confirmation.version != confirmation.deal.version:
        return gettext("The deal was changed, or a newer link was sent: please use the newest one.")
    if confirmation.deal.merged_into_id or confirmation.deal.stage == Deal.Stage.TERMINATED:
        return gettext("This deal is closed: there is nothing left to confirm.")
    if confirmation.expires_at <= timezone.now():
        return gettext("This link has expired. Ask the office that sent it for a new one.")
    return ""


def answer(token: str, given: str, *, comment: str = "") -> Confirmation:
    """Answer a link once: confirmed, contested (with a comment), or not the right person.

    :raises UnknownLink: no such link.
    :raises LinkNotOpen: answered before, expired or void.
    :raises AnswerNotComplete: no answer, or contested without a comment.
    """
    if given not in Confirmation.Answer.values:
        raise AnswerNotComplete(_("Choose one of the answers."))
    if given == Confirmation.Answer.CONTESTED and not comment.strip():
        raise AnswerNotComplete(_("Say what is wrong, so that the office can correct it."))
    found = find(token)
    with acting(None, "answered by the link of a confirmation"):
        locked(found.deal)
        confirmation = (
            Confirmation.objects.select_for_update(of=("self",)).select_related("deal").get(pk=found.pk)
        )
        if reason := why_closed(confirmation):
            raise LinkNotOpen(reason)
        confirmation.answer = given
        confirmation.answered_at = timezone.now()
        confirmation.comment = comment.strip()
        confirmation.save(update_fields=["answer", "answered_at", "comment"])
    return confirmation


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check(deal: Deal, side: str, channel: str, to: str) -> None:
    """:raises InvitationNotPossible: the first thing that is wrong, as a sentence."""
    links = Confirmation.objects.filter(deal=deal, side=side, version=deal.version)
    wrong = (
        (side not in Confirmation.Side.values, _("Choose the buyer or the supplier.")),
        (deal.stage == Deal.Stage.TERMINATED, _("This deal was terminated.")),
        (
            channel == Confirmation.Channel.EMAIL and not to,
            _("Give the e-mail address of the person who confirms."),
        ),
        (links.filter(voided_at=None).exclude(answer="").exists(), _("This side has answered already.")),
        (
            links.count() >= MOST_LINKS,
            _("This side has had %(count)s links for these values: call them instead.")
            % {"count": MOST_LINKS},
        ),
    )
    for is_wrong, sentence in wrong:
        if is_wrong:
            raise InvitationNotPossible(sentence)


def _language_of(deal: Deal, side: str, to: str) -> str:
    account = User.objects.filter(email__iexact=to).first() if to else None
    if account:
        return account.language
    company = deal.buyer if side == Confirmation.Side.BUYER else deal.supplier
    return User.Language.CHINESE if company.country == "CN" else User.Language.ENGLISH


def _letter_key(pk: int) -> str:
    return f"confirmation:{pk}"


def _letter(confirmation: Confirmation, link: str, language: str) -> outbox.Draft:
    """The e-mail that asks; whether it left is kept on the confirmation by ``note_delivery``."""
    with override(language):
        shown = Shown.of(confirmation)
        context = {"shown": shown, "link": link, "until": confirmation.expires_at}
        return outbox.Draft(
            to=confirmation.sent_to,
            title=str(_("Please confirm: %(deal)s") % {"deal": shown.title}),
            text=render_to_string("events/mail/confirmation.txt", context),
            language=language,
            kind=LETTER,
            about=("deal", confirmation.deal_id),
            person=User.objects.filter(email__iexact=confirmation.sent_to).first(),
            key=_letter_key(confirmation.pk),
            secret=link,
        )


def note_delivery(letter: Letter) -> None:
    """Keep on the confirmation whether its letter left; the deal's page shows it."""
    state = Confirmation.Delivery.SENT if letter.sent_at else Confirmation.Delivery.FAILED
    key = (letter.key or "").rpartition(":")[2]
    Confirmation.objects.filter(pk=int(key)).update(delivery=state)


outbox.when_settled(LETTER, note_delivery)
