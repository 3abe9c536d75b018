"""Serve the local demo: what ``make run`` calls."""

import contextlib
import errno
import fcntl
import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from accounts.audit_rights import grant
from matchmaking import private_postgres
from matchmaking.demo.people import ACCOUNTS, PASSWORD
from matchmaking.preparation import prepare
from matchmaking.supervision import Supervisor
from matchmaking.translations import compile_translations

HOST = "127.0.0.1"
WEB = "granian matchmaking.wsgi:application --interface wsgi --workers 2 --blocking-threads 4 --no-ws"
UP_WITHIN = 60.0  # seconds from the start of the processes to the first answer


class Command(BaseCommand):
    help = "Prepares the database, serves the site and works on its queue until Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        port = _wanted_port()
        with _port_held(port):
            try:
                self.prepare()
            except KeyboardInterrupt:
                sys.exit("\nStopped while preparing: the next start goes on.")
            supervisor = Supervisor()
            try:
                self.serve(supervisor, port)
            finally:
                supervisor.end_all()
        if not supervisor.was_asked_to_stop:
            sys.exit(1)
        self.say("Stopped. Everything is kept for the next start.")

    def prepare(self) -> None:
        """Files and database, then let go of every connection: the parts make their own."""
        self.say("Preparing the database ...")
        compile_translations(settings.BASE_DIR / "locale")
        if settings.STATIC_IS_COLLECTED:
            _collect_static()
        prepare(self.say)
        if "DATABASE_URL" not in os.environ and _grants():
            os.environ["DATABASE_ROLE"] = private_postgres.APPLICATION
        connections.close_all()
        for database in connections.all():
            if isinstance(database, DatabaseWrapper):
                database.close_pool()

    def serve(self, supervisor: Supervisor, port: int) -> None:
        """Start the parts, say where the site is once it answers, and stay until a reason to end."""
        supervisor.start(
            "web server", "-m", *WEB.split(), "--host", HOST, "--port", str(port), "--log-level", "warning"
        )
        supervisor.start("worker", "manage.py", "work")
        waited = 0.0
        while not _answers(port) and waited < UP_WITHIN and supervisor.wait(0.1):
            waited += 0.1
        if supervisor.ended is None and not supervisor.was_asked_to_stop:
            self.welcome(port)
        while supervisor.wait(2):
            _keep_database()
        if part := supervisor.ended:
            self.stderr.write(f"The {part.name} has ended ({part.ending}), so the rest is ended too.")
        else:
            self.say("\nStopping ...")

    def welcome(self, port: int) -> None:
        """The address, and one sign-in for each kind of user."""
        self.say(f"\nDuijie is at http://{HOST}:{port}/ (Ctrl-C stops it)")
        if settings.IS_DEMO:
            self.say(f"\nSign in as, each with the password {PASSWORD}:")
            for account in ACCOUNTS:
                self.say(f"  {account.email:<24}{account.role}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _grants() -> bool:
    """Give the role of the parts its rights; a server from before there was one goes on with the owner's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [private_postgres.APPLICATION])
        if cursor.rowcount == 0:
            return False
    grant(private_postgres.APPLICATION)
    return True


def _wanted_port() -> int:
    text = os.environ.get("PORT", "8000")
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")


def _collect_static() -> None:
    """Gather and compress the static files, one start at a time."""
    with (settings.VAR / "static.lock").open("w") as claim:
        fcntl.flock(claim, fcntl.LOCK_EX)
        call_command("collectstatic", verbosity=0, interactive=False)


@contextlib.contextmanager
def _port_held(port: int) -> Iterator[None]:
    """Claim the port against other starts from now on; exit with one line when it is taken."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR / f"port-{port}.lock").open("w") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Port {port} is in use. Try: make run PORT={_free_port(port)}")
        if (reason := _refusal(port)) == errno.EADDRINUSE:
            sys.exit(f"Port {port} is in use. Try: make run PORT={_free_port(port)}")
        if reason:
            sys.exit(
                f"Port {port} cannot be used: {os.strerror(reason)}. Try: make run PORT={_free_port(8000)}"
            )
        yield


def _refusal(port: int) -> int:
    """Why the system does not give the port, as an errno; 0 when it does."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.errno or errno.EINVAL
    return 0


def _free_port(taken: int) -> int:
    return next(port for port in range(taken % 65000 + 1, 65536) if _refusal(port) == 0)


def _answers(port: int) -> bool:
    """Whether the site answers at all, ill or well; no proxy is asked."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(f"http://{HOST}:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _keep_database() -> None:
    """Start the private server again when it was killed."""
    if "DATABASE_URL" not in os.environ:
        with contextlib.suppress(private_postgres.PrivatePostgresError):
            private_postgres.url(settings.VAR / "postgres")
