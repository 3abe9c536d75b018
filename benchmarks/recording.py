"""Recording deals by 50 writers at once against pgbench: same table, constraints, triggers and durability.

    python -m benchmarks.recording [--seconds 10] [--writers 50] [--processes 4]

The writers call ``record`` as the forms do, a fourth of them each deal twice with one key, as a phone does
that got no answer. Afterwards every deal must be there once. pgbench inserts the same row, one a transaction.
Both wait for the disk (``synchronous_commit``). Both share the machine's cores with the database.
"""

import argparse
import multiprocessing
import os
import re
import subprocess
import tempfile
import threading
import time
import uuid
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.conf import settings  # noqa: E402  # only after set-up
from django.db import connection, connections  # noqa: E402  # only after set-up
from django.utils import timezone  # noqa: E402  # the same

from accounts.models import User  # noqa: E402  # the same
from benchmarks.filling import fill  # noqa: E402  # the same
from companies.models import Company, IndustrialChain  # noqa: E402  # the same
from events.deals.recording import record  # noqa: E402  # the same
from events.models import Deal  # noqa: E402  # the same
from matchmaking.benchmarks.scratch import scratch_database  # noqa: E402  # the same
from matchmaking.figures.counts import FIGURES  # noqa: E402  # the same
from matchmaking.figures.scope import whole_city  # noqa: E402  # the same
from matchmaking.private_postgres.server import program  # noqa: E402  # the same

INSERT = """
\\set buyer random({first}, {last})
INSERT INTO events_deal (
    buyer_id, supplier_id, counting_chain_id, counting_division_id, title_zh, title_en, unit, stage,
    signed_on,
    signed_amount, currency, rate_to_cny, rate_date, termination_reason, contract_reference, note, version,
    idempotency_key, recording_digest, recorded_by_id, recorded_at
) VALUES (
    :buyer, :buyer + 1, {chain}, {division}, '', 'Brake discs', '', 'signed', current_date, 5, 'CNY', 1,
    current_date, '', '', '', 1, gen_random_uuid(), 'x', {by}, now()
);
"""


def by_pgbench(writers: int, seconds: int, values: dict[str, int]) -> float:
    """Transactions a second of pgbench."""
    database = connection.settings_dict
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT.format(**values))
        script.flush()
        options = [
            "-n",
            "-M",
            "prepared",
            "-c",
            str(writers),
            "-j",
            "2",
            "-T",
            str(seconds),
            "-f",
            script.name,
        ]
        place = [
            "-h",
            database["HOST"],
            "-U",
            database["USER"],
            *(["-p", str(database["PORT"])] if database["PORT"] else []),
        ]
        told = subprocess.run(
            [str(program(settings.VAR / "postgres", "pgbench")), *options, *place, database["NAME"]],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PGPASSWORD": database["PASSWORD"] or ""},
        )
    found = re.search(r"tps = ([\d.]+)", told.stdout)
    return float(found.group(1)) if found else 0.0


def writing(name: str, writers: int, seconds: int, number: int) -> list[str]:
    """What one process does: its threads record until the time is over; the keys of its deals."""
    connections["default"].settings_dict["NAME"] = name
    connections["default"].settings_dict["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": writers,
        "timeout": 60,
    }
    by = User.objects.get(is_superuser=True)
    firms = list(Company.objects.exclude(division=None).order_by("pk")[:400])
    chain, today = IndustrialChain.objects.order_by("pk")[0], timezone.localdate()
    keys: list[str] = []
    end = time.monotonic() + seconds

    def write(thread: int) -> None:
        serial = 0
        while time.monotonic() < end:
            # In one process neighbouring threads draw the same keys, so that each deal is sent by two.
            twin = thread // 2 if number == 0 else thread
            key = uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {twin} {serial}")
            at = (twin * 31 + serial) % 399
            record(
                by=by,
                buyer=firms[at],
                supplier=firms[at + 1],
                stage="signed",
                on=today,
                amount=Decimal(5),
                title_en="Brake discs",
                counting_chain=chain,
                key=key,
            )
            keys.append(str(key))
            serial += 1
        connection.close()

    threads = [threading.Thread(target=write, args=[thread]) for thread in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return keys


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.recording", description="Benchmark recording deals.")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--processes", type=int, default=4)
    options = parser.parse_args()
    with scratch_database(migrated=True) as name:
        office = fill(companies=2_000)
        firm = Company.objects.exclude(division=None).order_by("pk")[0]
        values = {
            "first": firm.pk,
            "last": firm.pk + 1_000,
            "chain": IndustrialChain.objects.order_by("pk")[0].pk,
            "division": firm.division_id or 0,
            "by": office.pk,
        }
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            print("synchronous_commit", *cursor.fetchone())
        raw = by_pgbench(options.writers, options.seconds, values)
        before = Deal.objects.count()
        connection.close()
        share = options.writers // options.processes
        with ProcessPoolExecutor(options.processes, multiprocessing.get_context("spawn")) as pool:
            jobs = [
                pool.submit(writing, name, share, options.seconds, number)
                for number in range(options.processes)
            ]
            keys = [key for job in jobs for key in job.result()]
        kept = Deal.objects.count() - before
        print(f"pgbench {raw:8.0f} deals/s")
        print(
            f"record  {kept / options.seconds:8.0f} deals/s, {len(keys) / options.seconds:.0f} calls/s, ",
            end="",
        )
        print(f"{len(keys) / options.seconds / raw:.2f} calls for one of pgbench")
        print(f"sent {len(keys)}, different {len(set(keys))}, kept {kept}: ", end="")
        print("none lost, none twice" if kept == len(set(keys)) else "WRONG")
        whole = whole_city(timezone.localdate())
        unverified = FIGURES["signed_unverified"]
        print("figures agree with rows:", unverified.of(whole) == unverified.rows(whole).count())


if __name__ == "__main__":
    main()
