"""Commands for the private PostgreSQL.

``python -m matchmaking.private_postgres start|stop|status|url|psql|remove``
"""

import argparse
import os
import sys
from pathlib import Path

from matchmaking.private_postgres.places import PrivatePostgresError
from matchmaking.private_postgres.server import is_running, program, remove, stop, url

PROJECT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; the exit code is 0 when it was done, or for ``status`` when the server runs."""
    parser = argparse.ArgumentParser(
        prog="python -m matchmaking.private_postgres", description="The private PostgreSQL."
    )
    parser.add_argument("command", choices=["start", "stop", "status", "url", "psql", "remove"])
    var = Path(os.environ.get("DUIJIE_VAR", PROJECT / "var"))
    parser.add_argument("--root", type=Path, default=var / "postgres", help="the server's folder")
    options = parser.parse_args(arguments)
    try:
        return _carry_out(options.command, options.root.absolute())
    except PrivatePostgresError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _carry_out(command: str, root: Path) -> int:
    match command:
        case "start":
            sys.stdout.write(f"PostgreSQL runs: {url(root)}\n")
        case "stop":
            sys.stdout.write("PostgreSQL stopped.\n" if stop(root) else "PostgreSQL was not running.\n")
        case "status":
            running = is_running(root)
            sys.stdout.write("PostgreSQL runs.\n" if running else "PostgreSQL does not run.\n")
            return 0 if running else 3
        case "url":
            sys.stdout.write(f"{url(root)}\n")
        case "psql":
            address = url(root)
            psql = str(program(root, "psql"))
            os.execv(psql, [psql, address])  # noqa: S606 - the wheel's own program
        case "remove":
            remove(root)
            sys.stdout.write("The private PostgreSQL and its data are gone.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
