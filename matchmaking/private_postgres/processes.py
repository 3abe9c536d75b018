"""The processes of the private server, found by the folder that they work in.

A process number alone proves nothing: after a crash or a restart of the machine it may be another program's.
Every process of a PostgreSQL server has its data for current folder.
"""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from matchmaking.private_postgres.places import Places, PrivatePostgresError

GRACE = 5.0  # seconds for the rest of a killed server to notice and end


@dataclass(frozen=True)
class Server:
    """What ``postmaster.pid`` says about a live server: its process, socket folder and state."""

    pid: int
    sockets: str
    is_ready: bool


def server(places: Places) -> Server | None:
    """The live server of the data, or None; a dead, reaped or foreign process does not count."""
    lines = _pid_file_lines(places)
    try:
        pid = int(lines[0])
    except (IndexError, ValueError):
        return None
    if pid not in _working_in_data(places):
        return None
    sockets = lines[4].strip() if len(lines) > 4 else str(places.sockets)
    return Server(pid, sockets, len(lines) > 7 and lines[7].strip() == "ready")


def clear_after_kill(places: Places) -> None:
    """End what a killed server left running and drop its pid file.

    To be called when ``server`` finds none. PostgreSQL would take the file for that of a live server while
    nobody has reaped the dead process, or when another program has its number. Raises PrivatePostgresError.
    """
    deadline = time.monotonic() + GRACE
    while rest := _working_in_data(places):
        if time.monotonic() > deadline:
            for pid in rest:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline + GRACE:
            raise PrivatePostgresError(f"Processes {sorted(rest)} still use {places.data}: end them first.")
        time.sleep(0.05)
    (places.data / "postmaster.pid").unlink(missing_ok=True)


def _pid_file_lines(places: Places) -> list[str]:
    try:
        return (places.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _working_in_data(places: Places) -> set[int]:
    """Processes whose current folder is the data.

    Asked as the server's account: in a container root itself may not look at another account's processes.
    """
    listed = places.run("find", "/proc", "-maxdepth", "2", "-name", "cwd", "-printf", "%h %l\\n").stdout
    folders = (line.split(" ", 1) for line in listed.splitlines())
    return {
        int(Path(process).name)
        for process, folder in folders
        if folder == str(places.data) and Path(process).name.isdigit()
    }
