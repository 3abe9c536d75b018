"""How long pages take at the demo's size, from request to page, in one process without a network.

    python -m benchmarks.pages [--needs 100]

Needs a database with the demo city and its index. Prints one line a page with median and 95th percentile in
milliseconds and as a ratio to the same stack's smallest page, measured in turn with it.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.test import Client  # noqa: E402  # only after set-up

from accounts.models import User  # noqa: E402  # the same
from companies.models import SourcingNeed  # noqa: E402  # the same

ROUNDS = 40
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


def timed(get: Callable[[str], object], path: str) -> float:
    """Milliseconds of one request."""
    start = time.perf_counter()
    get(path)
    return (time.perf_counter() - start) * 1000


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def told(name: str, values: list[float], hello: list[float]) -> str:
    """One line of the table."""
    middle, base = statistics.median(values), statistics.median(hello)
    return f"{name:24} {middle:8.1f} {p95(values):8.1f} {middle / base:8.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=100)
    wanted: int = parser.parse_args().needs
    client = Client(headers={"host": "localhost"})
    office = User.objects.filter(is_superuser=True).earliest("pk")
    client.force_login(office, backend="allauth.account.auth_backends.AuthenticationBackend")
    needs = list(SourcingNeed.objects.open().order_by("pk").values_list("pk", flat=True)[:wanted])
    print(f"{'page':24} {'median':>8} {'p95':>8} {'x hello':>8}")
    client.get(HELLO)
    client.get(f"/en/needs/{needs[0]}/")
    hello, suggested = [], []
    for need in needs:
        hello.append(timed(client.get, HELLO))
        suggested.append(timed(client.get, f"/en/needs/{need}/"))
    print(told("need with suggestions", suggested, hello))
    for name, path in PAGES.items():
        client.get(path)
        pairs = [(timed(client.get, HELLO), timed(client.get, path)) for _round in range(ROUNDS)]
        print(told(name, [page for _hello, page in pairs], [hello for hello, _page in pairs]))


if __name__ == "__main__":
    main()
