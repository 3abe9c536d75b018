"""A walk through the running demo: every page that a person can reach, in a real browser.

    make run                                   # in one terminal
    python -m benchmarks.walk [--root http://127.0.0.1:8000] [--admin] [--folder SHOTS]

Each demo person follows every link, one page for each named address, in both languages, on a phone and at a
desk, light and dark. Reports what axe finds, what the policy or the page itself refuses, requests that leave
the machine, pages wider than their screen, Latin words on Chinese pages, and the weight of a first visit.
Needs the development requirements and Debian's Chromium.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from axe_playwright_python.sync_playwright import Axe  # noqa: E402  # only after set-up
from django.urls import Resolver404, resolve  # noqa: E402  # the same
from django.utils.translation import override  # noqa: E402  # the same
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Route, sync_playwright  # noqa: E402  # the same

from matchmaking.demo.people import ACCOUNTS, PASSWORD  # noqa: E402  # the same

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
WALKS = (
    ("zh-hans", "phone", "light"),
    ("en", "desk", "dark"),
    ("zh-hans", "desk", "dark"),
    ("en", "phone", "light"),
)
HEAVIEST = 60 * 1024
"""Bytes of a first visit, as they travel."""
LATIN = re.compile(r"\b[a-z]{4,}\b")
NOT_PAGES = (".ics", ".xlsx", ".pdf", "/logout/")


@dataclass
class Found:
    """What a walk found: faults by page, and the weight of each first visit in bytes."""

    faults: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)


@dataclass
class Walker:
    """One person at one browser."""

    page: Page
    root: str
    language: str
    found: Found
    label: str
    with_admin: bool
    with_words: bool
    folder: Path | None
    noticed: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Keep what the console, the scripts and the network complain of."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.noticed.append(str(error)))
        self.page.route(lambda address: not address.startswith((self.root, "data:", "blob:")), self._refuse)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.noticed.append(message.text)

    def _refuse(self, route: Route) -> None:
        self.noticed.append(f"leaves the machine: {route.request.url}")
        route.abort()

    def signs_in(self, email: str) -> None:
        self.page.goto(f"{self.root}/{self.language}/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url(lambda address: "login" not in address)

    def walks(self) -> None:
        """Breadth first from the home page: the first address seen of every name."""
        waiting, seen = [f"/{self.language}/"], {"home"}
        while waiting:
            path = waiting.pop(0)
            try:
                answer = self.page.goto(f"{self.root}{path}")
            except Error as error:
                if "Download is starting" not in error.message:
                    self.found.faults.append(f"{self.label} {path}: {error.message}")
                continue
            if answer is None or answer.status >= 400:
                self.found.faults.append(
                    f"{self.label} {path}: answers {answer.status if answer else 'nothing'}"
                )
                continue
            self.looks(path)
            waiting.extend(self._new_links(seen))

    def _new_links(self, seen: set[str]) -> Iterator[str]:
        links = self.page.eval_on_selector_all(
            "a[href]", "all => all.map(a => new URL(a.getAttribute('href'), location).href)"
        )
        for link in links:
            parts = urlsplit(link)
            if not link.startswith(self.root) or parts.path.endswith(NOT_PAGES) or "export" in parts.query:
                continue
            try:
                with override(self.language):
                    name = resolve(parts.path).view_name
            except Resolver404:
                continue
            if name in seen or (name.startswith("admin:") and not self.with_admin):
                continue
            if f"/{self.language}/" in parts.path:
                seen.add(name)
                yield f"{parts.path}?{parts.query}" if parts.query else parts.path

    def looks(self, path: str) -> None:
        """Everything that can be said of the page that is open."""
        at = f"{self.label} {path}"
        self.found.pages.add(path)
        for violation in Axe().run(self.page).response["violations"]:
            targets = [node["target"] for node in violation["nodes"]][:2]
            self.found.faults.append(f"{at}: axe {violation['id']} ({violation['impact']}) {targets}")
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.found.faults.append(f"{at}: wider than its screen")
        if self.with_words and self.language == "zh-hans":
            words = set(LATIN.findall(self.page.locator("body").inner_text()))
            if words:
                self.found.faults.append(f"{at}: Latin words {sorted(words)[:12]}")
        self.found.faults.extend(f"{at}: {fault}" for fault in self.noticed)
        self.noticed.clear()
        if self.folder:
            self.page.screenshot(
                path=self.folder / f"{at.replace('/', '_').replace(' ', '-')[:150]}.png", full_page=True
            )


def weigh(browser: Browser, signed_in: BrowserContext, root: str, path: str) -> int:
    """Bytes that travel on a first visit, with an empty cache."""
    context = browser.new_context(viewport=SIZES["phone"])  # type: ignore[arg-type]  # a size
    context.add_cookies(signed_in.cookies())  # type: ignore[arg-type]  # as the other context has them
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    bytes_seen: list[int] = []
    wire.on("Network.loadingFinished", lambda event: bytes_seen.append(int(event["encodedDataLength"])))
    page.goto(f"{root}{path}", wait_until="networkidle")
    context.close()
    return sum(bytes_seen)


def main() -> int:
    """Walk as everybody; 1 when anything was found."""
    asked = _asked()
    people = ["-", *(account.email for account in ACCOUNTS)]
    if asked.people:
        people = [email for email in people if email.startswith(tuple(asked.people))]
    if asked.folder:
        asked.folder.mkdir(parents=True, exist_ok=True)
    found = Found()
    with sync_playwright() as player:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = player.chromium.launch(executable_path=program, args=FLAGS)
        for email in people:
            for way in WALKS[: asked.walks]:
                walk(browser, email, way, asked, found)
        browser.close()
    return told(found)


def walk(
    browser: Browser, email: str, way: tuple[str, str, str], asked: argparse.Namespace, found: Found
) -> None:
    """One person's walk in one language, size and scheme, then the weight of what was new on it."""
    language, size, scheme = way
    context = browser.new_context(viewport=SIZES[size], locale=language, color_scheme=scheme)  # type: ignore[arg-type]  # a size
    label = f"{email.partition('@')[0]} {' '.join(way)}"
    walker = Walker(
        page=context.new_page(),
        root=asked.root,
        language=language,
        found=found,
        label=label,
        with_admin=asked.admin,
        with_words=asked.words,
        folder=asked.folder,
    )
    walker.watch()
    if email != "-":
        walker.signs_in(email)
    before, known = set(found.pages), len(found.faults)
    walker.walks()
    new = sorted(found.pages - before)
    for path in new:
        weight = found.weights[f"{label} {path}"] = weigh(browser, context, asked.root, path)
        if weight > HEAVIEST:
            found.faults.append(f"{label} {path}: {weight / 1024:.0f} KB at first visit")
    print(f"{label}: {len(new)} new pages", *found.faults[known:], sep="\n", flush=True)
    context.close()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.walk", description="Walk through the running demo.")
    parser.add_argument("--root", default="http://127.0.0.1:8000")
    parser.add_argument("--admin", action="store_true", help="walk the admin too")
    parser.add_argument(
        "--words", action="store_true", help="list Latin words of Chinese pages, data included"
    )
    parser.add_argument("--folder", type=Path, help="where to put a picture of every page")
    parser.add_argument("--people", nargs="*", help="the beginnings of their e-mail addresses; - is nobody")
    parser.add_argument("--walks", type=int, default=len(WALKS), help="how many of the ways to look")
    return parser.parse_args()


def told(found: Found) -> int:
    """Print how much was found; what, each walk has said."""
    heaviest = max(found.weights.items(), key=lambda one: one[1], default=("", 0))
    print(f"{len(found.weights)} pages; {len(found.faults)} faults")
    print(f"heaviest: {heaviest[0]} with {heaviest[1] / 1024:.1f} KB")
    return min(len(found.faults), 1)


if __name__ == "__main__":
    sys.exit(main())
