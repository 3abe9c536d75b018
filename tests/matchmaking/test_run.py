"""The first thing that ``make run`` does: look at the port, and say in one line what to do."""

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on, while the next one is free."""
    with socket.socket() as listener, socket.socket() as probe:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = int(listener.getsockname()[1])
        try:
            probe.bind(("127.0.0.1", port + 1))
        except OSError:
            pytest.fail("the neighbouring port is taken: run the test again")
        probe.close()
        yield port


def run(port: str, var: Path) -> tuple[int, str]:
    """``manage.py run`` with a database that is never reached; exit code and what it says."""
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DUIJIE_VAR": str(var), "PORT": port}
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=PROJECT,
        env=environment | nowhere,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_port_that_is_in_use_is_refused_and_a_free_one_named(tmp_path: Path, taken_port: int) -> None:
    assert run(str(taken_port), tmp_path) == (
        1,
        f"Port {taken_port} is in use. Try: make run PORT={taken_port + 1}\n",
    )


def test_a_port_that_another_start_has_claimed_is_refused_too(tmp_path: Path, taken_port: int) -> None:
    port = taken_port + 1
    with (tmp_path / f"port-{port}.lock").open("w") as claim:
        fcntl.flock(claim, fcntl.LOCK_EX)
        code, said = run(str(port), tmp_path)
    assert (code, said.split(" Try:")[0]) == (1, f"Port {port} is in use.")


@pytest.mark.parametrize("port", ["eighty", "65536"])
def test_a_port_that_is_no_port_is_refused(tmp_path: Path, port: str) -> None:
    assert run(port, tmp_path) == (1, f"PORT must be a number from 1 to 65535, not '{port}'.\n")
