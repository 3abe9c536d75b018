"""Who writes and why, for the audit trail that the database keeps."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction

from accounts.models import User


@contextmanager
def acting(by: User | None, reason: str = "") -> Iterator[None]:
    """One transaction whose changes the audit trail attributes to that person, with the reason given.

    Without a person the system acts, as in scheduled tasks.
    """
    known = {"user": by.pk if by else None} | ({"reason": reason} if reason else {})
    with pghistory.context(**known), transaction.atomic():
        yield
