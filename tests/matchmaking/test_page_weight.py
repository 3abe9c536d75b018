"""Pages travel compressed, and what compression must not touch stays as it is."""

import gzip

import pytest
from django.test import Client

from tests.factories.matchmaking import make_counted_deal
from tests.pages import address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["home", "figures:index", "companies:company-list", "chains:chain-list"])
def test_a_page_travels_compressed_to_who_understands_it(client: Client, name: str) -> None:
    make_counted_deal()
    plain = client.get(address(name))
    packed = client.get(address(name), headers={"Accept-Encoding": "gzip"})
    assert (plain.has_header("Content-Encoding"), packed["Content-Encoding"]) == (False, "gzip")
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content)[:15] == plain.content[:15]
    assert len(packed.content) < len(plain.content) / 2


def test_an_unchanged_static_file_has_no_body(client: Client) -> None:
    first = client.get("/static/css/tokens.css")
    again = client.get(
        "/static/css/tokens.css",
        headers={"Accept-Encoding": "gzip", "If-Modified-Since": first["Last-Modified"]},
    )
    assert (again.status_code, b"".join(again.streaming_content)) == (304, b"")  # type: ignore[attr-defined]  # a file streams
    first.close()
