"""Nothing that a browser can send makes a page fail: values that no form of ours sends, at every address."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.access_scene import Scene, make_scene
from tests.matchmaking.test_access import addresses, path_of

pytestmark = pytest.mark.django_db

HOSTILE = {
    "NUL": "a\0b",
    "a digit that is no number": "²",
    "a number that int() refuses": "9" * 5000,
    "a number larger than any key": "9" * 40,
    "negative": "-7",
    "a file's path": "../../etc/passwd",
    "half a character": "\ufffd\u202e",
    "markup": "<script>alert(1)</script>",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "NaN": "NaN",
}
READ = (  # noqa: SIM905  # many names
    "q page sort state kind side firm as show from code sector chain division company buyer supplier "
    "need visit match meeting event at unit amount amount_unit currency stage scheme size tier node "
    "year month date since until badge each least most share place on back next format who status "
    "figure tab subject"
).split()
"""Every name under which a page of ours reads something from its address, and some that none reads."""
WRITTEN = (  # noqa: SIM905  # many names
    "reason comment note answer outcome act stage version decision strength other pair firm expected "
    "table was slot buyer supplier delegate part code owner at seen name on amount year to text "
    "deadline purpose month state key day starts_on ends_on visited_on value currency"
).split()
FIELD = re.compile(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"')


def walk(scene: Scene) -> Iterator[tuple[str, str]]:
    """Every address once."""
    for name, pattern in addresses():
        yield name, path_of(name, pattern, scene)


def office(scene: Scene) -> Client:
    """Who may see everything, so that nothing is answered before the values are read."""
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.force_login(scene.people["office"], backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]  # signed in
    return client


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def failures(scene: Scene, method: str, values: dict[str, str]) -> list[str]:
    """Addresses that answer 500; every request is rolled back."""
    found = []
    client = office(scene)
    for name, path in walk(scene):
        with transaction.atomic():
            data = dict(values)
            if method == "post":
                data |= {field: next(iter(values.values())) for field in _fields(client, path)}
            answer = getattr(client, method)(path, data)
            for close in answer._resource_closers:
                close()
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            found.append(
                f"{name}: {answer.exc_info[1]!r}"[:300] if getattr(answer, "exc_info", None) else name
            )
    return found


def _fields(client: Client, path: str) -> set[str]:
    answer: Any = client.get(path)
    for close in answer._resource_closers:  # closing the answer would close the connection
        close()
    if answer.status_code >= 400 or "html" not in answer.get("Content-Type", "") or answer.streaming:
        return set()
    return set(FIELD.findall(answer.content.decode())) - {"csrfmiddlewaretoken"}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_page_fails_for_what_stands_in_its_address(value: str) -> None:
    assert failures(make_scene(), "get", dict.fromkeys(READ, value)) == []


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_act_fails_for_what_is_posted(value: str) -> None:
    assert failures(make_scene(), "post", dict.fromkeys(WRITTEN, value)) == []
