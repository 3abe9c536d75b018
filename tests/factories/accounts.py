"""Users for tests."""

from itertools import count
from typing import Any

from accounts.models import Letter, User

PASSWORD = "a-password-for-tests"
_numbers = count(1)


def make_user(email: str = "", **fields: Any) -> User:
    """A person who may sign in with ``PASSWORD``; no postings, no companies, no admin."""
    number = next(_numbers)
    defaults = {"name": f"Person {number}", "language": User.Language.ENGLISH, "password": PASSWORD}
    return User.objects.create_user(email or f"person{number}@example.test", **defaults | fields)


def make_staff(email: str = "", **fields: Any) -> User:
    """A person who may enter the admin; what they find there follows from postings."""
    return make_user(email, **{"is_staff": True} | fields)


def make_superuser(email: str = "", **fields: Any) -> User:
    """The city office: may do everything."""
    return make_user(email, **{"is_staff": True, "is_superuser": True} | fields)


def make_letter(**fields: Any) -> Letter:
    """A letter that waits to be sent."""
    values = {
        "kind": "test",
        "to": "zhou@example.test",
        "language": "en",
        "title": "Hello",
        "text": "Hi.",
    } | fields
    return Letter.objects.create(**values)
