"""Links by which a firm answers without an account: a token, of which only the hash is stored."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts import outbox
from accounts.models import Letter, User
from accounts.refusals import Refused
from companies.models import Company, Contact
from events.models import Confirmation, ReplacedLink

LIFETIME = dt.timedelta(days=30)
"""How long a link may be answered."""


NEWER = _("A newer link was sent: please use the newest one.")


class LinkUnknown(Refused):
    """No row has this token."""


class LinkReplaced(LinkUnknown):
    """A newer link took its place."""


class AddressMissing(Refused):
    """A link by e-mail needs an address."""


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def replace(token_hash: str | None) -> None:
    """Note within an act that a link, if there was one, gives way to a newer one."""
    if token_hash:
        ReplacedLink.objects.get_or_create(token_hash=token_hash)


def unknown(token: str) -> LinkUnknown:
    """Why no row has this token, to be raised."""
    if ReplacedLink.objects.filter(token_hash=hash_of(token)).exists():
        return LinkReplaced(NEWER)
    return LinkUnknown(_("This link is not known. Ask the office that sent it for a new one."))


def address_of(company: Company) -> str:
    """The newest e-mail address of a contact of the company; empty where there is none."""
    contacts = Contact.objects.filter(company=company).exclude(email="").order_by("-pk")
    return contacts.values_list("email", flat=True).first() or ""


def language_of(company: Company, to: str = "") -> str:
    """The language of the account with that address; else Chinese in mainland China, English elsewhere."""
    account = User.objects.filter(email__iexact=to).first() if to else None
    if account:
        return account.language
    return User.Language.CHINESE if company.country == "CN" else User.Language.ENGLISH


def link_to(page: str, token: str, *, site: str, language: str) -> str:
    """The whole address of a token's page; ``site`` is scheme and host."""
    with override(language):
        return site.rstrip("/") + reverse(page, args=[token])


@dataclass(frozen=True)
class Asking:
    """A letter with a link: who gets it in which language, what it says and what it is about."""

    to: str
    language: str
    link: str
    subject: Callable[[], str]
    """Called in the language of the letter."""
    template: str
    context: Any
    kind: str
    about: tuple[str, int]
    key: str


def post(asking: Asking) -> None:
    """Put the letter into the outbox, within its act."""
    with override(asking.language):
        draft = outbox.Draft(
            to=asking.to,
            title=asking.subject(),
            text=render_to_string(asking.template, asking.context | {"link": asking.link}),
            language=asking.language,
            kind=asking.kind,
            about=asking.about,
            person=User.objects.filter(email__iexact=asking.to).first(),
            key=asking.key,
            secret=asking.link,
        )
    outbox.post(draft)


def take_back(keys: str) -> None:
    """Letters whose key begins so and that have not left: their link opens nothing any more."""
    outbox.drop(Letter.objects.filter(key__startswith=keys))


def delivery_of(letter: Letter) -> str:
    """Whether a settled letter left, as the rows keep it."""
    return str(Confirmation.Delivery.SENT if letter.sent_at else Confirmation.Delivery.FAILED)
