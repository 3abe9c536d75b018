"""What a start does to the database before it serves."""

import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from companies.models import Sector
from matchmaking.preparation import LOCK, loaded_reference, prepare, reference_digest

pytestmark = pytest.mark.django_db
LOADING = "Loading the reference data (when they change) ..."


@pytest.fixture(autouse=True)
def no_demo(settings: Any) -> None:
    settings.IS_DEMO = False


def prepared() -> list[str]:
    """Prepare, and return what was said."""
    said: list[str] = []
    prepare(said.append)
    return said


def test_the_reference_data_are_loaded_once() -> None:
    assert (prepared(), prepared()) == ([LOADING], [])
    assert Sector.objects.filter(code="367").exists()


def test_they_are_loaded_again_when_their_files_have_changed() -> None:
    prepared()
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE companies_sector IS 'reference files of another day'")
    assert prepared() == [LOADING]


def test_a_database_without_reference_data_says_so() -> None:
    assert loaded_reference() == ""


def test_the_digest_follows_names_and_contents(tmp_path: Path) -> None:
    digests = set()
    for name, content in (("a.csv", "1"), ("a.csv", "2"), ("b.csv", "2"), ("notes.md", "3")):
        (tmp_path / name).write_text(content)
        digests.add(reference_digest(tmp_path))
    assert len(digests) == 3


def test_a_second_start_waits_for_the_first() -> None:
    address = connection.settings_dict
    with psycopg.connect(host=address["HOST"], user=address["USER"], dbname=address["NAME"]) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        threading.Timer(0.5, lambda: other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])).start()
        assert prepared() == ["Another start prepares the database: waiting for it ...", LOADING]
