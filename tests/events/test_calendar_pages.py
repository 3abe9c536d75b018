import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from events.models import DockingEvent, MeetingWish, Registration
from tests.events.conftest import District
from tests.events.pages import queries, signed_in, statuses
from tests.factories.companies import make_buyer, make_chain, make_company, make_representative
from tests.factories.events import (
    make_deal,
    make_event,
    make_meeting,
    make_registration,
    make_session,
    make_wish,
)

LIST = "/en/events/"


def page(event: DockingEvent, rest: str = "") -> str:
    return f"{LIST}{event.slug}/{rest}"


def names(client: Client, query: str = "") -> list[str]:
    """Names of the events on the list, in its order."""
    return [event.name_en for event in client.get(f"{LIST}{query}").context["page"]]


def test_calendar_shows_published_events_newest_first(db: None, client: Client) -> None:
    old = make_event(starts_on=dt.date(2022, 7, 1), state="held")
    new = make_event(starts_on=dt.date(2022, 9, 1), state="cancelled")
    make_event(state="draft")
    assert names(client) == [new.name_en, old.name_en]
    assert names(client, "?sort=oldest") == [old.name_en, new.name_en]


def test_draft_is_shown_to_who_runs_it(district: District, client: Client) -> None:
    DockingEvent.objects.update(state="draft")
    assert names(client) == []
    assert names(signed_in(district.organiser)) == [district.event.name_en]
    assert statuses(page(district.event), None, district.stranger, district.organiser) == [404, 404, 200]


@pytest.mark.parametrize(
    "query",
    ["?q=spring", "?q=春季", "?q=geneva", "?when=past", "?month=2022-07", "?kind=summit", "?chain=valves"],
)
def test_calendar_is_narrowed(db: None, client: Client, query: str) -> None:
    chain = make_chain(code="valves")
    wanted = make_event(
        name_en="Spring summit",
        name_zh="春季峰会",
        venue_en="Geneva",
        kind="summit",
        state="held",
        chains=[chain],
        starts_on=dt.date(2022, 7, 1),
    )
    make_event(starts_on=timezone.localdate() + dt.timedelta(days=40))
    assert names(client, query) == [wanted.name_en]


@pytest.mark.parametrize("query", ["?month=2022-99", "?chain=none", "?kind=none", "?page=x", "?sort=none"])
def test_calendar_survives_forged_filters(db: None, client: Client, query: str) -> None:
    make_event()
    assert client.get(f"{LIST}{query}").status_code == 200


def test_empty_calendar_says_what_to_do(db: None, client: Client) -> None:
    assert "Show all events" in client.get(f"{LIST}?q=nothing").content.decode()


def test_live_filter_gets_the_results_alone(db: None, client: Client) -> None:
    response = client.get(LIST, headers={"HX-Request": "true", "HX-Target": "results"})
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_calendar_costs_the_same_for_one_and_three_events(db: None, client: Client) -> None:
    make_deal(event=make_event(chains=[make_chain()]))
    one = queries(client, LIST)
    for _each in range(2):
        make_deal(event=make_event(chains=[make_chain()]))
    assert queries(client, LIST) == one


def test_public_sees_numbers_and_no_names(district: District, client: Client) -> None:
    registration = make_registration(district.event, district.buyer)
    response = client.get(page(district.event))
    assert (response.context["guests"].buyers, response.context["guests"].suppliers) == (1, 0)
    assert registration.company.name_en not in response.content.decode()


def test_participant_sees_the_published_firms(district: District) -> None:
    buyer = make_registration(district.event, district.buyer)
    make_registration(district.event, make_company(verification="pending"))
    own = make_registration(district.event, district.supplier)
    guests = signed_in(district.seller).get(page(district.event)).context["guests"]
    assert guests.named == [buyer, own]


def test_who_waits_for_a_place_sees_no_names(district: District) -> None:
    make_registration(district.event, district.buyer)
    make_registration(district.event, district.supplier, state="waiting")
    assert signed_in(district.seller).get(page(district.event)).context["guests"].named == []


def test_deals_of_the_event_are_shown_to_who_oversees_it(district: District, client: Client) -> None:
    deal = make_deal(district.buyer, district.supplier, event=district.event)
    make_deal(event=district.event)
    seen = {
        person: signed_in(person).get(page(district.event)).context["deal_count"]
        for person in (None, district.stranger, district.seller, district.organiser)
    }
    assert list(seen.values()) == [0, 0, 1, 2]
    assert deal.title_en in signed_in(district.seller).get(page(district.event)).content.decode()


def test_event_page_costs_the_same_for_one_and_three_rows(district: District) -> None:
    client, address = signed_in(district.organiser), page(district.event)

    def one_more() -> None:
        make_registration(district.event, make_company())
        make_deal(event=district.event)
        make_session(district.event, slots=1)

    one_more()
    one = queries(client, address)
    one_more()
    one_more()
    assert queries(client, address) == one


def test_event_is_an_entry_for_other_calendars(db: None, client: Client) -> None:
    event = make_event(starts_on=dt.date(2022, 7, 1), venue_en="Hall 2")
    response = client.get(page(event, "event.ics"))
    (entry,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (entry["SUMMARY"], entry["LOCATION"]) == (event.name_en, "Hall 2")
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (dt.date(2022, 7, 1), dt.date(2022, 7, 3))


def registering(district: District, **changes: Any) -> dict[str, Any]:
    """What the form of the supplier sends."""
    return {
        "company": district.supplier.pk,
        "side": "supplier",
        "delegates-TOTAL_FORMS": 2,
        "delegates-INITIAL_FORMS": 1,
        "delegates-0-name": "Ye Ming",
        "delegates-0-language": "zh-hans",
        "delegates-1-name": "",
        "delegates-1-language": "zh-hans",
    } | changes


def test_representative_registers_the_company(district: District) -> None:
    client = signed_in(district.seller)
    response = client.post(page(district.event, "register/"), registering(district))
    assert response.status_code == 302
    registration = Registration.objects.get()
    assert (registration.company, registration.state) == (district.supplier, "confirmed")
    assert list(registration.delegates.values_list("name", flat=True)) == ["Ye Ming"]


def test_registration_that_is_refused_says_why(district: District) -> None:
    response = signed_in(district.seller).post(
        page(district.event, "register/"), registering(district, side="buyer")
    )
    assert response.status_code == 422
    assert "does not name this side" in response.content.decode()


def test_foreign_company_cannot_be_registered(district: District) -> None:
    response = signed_in(district.seller).post(
        page(district.event, "register/"), registering(district, company=district.buyer.pk)
    )
    assert response.status_code == 422
    assert Registration.objects.count() == 0


def test_registering_is_for_representatives(district: District) -> None:
    address = page(district.event, "register/")
    assert statuses(address, None, district.officer, district.seller) == [302, 404, 200]


def test_withdrawing_is_for_the_own_company(district: District) -> None:
    registration = make_registration(district.event, district.supplier)
    address = page(district.event, f"withdraw/{registration.pk}/")
    for user, status in ((None, 302), (district.stranger, 404), (district.purchaser, 404)):
        assert signed_in(user).post(address).status_code == status
    assert Registration.objects.get().state == "confirmed"
    assert signed_in(district.seller).post(address).status_code == 302
    assert Registration.objects.get().state == "withdrawn"


def test_wishes_and_agenda_are_for_registered_companies(district: District) -> None:
    make_registration(district.event, district.supplier)
    for rest in ("wishes/", "agenda/", "agenda.ics"):
        found = statuses(
            page(district.event, rest), None, district.stranger, district.organiser, district.seller
        )
        assert found == [302, 404, 404, 200]


def test_foreign_registration_opens_no_agenda(district: District) -> None:
    make_registration(district.event, district.supplier)
    foreign = make_registration(district.event, district.buyer)
    assert statuses(page(district.event, f"agenda/?as={foreign.pk}"), district.seller) == [404]


def test_wish_is_noted_from_its_page(district: District) -> None:
    own = make_registration(district.event, district.supplier)
    buyer = make_registration(district.event, district.buyer)
    client = signed_in(district.seller)
    client.post(page(district.event, "wishes/"), {"other": buyer.pk, "strength": "must"})
    assert list(MeetingWish.objects.values_list("wished_by", "other", "strength")) == [
        (own.pk, buyer.pk, "must")
    ]
    partners = client.get(page(district.event, "wishes/")).context["partners"]
    assert [(each.registration, each.strength) for each in partners] == [(buyer, "must")]


def test_wishes_cost_the_same_for_one_and_three_partners(district: District) -> None:
    own = make_registration(district.event, district.supplier)
    client, address = signed_in(district.seller), page(district.event, "wishes/")
    make_wish(own, make_registration(district.event, make_buyer()))
    one = queries(client, address)
    for _each in range(2):
        make_wish(own, make_registration(district.event, make_buyer()))
    assert queries(client, address) == one


def test_agenda_shows_published_meetings_of_the_own_company(district: District) -> None:
    own = make_registration(district.event, district.supplier)
    session = make_session(district.event, slots=2)
    first, second = session.slots.all()
    told = make_meeting(make_registration(district.event, district.buyer), own, slot=first)
    make_meeting(told.buyer, own, slot=second, state="draft")
    make_meeting(slot=second, table=2, event=district.event)
    client = signed_in(district.seller)
    lines = client.get(page(district.event, "agenda/")).context["meetings"]
    assert [(line.meeting, line.other) for line in lines] == [(told, district.buyer)]
    (entry,) = Calendar.from_ical(client.get(page(district.event, "agenda.ics")).content).walk("VEVENT")
    assert (entry["SUMMARY"], entry.decoded("DTSTART")) == (district.buyer.name_en, first.starts_at)


def test_agenda_costs_the_same_for_one_and_three_meetings(district: District) -> None:
    own = make_registration(district.event, district.supplier)
    client, address = signed_in(district.seller), page(district.event, "agenda/")
    slots = make_session(district.event, slots=3).slots.all()
    make_meeting(supplier=own, slot=slots[0])
    one = queries(client, address)
    make_meeting(supplier=own, slot=slots[1])
    make_meeting(supplier=own, slot=slots[2])
    assert queries(client, address) == one


@pytest.mark.parametrize("rest", ["registrations/", "timetable/"])
def test_organising_is_for_who_runs_the_event(district: District, rest: str) -> None:
    make_registration(district.event, district.supplier)
    people = (None, district.seller, district.stranger, district.organiser, district.officer)
    assert statuses(page(district.event, rest), *people) == [302, 404, 404, 200, 200]


def test_organiser_admits_from_the_list(district: District) -> None:
    registration = make_registration(district.event, district.supplier, state="asked")
    address = page(district.event, f"registrations/{registration.pk}/decide/")
    assert signed_in(district.seller).post(address, {"decision": "approve"}).status_code == 404
    signed_in(district.organiser).post(address, {"decision": "approve"})
    registration.refresh_from_db()
    assert registration.state == "confirmed"


def test_registration_of_another_event_is_not_decided_here(district: District) -> None:
    foreign = make_registration(state="asked")
    address = page(district.event, f"registrations/{foreign.pk}/decide/")
    assert signed_in(district.organiser).post(address, {"decision": "approve"}).status_code == 404


def test_registrations_cost_the_same_for_one_and_three(district: District) -> None:
    client, address = signed_in(district.organiser), page(district.event, "registrations/")
    make_registration(district.event, make_company())
    one = queries(client, address)
    for _each in range(2):
        make_registration(district.event, make_company())
    assert queries(client, address) == one


def test_timetable_is_drafted_published_and_changed_from_its_page(district: District) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    event = make_event(organisers=[district.organiser], starts_on=tomorrow)
    make_session(event, slots=1)
    representative = make_representative(company=make_buyer())
    buyer = make_registration(event, representative.company)
    make_wish(buyer, make_registration(event, district.supplier))
    client = signed_in(district.organiser)
    client.post(page(event, "timetable/draft/"))
    (meeting,) = client.get(page(event, "timetable/")).context["page"]
    client.post(page(event, "timetable/publish/"))
    client.post(page(event, f"timetable/{meeting.pk}/"), {"act": "lock"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.is_locked) == ("published", True)
    for table in (2, 9):
        move = {"act": "move", "slot": meeting.slot_id, "table": table}
        move["despite"] = f"{meeting.slot_id}:{table}"
        client.post(page(event, f"timetable/{meeting.pk}/"), move)
    meeting.refresh_from_db()
    assert meeting.table == 2
    client.post(page(event, f"timetable/{meeting.pk}/"), {"act": "cancel"})
    assert list(client.get(page(event, "timetable/")).context["page"]) == []


def test_timetable_costs_the_same_for_one_and_three_meetings(district: District) -> None:
    client, address = signed_in(district.organiser), page(district.event, "timetable/")
    slots = make_session(district.event, slots=3).slots.all()
    make_meeting(slot=slots[0], event=district.event)
    one = queries(client, address)
    make_meeting(slot=slots[1], event=district.event)
    make_meeting(slot=slots[2], event=district.event)
    assert queries(client, address) == one
