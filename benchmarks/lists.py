"""The directory of companies at any depth: of 8,000 companies and of a million, side by side.

    python -m benchmarks.lists [--companies 1000000] [--rounds 15]

Builds a scratch database, read as the city office and as the public. Median milliseconds by the clock;
the ratio is to the same page of the small directory.
"""

import argparse
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.db import connection  # noqa: E402  # only after set-up
from django.test import Client  # noqa: E402  # the same

from accounts.models import User  # noqa: E402  # the same
from benchmarks.figures import measure  # noqa: E402  # the same
from benchmarks.filling import fill, more_companies  # noqa: E402  # the same
from companies.models import Company  # noqa: E402  # the same
from companies.views.directory import A_PAGE  # noqa: E402  # the same
from matchmaking.benchmarks.scratch import scratch_database  # noqa: E402  # the same

SMALL = 8_000
DEPTHS = {"first page": 0.0, "a quarter down": 0.25, "the middle": 0.5, "last page": 1.0}


def read(office: User, rounds: int) -> dict[str, float]:
    """Median milliseconds by kind of reader and depth."""
    pages = Company.objects.count() // A_PAGE
    signed_in = Client(headers={"host": "localhost"})
    signed_in.force_login(office, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = {}
    for reader, client in (("office", signed_in), ("public", Client(headers={"host": "localhost"}))):
        for name, depth in DEPTHS.items():
            path = f"/en/companies/?page={max(1, int(pages * depth))}"
            found[f"{reader}, {name}"] = measure(client, path, rounds)[0]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.lists", description="Benchmark long lists.")
    parser.add_argument("--companies", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with scratch_database(migrated=True):
        office = fill(companies=SMALL)
        small = read(office, options.rounds)
        more_companies(SMALL, options.companies)
        large = read(office, options.rounds)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_size_pretty(pg_total_relation_size('companies_company'))")
            print(f"{Company.objects.count()} companies, {cursor.fetchone()[0]}")
    print(f"{'page':28} {SMALL:>10} {options.companies:>10} {'ratio':>8}")
    for name, value in small.items():
        print(f"{name:28} {value:10.1f} {large[name]:10.1f} {large[name] / value:8.2f}")


if __name__ == "__main__":
    main()
