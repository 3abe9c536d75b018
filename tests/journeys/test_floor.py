"""The hall on a phone: with network, without it, and after the browser was closed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import BrowserType, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from companies.models import Division
from events.models import Deal, DockingEvent, Meeting, Registration
from tests.factories.accounts import make_user
from tests.factories.companies import make_buyer, make_chain, make_company, make_division, make_node
from tests.factories.events import make_event, make_meeting, make_registration, make_session
from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

Arrives = Callable[..., Visitor]
LANGUAGES = ["en", "zh-hans"]


@dataclass(frozen=True)
class Hall:
    """An event of today with one meeting and a second organiser; every name is Chinese only."""

    organiser: User
    colleague: User
    event: DockingEvent
    meeting: Meeting
    supplier: Registration


@pytest.fixture
def hall() -> Hall:
    place = make_division(name_zh="温州市", name_en="温州市", kind=Division.Kind.PREFECTURE)
    chain = make_chain(owner=place, name_zh="汽车零部件", name_en="汽车零部件")
    node = make_node(chain, name_zh="制动系统", name_en="制动系统")
    organiser, colleague = make_user(name="赵敏"), make_user(name="周强")
    event = make_event(
        host=place, chains=[chain], organisers=[organiser, colleague],
        name_zh="整零对接会", name_en="整零对接会", slug="fair",
    )  # fmt: skip
    buyer = make_registration(event, make_buyer(name_zh="远行汽车有限公司", name_en="", division=place))
    firm = make_company(name_zh="瑞恒制动有限公司", name_en="", division=place, nodes=[node])
    supplier = make_registration(event, firm)
    session = make_session(event, slots=1, name_zh="上午", name_en="上午", tables=3)
    meeting = make_meeting(buyer, supplier, slot=session.slots.get())
    for person in (organiser, colleague):
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return Hall(organiser, colleague, event, meeting, supplier)


def until(page: Page, holds: str) -> None:
    """Wait for an expression of JavaScript; a policy without eval keeps Playwright's own way from working."""
    for _each in range(300):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(holds)


def is_ready(visitor: Visitor) -> None:
    """The page says that the phone can work without network."""
    until(
        visitor.page,
        "document.getElementById('ready').textContent === document.getElementById('ready').dataset.ready",
    )
    until(visitor.page, "!!navigator.serviceWorker.controller")


def is_sent(page: Page) -> None:
    until(page, "floor.store.all().then((items) => !items.length)")


def enters_a_deal(visitor: Visitor, amount: str, title: str = "制动卡钳年度合同") -> None:
    """On the open page, with the keyboard alone."""
    page = visitor.page
    while page.evaluate("document.activeElement.name") != "stage":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type(amount)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type(title)
    page.keyboard.press("Enter")


def deals() -> list[tuple[str, int]]:
    return [(deal.title_zh, int(deal.signed_amount or 0)) for deal in Deal.objects.order_by("pk")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hall_works_with_and_without_network(visitor: Arrives, hall: Hall, language: str) -> None:
    person = visitor(language, PHONE)
    page = person.page
    person.signs_in(hall.organiser)
    person.goes_to("floor/fair/")
    person.finds_no_barrier()
    is_ready(person)

    person.goes_to("floor/fair/check-in/")
    person.finds_no_barrier()
    page.keyboard.type(f"https://other.test/floor/badge/{hall.supplier.badge_code}/")
    page.keyboard.press("Enter")
    page.locator(".note.ok[data-told]").wait_for()
    page.keyboard.type("nonsense")
    page.keyboard.press("Enter")
    page.locator(".note.bad[data-told]").wait_for()
    assert Registration.objects.filter(checked_in_by=hall.organiser).get() == hall.supplier

    page.context.set_offline(True)
    person.goes_to(f"floor/fair/deals/new/?meeting={hall.meeting.pk}")
    page.reload()
    page.locator("[data-line=network]").wait_for()
    assert page.locator("#id_buyer").input_value() == "远行汽车有限公司"
    enters_a_deal(person, "1.5亿")
    page.wait_for_url("**/floor/fair/")
    waiting = page.locator("[data-line=waiting]")
    waiting.wait_for()
    person.goes_to("floor/waiting/")
    page.locator(".card").wait_for()
    person.finds_no_barrier()  # among it: no picture, script or style was missing without network
    assert deals() == []

    page.context.set_offline(False)
    page.locator(".card").wait_for(state="detached")
    assert deals() == [("制动卡钳年度合同", 150_000_000)]
    assert Deal.objects.get().meeting == hall.meeting


def reopened(browser_type: BrowserType, options: dict[str, Any], wire: Wire, profile: Path) -> Visitor:
    """A browser that remembers what the one before it with the same profile kept."""
    context = browser_type.launch_persistent_context(str(profile), viewport=PHONE, locale="en", **options)  # type: ignore[arg-type]  # a size
    context.set_default_timeout(30_000)  # tries to send come at growing intervals
    visitor = Visitor(context.pages[0], wire.root, "en")
    visitor.watch()
    return visitor


def closes(visitor: Visitor) -> None:
    visitor.page.context.close()


def test_queue_outlives_the_browser_and_belongs_to_who_made_it(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    live_server: LiveServer,
    hall: Hall,
    tmp_path: Path,
) -> None:
    with Wire(live_server.url) as wire:
        first = reopened(browser_type, browser_type_launch_args, wire, tmp_path)
        first.signs_in(hall.organiser)
        first.goes_to("floor/fair/")
        is_ready(first)
        wire.cut()
        first.goes_to(f"floor/fair/deals/new/?meeting={hall.meeting.pk}")
        enters_a_deal(first, "950万")
        first.page.locator("[data-line=waiting]").wait_for()
        closes(first)

        second = reopened(browser_type, browser_type_launch_args, wire, tmp_path)
        second.goes_to("floor/waiting/")
        assert "CNY 9.5 m" in second.page.locator(".card").inner_text()
        Session.objects.all().delete()
        wire.mend()
        second.page.locator("[data-line=signed-out]").wait_for()
        assert deals() == []

        second.signs_in(hall.colleague)
        second.goes_to("floor/waiting/")
        second.page.locator("[data-line=others]").wait_for()
        assert second.page.locator("[data-line=others]").inner_text() == (
            "1 on this phone wait for 赵敏, who has to sign in here."
        )
        assert (second.page.locator(".card").count(), deals()) == (0, [])

        second.page.context.clear_cookies()
        second.signs_in(hall.organiser)
        second.goes_to("floor/fair/")
        second.page.locator("[data-line=waiting]").wait_for(state="hidden")
        is_sent(second.page)
        closes(second)
    assert deals() == [("制动卡钳年度合同", 9_500_000)]


def loses_the_next_answer(page: Page) -> None:
    """The server records, the phone does not hear of it."""
    page.evaluate(
        """() => {
            const real = window.fetch;
            window.fetch = async (address, options) => {
                const answer = await real(address, options);
                if (options?.method !== "POST") return answer;
                window.fetch = real;
                throw new TypeError("lost");
            };
        }"""
    )


def test_refused_deal_is_mended_and_a_lost_answer_records_it_once(visitor: Arrives, hall: Hall) -> None:
    person = visitor("en", PHONE)
    page = person.page
    person.signs_in(hall.organiser)
    person.goes_to(f"floor/fair/deals/new/?meeting={hall.meeting.pk}")
    enters_a_deal(person, "-5")
    page.locator("#refusal .note, #refusal [role=alert]").first.wait_for()
    person.finds_no_barrier()

    person.goes_to("floor/waiting/")
    page.locator("[data-act=mend]").click()
    until(page, "document.getElementById('id_amount')?.value === '-5'")
    page.locator("#id_amount").fill("2,000,000")
    assert page.locator("#amount-in-words").inner_text() == "CNY 2 m = 2,000,000.00"
    loses_the_next_answer(page)
    page.locator("#id_title").press("Enter")
    page.wait_for_url("**/floor/fair/")
    is_sent(page)
    assert deals() == [("制动卡钳年度合同", 2_000_000)]


def test_spent_key_with_other_content_is_shown_with_a_way_out(visitor: Arrives, hall: Hall) -> None:
    person = visitor("en", PHONE)
    page = person.page
    person.signs_in(hall.organiser)
    person.goes_to(f"floor/fair/deals/new/?meeting={hall.meeting.pk}")
    enters_a_deal(person, "5")
    page.wait_for_url("**/floor/fair/")
    key = str(Deal.objects.get().idempotency_key)
    person.goes_to(f"floor/fair/deals/new/?meeting={hall.meeting.pk}")
    page.evaluate("(key) => { document.querySelector('input[name=key]').value = key; }", key)
    enters_a_deal(person, "6")
    page.locator("#refusal a").wait_for()
    person.goes_to("floor/waiting/")
    page.locator("[data-act=another]").click()
    page.locator(".card").wait_for(state="detached")
    assert [amount for _title, amount in deals()] == [5, 6]


def test_browser_that_keeps_nothing_says_so_at_once_and_still_records(visitor: Arrives, hall: Hall) -> None:
    person = visitor("en", PHONE)
    page = person.page
    page.add_init_script("indexedDB.open = () => { throw new DOMException('private', 'SecurityError'); };")
    person.signs_in(hall.organiser)
    person.goes_to(f"floor/fair/deals/new/?meeting={hall.meeting.pk}")
    page.locator("[data-line=storage]").wait_for()
    enters_a_deal(person, "7")
    page.locator(".messages .note.ok").wait_for()
    assert [amount for _title, amount in deals()] == [7]


def test_phone_whose_clock_is_a_day_ahead_records_the_right_day(visitor: Arrives, hall: Hall) -> None:
    person = visitor("en", PHONE)
    page = person.page
    page.add_init_script("const now = Date.now; Date.now = () => now() + 86400000;")
    person.signs_in(hall.organiser)
    person.goes_to(f"floor/fair/deals/new/?meeting={hall.meeting.pk}")
    page.locator("[data-line=clock]").wait_for()
    enters_a_deal(person, "8")
    page.wait_for_url("**/floor/fair/")
    is_sent(page)
    assert Deal.objects.get().signed_on == timezone.localdate()
