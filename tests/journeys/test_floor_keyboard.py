"""The rest of the hall with the keyboard alone: walk-in, outcome and undo, tables, board, closing report."""

import pytest
from playwright.sync_api import Page

from events.models import Meeting, Registration
from events.timetable.meetings import note_outcome
from tests.factories.companies import make_buyer
from tests.factories.events import make_meeting, make_registration
from tests.journeys.conftest import PHONE
from tests.journeys.test_floor import LANGUAGES, Arrives, Hall, hall, is_ready

__all__ = ["hall"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def reaches(page: Page, holds: str) -> None:
    """Press the tab key until the focused element is the one that the expression of JavaScript asks for."""
    for _each in range(80):
        if page.evaluate(f"(() => {{ const it = document.activeElement; return {holds}; }})()"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(holds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_walk_in_and_table_swap_need_no_pointer(visitor: Arrives, hall: Hall, language: str) -> None:
    Meeting.objects.update(table=1)
    other = make_meeting(
        make_registration(hall.event, make_buyer(name_zh="东海客车有限公司", name_en="")),
        make_registration(hall.event),
        slot=hall.meeting.slot,
        table=2,
    )
    person = visitor(language, PHONE)
    page = person.page
    person.signs_in(hall.organiser)
    person.goes_to("floor/fair/walk-in/")
    person.finds_no_barrier()
    reaches(page, "it.name === 'name'")
    page.keyboard.type("新来的阀门有限公司")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check-in/**")
    came = Registration.objects.filter(company__name_zh="新来的阀门有限公司", checked_in_by=hall.organiser)
    assert came.count() == 1

    person.goes_to(f"floor/fair/meetings/{hall.meeting.pk}/")
    person.finds_no_barrier()
    reaches(page, "it.tagName === 'SUMMARY' && !!it.parentElement.querySelector('#table')")
    page.keyboard.press("Enter")
    reaches(page, "it.id === 'table'")
    page.keyboard.press("ArrowDown")
    reaches(page, "it.tagName === 'BUTTON' && !!it.form.querySelector('#table')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert set(Meeting.objects.values_list("pk", "table")) == {(hall.meeting.pk, 2), (other.pk, 1)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_board_and_closing_report_have_no_barrier(visitor: Arrives, hall: Hall, language: str) -> None:
    note_outcome(hall.meeting, by=hall.organiser, outcome="follow_up")
    person = visitor(language, PHONE)
    person.signs_in(hall.organiser)
    for page in ("board/", "board/chief/", "closing/", "timetable/", f"meetings/{hall.meeting.pk}/"):
        person.goes_to(f"floor/fair/{page}")
        person.finds_no_barrier()


def test_what_needs_the_network_says_so_before_it_is_filled_in(visitor: Arrives, hall: Hall) -> None:
    person = visitor("en", PHONE)
    page = person.page
    person.signs_in(hall.organiser)
    person.goes_to("floor/fair/")
    is_ready(person)
    person.goes_to("floor/fair/check-in/")
    page.context.set_offline(True)
    page.locator("[data-line=needs]").wait_for()
    assert page.get_by_role("button", name="Find").is_disabled()
    assert page.get_by_role("button", name="Check in").is_enabled()
    page.context.set_offline(False)
    page.locator("[data-line=needs]").wait_for(state="hidden")
    assert page.get_by_role("button", name="Find").is_enabled()
