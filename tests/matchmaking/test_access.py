"""Every address of the project, asked by every kind of person, compared with a written table.

``access_table.csv`` holds for each address and method what each person gets. An address that the table does
not know fails; so does a row whose address is gone. To see what a new address answers, run this file with
``ACCESS_TABLE=write`` and read the difference line by line before committing it.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from events.links import token_of
from tests.access_scene import TOKEN, Scene, make_scene

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parent / "access_table.csv"
PEOPLE = (
    "anonymous",
    "stranger",
    "purchaser",
    "seller",
    "rival",
    "chief",
    "other_chief",
    "officer",
    "other_officer",
    "organiser",
    "other_organiser",
    "office",
)

PK_OF = {
    "portal:company": "supplier",
    "portal:offering-add": "supplier",
    "portal:offering": "offering",
    "portal:certification-add": "supplier",
    "portal:certification": "certification",
    "portal:contact-add": "supplier",
    "portal:contact": "contact",
    "portal:need": "need",
    "portal:interest": "need",
    "portal:match": "match",
    "needs:": "need",
    "companies:": "pending",
    "desk:need": "submitted",
    "desk:match": "match",
    "desk:company": "pending",
    "desk:representative": "representative",
    "deals:": "deal",
    "deals:follow-up": "follow_up",
    "problems:": "problem",
    "desk:visit": "visit",
    "desk:exposure": "buyer",
    "desk:exposure-supplier": "supplier",
    "desk:indicator": "indicator",
    "floor:meeting-problem": "meeting",
    "deals:double": "double",
    "events:registration": "registration",
    "events:event-withdraw": "registration",
    "events:wishes": "registration",
    "events:agenda": "registration",
    "floor:meeting": "meeting",
    "floor:arrival": "registration",
    "events:meeting": "meeting",
    "events:session": "session",
    "events:delegate-change": "registration",
    "events:letter": "letter",
    "desk:letter": "letter",
}
"""Which thing an address's ``pk`` names, by the longest beginning of the address's name."""

ELSEWHERE = ("account_", "mfa_", "admin:")
"""The library's own pages of sign-in; the admin is walked by tests/*/test_admin_scope.py."""


def addresses(patterns: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address with its namespace, but those that are walked elsewhere."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        elif not (space + (pattern.name or "")).startswith(ELSEWHERE):
            yield f"{space}{pattern.name or ''}", pattern


def path_of(name: str, pattern: URLPattern, scene: Scene) -> str:
    """The address with the scene's own things; raises KeyError where the table of things lacks one."""
    kwargs: dict[str, Any] = {}
    for key in pattern.pattern.converters:
        if key == "pk":
            start = max((start for start in PK_OF if name.startswith(start)), key=len)
            kwargs[key] = scene.things[PK_OF[start]].pk
        elif key == "token":
            kwargs[key] = _token(name, scene)
        else:
            kwargs[key] = _value(key, scene)
    return reverse(name, kwargs=kwargs)


def _token(name: str, scene: Scene) -> str:
    """The token of a personal link."""
    thing = {"invited": "invitation", "own-agenda": "delegate", "own-agenda-ics": "delegate"}.get(name)
    if thing is None:
        return TOKEN
    row = scene.things[thing]
    return token_of(row, row.link_salt)


def _value(key: str, scene: Scene) -> Any:
    return {
        "slug": scene.things["event"].slug,
        "code": scene.things["chain"].code,
        "figure": "signed_projects",
        "supplier": scene.things["supplier"].pk,
        "buyer": scene.things["buyer"].pk,
        "month": "2022-05",
        "evidence_pk": scene.things["evidence"].pk,
        "wish_pk": scene.things["wish"].pk,
        "badge_code": scene.things["registration"].badge_code,
    }[key]


def answers(scene: Scene) -> dict[tuple[str, str], dict[str, str]]:
    """Status by address, method and person; every request is rolled back."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    clients = {person: _client(scene, person) for person in PEOPLE}
    for name, pattern in addresses():
        path = path_of(name, pattern, scene)
        for method in ("get", "post"):
            row = found.setdefault((name, method.upper()), {})
            for person in PEOPLE:
                row[person] = _ask(clients[person], method, path)
    return found


def _client(scene: Scene, person: str) -> Client:
    client = Client(headers={"host": "localhost"})
    user = scene.people[person]
    if user.is_authenticated:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _ask(client: Client, method: str, path: str) -> str:
    with transaction.atomic():
        answer = getattr(client, method)(path)
        for close in answer._resource_closers:  # answer.close() would also close the connection
            close()
        transaction.set_rollback(True)
    if answer.status_code == 302 and "/login/" in answer["Location"]:
        return "sign-in"
    return str(answer.status_code)


def written() -> dict[tuple[str, str], dict[str, str]]:
    """The table as it was committed."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {(row.pop("address"), row.pop("method")): row for row in csv.DictReader(stream)}


def write(found: dict[tuple[str, str], dict[str, str]]) -> None:
    """Put what was found into the table, for a person to read."""
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, ["address", "method", *PEOPLE], lineterminator="\n")
        table.writeheader()
        for (name, method), row in sorted(found.items()):
            table.writerow({"address": name, "method": method} | row)


def test_every_address_answers_every_person_as_the_table_says() -> None:
    found = answers(make_scene())
    if os.environ.get("ACCESS_TABLE") == "write":
        write(found)
    assert found == written()
