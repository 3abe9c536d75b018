"""What the timetable honours from the records, how it is judged, searched for and changed by hand."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from accounts.outbox import deliver
from events.models import Meeting, Registration, Seat, TimetableRun
from events.timetable import meetings as acts
from events.timetable.assessing import assess
from events.timetable.by_hand import arrange, warnings_of
from events.timetable.meetings import MeetingNotPossible, cancel, lock, move
from events.timetable.publishing import TimetableNotPossible, draft, publish
from events.timetable.searching import SearchNotPossible, search, start
from tests.events.conftest import District
from tests.events.pages import queries, signed_in
from tests.events.test_publishing import Hall, hall
from tests.factories.accounts import make_superuser
from tests.factories.events import make_delegate, make_event, make_meeting, make_session, make_slot
from tests.pages import address, get, post, text_of, told
from tests.races import at_once

__all__ = ["hall"]


def drafted(hall: Hall, district: District) -> list[Meeting]:
    draft(hall.event, by=district.organiser)
    return list(
        Meeting.objects.filter(event=hall.event).select_related("slot").order_by("slot__starts_at", "table")
    )


def test_firm_meets_only_in_the_sessions_it_comes_to(hall: Hall, district: District) -> None:
    hall.wish_all()
    later = make_session(hall.event, slots=0, tables=2)
    for at in (4, 5):
        make_slot(later, at)
    hall.suppliers[0].sessions.set([later])
    slots = {
        row.slot.session_id
        for row in drafted(hall, district)
        if row.supplier_id == hall.suppliers[0].pk and row.slot
    }
    assert slots == {later.pk}


def test_nobody_is_placed_in_their_gap(hall: Hall, district: District) -> None:
    hall.wish_all()
    first, second = hall.session.slots.order_by("starts_at")
    hall.buyers[0].absent_slots.set([first])
    rows = [row for row in drafted(hall, district) if row.buyer_id == hall.buyers[0].pk]
    assert [row.slot for row in rows] == [second]


def test_limits_of_the_event_and_of_a_firm_are_kept(hall: Hall, district: District) -> None:
    hall.wish_all()
    hall.event.meeting_limit = 1
    hall.event.save()
    assert len(drafted(hall, district)) == 2
    Registration.objects.filter(pk=hall.buyers[0].pk).update(meeting_limit=2)
    count = sum(row.buyer_id == hall.buyers[0].pk for row in drafted(hall, district))
    assert count == 2


def test_firm_with_its_own_table_meets_there_and_nobody_else(hall: Hall, district: District) -> None:
    hall.wish_all()
    Registration.objects.filter(pk=hall.suppliers[0].pk).update(booth=2)
    rows = drafted(hall, district)
    assert {row.table for row in rows if row.supplier_id == hall.suppliers[0].pk} == {2}
    assert {row.table for row in rows if row.supplier_id != hall.suppliers[0].pk} == {1}


def test_own_table_that_no_session_has_is_named(hall: Hall, district: District) -> None:
    Registration.objects.filter(pk=hall.suppliers[0].pk).update(booth=9)
    with pytest.raises(TimetableNotPossible, match="table 9"):
        draft(hall.event, by=district.organiser)


def test_assessment_says_what_is_kept_why_not_and_what_more_would_add(hall: Hall, district: District) -> None:
    hall.wish_all()
    hall.session.slots.order_by("starts_at")[1].delete()
    hall.session.tables = 1
    hall.session.save()
    draft(hall.event, by=district.organiser)
    found = assess(hall.event)
    assert (found.pairs, found.kept, found.weight, found.bound) == (4, 1, 1.0, 1.0)
    assert found.is_best
    assert (found.more.table, found.more.slot) == (1.0, 1.0)
    assert sum(count for _reason, _label, count in found.reasons) == 3
    assert "all_tables_taken" in {reason for reason, _label, _count in found.reasons}


def test_publishing_tells_every_delegate_the_meetings_with_an_own_link(
    hall: Hall, district: District
) -> None:
    hall.wish_all()
    make_delegate(hall.buyers[0], email="b@example.test", language="en")
    draft(hall.event, by=district.organiser)
    publish(hall.event, by=district.organiser, site="https://duijie.test")
    deliver()
    (message,) = mail.outbox
    assert message.body.count("Table ") == 2
    assert "https://duijie.test/en/my/" in message.body
    assert publish(hall.event, by=district.organiser) == 0
    assert deliver() == 0


def test_published_meeting_that_is_moved_or_cancelled_is_told_and_a_draft_is_not(
    hall: Hall, district: District
) -> None:
    first, second = hall.session.slots.order_by("starts_at")
    make_delegate(hall.buyers[0], email="b@example.test", language="en")
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first)
    move(meeting, slot=second, table=2, by=district.organiser)
    cancel(meeting, by=district.organiser)
    hidden = make_meeting(hall.buyers[0], hall.suppliers[1], slot=first, state="draft")
    cancel(hidden, by=district.organiser)
    deliver()
    assert [message.subject.split(":")[0] for message in mail.outbox] == [
        "A meeting was moved",
        "A meeting was cancelled",
    ]


def test_meeting_changed_since_it_was_seen_is_not_moved(hall: Hall, district: District) -> None:
    first, second = hall.session.slots.order_by("starts_at")
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first)
    seen = meeting.updated_at
    move(meeting, slot=second, table=1, by=district.organiser, seen=seen)
    with pytest.raises(MeetingNotPossible, match="Somebody else"):
        move(meeting, slot=first, table=2, by=district.officer, seen=seen)


def test_what_speaks_against_a_place_is_said_before_it_is_moved(hall: Hall, district: District) -> None:
    first, second = hall.session.slots.order_by("starts_at")
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first)
    hall.buyers[0].absent_slots.set([second])
    Registration.objects.filter(pk=hall.suppliers[1].pk).update(booth=2)
    said = warnings_of(meeting, second, 2)
    assert said == [
        f"{hall.buyers[0].company} is not there at that time.",
        f"{hall.suppliers[1].company} has this table as its own.",
        "Both firms know the old place: their delegates get a letter.",
    ]
    where = address("events:meeting-change", hall.event.slug, meeting.pk)
    browser = signed_in(district.organiser)
    data = {"act": "move", "slot": second.pk, "table": 2, "seen": meeting.updated_at.isoformat()}
    answer = browser.post(where, data)
    assert (answer.status_code, "Move it anyway" in text_of(answer)) == (422, True)
    browser.post(where, data | {"despite": f"{first.pk}:2"})  # of another place
    meeting.refresh_from_db()
    assert meeting.slot == first
    browser.post(where, data | {"despite": f"{second.pk}:2"})
    meeting.refresh_from_db()
    assert meeting.slot == second


def test_who_was_warned_is_still_told_of_a_change_meanwhile(hall: Hall, district: District) -> None:
    first, second = hall.session.slots.order_by("starts_at")
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first)
    where = address("events:meeting-change", hall.event.slug, meeting.pk)
    browser = signed_in(district.organiser)
    data = {"act": "move", "slot": second.pk, "table": 2, "seen": meeting.updated_at.isoformat()}
    lock(meeting, by=district.organiser)
    warned = browser.post(where, data).context
    again = data | {"seen": warned["seen"], "despite": f"{second.pk}:2"}
    assert told(browser.post(where, again)) == [
        "Somebody else changed this meeting meanwhile: look at it again."
    ]
    meeting.refresh_from_db()
    assert meeting.slot == first


def test_refused_place_names_the_meeting_that_is_in_the_way(hall: Hall, district: District) -> None:
    first, second = hall.session.slots.order_by("starts_at")
    meeting = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first)
    other = make_meeting(hall.buyers[0], hall.suppliers[1])
    move(other, slot=second, table=1, by=district.organiser)
    with pytest.raises(MeetingNotPossible, match=f"^Table 1 is taken in that slot: {other}$"):
        move(meeting, slot=second, table=1, by=district.organiser)
    firm = hall.buyers[0].company
    with pytest.raises(MeetingNotPossible, match=f"^{firm} has another meeting in that slot: {other}$"):
        move(meeting, slot=second, table=2, by=district.organiser)


def test_meeting_by_hand_is_a_locked_draft_and_only_once(hall: Hall, district: District) -> None:
    first, second = hall.session.slots.order_by("starts_at")
    made = arrange(hall.event, hall.buyers[0], hall.suppliers[0], slot=first, table=1, by=district.organiser)
    assert (made.state, made.is_locked) == ("draft", True)
    with pytest.raises(MeetingNotPossible):
        arrange(hall.event, hall.buyers[0], hall.suppliers[0], slot=second, table=1, by=district.organiser)
    with pytest.raises(MeetingNotPossible):
        arrange(hall.event, hall.buyers[0], hall.suppliers[1], slot=first, table=2, by=district.organiser)
    assert Seat.objects.count() == 2


def test_search_improves_the_draft_and_ends(hall: Hall, district: District) -> None:
    hall.wish_all()
    run = start(hall.event, by=district.organiser)
    with pytest.raises(SearchNotPossible):
        start(hall.event, by=district.organiser)
    done = search(run.pk, steps=(0.2, 0.2))
    assert (done.state, done.percent, done.gained, done.weight, done.bound) == ("done", 100, 4, 4.0, 4.0)
    assert len(hall.pairs()) == 4
    assert search(run.pk).ended_at == done.ended_at


def test_search_that_cannot_plan_ends_with_a_sentence(hall: Hall, district: District) -> None:
    run = start(hall.event, by=district.organiser)
    hall.session.slots.all().delete()
    done = search(run.pk)
    assert (done.state, "No slot lies ahead" in done.sentence) == ("failed", True)
    assert TimetableRun.objects.going().count() == 0


def test_search_leaves_told_and_locked_meetings_where_they_are(hall: Hall, district: District) -> None:
    hall.wish_all()
    first = hall.session.slots.order_by("starts_at")[0]
    told = make_meeting(hall.buyers[0], hall.suppliers[0], slot=first, table=2)
    search(start(hall.event, by=district.organiser).pk, steps=(0.2,))
    told.refresh_from_db()
    assert (told.slot, told.table, told.state) == (first, 2, "published")


def test_page_shows_one_hour_and_links_to_the_others(hall: Hall, district: District) -> None:
    hall.wish_all()
    draft(hall.event, by=district.organiser)
    where = address("events:timetable", hall.event.slug)
    browser = signed_in(district.organiser)
    assert "2 meetings" in text_of(browser.get(where))
    assert "4 meetings" in text_of(browser.get(f"{where}?at=all"))
    second = hall.session.slots.order_by("starts_at")[1].starts_at
    at = timezone.localtime(second).isoformat().replace("+", "%2B")
    assert "2 meetings" in text_of(browser.get(f"{where}?at={at}&format="))
    assert "wished pairs that meet" in text_of(browser.get(where)).casefold()
    assert browser.get(f"{where}?format=xlsx")["Content-Type"].endswith("sheet")


def test_page_takes_the_same_queries_for_one_meeting_and_three(hall: Hall, district: District) -> None:
    where = address("events:timetable", hall.event.slug) + "?at=all"
    first, second = hall.session.slots.order_by("starts_at")
    browser = signed_in(district.organiser)
    make_meeting(hall.buyers[0], hall.suppliers[0], slot=first, table=1)
    before = queries(browser, where)
    make_meeting(hall.buyers[1], hall.suppliers[1], slot=first, table=2)
    make_meeting(hall.buyers[0], hall.suppliers[1], slot=second, table=1)
    assert queries(browser, where) == before


def test_wishes_not_kept_are_listed_with_their_reason(hall: Hall, district: District) -> None:
    hall.wish_all()
    page = text_of(get(district.organiser, "events:wishes-missed", hall.event.slug))
    assert "4 wishes" in page
    assert post(district.stranger, "events:timetable-search", hall.event.slug).status_code == 404


def moved_by_two_at_once() -> list[object]:
    """Two organisers saw the same meeting and move it to different places."""
    office = make_superuser()
    event = make_event(starts_on=timezone.localdate() + dt.timedelta(days=1))
    session = make_session(event, slots=3, tables=2)
    first, second, third = session.slots.order_by("starts_at")
    meeting = make_meeting(event=event, slot=first, state="draft")
    seen = meeting.updated_at
    return at_once(
        [lambda at=slot: move(meeting, slot=at, table=1, by=office, seen=seen) for slot in (second, third)]  # type: ignore[misc]  # its own slot
    )


@pytest.mark.django_db(transaction=True)
def test_meeting_is_moved_by_one_of_two_and_the_other_is_told() -> None:
    results = moved_by_two_at_once()
    assert sorted(type(each).__name__ for each in results) == ["Meeting", "MeetingNotPossible"]


@pytest.mark.django_db(transaction=True)
def test_without_a_look_at_what_was_seen_the_second_overrules_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the same two moves, one after the other, and nobody is told."""
    locked = acts._standing
    monkeypatch.setattr(acts, "_standing", lambda meeting, _seen=None: locked(meeting))
    results = moved_by_two_at_once()
    assert [type(each).__name__ for each in results] == ["Meeting", "Meeting"]


def test_wish_that_nothing_stands_against_asks_for_a_new_draft(hall: Hall, district: District) -> None:
    hall.wish_all()
    assert {each.reason for each in assess(hall.event).missed} == {"still_possible"}
    draft(hall.event, by=district.organiser)
    assert assess(hall.event).missed == []


def test_orders_of_the_registrations_are_named_in_the_reader_s_language(district: District) -> None:
    page = signed_in(district.organiser).get(
        address("events:registration-list", district.event.slug, language="zh-hans")
    )
    assert ("to decide first" in text_of(page), "待审核在前" in text_of(page)) == (False, True)


def test_refused_move_leads_back_to_the_meeting(hall: Hall, district: District) -> None:
    meeting, other = (make_meeting(*each) for each in zip(hall.buyers, hall.suppliers, strict=True))
    first = hall.session.slots.all()[0]
    move(other, slot=first, table=1, by=district.organiser)
    answer = post(
        district.organiser,
        "events:meeting-change",
        hall.event.slug,
        meeting.pk,
        act="move",
        slot=first.pk,
        table=1,
        despite=f"{first.pk}:1",
    )
    assert answer.url == address("events:meeting-change", hall.event.slug, meeting.pk)
