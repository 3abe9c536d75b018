import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from events.models import Deal, Meeting, Registration
from events.totals import Stage, Totals
from tests.events.conftest import District
from tests.events.pages import queries, signed_in, statuses
from tests.factories.companies import make_need
from tests.factories.events import make_deal, make_meeting, make_registration, make_session, make_slot


def page(district: District, rest: str = "") -> str:
    return f"/en/floor/{district.event.slug}/{rest}"


def meeting_of(district: District, **fields: Any) -> Meeting:
    """The supplier and the buyer of the district meet right now."""
    begun = timezone.now() - dt.timedelta(minutes=5)
    slot = make_slot(make_session(district.event), starts_at=begun, ends_at=begun + dt.timedelta(minutes=30))
    buyer = make_registration(district.event, district.buyer)
    return make_meeting(buyer, make_registration(district.event, district.supplier), slot=slot, **fields)


@pytest.mark.parametrize(
    "rest",
    ["", "check-in/", "walk-in/", "timetable/", "deals/new/", "board/", "board/chief/", "closing/"],
)
def test_hall_is_for_who_runs_the_event(district: District, rest: str) -> None:
    people = (None, district.seller, district.stranger, district.organiser, district.officer)
    assert statuses(page(district, rest), *people) == [302, 404, 404, 200, 200]


def test_list_of_halls_is_for_organisers(district: District) -> None:
    assert statuses("/en/floor/", None, district.seller, district.organiser) == [302, 404, 200]
    listed = signed_in(district.organiser).get("/en/floor/").context
    assert [list(listed[part]) for part in ("running", "coming", "over")] == [[district.event], [], []]


def test_hall_shows_the_numbers_of_the_day(district: District) -> None:
    make_registration(district.event, checked_in_at=timezone.now())
    make_registration(district.event, state="waiting")
    meeting_of(district)
    make_deal(event=district.event, amount=5)
    make_deal(event=district.event, amount=7, stage="signed")
    make_deal(event=district.event, amount=9, stage="terminated")
    response = signed_in(district.organiser).get(page(district))
    assert response.context["numbers"] == Totals(
        expected=3,
        arrived=1,
        planned=1,
        held=0,
        no_show=0,
        intention=Stage(1, Decimal(5)),
        framework=Stage(0, Decimal(0)),
        signed=Stage(1, Decimal(7)),
    )
    assert len(response.context["hall"].now) == 1


def test_hall_costs_the_same_for_one_and_three_meetings(district: District) -> None:
    client = signed_in(district.organiser)
    slot = meeting_of(district).slot
    one = [queries(client, page(district, rest)) for rest in ("", "timetable/")]
    make_meeting(slot=slot, table=2, event=district.event)
    make_meeting(event=district.event)
    assert [queries(client, page(district, rest)) for rest in ("", "timetable/")] == one


def test_badge_is_checked_in_from_the_field(district: District) -> None:
    registration = make_registration(district.event, district.supplier)
    client = signed_in(district.organiser)
    client.post(page(district, "check-in/"), {"code": registration.badge_code})
    registration.refresh_from_db()
    assert registration.checked_in_at is not None
    client.get(page(district, "check-in/"))
    again = client.post(page(district, "check-in/"), {"code": registration.badge_code}, follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["error"]


def test_wrong_badge_is_told_clearly(district: District) -> None:
    foreign = make_registration()
    response = signed_in(district.organiser).post(
        page(district, "check-in/"), {"code": foreign.badge_code}, follow=True
    )
    assert [str(message) for message in response.context["messages"]] == [
        f"This badge belongs to another event: {foreign.event}, {foreign.event.starts_on:%Y-%m-%d}."
    ]
    assert Registration.objects.get(pk=foreign.pk).checked_in_at is None


def test_firm_without_a_badge_is_found_by_its_name(district: District) -> None:
    registration = make_registration(district.event, district.supplier)
    make_registration(district.event)
    response = signed_in(district.organiser).get(page(district, f"check-in/?q={district.supplier.name_zh}"))
    assert list(response.context["found"]) == [registration]


def test_outcome_is_noted_by_one_button(district: District) -> None:
    meeting = meeting_of(district)
    client = signed_in(district.organiser)
    response = client.post(page(district, f"meetings/{meeting.pk}/"), {"outcome": "sample", "comment": "Two"})
    assert response["Location"] == page(district)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.outcome, meeting.comment) == ("held", "sample", "Two")


def test_no_show_is_noted_by_one_button(district: District) -> None:
    meeting = meeting_of(district)
    signed_in(district.organiser).post(page(district, f"meetings/{meeting.pk}/"), {"outcome": "no_show"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.outcome) == ("no_show", "")


def test_agreed_deal_leads_to_its_recording(district: District) -> None:
    meeting = meeting_of(district)
    response = signed_in(district.organiser).post(
        page(district, f"meetings/{meeting.pk}/"), {"outcome": "deal"}
    )
    assert response["Location"] == page(district, f"deals/new/?meeting={meeting.pk}")


def test_meeting_of_another_event_or_a_draft_is_not_found(district: District) -> None:
    for meeting in (make_meeting(), meeting_of(district, state="draft")):
        assert statuses(page(district, f"meetings/{meeting.pk}/"), district.organiser) == [404]


def recording(district: District, **changes: Any) -> dict[str, Any]:
    """What the form in the hall sends."""
    return {
        "key": uuid.uuid4(),
        "buyer": district.buyer.pk,
        "supplier": district.supplier.pk,
        "stage": "signed",
        "title": "Brake discs",
        "amount": "950",
        "amount_unit": "CNY-10K",
        "on": timezone.localdate().isoformat(),
    } | changes


def test_form_is_filled_from_the_meeting(district: District) -> None:
    need = make_need(district.buyer)
    meeting = meeting_of(district, need=need)
    response = signed_in(district.organiser).get(page(district, f"deals/new/?meeting={meeting.pk}"))
    initial = response.context["form"].initial
    assert (initial["buyer"], initial["supplier"]) == (district.buyer.pk, district.supplier.pk)
    assert initial["title"] == need.title_en


def test_deal_of_a_meeting_is_recorded_once_with_event_and_need(district: District) -> None:
    meeting = meeting_of(district, need=make_need(district.buyer, node=district.node))
    client, sent = signed_in(district.organiser), recording(district)
    address = page(district, f"deals/new/?meeting={meeting.pk}")
    assert [client.post(address, sent)["Location"] for _each in range(2)] == [page(district)] * 2
    deal = Deal.objects.get()
    assert (deal.meeting, deal.event, deal.need) == (meeting, district.event, meeting.need)
    assert deal.signed_amount == Decimal(9_500_000)


def test_other_parties_than_the_meeting_are_recorded_without_it(district: District) -> None:
    meeting = make_meeting(event=district.event)
    make_registration(district.event, district.buyer)
    make_registration(district.event, district.supplier)
    address = page(district, f"deals/new/?meeting={meeting.pk}")
    assert signed_in(district.organiser).post(address, recording(district)).status_code == 302
    assert (Deal.objects.get().meeting, Deal.objects.get().event) == (None, district.event)


def test_only_firms_of_the_event_are_recorded_in_the_hall(district: District) -> None:
    response = signed_in(district.organiser).post(page(district, "deals/new/"), recording(district))
    assert (response.status_code, Deal.objects.count()) == (422, 0)
