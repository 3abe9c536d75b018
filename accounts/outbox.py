"""The outbox: letters are written with their act and sent after it, again and again until they leave.

An act calls ``post`` inside its transaction. What is rolled back was never written; what is committed is
sent by the worker, at once if it runs, else when it comes back. Nothing is sent twice for the same ``key``;
a letter whose server answered in vain (the worker died between sending and writing so) keeps its Message-ID.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import Letter, User
from accounts.models.letter import LetterQuerySet
from accounts.refusals import Refused

WAITS = (1, 5, 30, 120, 360, 720, 1440)
"""Minutes until the next attempt after the first, second, … that failed; after the last it is given up."""
A_ROUND = 500
"""Letters sent before the worker does something else."""
PERMANENT = 500
"""From this answer on a mail server will not change its mind (RFC 5321, 4.2.1)."""

State = Letter.State


class ResendNotPossible(Refused):
    """The letter is waiting already, or its link was wiped when it left."""


@dataclass(frozen=True)
class Draft:
    """A letter as an act writes it; ``title`` and ``text`` are in ``language`` already.

    ``about`` names the row that it is about ("event", 12). The same ``key`` is posted once for ever.
    ``secret`` is the part of the text that only the reader may know.
    """

    to: str
    title: str
    text: str
    language: str
    kind: str
    about: tuple[str, int] | None = None
    person: User | None = None
    key: str | None = None
    secret: str = ""


def post(*drafts: Draft) -> list[Letter]:
    """Put letters into the outbox, in the transaction of the act that writes them; those that are new.

    A letter without an address is not written, nor one whose key was posted before.
    """
    with transaction.atomic():
        known = set(
            Letter.objects.filter(key__in=[each.key for each in drafts if each.key]).values_list(
                "key", flat=True
            )
        )
        rows = [_row(each) for each in drafts if each.to and each.key not in known]
        # A key that another act posts at the same moment is left out by the database.
        written = Letter.objects.bulk_create(rows, ignore_conflicts=any(row.key for row in rows))
        if written:
            transaction.on_commit(wake, robust=True)
        return list(Letter.objects.filter(message_id__in=[row.message_id for row in written]).order_by("pk"))


def _row(draft: Draft) -> Letter:
    subject, key = draft.about or ("", None)
    hidden = draft.text.replace(draft.secret, Letter.PLACE) if draft.secret else draft.text
    return Letter(
        kind=draft.kind,
        about=subject,
        about_key=key,
        key=draft.key,
        person=draft.person,
        to=draft.to,
        language=draft.language,
        title=" ".join(draft.title.split())[:300],
        text=hidden,
        secret=draft.secret,
    )


def drop(letters: LetterQuerySet) -> int:
    """Take back letters that have not left: what they say is no longer so."""
    return letters.filter(state=State.WAITING).update(state=State.DROPPED, secret="")


def resend(letter: Letter, *, by: User) -> Letter:
    """Send a letter once more; the caller has looked whether the person may.

    :raises ResendNotPossible: it waits already, or had a link that was wiped.
    """
    with acting(by):
        row = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if row.state == State.WAITING and row.send_at <= timezone.now():
            raise ResendNotPossible(_("This letter is about to be sent."))
        if Letter.PLACE in row.text and not row.secret:
            raise ResendNotPossible(_("The link of this letter is kept nowhere: make a new one instead."))
        row.state, row.attempts, row.sent_at = State.WAITING, 0, None
        row.error, row.send_at, row.message_id = "", timezone.now(), uuid.uuid4()
        row.save(update_fields=["state", "attempts", "sent_at", "error", "send_at", "message_id"])
        transaction.on_commit(wake, robust=True)
    return row


_wakers: list[Callable[[], None]] = []
_listeners: dict[str, Callable[[Letter], None]] = {}


def wakes(call: Callable[[], None]) -> None:
    """Register what tells the worker that letters wait; the project does, which knows the queue."""
    _wakers[:] = [call]


def when_settled(kind: str, call: Callable[[Letter], None]) -> None:
    """Register who wants to know that a letter of the kind has left or was given up."""
    _listeners[kind] = call


def wake() -> None:
    """Tell the worker; without one nothing is lost, the letters wait."""
    for call in _wakers:
        call()


def deliver(*, most: int = A_ROUND) -> int:
    """Send what is due, each letter in a transaction of its own; how many left.

    Several workers share the letters: each row is locked by who sends it. A server that cannot be reached
    ends the round, so that a queue of letters does not wait for each of them.
    """
    left = 0
    connection = get_connection()
    try:
        for _number in range(most):
            with transaction.atomic():
                letter = Letter.objects.due().select_for_update(skip_locked=True, of=("self",)).first()
                if letter is None:
                    break
                failed = _send(letter, connection)
            left += failed is None
            if isinstance(failed, OSError) and not isinstance(failed, SMTPException):
                break
    finally:
        connection.close()
    return left


def _send(letter: Letter, connection: BaseEmailBackend) -> Exception | None:
    """One attempt, written into the row; what went wrong."""
    letter.attempts += 1
    wrong: Exception | None = None
    try:
        _message(letter, connection).send()
    except (SMTPException, OSError, ValueError) as failed:
        wrong = failed
        connection.close()
        letter.error = f"{type(failed).__name__}: {failed}"[:1000]
        if letter.attempts > len(WAITS) or _is_final(failed):
            letter.state = State.FAILED
        else:
            letter.send_at = timezone.now() + dt.timedelta(minutes=WAITS[letter.attempts - 1])
    else:
        letter.state, letter.sent_at, letter.error, letter.secret = State.SENT, timezone.now(), "", ""
    letter.save(update_fields=["attempts", "error", "state", "send_at", "sent_at", "secret"])
    listener = _listeners.get(letter.kind)
    if listener and letter.state != State.WAITING:
        listener(letter)
    return wrong


def _message(letter: Letter, connection: BaseEmailBackend) -> EmailMessage:
    text = letter.text.replace(Letter.PLACE, letter.secret) if letter.secret else letter.text
    headers = {
        "Message-ID": f"<{letter.message_id}@duijie>",
        "Content-Language": letter.language,
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(letter.title, text, None, [letter.to], headers=headers, connection=connection)


def _is_final(failed: Exception) -> bool:
    """Whether the server refused the address for good, or the address cannot be one."""
    if isinstance(failed, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _said in failed.recipients.values())
    return isinstance(failed, ValueError)
