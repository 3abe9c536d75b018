"""The settings as the environment drives them."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGH",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "ALLOWED_HOSTS": "duijie.example",
}


def manage(*command: str, **variables: str) -> tuple[int, str]:
    """Run ``manage.py`` with nothing but these variables; exit code and what it says."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"]} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_production_settings_pass_the_deployment_check() -> None:
    assert manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION) == (
        0,
        "System check identified no issues (0 silenced).\n",
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS"])
def test_production_without_a_variable_does_not_start(missing: str) -> None:
    variables = {name: value for name, value in PRODUCTION.items() if name != missing}
    assert manage("check", **variables) == (
        1,
        f"Duijie cannot start with DEBUG=0: set {missing} (see docs/deployment.md).\n",
    )


def test_production_without_any_variable_names_them_all() -> None:
    absent = "SECRET_KEY, DATABASE_URL, ALLOWED_HOSTS"
    assert manage("check", DEBUG="0") == (
        1,
        f"Duijie cannot start with DEBUG=0: set {absent} (see docs/deployment.md).\n",
    )


def test_a_database_of_another_kind_is_refused() -> None:
    code, said = manage("check", DATABASE_URL="sqlite:///city.db")
    assert (code, said.splitlines()[-1]) == (
        1,
        "django.core.exceptions.ImproperlyConfigured: DATABASE_URL must begin with postgresql://",
    )


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    said = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=said)
    assert said.getvalue() == "No changes detected\n"
