"""Links by which a firm answers without an account: a token, of which only the hash is stored."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from accounts import outbox
from accounts.models import Letter, User
from accounts.refusals import Refused
from companies.models import Company, Contact
from events.models import Confirmation

LIFETIME = dt.timedelta(days=30)
"""How long a link may be answered."""


class LinkUnknown(Refused):
    """No row has this token: it was never given, or a newer link took its place."""


class AddressMissing(Refused):
    """A link by e-mail needs an address."""


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


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
