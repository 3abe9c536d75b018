"""Making, starting and stopping the private server."""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.pq import PGconn, Ping

from matchmaking.private_postgres import processes
from matchmaking.private_postgres.places import (
    SOCKET_NAME,
    Places,
    PrivatePostgresError,
    find_places,
    is_private_folder,
    socket_folder,
)

DATABASE = ROLE = "duijie"
APPLICATION = "duijie_application"
"""The role of web processes and worker; ``ROLE`` owns the tables and migrates them."""
SUPERUSER = "postgres"
ROOM = 200 * 1024**2  # bytes; below this a start would only postpone the failure
PATIENCE = 120  # seconds for a server to come up, recovery after a crash included
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "32",
    "jit": "off",
    "synchronous_commit": "on",
    "idle_in_transaction_session_timeout": "10min",
    "log_min_duration_statement": "2s",
}
SMALL_SHARED_MEMORY = (
    512 * 1024**2
)  # bytes; containers often have 64 MB, too little to build an index in parallel

LEAST_BUFFERS, MOST_BUFFERS = 256 * 1024**2, 8 * 1024**3  # bytes; taken from the machine only as they fill
CGROUP = Path("/sys/fs/cgroup/memory.max")


def url(root: Path, *, room: int = ROOM) -> str:
    """The address of the database, its server started when it does not run.

    ``root`` is the server's folder; ``room`` is how many bytes must be free on its disk for a start.
    Any number of processes may ask at once: one starts the server, the others wait.
    Raises PrivatePostgresError with one line that says what to do.
    """
    sockets = socket_folder(root.resolve())
    if not (_is_trusted(root, sockets) and _accepts(sockets)):
        with _one_at_a_time(root):
            places = find_places(root)
            if not _comes_up(places):
                _start(places, room)
            _provide_database(places)
            sockets = places.sockets
    return f"postgresql://{ROLE}@{quote(str(sockets), safe='')}/{DATABASE}"


def is_running(root: Path) -> bool:
    """Whether the server of ``root`` accepts connections; asks the server itself and starts nothing."""
    sockets = socket_folder(root.resolve())
    return _is_trusted(root, sockets) and _accepts(sockets)


def stop(root: Path) -> bool:
    """Stop the server of ``root``, sessions ended; False when none ran. Raises PrivatePostgresError."""
    if not (root / "data").exists():
        return False
    with _one_at_a_time(root):
        places = find_places(root)
        if processes.server(places) is None:
            return False
        _stop(places)
        return True


def remove(root: Path) -> None:
    """Stop the server of ``root`` and delete its data for good."""
    stop(root)
    base = root.resolve()
    for folder in (socket_folder(base), base):
        shutil.rmtree(folder, ignore_errors=True)
    if root.is_symlink():
        root.unlink()


def program(root: Path, name: str) -> Path:
    """The path of one of PostgreSQL's programs, such as ``psql``."""
    return find_places(root).programs / "bin" / name


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it even when the holder is killed."""
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(root.with_name(f"{root.name}.lock"), os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        raise PrivatePostgresError(
            f"{error.filename}: {error.strerror}. Give this account the folder or set DUIJIE_VAR to another."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_trusted(root: Path, sockets: Path) -> bool:
    """Whether only the owner of the data may enter the socket folder, so that the server in it is ours."""
    try:
        owner = (root / "data").stat().st_uid
    except OSError:
        return False
    return os.geteuid() in {0, owner} and is_private_folder(sockets, owner)


def _accepts(sockets: Path) -> bool:
    """Whether a connection to the database can be made; a server that is merely full counts."""
    try:
        psycopg.connect(host=str(sockets), user=ROLE, dbname=DATABASE, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return "too many clients" in str(error) or "remaining connection slots" in str(error)
    return True


def _comes_up(places: Places) -> bool:
    """Whether a server runs on the data, waited for while it starts or stops."""
    deadline = time.monotonic() + PATIENCE
    while running := processes.server(places):
        answer = PGconn.ping(f"host={places.sockets} user={SUPERUSER} dbname={SUPERUSER}".encode())
        if answer == Ping.OK and _is_trusted(places.base, places.sockets):
            return True
        if running.sockets != str(places.sockets):
            raise PrivatePostgresError(
                f"A PostgreSQL that was started in another way uses {places.data}: "
                f"stop it first (process {running.pid})."
            )
        if running.is_ready and answer == Ping.NO_RESPONSE:  # its socket was swept away
            _stop(places)
        elif time.monotonic() > deadline:
            raise PrivatePostgresError(
                f"PostgreSQL (process {running.pid}) does not answer: see {places.log}."
            )
        time.sleep(0.05)
    return False


def _start(places: Places, room: int) -> None:
    free = shutil.disk_usage(places.base).free
    if free < room:
        raise PrivatePostgresError(
            f"Only {free // 1024**2} MB are free on the disk of {places.base}, PostgreSQL needs "
            f"{room // 1024**2} MB: free some space and start again."
        )
    if not places.data.exists():
        _initialise(places)
    _refuse_other_version(places)
    processes.clear_after_kill(places)
    _make_socket_folder(places)
    settings = SETTINGS | {
        "unix_socket_directories": str(places.sockets),
        "shared_buffers": f"{_buffers() // 1024**2}MB",
    }
    if shutil.disk_usage("/dev/shm").total < SMALL_SHARED_MEMORY:  # noqa: S108 - only its size is asked
        settings["dynamic_shared_memory_type"] = "mmap"
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    written = places.log.stat().st_size if places.log.exists() else 0
    command = (places.programs / "bin/pg_ctl", "start", "-w", "-t", str(PATIENCE))
    if places.run(*command, "-D", places.data, "-l", places.log, "-o", options).returncode:
        with places.log.open(errors="replace") as log:
            log.seek(written)
            raise _explained(places, "PostgreSQL does not start", log.read())


def _buffers() -> int:
    """A quarter of the memory there is, as PostgreSQL recommends: a page outside is copied at each look."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = CGROUP.read_text().strip() if CGROUP.exists() else "max"
    if limit.isdecimal():
        memory = min(memory, int(limit))
    return min(max(memory // 4, LEAST_BUFFERS), MOST_BUFFERS)


def _stop(places: Places) -> None:
    command = (places.programs / "bin/pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", places.data)
    stopped = places.run(*command)
    if stopped.returncode:
        raise _explained(places, "PostgreSQL does not stop", stopped.stderr)


def _initialise(places: Places) -> None:
    """Make the data beside their place and move them there whole, so that a half is never taken for all."""
    half = places.base / "half-initialised"
    shutil.rmtree(half, ignore_errors=True)
    locale = ("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
    access = ("--auth-local=trust", "--auth-host=reject", f"--username={SUPERUSER}")
    command = (places.programs / "bin/initdb", f"--pgdata={half}", *locale, *access, "--no-instructions")
    made = places.run(*command)
    if made.returncode:
        shutil.rmtree(half, ignore_errors=True)
        raise _explained(places, "PostgreSQL cannot make its data", made.stderr)
    half.rename(places.data)


def _refuse_other_version(places: Places) -> None:
    try:
        found = (places.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise PrivatePostgresError(
            f"{places.data} holds no PostgreSQL data: move it away and start again."
        ) from None
    ours = places.run(places.programs / "bin/postgres", "--version").stdout.split()[-1].split(".")[0]
    if found != ours:
        raise PrivatePostgresError(
            f"{places.data} was made by PostgreSQL {found}, this is {ours}: dump the data with the old one "
            "and load them again, or move the folder away to begin anew."
        )


def _make_socket_folder(places: Places) -> None:
    """Make the socket's folder, closed to others and empty; refuse one that somebody else has put there."""
    owner = places.account.uid if places.account else os.geteuid()
    try:
        places.sockets.mkdir(mode=0o700, exist_ok=True)
        if places.account and places.sockets.lstat().st_uid == 0:
            os.chown(places.sockets, places.account.uid, places.account.gid, follow_symlinks=False)
    except OSError as error:
        raise PrivatePostgresError(
            f"{places.sockets}: {error.strerror}. Remove it and start again."
        ) from error
    if not is_private_folder(places.sockets, owner):
        raise PrivatePostgresError(
            f"{places.sockets} is not a private folder of this server's account: "
            "remove it, or set DUIJIE_VAR to a folder with a short path."
        )
    for left in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (places.sockets / left).unlink(missing_ok=True)


def _provide_database(places: Places) -> None:
    """Make the roles and the database where they are missing.

    The roles are ordinary ones, as on a real server: one owns the tables, the application runs as the
    other. Only a superuser may add pgvector, so it goes into ``template1``, from where every new database
    has it, those of the tests too.
    """
    address = f"host={places.sockets} user={SUPERUSER} dbname=template1"
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone():
                connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
                connection.execute(f"GRANT {APPLICATION} TO {ROLE}")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    except psycopg.Error as error:
        raise _explained(places, "The database cannot be made", str(error)) from error


def _explained(places: Places, what: str, messages: str) -> PrivatePostgresError:
    """The error for a program's messages: a full disk in plain words, else their last telling line."""
    if "No space left on device" in messages:
        return PrivatePostgresError(
            f"{what}: the disk of {places.base} is full. Free some space and start again."
        )
    lines = [line.strip() for line in messages.splitlines() if line.strip()]
    telling = [
        line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error", "could not"))
    ]
    reason = (telling or lines or ["it gave no reason"])[-1]
    reason = re.sub(r"^.*(?=FATAL|PANIC)", "", reason)
    return PrivatePostgresError(f"{what}: {reason} (log: {places.log})")
