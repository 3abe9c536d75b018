"""The link by which a firm without an account closes its problem or reopens it."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import outbox
from accounts.audit import acting
from accounts.models import Letter, User
from events.aftercare import links
from events.aftercare.problems import (
    ProblemNotPossible,
    close_or_reopen,
    locked_problem,
    require_editor,
    require_state,
)
from events.models import Confirmation, Problem

State = Problem.State
LETTER = "problem"
"""The kind of letter, as the outbox knows it."""
MARK = 12
"""So much of the token's hash tells one letter of a problem from another."""


def send_link(problem: Problem, *, by: User, site: str, to: str = "", on_the_spot: bool = False) -> str:
    """Give the firm a link by which it accepts the solution or reopens the problem; returns the address.

    :raises NotAllowed, ProblemNotPossible, AddressMissing: see their names.
    """
    require_editor(problem, by)
    if not on_the_spot and not to:
        raise links.AddressMissing(_("Give the e-mail address of the person who answers for the firm."))
    token = links.new_token()
    with acting(by):
        row = locked_problem(problem)
        require_state(row, State.PROPOSED)
        links.replace(row.token_hash)
        row.token_hash, row.expires_at = links.hash_of(token), timezone.now() + links.LIFETIME
        row.sent_to, row.delivery = ("" if on_the_spot else to), Confirmation.Delivery.NOT_SENT
        row.save()
        language = links.language_of(row.company, to)
        link = links.link_to("problem-answer", token, site=site, language=language)
        links.take_back(_letter_keys(row))
        if not on_the_spot:
            _post(row, link, language)
    return link


def find(token: str) -> Problem:
    """The problem of a link, in whatever state; :raises LinkUnknown: there is none."""
    rows = Problem.objects.select_related("company")
    found = rows.filter(token_hash=links.hash_of(token)).first()
    if found is None:
        raise links.unknown(token)
    return found


def why_closed(problem: Problem) -> str:
    """Why the link can no longer be answered, as a sentence; empty while it can."""
    if problem.state != State.PROPOSED:
        return gettext("This link has been answered. Thank you.")
    if problem.expires_at is None or problem.expires_at <= timezone.now():
        return gettext("This link has expired. Ask the office that sent it for a new one.")
    return ""


def answer_by_link(token: str, *, accept: bool, comment: str = "") -> Problem:
    """The firm accepts the solution, or reopens the problem and says why.

    :raises LinkUnknown: no such link, or a newer one took its place.
    :raises ProblemNotPossible: answered before, expired, or reopened without a word.
    """
    found = find(token)
    with acting(None, "answered by the link of a problem"):
        row = locked_problem(found)
        if row.token_hash != found.token_hash:
            raise ProblemNotPossible(links.NEWER)
        if reason := why_closed(row):
            raise ProblemNotPossible(reason)
        return close_or_reopen(row, accept=accept, comment=comment)


def _letter_keys(row: Problem) -> str:
    return f"problem:{row.pk}:"


def _post(row: Problem, link: str, language: str) -> None:
    """Write the letter; ``note_delivery`` keeps whether it left, and the problem's page shows it."""
    links.post(
        links.Asking(
            to=row.sent_to,
            language=language,
            link=link,
            subject=lambda: gettext("Is this problem solved? %(company)s") % {"company": row.company},
            template="events/mail/problem.txt",
            context={"problem": row, "until": row.expires_at},
            kind=LETTER,
            about=("problem", row.pk),
            key=f"{_letter_keys(row)}{(row.token_hash or '')[:MARK]}",
        )
    )


def note_delivery(letter: Letter) -> None:
    """Keep on the problem whether its newest letter left."""
    _kind, key, mark = (letter.key or "").split(":")
    rows = Problem.objects.filter(pk=int(key), token_hash__startswith=mark)
    rows.update(delivery=links.delivery_of(letter))


outbox.when_settled(LETTER, note_delivery)
