"""A migrated database that test databases are copied from.

Migrating an empty database takes most of a minute, copying one a fraction of a second. Its name holds a
digest of what the migrations depend on, so that a change makes a new one; old ones are dropped.
"""

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connections
from psycopg import Connection, sql

PROJECT = Path(__file__).resolve().parents[1]
PREFIX = "duijie_migrated_"
LOCK = 0x6D696772617465
"""Key of the advisory lock that lets one process migrate while the others wait: "migrate" in ASCII."""


def migrated_database() -> str:
    """The name of the migrated database, made first if it is not there."""
    name = PREFIX + _digest()
    with _maintenance() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if name not in _databases(server):
            half = f"{name}_half"
            for old in _databases(server):
                with contextlib.suppress(psycopg.errors.ObjectInUse):
                    server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
            _migrate(half)
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name))
            )
    return name


def end_sessions(name: str) -> None:
    """End what still uses a database, such as a killed worker's session, so that it can be dropped."""
    with _maintenance() as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def _digest() -> str:
    """Of the migrations and of the packages that bring more of them."""
    digest = hashlib.sha256()
    sources = [PROJECT / "requirements" / "runtime.txt", *PROJECT.glob("*/migrations/*.py")]
    for path in sorted(sources):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _maintenance() -> Connection:
    """A connection that may make and drop databases."""
    database = connections.settings["default"]
    return psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )


def _databases(server: Connection) -> list[str]:
    found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return [name for (name,) in found]


def database_url(name: str) -> str:
    """The address of a database on the tests' server, for another process."""
    database = connections.settings["default"]
    password = f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{database['USER']}{password}@{quote(database['HOST'], safe='')}{port}/{name}"


def _migrate(name: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=PROJECT,
        env=os.environ
        | {"DATABASE_URL": database_url(name), "DJANGO_SETTINGS_MODULE": "matchmaking.settings"},
        check=True,
    )
