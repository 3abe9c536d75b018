"""The figures page over a large ledger: of one month, of five years, and while others write.

    python -m benchmarks.figures [--deals 100000] [--rounds 60]

Builds a scratch database. Prints median and 95th percentile in milliseconds by the clock, and beside them the
processor time of this process and of the database's, which other work on the machine hardly changes: on an
idle machine a page takes about their sum. To read the clock, nothing else may run (``uptime`` below 0.3).
"""

import argparse
import os
import statistics
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # only after set-up
from django.db import connection  # noqa: E402  # the same
from django.test import Client  # noqa: E402  # the same

from benchmarks.filling import fill  # noqa: E402  # the same
from events.models import Deal  # noqa: E402  # the same
from matchmaking.benchmarks.scratch import scratch_database  # noqa: E402  # the same
from matchmaking.figures.folding import fold  # noqa: E402  # the same

PAGES = {
    "hello (smallest page)": "/en/accounts/password/reset/done/",
    "figures, five years": "/en/figures/",
    "figures, one month": "/en/figures/?month=2022-06",
    "figures, one chain": "/en/figures/?chain=auto_parts",
    "figures, one kind": "/en/figures/?kind=sales",
    "figures, one division": "/en/figures/?division=330381",
    "figures, three years ago": "/en/figures/?as_of=2019-11-17",
    "home": "/en/",
    "desk": "/en/desk/",
    "reports": "/en/desk/reports/",
    "conversion": "/en/desk/reports/conversion/",
    "exposure": "/en/desk/exposure/",
    "ledger": "/en/desk/deals/",
    "ledger, one chain": "/en/desk/deals/?chain=auto_parts",
    "ledger, last page": "/en/desk/deals/?page=2000",
    "rows of signed projects": "/en/figures/signed_projects/",
}
PUBLIC = {
    "public: five years": "/en/figures/",
    "public: one month": "/en/figures/?month=2022-06",
}
"""For whom it is decided which amounts stay out."""


def of_the_database() -> float:
    """Processor seconds that the sessions of this database have used; 0 where its server runs elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [pid for (pid,) in cursor.fetchall()]
    ticks = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            user, system = stat.read_text().rpartition(")")[2].split()[11:13]
            ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(client: Client, path: str, rounds: int) -> tuple[float, float, float, float]:
    """Median, 95th percentile, processor time here and in the database: milliseconds a page."""
    client.get(path)
    clocks, database, processor = [], of_the_database(), time.process_time()
    for _round in range(rounds):
        start = time.perf_counter()
        response = client.get(path)
        clocks.append((time.perf_counter() - start) * 1000)
    processor = (time.process_time() - processor) * 1000 / rounds
    database = (of_the_database() - database) * 1000 / rounds
    if response.status_code != 200:
        raise SystemExit(f"{path}: {response.status_code}")
    return statistics.median(clocks), statistics.quantiles(clocks, n=20)[-1], processor, database


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.figures", description="Benchmark the figures.")
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    with scratch_database(migrated=True):
        start = time.perf_counter()
        office = fill(companies=8_357, deals=options.deals)
        print(f"{Deal.objects.count()} deals in {time.perf_counter() - start:.0f} s; {fold()} cells folded")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as the database does by itself, some minutes later
        client = Client(headers={"host": "localhost"})
        client.force_login(office, backend="allauth.account.auth_backends.AuthenticationBackend")
        print(f"{'page':28} {'median':>8} {'p95':>8} {'CPU':>8} {'its CPU':>8}")
        call_command("createcachetable", verbosity=0)
        anybody = Client(headers={"host": "localhost"})
        asked = [(client, *page) for page in PAGES.items()] + [(anybody, *page) for page in PUBLIC.items()]
        for reader, name, path in asked:
            middle, high, processor, database = measure(reader, path, options.rounds)
            print(f"{name:28} {middle:8.1f} {high:8.1f} {processor:8.1f} {database:8.1f}", flush=True)


if __name__ == "__main__":
    main()
