"""Reading pages in tests."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User


def client_of(user: User | None = None) -> Client:
    """A browser in which the person is signed in; nobody without one."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def address(name: str, /, *args: Any, language: str = "en", **query: object) -> str:
    """The address of a page with its query."""
    with override(language):
        path = reverse(name, args=args)
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return f"{path}?{asked}" if asked else path


def get(user: User | None, name: str, /, *args: Any, **query: object) -> Any:
    """The answer to a GET, in English."""
    return client_of(user).get(address(name, *args, language="en", **query))


def post(user: User | None, name: str, /, *args: Any, **data: object) -> Any:
    """The answer to a POST with the form's data, in English, before any redirect."""
    return client_of(user).post(address(name, *args), data)


def text_of(response: Any) -> str:
    """What a person reads, in one line without tags."""
    page = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def links_of(response: Any) -> list[str]:
    """Where the page's links lead, in their order."""
    return [
        html.unescape(link) for link in re.findall(r'<a\b[^>]*?href="([^"]*)"', response.content.decode())
    ]


def told(response: Any) -> list[str]:
    """The messages that wait for the next page."""
    return [str(message) for message in response.wsgi_request._messages]
