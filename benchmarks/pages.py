"""How long pages take at the demo's size, from request to page, in one process without a network.

    python -m benchmarks.pages [--needs 100] [--rounds 40]

Needs a database with the demo city and its index. Prints one line a page with median and 95th percentile in
milliseconds, by the clock and by the processor time of this process (the database's not counted), and the
ratio of the medians to those of the same stack's smallest page, measured in turn with it. On a machine that
others use only the processor time and the ratios tell of the page.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.test import Client  # noqa: E402  # only after set-up

from accounts.models import User  # noqa: E402  # the same
from companies.models import SourcingNeed  # noqa: E402  # the same

HELLO = "/en/accounts/password/reset/done/"
PAGES = {
    "home": "/en/",
    "companies": "/en/companies/",
    "companies, searched": "/en/companies/?q=制动",
    "needs": "/zh-hans/needs/",
    "buyers": "/en/buyers/",
    "figures": "/en/figures/",
    "chain": "/en/chains/auto_parts/",
    "desk": "/zh-hans/desk/",
    "ledger": "/zh-hans/desk/deals/",
}


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one request, by the clock and by the processor time of this process."""

    clock: float
    processor: float


def timed(get: Callable[[str], object], path: str) -> Timed:
    """One request."""
    clock, processor = time.perf_counter(), time.process_time()
    get(path)
    return Timed((time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000)


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def columns(values: list[float], hello: list[float]) -> str:
    """Median, 95th percentile and ratio to the smallest page."""
    middle, base = statistics.median(values), statistics.median(hello)
    return f"{middle:8.1f} {p95(values):8.1f} {middle / base:8.1f}"


def told(name: str, pages: list[Timed], hello: list[Timed]) -> str:
    """One line of the table."""
    clock = columns([page.clock for page in pages], [page.clock for page in hello])
    processor = columns([page.processor for page in pages], [page.processor for page in hello])
    return f"{name:24} {clock} {processor}"


def in_turn(client: Client, paths: list[str]) -> tuple[list[Timed], list[Timed]]:
    """Each path and before it the smallest page."""
    pairs = [(timed(client.get, path), timed(client.get, HELLO)) for path in paths]
    return [page for page, _hello in pairs], [hello for _page, hello in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=40)
    wanted = parser.parse_args()
    client = Client(headers={"host": "localhost"})
    office = User.objects.filter(is_superuser=True).earliest("pk")
    client.force_login(office, backend="allauth.account.auth_backends.AuthenticationBackend")
    needs = list(SourcingNeed.objects.open().order_by("pk").values_list("pk", flat=True)[: wanted.needs])
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{'':24} {'clock':>8} {'p95':>8} {'x hello':>8} {'cpu':>8} {'p95':>8} {'x hello':>8}")
    client.get(HELLO)
    client.get(f"/en/needs/{needs[0]}/")
    print(told("need with suggestions", *in_turn(client, [f"/en/needs/{need}/" for need in needs])))
    for name, path in PAGES.items():
        client.get(path)
        print(told(name, *in_turn(client, [path] * wanted.rounds)), flush=True)


if __name__ == "__main__":
    main()
