"""What a registered firm brings, staff who register it, the sheet, badges, and the delegate's own link."""

from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from accounts.models import Letter
from accounts.outbox import deliver
from companies.sheets.writing import workbook
from events import links
from events.attending import NotChanged, Presence, renew_link, set_needs, set_presence
from events.models import Delegate, DockingEvent, Registration
from events.registration import fill_places, register
from events.sheets import registration_sheet
from events.timetable.meetings import cancel
from tests.events.conftest import District
from tests.events.pages import queries, signed_in, statuses
from tests.factories.accounts import make_letter, make_superuser
from tests.factories.companies import make_company, make_need
from tests.factories.events import (
    make_delegate,
    make_event,
    make_meeting,
    make_registration,
    make_session,
)
from tests.pages import address, get, post, text_of


@pytest.fixture
def sold(district: District) -> Registration:
    return make_registration(district.event, district.supplier)


def test_event_that_asks_for_approval_lets_verified_firms_wait_too(district: District) -> None:
    DockingEvent.objects.update(asks_approval=True)
    waiting = register(district.event, district.supplier, by=district.seller, side="supplier")
    admitted = register(district.event, district.buyer, by=district.organiser, side="buyer")
    assert (waiting.state, admitted.state) == ("asked", "confirmed")


def test_larger_hall_lets_the_waiting_list_move_up_in_order_and_tells_them(district: District) -> None:
    DockingEvent.objects.update(capacity=0)
    rows = [make_registration(district.event, state="waiting") for _each in range(3)]
    for row in rows:
        make_delegate(row, language="en")
    DockingEvent.objects.update(capacity=2)
    assert fill_places(district.event, by=district.organiser) == 2
    assert list(Registration.objects.order_by("pk").values_list("state", flat=True)) == [
        "confirmed",
        "confirmed",
        "waiting",
    ]
    deliver()
    assert [message.subject.split(":")[0] for message in mail.outbox] == ["A place became free"] * 2


def test_presence_is_set_by_the_firm_and_its_table_by_the_organiser(
    district: District, sold: Registration
) -> None:
    make_session(district.event, slots=1)
    set_presence(sold, Presence(meeting_limit=4), by=district.seller)
    with pytest.raises(NotChanged):
        set_presence(sold, Presence(booth=2), by=district.seller)
    assert set_presence(sold, Presence(booth=2), by=district.organiser).booth == 2
    other = make_registration(district.event)
    with pytest.raises(NotChanged):
        set_presence(other, Presence(booth=2), by=district.organiser)
    with pytest.raises(NotChanged):
        set_presence(sold, Presence(), by=district.stranger)


def test_gap_over_a_published_meeting_is_refused(district: District, sold: Registration) -> None:
    session = make_session(district.event, slots=1)
    meeting = make_meeting(event=district.event, supplier=sold, slot=session.slots.get())
    gap = Presence(absent=tuple(session.slots.all()))
    with pytest.raises(NotChanged):
        set_presence(sold, gap, by=district.seller)
    cancel(meeting, by=district.organiser)
    assert set_presence(sold, gap, by=district.seller).absent_slots.count() == 1


def test_firm_shows_its_own_needs_only(district: District) -> None:
    bought = make_registration(district.event, district.buyer)
    own = make_need(district.buyer)
    set_needs(bought, [own], by=district.purchaser)
    with pytest.raises(NotChanged):
        set_needs(bought, [make_need()], by=district.purchaser)
    assert list(bought.needs.all()) == [own]


def test_page_of_a_registration_takes_delegates_presence_and_needs(
    district: District, sold: Registration
) -> None:
    make_session(district.event, slots=2)
    where = address("events:registration-detail", district.event.slug, sold.pk)
    browser = signed_in(district.seller)
    data = {"part": "delegate", "name": "Li Na", "email": "li@example.test", "language": "en"}
    assert browser.post(where, data).status_code == 302
    assert browser.post(where, {"part": "presence", "meeting_limit": 3}).status_code == 302
    assert browser.post(where, {"part": "presence", "meeting_limit": "-3"}).status_code == 422
    sold.refresh_from_db()
    assert (sold.meeting_limit, sold.delegates.get().name) == (3, "Li Na")
    assert statuses(where, district.organiser, district.stranger, district.purchaser) == [200, 404, 404]
    out = address("events:delegate-change", district.event.slug, sold.pk)
    assert browser.post(out, {"delegate": sold.delegates.get().pk, "act": "remove"}).status_code == 302
    assert sold.delegates.count() == 0


def test_staff_register_a_firm(district: District) -> None:
    company = make_company()
    data = {
        "company": company.pk,
        "side": "supplier",
        "delegates-TOTAL_FORMS": 1,
        "delegates-INITIAL_FORMS": 0,
    }
    data |= {"delegates-0-name": "Zhao", "delegates-0-language": "en", "delegates-0-email": "z@example.test"}
    assert post(district.organiser, "events:registration-add", district.event.slug, **data).status_code == 302
    row = Registration.objects.get(company=company)
    assert (row.registered_by, row.delegates.get().email) == (district.organiser, "z@example.test")
    again = post(district.organiser, "events:registration-add", district.event.slug, **data)
    assert again.status_code == 422


def sheet(*rows: list[str]) -> BytesIO:
    return BytesIO(workbook("r", [heads[1] for heads in registration_sheet.COLUMNS.values()], rows))


def load(district: District, *rows: list[str]) -> registration_sheet.Report:
    return registration_sheet.load(district.event, sheet(*rows), by=district.organiser)


def test_sheet_registers_firms_with_their_delegates(district: District) -> None:
    code, name = str(district.supplier.credit_code), district.buyer.name_en
    report = load(
        district,
        [code, "", "", "Li Na", "Sales", "138", "li@example.test", "en"],
        [code, "", "", "Wang Wu", "", "", "", ""],
        [name, "buyer", "", "", "", "", "", ""],
    )
    assert (report.registered, report.errors) == (2, ())
    assert list(Delegate.objects.order_by("pk").values_list("name", "language")) == [
        ("Li Na", "en"),
        ("Wang Wu", "zh-hans"),
    ]


def test_sheet_with_a_wrong_cell_writes_nothing_and_names_the_row(district: District) -> None:
    code = str(district.supplier.credit_code)
    report = load(
        district,
        [code, "", "", "Li Na", "", "", "not an address", ""],
        ["no such firm", "", "", "", "", "", "", ""],
        [code, "host", "Gala", "", "", "", "", "fr"],
    )
    assert [(error.line, error.column) for error in report.errors] == [
        (2, "e-mail"),
        (3, "credit code or name of the company"),
        (4, "side (buyer/supplier)"),
        (4, "sessions"),
        (4, "language (zh/en)"),
    ]
    assert Registration.objects.count() == 0


def test_sheet_with_a_refused_firm_writes_nothing(district: District, sold: Registration) -> None:
    fresh = make_company()
    report = load(
        district, [str(fresh.credit_code)] + [""] * 7, [str(district.supplier.credit_code)] + [""] * 7
    )
    assert [error.line for error in report.errors] == [3]
    assert list(Registration.objects.all()) == [sold]


def test_sheet_is_uploaded_and_its_template_downloaded(district: District) -> None:
    where = address("events:registration-import", district.event.slug)
    browser = signed_in(district.organiser)
    template = browser.get(f"{where}?format=template")
    assert template["Content-Type"].endswith("sheet")
    rows = sheet(["nobody", "", "", "", "", "", "", ""]).getvalue()
    wrong = browser.post(where, {"sheet": SimpleUploadedFile("r.xlsx", rows)})
    assert (wrong.status_code, "No firm that you see" in text_of(wrong)) == (422, True)
    broken = browser.post(where, {"sheet": SimpleUploadedFile("r.xlsx", b"no workbook")}, follow=True)
    assert "not an Excel workbook" in text_of(broken)


def test_badges_are_for_confirmed_firms_eight_a_sheet(district: District, sold: Registration) -> None:
    for _each in range(9):
        make_delegate(sold)
    make_delegate(make_registration(district.event, state="waiting"))
    page = get(district.organiser, "events:badges", district.event.slug)
    content = page.content.decode()
    assert (content.count('class="badge-card"'), content.count('class="badge-sheet"')) == (9, 2)
    other = make_registration(district.event)
    one = signed_in(district.organiser).get(
        address("events:badges", district.event.slug) + f"?firm={other.pk}"
    )
    assert one.content.decode().count('class="badge-card"') == 1


def test_list_of_registrations_exports_what_it_shows(district: District, sold: Registration) -> None:
    make_registration(district.event, state="waiting")
    where = address("events:registration-list", district.event.slug)
    browser = signed_in(district.organiser)
    answer = browser.get(f"{where}?state=waiting&format=xlsx")
    assert len(_rows(answer.content)) == 1
    assert len(_rows(browser.get(f"{where}?format=xlsx").content)) == 2


def _rows(content: bytes) -> list[Any]:
    table = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    return [row for row in table[1:] if any(row)]


def own(delegate: Delegate) -> str:
    return links.token_of(delegate, delegate.link_salt)


def test_own_agenda_needs_no_account_and_shows_badge_and_meetings(
    district: District, sold: Registration
) -> None:
    delegate = make_delegate(sold)
    slot = make_session(district.event, slots=1).slots.get()
    meeting = make_meeting(event=district.event, supplier=sold, slot=slot, table=4)
    make_meeting(event=district.event, supplier=sold, state="draft")
    page = signed_in(None).get(address("own-agenda", own(delegate)))
    text = text_of(page)
    assert (meeting.buyer.company.name_en in text, sold.badge_code in text) == (True, True)
    assert page["Referrer-Policy"] == "strict-origin"
    feed = signed_in(None).get(address("own-agenda-ics", own(delegate))).content.decode()
    assert feed.count("BEGIN:VEVENT") == 1


def test_cancelled_meeting_stays_in_the_feed_as_cancelled_and_a_cancelled_draft_never_shows(
    district: District, sold: Registration
) -> None:
    delegate = make_delegate(sold)
    slots = list(make_session(district.event, slots=2).slots.order_by("starts_at"))
    cancel(make_meeting(event=district.event, supplier=sold, slot=slots[0]), by=district.organiser)
    cancel(
        make_meeting(event=district.event, supplier=sold, slot=slots[1], state="draft"), by=district.organiser
    )
    feed = signed_in(None).get(address("own-agenda-ics", own(delegate))).content.decode()
    assert (feed.count("BEGIN:VEVENT"), feed.count("STATUS:CANCELLED")) == (1, 1)


def test_renewed_link_ends_the_old_one(district: District, sold: Registration) -> None:
    delegate = make_delegate(sold)
    old = address("own-agenda", own(delegate))
    renew_link(delegate, by=district.seller)
    assert statuses(old, None) == [404]
    assert statuses(address("own-agenda", own(delegate)), None) == [200]


def test_withdrawn_firm_s_delegates_see_no_badge(district: District, sold: Registration) -> None:
    delegate = make_delegate(sold)
    Registration.objects.update(state="withdrawn")
    page = text_of(signed_in(None).get(address("own-agenda", own(delegate))))
    assert (sold.badge_code in page, "no confirmed place" in page) == (False, True)


def test_outbox_of_an_event_is_seen_filtered_and_sent_again_by_who_runs_it(district: District) -> None:
    lost = make_letter(about="event", about_key=district.event.pk, state="failed", error="550 unknown")
    make_letter(about="event", about_key=district.event.pk)
    make_letter(about="event", about_key=make_event().pk)
    where = address("events:letter-list", district.event.slug)
    browser = signed_in(district.organiser)
    assert "2 letters" in text_of(browser.get(where))
    assert "1 letter " in text_of(browser.get(f"{where}?state=failed"))
    assert len(_rows(browser.get(f"{where}?state=failed&format=xlsx").content)) == 1
    browser.post(address("events:letter-resend", district.event.slug, lost.pk))
    lost.refresh_from_db()
    assert (lost.state, lost.error) == ("waiting", "")
    assert statuses(where, district.stranger, district.seller) == [404, 404]
    assert Letter.objects.count() == 3


def test_outbox_takes_the_same_queries_for_one_and_three(district: District) -> None:
    where = address("events:letter-list", district.event.slug)
    browser = signed_in(district.organiser)
    make_letter(about="event", about_key=district.event.pk)
    first = queries(browser, where)
    for _each in range(2):
        make_letter(about="event", about_key=district.event.pk)
    assert queries(browser, where) == first


def test_calendar_is_a_feed_under_the_filters_of_the_page(district: District) -> None:
    make_event(kind="summit")
    make_event(state="draft")
    browser = signed_in(district.organiser)
    whole = browser.get(address("events:calendar-feed")).content.decode()
    some = browser.get(address("events:calendar-feed") + "?kind=summit").content.decode()
    assert (whole.count("BEGIN:VEVENT"), some.count("BEGIN:VEVENT")) == (2, 1)
    sheet = browser.get(address("events:event-list") + "?kind=summit&format=xlsx")
    assert len(_rows(sheet.content)) == 1


def test_places_added_in_the_admin_go_to_who_waits(district: District) -> None:
    DockingEvent.objects.update(capacity=0)
    make_registration(district.event, state="waiting")
    client = signed_in(make_superuser())
    address_of = f"/en/admin/events/dockingevent/{district.event.pk}/change/"
    form = client.get(address_of).context["adminform"].form
    posted = {name: value for name, value in form.initial.items() if value is not None}
    posted |= {
        "capacity": 1,
        "chains": [each.pk for each in district.event.chains.all()],
        "organisers": [district.organiser.pk],
        "sessions-TOTAL_FORMS": 0,
        "sessions-INITIAL_FORMS": 0,
    }
    assert client.post(address_of, posted).status_code == 302
    assert Registration.objects.get().state == "confirmed"
