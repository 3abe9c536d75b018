"""What the tests of pages ask of a page."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User


def signed_in(user: User | None) -> Client:
    """A browser in which the person is signed in, or nobody."""
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def queries(client: Client, address: str) -> int:
    """How many queries a page makes, once what is kept between requests is there."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def statuses(address: str, *people: User | None) -> list[int]:
    """The status of a page for each of the people."""
    return [signed_in(user).get(address).status_code for user in people]
