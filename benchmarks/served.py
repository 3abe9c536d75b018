"""How long the pages of the running demo take, asked one after the other over one connection.

    make run                                            # in one terminal
    python -m benchmarks.served [--port 8000] [--needs 100] [--who office@demo.invalid]

Each request is followed or preceded by one for the smallest page, so that both see the same load. Prints
medians, 95th percentiles in milliseconds and the ratio to the smallest page.
"""

import argparse
import gzip
import re
import statistics
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

HELLO = "/en/accounts/password/reset/done/"
LOGIN = "/en/accounts/login/"
PAGES = (
    "/en/",
    "/en/companies/",
    "/en/needs/",
    "/en/buyers/",
    "/en/figures/",
    "/en/chains/auto_parts/",
    "/en/desk/",
    "/en/desk/deals/",
)
ROUNDS = 25
PASSWORD = "duijie-demo"  # noqa: S105 - of the demo's invented people


class Visitor:
    """One person signed in over one connection."""

    def __init__(self, port: int, email: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port)
        self.cookies: dict[str, str] = {}
        _status, page = self.ask("GET", LOGIN)
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        form = urlencode({"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token})
        status, _page = self.ask("POST", LOGIN, form)
        if status != 302:
            raise SystemExit(f"{email} could not sign in: is the demo running on this port?")

    def ask(self, method: str, path: str, form: str | None = None) -> tuple[int, str]:
        """Status and page."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Encoding": "gzip",
        }
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, form, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        return answer.status, content.decode()

    def timed(self, path: str) -> float:
        """Milliseconds of one page that must answer 200."""
        start = time.perf_counter()
        status, _page = self.ask("GET", path)
        taken = (time.perf_counter() - start) * 1000
        if status != 200:
            raise SystemExit(f"{path} answers {status}")
        return taken

    def needs(self, wanted: int) -> list[str]:
        """Addresses of so many open needs, as the list shows them."""
        found: dict[str, None] = {}
        number = 1
        while len(found) < wanted:
            _status, page = self.ask("GET", f"/en/needs/?page={number}")
            new = dict.fromkeys(re.findall(r'href="(/en/needs/\d+/)"', page))
            if not new or new.keys() <= found.keys():
                break
            found |= new
            number += 1
        return list(found)[:wanted]


def told(name: str, pairs: list[tuple[float, float]]) -> str:
    """One line: the page beside the smallest page, as they were asked in turn."""
    smallest, page = zip(*pairs, strict=True)
    late = statistics.quantiles(page, n=20)[-1]
    middle = statistics.median(page)
    return f"{name:28} {middle:8.1f} {late:8.1f} {middle / statistics.median(smallest):8.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="benchmarks.served", description="Time the pages of the running demo."
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--needs", type=int, default=100)
    parser.add_argument("--who", default="office@demo.invalid")
    asked = parser.parse_args()
    visitor = Visitor(asked.port, asked.who)
    needs = visitor.needs(asked.needs)
    for path in (HELLO, needs[0]):  # the first of each loads what later ones find loaded
        visitor.timed(path)
    print(f"Load {Path('/proc/loadavg').read_text().split()[0]}; milliseconds, signed in as {asked.who}")
    print(f"{'page':28} {'median':>8} {'p95':>8} {'x hello':>8}")
    print(told(f"{len(needs)} needs", [(visitor.timed(HELLO), visitor.timed(path)) for path in needs]))
    for path in PAGES:
        visitor.ask("GET", path)
        print(told(path, [(visitor.timed(HELLO), visitor.timed(path)) for _round in range(ROUNDS)]))


if __name__ == "__main__":
    main()
