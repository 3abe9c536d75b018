"""A real browser for whole journeys: Debian's Chromium, one context for each person."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.factories.accounts import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
PATIENCE = 30_000  # milliseconds; both cores may be busy with other tests
LATIN_WORD = re.compile(r"[A-Za-z]{4,}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's browser, without anything that calls home."""
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": program, "args": FLAGS}


@dataclass
class Visitor:
    """A person at a browser of their own; whatever goes wrong on their pages is kept in ``faults``."""

    page: Page
    root: str
    language: str
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Keep console errors (violated policies among them), script errors and requests that leave."""
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.route(lambda address: not address.startswith((self.root, "data:", "blob:")), self._refuse)

    def _note(self, message: ConsoleMessage) -> None:
        expected = "422" in message.text or "ERR_INTERNET_DISCONNECTED" in message.text  # the test's own wish
        if message.type == "error" and not expected:
            self.faults.append(message.text)

    def _refuse(self, route: Route) -> None:
        self.faults.append(f"leaves the machine: {route.request.url}")
        route.abort()

    def goes_to(self, path: str) -> None:
        """Open a page of the site in the visitor's language."""
        self.page.goto(f"{self.root}/{self.language}/{path}")

    def signs_in(self, user: User) -> None:
        """With e-mail and password, as everybody does."""
        self.goes_to("accounts/login/")
        self.page.locator("input[name=login]").fill(user.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("form.login button[type=submit], main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda address: "login" not in address)

    def submits(self, action: str) -> None:
        """Press the first button of the form that posts to an address with this ending."""
        self.page.locator(f'form[action$="{action}"] button').first.click()

    def finds_no_barrier(self) -> None:
        """Axe finds nothing, the page fits, nothing was refused, and no word is left untranslated."""
        result = Axe().run(self.page)
        assert result.violations_count == 0, f"{self.page.url}\n{result.generate_report()}"
        fits = self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert fits, f"{self.page.url} is wider than its screen"
        assert self.faults == []
        if self.language == "zh-hans":
            text = self.page.locator("main").inner_text()
            assert set(LATIN_WORD.findall(text)) <= KNOWN, self.page.url


KNOWN = {"IATF", "JPEG", "WebP", "Excel", "HEIC"}
"""Latin words that stand in Chinese pages too."""


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, each in a context of their own."""
    contexts: list[BrowserContext] = []

    def arrives(language: str, size: dict[str, int] = DESK, **options: Any) -> Visitor:
        context = browser.new_context(viewport=size, locale=language, **options)  # type: ignore[arg-type]  # a size
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        person = Visitor(context.new_page(), live_server.url, language)
        person.watch()
        return person

    yield arrives
    for context in contexts:
        context.close()
