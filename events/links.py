"""Personal links that work without signing in: computed from a row's salt and the site's key, never stored.

Who reads the database cannot make one; a new salt ends the old one; and the same person's link stays the
same from letter to letter, so that a calendar that subscribed to it goes on.
"""

import base64
from hmac import compare_digest
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac

Row = TypeVar("Row", bound=Model)


def token_of(row: Model, salt: str) -> str:
    """The token of a row: its key and 128 bits that only the site can compute."""
    return f"{row.pk}-{_signature(type(row), row.pk, salt)}"


def find(rows: QuerySet[Row], token: str) -> Row | None:
    """The row of a token, among rows that have a ``link_salt``; None where the token is not true."""
    key, _dash, signature = token.partition("-")
    row = rows.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if row is None or not signature.isascii():
        return None
    salt: str = row.link_salt  # type: ignore[attr-defined]  # what the docstring asks of the rows
    return row if compare_digest(signature, _signature(type(row), row.pk, salt)) else None


def _signature(model: type[Model], key: int, salt: str) -> str:
    digest = salted_hmac(f"events.links.{model.__name__}", f"{key}:{salt}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
