"""Processes that live and end together."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matchmaking.supervision import Supervisor

PROJECT = Path(__file__).resolve().parents[2]
SLEEP = "import time; time.sleep(60)"
TWO_PARTS = f"""
import sys
from matchmaking.supervision import Supervisor
supervisor = Supervisor()
supervisor.start("one", "-c", {SLEEP!r})
supervisor.start("two", "-c", {SLEEP!r})
print(*(part.process.pid for part in supervisor.parts), flush=True)
try:
    while supervisor.wait(1):
        pass
    print("asked" if supervisor.was_asked_to_stop else supervisor.ended.name)
finally:
    supervisor.end_all()
"""


@pytest.fixture
def supervisor() -> Supervisor:
    """A supervisor, without the handlers that it sets for the whole process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    made = Supervisor()
    for number, handler in before.items():
        signal.signal(number, handler)
    return made


def run_two_parts() -> tuple[subprocess.Popen[str], list[int]]:
    """A supervisor in a process of its own, and the numbers of its two parts."""
    process = subprocess.Popen(
        [sys.executable, "-c", TWO_PARTS], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    parts = [int(number) for number in process.stdout.readline().split()]
    while not all(is_under_way(pid) for pid in parts):
        time.sleep(0.01)
    return process, parts


def is_under_way(pid: int) -> bool:
    """Whether a part runs its own program: only then is it bound to the life of its supervisor."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return True
    return SLEEP.encode() in words and b"--pdeathsig" not in words


def is_alive(pid: int) -> bool:
    """Whether it runs; a process that nobody has reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ended_within(seconds: float, pids: list[int]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(is_alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_supervisor_ends_every_part(number: signal.Signals) -> None:
    process, parts = run_two_parts()
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert (output, process.returncode) == ("asked\n", 0)
    assert ended_within(0.1, parts)


def test_the_end_of_one_part_is_told_and_ends_the_others() -> None:
    process, parts = run_two_parts()
    os.kill(parts[1], signal.SIGKILL)
    output, _ = process.communicate(timeout=30)
    assert output == "two\n"
    assert ended_within(0.1, parts)


def test_parts_end_when_the_supervisor_is_killed() -> None:
    process, parts = run_two_parts()
    process.kill()
    process.communicate(timeout=30)
    assert ended_within(10, parts)


def test_what_a_part_has_started_ends_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    child = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); "
    supervisor.start("parent", "-c", child + f"open({str(noted)!r}, 'w').write(f'{{p.pid}} '); p.wait()")
    while not (noted.exists() and noted.read_text().endswith(" ")):
        assert supervisor.wait(0.05)
    supervisor.end_all()
    assert ended_within(5, [int(noted.read_text())])


@pytest.mark.parametrize(
    ("code", "ending"),
    [("raise SystemExit(3)", "exit code 3"), ("import os; os.kill(os.getpid(), 9)", "SIGKILL")],
)
def test_how_a_part_ended_is_said_in_words(supervisor: Supervisor, code: str, ending: str) -> None:
    supervisor.start("short", "-c", code)
    while supervisor.wait(0.05):
        pass
    assert supervisor.ended is not None
    assert (supervisor.ended.name, supervisor.ended.ending) == ("short", ending)
