"""A database of its own for the time of a benchmark, on the server of the project."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql

PREFIX = "duijie_scratch_"
KEPT = "duijie_kept_"
EXTENSIONS = ("vector", "pg_trgm")
BY_MIGRATION = {"pghistory"}
"""Apps whose migrations make functions that the audit trail's triggers call."""


@contextmanager
def scratch_database(*, migrated: bool = False) -> Iterator[str]:
    """Makes a database with the models' tables, points Django at it, drops it at the end; yields its name.

    :param migrated: by all migrations, which takes a minute and brings every trigger.

    Interrupting and terminating end the same way. What a killed run left is dropped by the next one.

    :raises psycopg.errors.InsufficientPrivilege: if the database user may not create databases.
    """
    name = f"{PREFIX}{os.getpid()}"
    usual = connection.settings_dict["NAME"]
    before = signal.signal(signal.SIGTERM, _stop)
    server = _server()
    try:
        _drop_abandoned(server)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        _use(name)
        if migrated:
            call_command("migrate", verbosity=0, interactive=False)
        else:
            _create_tables()
        yield name
    finally:
        _use(usual)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.close()
        signal.signal(signal.SIGTERM, before)


@contextmanager
def kept_database(name: str) -> Iterator[bool]:
    """The same in a database that stays for the next run; yields whether it was there already.

    One that an earlier version of the tables left has to be dropped by hand too.

    A run that fails before ``name`` is filled has to drop it by hand: DROP DATABASE duijie_kept_...
    """
    usual = connection.settings_dict["NAME"]
    server = _server()
    try:
        full = f"{KEPT}{name}"
        is_there = bool(server.execute("SELECT FROM pg_database WHERE datname = %s", [full]).fetchall())
        if not is_there:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(full)))
        _use(full)
        if not is_there:
            _create_tables()
        yield is_there
    finally:
        _use(usual)
        server.close()


def _create_tables() -> None:
    """The tables as the models say: the way through all migrations takes a minute and ends the same.

    Left out are triggers that migrations write: those that wake the engine and sum the ledger.
    """
    usual = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {
        config.label: None for config in apps.get_app_configs() if config.label not in BY_MIGRATION
    }
    try:
        with connection.cursor() as cursor:
            for extension in EXTENSIONS:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
        with connection.cursor() as cursor:  # as the migration has it, and a model cannot say
            cursor.execute("ALTER TABLE matchmaking_filterbitmap ALTER bits SET STORAGE EXTERNAL")
    finally:
        settings.MIGRATION_MODULES = usual


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _server() -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection beside Django's, for statements that allow no transaction."""
    parameters = connection.get_connection_params()
    kept = {key: value for key, value in parameters.items() if key in _PARAMETERS}
    return psycopg.connect(**kept, autocommit=True)


_PARAMETERS = {"host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"}


def _use(name: str) -> None:
    connection.close()
    database = connections["default"]
    if isinstance(database, DatabaseWrapper):
        database.close_pool()
    connection.settings_dict["NAME"] = name


def _drop_abandoned(server: "psycopg.Connection[tuple[Any, ...]]") -> None:
    rows = server.execute(
        "SELECT datname FROM pg_database AS d WHERE starts_with(datname, %s)"
        " AND NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.datname = d.datname)",
        [PREFIX],
    ).fetchall()
    for (name,) in rows:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
