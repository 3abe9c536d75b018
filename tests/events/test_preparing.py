"""An event is set up, copied, changed, announced, called off and closed."""

import datetime as dt
from dataclasses import fields, replace

import pytest
from django.core import mail
from django.utils import timezone

from accounts.outbox import deliver
from events.models import DockingEvent, Invitation, Meeting, MeetingWish, Registration, Session, Slot
from events.preparing import NotPrepared, Plan, amend, announce, call_off, conclude, copy, create
from events.sessions import Hours, SessionNotPossible, add_session, change_session, remove_session
from events.timetable.meetings import NotYourEvent
from events.views.lookups import REFUSED
from tests.events.conftest import District
from tests.events.pages import signed_in
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_chain, make_division
from tests.factories.events import (
    make_delegate,
    make_event,
    make_invitation,
    make_meeting,
    make_registration,
    make_session,
)
from tests.pages import address, get, post, text_of

DAY = timezone.localdate() + dt.timedelta(days=30)


def earlier(district: District) -> DockingEvent:
    """An event of the organiser with everything that an event can have."""
    event = make_event(
        organisers=[district.organiser],
        chains=[district.chain],
        host=district.division,
        capacity=40,
        answer_hours=24,
        language="both",
    )
    session = make_session(event, slots=3, tables=7)
    sold, bought = make_registration(event, district.supplier), make_registration(event, district.buyer)
    make_meeting(event=event, buyer=bought, supplier=sold, slot=session.slots.first())
    make_invitation(event)
    return event


def test_copy_brings_words_rules_and_hours_to_the_new_day_and_nobody(district: District) -> None:
    source = earlier(district)
    made = copy(source, by=district.organiser, name_zh="新一场", name_en="Next one", starts_on=DAY)
    assert (made.state, made.capacity, made.answer_hours, made.language) == ("draft", 40, 24, "both")
    assert made.ends_on - made.starts_on == source.ends_on - source.starts_on
    assert list(made.chains.all()) == [district.chain]
    moved = DAY - source.starts_on
    old, new = (Slot.objects.filter(session__event=each).order_by("starts_at") for each in (source, made))
    assert [slot.starts_at for slot in new] == [slot.starts_at + moved for slot in old]
    assert list(made.sessions.values_list("tables", flat=True)) == [7]
    people = (Registration, Invitation, Meeting)
    assert [model.objects.filter(event=made).count() for model in people] == [0, 0, 0]
    assert list(made.organisers.all()) == [district.organiser]


def test_copies_get_addresses_of_their_own(district: District) -> None:
    source = earlier(district)
    slugs = {
        copy(source, by=district.organiser, name_zh="同", name_en="Same", starts_on=DAY).slug
        for _each in range(3)
    }
    assert len(slugs) == 3


def plan_of(event: DockingEvent, **changes: object) -> Plan:
    """What would be said of an event that stays as it is, but for the changes."""
    said = {each.name: getattr(event, each.name) for each in fields(Plan)}
    return Plan(**said | {"chains": list(event.chains.all())} | changes)


def test_event_names_chains_of_its_places_and_of_none_beside_them(district: District) -> None:
    own, beside = make_chain(district.division), make_chain(make_division(district.division.parent))
    source = plan_of(earlier(district), name_en="Joint")
    with pytest.raises(NotPrepared, match="Choose chains"):
        create(replace(source, chains=[district.chain, beside]), by=district.officer)
    made = create(replace(source, chains=[district.chain, own]), by=district.officer)
    assert set(made.chains.all()) == {district.chain, own}


def test_chain_of_others_stays_on_an_event_and_is_not_copied_nor_added(district: District) -> None:
    source = earlier(district)
    beside, another = (make_chain(make_division(district.division.parent)) for _each in range(2))
    source.chains.add(beside)
    amend(source, plan_of(source), by=district.organiser)
    assert set(source.chains.all()) == {district.chain, beside}
    made = copy(source, by=district.organiser, name_zh="a", name_en="a", starts_on=DAY)
    assert list(made.chains.all()) == [district.chain]
    with pytest.raises(NotPrepared, match="Choose chains"):
        amend(source, plan_of(source, chains=[beside, another]), by=district.organiser)


def test_form_offers_the_chains_that_the_person_may_name(district: District) -> None:
    beside = make_chain(make_division(district.division.parent))
    page = signed_in(district.officer).get(address("events:event-add") + "?from=nothing")
    assert list(page.context["form"].fields["chains"].queryset) == [district.chain]
    office = signed_in(make_superuser()).get(address("events:event-add") + "?from=nothing")
    assert set(office.context["form"].fields["chains"].queryset) == {district.chain, beside}


def test_who_has_no_duty_sets_up_nothing(district: District) -> None:
    with pytest.raises(NotPrepared):
        copy(district.event, by=district.seller, name_zh="a", name_en="a", starts_on=DAY)


def test_draft_is_announced_once_and_not_by_strangers(district: District) -> None:
    made = copy(earlier(district), by=district.organiser, name_zh="a", name_en="a", starts_on=DAY)
    with pytest.raises(NotPrepared):
        announce(made, by=district.stranger)
    assert announce(made, by=district.organiser).state == "published"
    with pytest.raises(NotPrepared):
        announce(made, by=district.organiser)


def test_cancellation_needs_a_reason_and_is_told_to_every_firm(district: District) -> None:
    make_delegate(make_registration(district.event, district.supplier), email="a@example.test", language="en")
    with pytest.raises(NotPrepared):
        call_off(district.event, by=district.organiser, reason=" ")
    call_off(district.event, by=district.organiser, reason="A typhoon is coming.")
    deliver()
    assert [(message.to, "typhoon" in message.body) for message in mail.outbox] == [
        (["a@example.test"], True)
    ]


def test_event_that_has_not_begun_cannot_have_taken_place(district: District) -> None:
    ahead = make_event(organisers=[district.organiser], starts_on=DAY)
    with pytest.raises(NotPrepared):
        conclude(ahead, by=district.organiser)
    assert conclude(district.event, by=district.organiser).state == "held"


def hours(**given: object) -> Hours:
    values = {
        "day": timezone.localdate(),
        "begins": dt.time(9),
        "ends": dt.time(12),
        "minutes": 20,
        "between": 5,
    }
    return Hours(**values | given)  # type: ignore[arg-type]  # names and values of the test's own


def test_slots_fill_the_hours_and_none_reaches_into_the_break() -> None:
    made = hours(break_from=dt.time(10), break_until=dt.time(10, 30)).slots()
    starts = [f"{timezone.localtime(begins):%H:%M}" for begins, _ends in made]
    assert starts == ["09:00", "09:25", "10:30", "10:55", "11:20"]


def add(district: District, at: Hours) -> Session:
    return add_session(district.event, by=district.organiser, name_zh="a", name_en="a", tables=3, hours=at)


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": timezone.localdate() + dt.timedelta(days=9)},
        {"ends": dt.time(9, 10)},
        {"begins": dt.time(9, 10)},
    ],
)
def test_session_that_does_not_fit_is_refused(district: District, wrong: dict[str, object]) -> None:
    add(district, hours())
    with pytest.raises(SessionNotPossible):
        add(district, hours(**wrong))


def test_parallel_session_with_the_same_hours_is_fine(district: District) -> None:
    assert add(district, hours()).slots.count() == add(district, hours()).slots.count() == 7


def test_tables_in_use_stay_and_so_does_a_session_with_meetings(district: District) -> None:
    session = make_session(district.event, slots=1, tables=4)
    make_meeting(event=district.event, slot=session.slots.get(), table=3)
    with pytest.raises(SessionNotPossible):
        change_session(session, by=district.organiser, name_zh="a", name_en="a", tables=2)
    with pytest.raises(SessionNotPossible):
        remove_session(session, by=district.organiser)
    with pytest.raises(NotYourEvent):
        remove_session(session, by=district.stranger)
    empty = make_session(district.event, slots=2)
    remove_session(empty, by=district.organiser)
    assert list(district.event.sessions.all()) == [session]


def test_event_is_copied_on_two_pages_and_announced_on_the_next(district: District) -> None:
    source = earlier(district)
    browser = signed_in(district.organiser)
    choice = browser.get(address("events:event-add"))
    assert source.name_en in text_of(choice)
    where = address("events:event-add") + f"?from={source.slug}"
    data = {"name_zh": "第二届", "name_en": "Second", "starts_on": DAY.isoformat()}
    answer = browser.post(where, data, follow=True)
    made = DockingEvent.objects.get(name_en="Second")
    assert "Announce" in text_of(answer)
    browser.post(address("events:event-state", made.slug), {"act": "announce"})
    made.refresh_from_db()
    assert made.state == "published"


def test_moving_the_first_day_moves_the_slots_and_tells_the_firms(district: District) -> None:
    event = earlier(district)
    make_delegate(event.registrations.first(), email="a@example.test", language="en")
    before = list(Slot.objects.filter(session__event=event).values_list("starts_at", flat=True))
    data = {
        "name_zh": event.name_zh,
        "name_en": event.name_en,
        "kind": event.kind,
        "starts_on": (event.starts_on + dt.timedelta(days=7)).isoformat(),
        "ends_on": (event.ends_on + dt.timedelta(days=7)).isoformat(),
        "host": event.host_id,
        "country": "CN",
        "language": "en",
        "chains": [district.chain.pk],
    }
    assert post(district.organiser, "events:event-edit", event.slug, **data).status_code == 302
    after = list(Slot.objects.filter(session__event=event).values_list("starts_at", flat=True))
    assert after == [each + dt.timedelta(days=7) for each in before]
    deliver()
    assert [message.to for message in mail.outbox] == [["a@example.test"]]


def test_event_that_ends_before_it_begins_is_shown_again(district: District) -> None:
    data = {
        "name_zh": "a",
        "name_en": "a",
        "kind": "sales",
        "starts_on": "2030-01-02",
        "ends_on": "2030-01-01",
    }
    data |= {"host": str(district.division.pk), "country": "CN", "language": "en"}
    answer = signed_in(district.organiser).post(address("events:event-add") + "?from=nothing", data)
    assert answer.status_code == REFUSED
    assert not DockingEvent.objects.filter(name_en="a").exists()


def test_session_is_added_on_the_page_of_the_preparation(district: District) -> None:
    data = {"name_zh": "上午", "name_en": "Morning", "tables": 5, "day": timezone.localdate().isoformat()}
    data |= {"begins": "09:00", "ends": "10:00", "minutes": 20, "between": 0}
    post(district.organiser, "events:session-add", district.event.slug, **data)
    assert Session.objects.get(event=district.event).slots.count() == 3
    assert "Morning" in text_of(get(district.organiser, "events:prepare", district.event.slug))
    wrong = post(district.organiser, "events:session-add", district.event.slug, **data | {"ends": "09:05"})
    assert (wrong.status_code, MeetingWish.objects.count()) == (REFUSED, 0)
