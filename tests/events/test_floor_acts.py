"""Walk-ins, tables, outcomes taken back, the board, and what is open in the evening."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from companies.models import Company
from events.closing import Gap, open_things
from events.models import Meeting, Registration
from events.timetable.meetings import MeetingNotPossible, note_no_show, note_outcome, take_back
from events.timetable.tables import TableChanged, change_table, tables_for
from events.walking_in import FirmIsKnown, Newcomer, NoPlaceLeft, walk_in
from tests.events.conftest import District
from tests.events.pages import queries, signed_in, statuses
from tests.factories.companies import make_company
from tests.factories.events import (
    make_confirmation,
    make_deal,
    make_event,
    make_evidence,
    make_meeting,
    make_registration,
    make_session,
)


def test_new_firm_walks_in_unverified_and_has_arrived(district: District) -> None:
    row = walk_in(district.event, Newcomer(" 新来  电机厂 "), side="supplier", by=district.organiser)
    assert (row.state, row.checked_in_by) == ("confirmed", district.organiser)
    firm = row.company
    assert (firm.name_zh, firm.verification, firm.supplies, firm.buys) == (
        "新来 电机厂",
        "pending",
        True,
        False,
    )


def test_firm_of_the_directory_walks_in_with_its_delegate(district: District) -> None:
    client = signed_in(district.organiser)
    sent = {"company": district.supplier.pk, "side": "buyer", "person": "王芳", "phone": "13800000000"}
    assert client.post(f"/en/floor/{district.event.slug}/walk-in/", sent).status_code == 302
    row = Registration.objects.get()
    assert (row.company, row.side, row.delegates.get().name) == (district.supplier, "buyer", "王芳")
    assert (row.checked_in_at is not None, row.company.buys) == (True, True)


def test_walk_in_that_is_registered_is_only_checked_in(district: District) -> None:
    row = make_registration(district.event, district.supplier, state="asked")
    assert walk_in(district.event, district.supplier, side="supplier", by=district.organiser) == row
    assert Registration.objects.get().checked_in_by == district.organiser


def test_new_firm_with_a_known_name_is_another_only_when_somebody_says_so(district: District) -> None:
    known = make_company(name_zh="瑞恒制动", name_en="Ruiheng Brakes")
    with pytest.raises(FirmIsKnown) as refused:
        walk_in(district.event, Newcomer("ruiheng brakes"), side="supplier", by=district.organiser)
    assert (refused.value.company, Registration.objects.count()) == (known, 0)
    other = Newcomer("Ruiheng Brakes", is_another=True)
    assert walk_in(district.event, other, side="supplier", by=district.organiser).company != known


def test_full_event_lets_nobody_walk_in_and_writes_nothing(district: District) -> None:
    district.event.capacity = 0
    district.event.save()
    firms = Company.objects.count()
    with pytest.raises(NoPlaceLeft):
        walk_in(district.event, Newcomer("New"), side="supplier", by=district.organiser)
    assert (Registration.objects.count(), Company.objects.count()) == (0, firms)


def test_walk_in_page_asks_for_one_firm(district: District) -> None:
    answer = signed_in(district.organiser).post(
        f"/en/floor/{district.event.slug}/walk-in/", {"side": "supplier"}
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


def at_table(district: District, table: int) -> Meeting:
    session = district.event.sessions.first() or make_session(district.event, slots=1, tables=4)
    return make_meeting(slot=session.slots.get(), table=table, event=district.event)


def test_meeting_moves_to_a_free_table(district: District) -> None:
    meeting = at_table(district, 1)
    assert change_table(meeting, table=3, was=1, by=district.organiser) is None
    meeting.refresh_from_db()
    assert (meeting.table, meeting.is_locked) == (3, True)


def test_two_meetings_change_places(district: District) -> None:
    one, two = at_table(district, 1), at_table(district, 2)
    assert change_table(one, table=2, was=1, by=district.organiser) == two
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.table, two.table) == (2, 1)


def test_table_that_somebody_changed_meanwhile_is_told(district: District) -> None:
    meeting = at_table(district, 1)
    change_table(meeting, table=3, was=1, by=district.officer)
    with pytest.raises(TableChanged) as refused:
        change_table(meeting, table=4, was=1, by=district.organiser)
    assert str(refused.value) == "Somebody moved this meeting meanwhile: it is at table 3 now."


@pytest.mark.parametrize("table", [0, 1, 5])
def test_table_that_the_session_lacks_is_refused(district: District, table: int) -> None:
    with pytest.raises(MeetingNotPossible):
        change_table(at_table(district, 1), table=table, was=1, by=district.organiser)


def test_free_tables_come_first(district: District) -> None:
    meeting, other = at_table(district, 1), at_table(district, 2)
    assert [(table.number, table.taken_by) for table in tables_for(meeting)] == [
        (3, None),
        (4, None),
        (2, other),
    ]


def test_no_show_is_taken_back_by_one_tap(district: District) -> None:
    meeting = at_table(district, 1)
    note_no_show(meeting, by=district.organiser)
    page = f"/en/floor/{district.event.slug}/meetings/{meeting.pk}/undo/"
    assert signed_in(district.organiser).post(page).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.outcome) == ("published", "")
    with pytest.raises(MeetingNotPossible):
        take_back(meeting, by=district.organiser)


def test_badge_leads_each_to_where_they_belong(district: District) -> None:
    row = make_registration(district.event, district.supplier)
    address = f"/en/floor/badge/{row.badge_code}/"
    organiser = signed_in(district.organiser).get(address)
    assert organiser["Location"] == f"/en/floor/{district.event.slug}/check-in/?badge={row.badge_code}"
    assert signed_in(district.seller).get(address)["Location"] == f"/en/events/{district.event.slug}/agenda/"
    assert statuses(address, None, district.stranger, district.purchaser) == [302, 404, 404]


def test_foreign_badge_is_explained_to_organisers(district: District) -> None:
    for code, words in (
        (make_registration().badge_code, "an event that you do not run"),
        ("0" * 16, "No badge"),
    ):
        answer = signed_in(district.organiser).get(f"/en/floor/badge/{code}/")
        assert (answer.status_code, words in answer.content.decode()) == (404, True)


def board(district: District, rest: str = "", **headers: str) -> object:
    client = signed_in(district.organiser)
    return client.get(f"/en/floor/{district.event.slug}/board/{rest}", headers=headers)


def test_hall_sees_no_amount_of_fewer_than_three_deals(district: District) -> None:
    for number in range(3):
        make_deal(event=district.event, amount=1_000_000)
        if number:
            make_deal(event=district.event, amount=7_000_000, stage="signed")
    shown = [board(district, rest).content.decode() for rest in ("", "chief/")]  # type: ignore[attr-defined]  # a response
    assert [("CNY 3 m" in page, "CNY 14 m" in page) for page in shown] == [(True, False), (True, True)]


def test_board_that_did_not_change_is_answered_304(district: District) -> None:
    first = board(district, **{"hx-request": "true"})
    etag = first["ETag"]  # type: ignore[index]  # a response
    again = board(district, **{"hx-request": "true", "if-none-match": etag})
    make_registration(district.event, checked_in_at=timezone.now())
    changed = board(district, **{"hx-request": "true", "if-none-match": etag})
    assert [answer.status_code for answer in (first, again, changed)] == [200, 304, 200]  # type: ignore[attr-defined]  # the same


def test_evening_lists_what_is_open_and_whose_it_is(district: District) -> None:
    event = make_event(
        host=district.division,
        organisers=[district.organiser],
        starts_on=timezone.localdate() - dt.timedelta(days=3),
    )
    unproven = make_deal(event=event, stage="signed", recorded_by=district.organiser)
    proven = make_deal(event=event, stage="signed", counting_division=district.division)
    make_evidence(proven)
    make_confirmation(proven, side="buyer", token="a", answer="confirmed")
    make_confirmation(proven, side="supplier", token="b", answer="contested")
    done, later, missed = (make_meeting(event=event) for _each in range(3))
    note_outcome(done, by=district.organiser, outcome="no_fit")
    note_outcome(later, by=district.organiser, outcome="follow_up", comment="Price list")
    note_no_show(missed, by=district.organiser)
    forgotten = make_meeting(event=event)
    Registration.objects.filter(event=event).update(checked_in_at=timezone.now())
    things = open_things(event)
    officials = f"a second official of {district.division}, not {proven.recorded_by}"
    assert [(thing.gap, thing.deal or thing.meeting, thing.whose) for thing in things] == [
        (Gap.NO_EVIDENCE, unproven, str(district.organiser)),
        (Gap.UNVERIFIED, proven, officials),
        (Gap.CONTESTED, proven, str(proven.recorded_by)),
        (Gap.UNCONFIRMED, unproven, str(unproven.buyer)),
        (Gap.UNCONFIRMED, unproven, str(unproven.supplier)),
        (Gap.FOLLOW_UP, later, f"{later.supplier.company}, {later.buyer.company}"),
        (Gap.NO_OUTCOME, forgotten, str(district.organiser)),
        (Gap.NO_SHOW, missed, str(district.organiser)),
    ]


def test_closing_report_costs_the_same_for_one_and_three_rows(district: District) -> None:
    client, address = signed_in(district.organiser), f"/en/floor/{district.event.slug}/closing/"

    def one_more() -> None:
        make_deal(event=district.event, stage="signed", amount=Decimal(5))
        make_meeting(event=district.event, state="no_show")

    one_more()
    before = queries(client, address)
    one_more()
    one_more()
    assert queries(client, address) == before


def test_closing_report_is_a_workbook_too(district: District) -> None:
    make_deal(event=district.event, stage="signed")
    answer = signed_in(district.organiser).get(f"/en/floor/{district.event.slug}/closing/?format=xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer.content.startswith(b"PK")
