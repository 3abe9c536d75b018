"""What must be true of the database before the local demo is served; each step may be repeated."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from companies.models import Company
from matchmaking.health import unapplied_migrations

LOCK = 0x6475696A6965
"""Key of the advisory lock that lets one start prepare at a time: "duijie" in ASCII."""
REFERENCE = Path(settings.BASE_DIR) / "companies" / "reference"

Say = Callable[[str], object]


def prepare(say: Say) -> None:
    """Migrate, load the reference data if its files changed, and the demo city if there is no company yet.

    Any number of starts may call it at once: one prepares, the others wait and find everything done.
    A step that was killed halfway has left nothing behind and is done again.
    """
    with _one_at_a_time(say):
        if unapplied_migrations():
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
        digest = reference_digest(REFERENCE)
        if loaded_reference() != digest:
            say("Loading the reference data (when they change) ...")
            with transaction.atomic():
                call_command("load_reference", verbosity=0)
                _remember_reference(digest)
        if settings.IS_DEMO and not Company.objects.exists():
            say("Loading the demo city (once, up to a minute) ...")
            call_command("load_demo")


def reference_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of the reference files, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def loaded_reference() -> str:
    """The digest of the files that were loaded, empty when none were."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(obj_description('companies_sector'::regclass), '')")
        row = cursor.fetchone()
    return str(row[0]).removeprefix("reference files ") if row else ""


def _remember_reference(digest: str) -> None:
    """Keep the digest as the comment of a table, where it is saved and restored with the rows."""
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE companies_sector IS %s", [f"reference files {digest}"])


@contextmanager
def _one_at_a_time(say: Say) -> Iterator[None]:
    """Hold the lock on a connection of its own, so that the steps are free to close theirs."""
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if cursor.fetchone() != (True,):
                say("Another start prepares the database: waiting for it ...")
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        holder.close()
