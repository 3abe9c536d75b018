"""What every test stands on: compiled translations and a database copied from a migrated one."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.utils.translation import deactivate

from matchmaking.translations import compile_translations
from tests.migrated_database import end_sessions, migrated_database


@pytest.fixture(scope="session", autouse=True)
def compiled_translations() -> None:
    compile_translations(settings.BASE_DIR / "locale")


@pytest.fixture(autouse=True)
def project_language() -> Iterator[None]:
    """No test inherits the language of the last page that another one looked at."""
    yield
    deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Before pytest-django makes the test database: make it a copy."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated_database()


@pytest.fixture(scope="session", autouse=True)
def no_session_left(django_db_setup: None) -> Iterator[None]:
    """After the last test and before the test database is dropped: nothing uses it any more."""
    yield
    connections.close_all()
    for database in connections.all():
        if isinstance(database, DatabaseWrapper):
            database.close_pool()
    end_sessions(str(connections["default"].settings_dict["NAME"]))
