"""What the queue of a phone is answered."""

import datetime as dt
import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from events.models import Deal, DockingEvent, Evidence, Meeting
from tests.events.conftest import District
from tests.events.pages import signed_in
from tests.factories.accounts import make_user
from tests.factories.companies import make_buyer, make_chain, make_company, make_division, make_node
from tests.factories.events import PDF, make_event, make_meeting, make_registration, make_session

DEVICES, LOST = 50, 0.4
AT_ONCE = 8
"""Requests that the server works on at a time: so many connections its pool has."""


@pytest.fixture
def hall(district: District) -> Meeting:
    """A meeting of the district's buyer and supplier."""
    buyer = make_registration(district.event, district.buyer)
    supplier = make_registration(district.event, district.supplier)
    return make_meeting(buyer, supplier, slot=make_session(district.event, slots=1).slots.get())


def sent(client: Client, event: DockingEvent, rest: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    """Status and answer of what the queue sends."""
    answer = client.post(f"/en/floor/{event.slug}/{rest}", fields, headers={"accept": "application/json"})
    return answer.status_code, answer.json()


def deal(meeting: Meeting, **changes: Any) -> dict[str, Any]:
    return {
        "key": uuid.uuid4(),
        "buyer": meeting.buyer.company_id,
        "supplier": meeting.supplier.company_id,
        "stage": "signed",
        "title": "Brake discs",
        "amount": "950",
        "amount_unit": "CNY-10K",
        "on": timezone.localdate().isoformat(),
    } | changes


def test_deal_is_answered_with_a_sentence_and_kept_with_its_photo(district: District, hall: Meeting) -> None:
    content = deal(hall, document=SimpleUploadedFile("page.pdf", PDF))
    status, answer = sent(
        signed_in(district.organiser), district.event, f"deals/new/?meeting={hall.pk}", **content
    )
    row = Deal.objects.get()
    assert (status, answer["deal"], answer["warning"]) == (200, row.pk, "")
    assert answer["sentence"] == "Recorded: Brake discs, signed, CNY 9.5 m"
    assert (row.meeting, Evidence.objects.get().deal) == (hall, row)


def test_deal_sent_again_is_answered_alike_and_its_photo_kept_once(district: District, hall: Meeting) -> None:
    client, content = signed_in(district.organiser), deal(hall)
    answers = [
        sent(client, district.event, "deals/new/", **content, document=SimpleUploadedFile("page.pdf", PDF))
        for _each in range(2)
    ]
    assert [(status, answer["deal"]) for status, answer in answers] == [(200, Deal.objects.get().pk)] * 2
    assert Evidence.objects.count() == 1


def test_same_key_with_other_content_shows_the_first_deal(district: District, hall: Meeting) -> None:
    client, content = signed_in(district.organiser), deal(hall)
    sent(client, district.event, "deals/new/", **content)
    status, answer = sent(client, district.event, "deals/new/", **content | {"amount": "960"})
    assert (status, Deal.objects.count()) == (409, 1)
    assert f"/en/deals/{Deal.objects.get().pk}/" in answer["html"]


def test_recorded_deal_whose_form_no_longer_fits_is_no_new_one(district: District, hall: Meeting) -> None:
    client, content = signed_in(district.organiser), deal(hall)
    sent(client, district.event, "deals/new/", **content)
    status, _answer = sent(client, district.event, "deals/new/", **content | {"stage": "unknown"})
    assert (status, Deal.objects.count()) == (409, 1)


def test_refused_deal_comes_back_with_what_to_mend(district: District, hall: Meeting) -> None:
    status, answer = sent(
        signed_in(district.organiser), district.event, "deals/new/", **deal(hall, amount="-5")
    )
    assert (status, answer["is_likely"], Deal.objects.count()) == (422, False, 0)
    assert "An amount cannot be negative." in answer["html"]


def test_deal_that_may_be_recorded_already_is_asked_about(district: District, hall: Meeting) -> None:
    client = signed_in(district.organiser)
    sent(client, district.event, "deals/new/", **deal(hall))
    status, answer = sent(client, district.event, "deals/new/", **deal(hall))
    assert (status, answer["is_likely"]) == (422, True)
    status, _answer = sent(client, district.event, "deals/new/", **deal(hall, is_another="on"))
    assert (status, Deal.objects.count()) == (200, 2)


@pytest.mark.parametrize("rest", ["deals/new/", "check-in/"])
def test_what_another_person_wrote_is_not_taken(district: District, hall: Meeting, rest: str) -> None:
    content = deal(hall, code=hall.buyer.badge_code, owner=district.officer.pk)
    status, _answer = sent(signed_in(district.organiser), district.event, rest, **content)
    hall.buyer.refresh_from_db()
    assert (status, Deal.objects.count(), hall.buyer.checked_in_at) == (403, 0, None)


def test_day_of_a_phone_that_is_a_day_ahead_is_refused_with_a_sentence(
    district: District, hall: Meeting
) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    status, answer = sent(
        signed_in(district.organiser), district.event, "deals/new/", **deal(hall, on=tomorrow)
    )
    assert (status, Deal.objects.count()) == (422, 0)
    assert "The day of the deal lies in the future." in answer["html"]


def test_session_says_who_is_signed_in_and_what_time_it_is(district: District) -> None:
    before = timezone.now()
    answers = [signed_in(user).get("/en/floor/session/").json() for user in (None, district.organiser)]
    assert [answer["person"] for answer in answers] == ["", str(district.organiser.pk)]
    assert before <= dt.datetime.fromisoformat(answers[0]["now"]) <= timezone.now()


def test_session_leaves_the_token_of_an_open_form_alone(district: District) -> None:
    client = signed_in(None)
    client.get("/en/accounts/login/")
    opened = client.cookies["csrftoken"].value
    assert "csrftoken" not in client.get("/en/floor/session/").cookies
    client.force_login(district.organiser)
    answer = client.get("/en/floor/session/")
    assert (bool(answer.json()["token"]), "csrftoken" in answer.cookies) == (True, False)
    kept = client.get(f"/en/floor/{district.event.slug}/check-in/", headers={"floor-keep": "1"})
    assert (kept.status_code, "csrftoken" in kept.cookies) == (200, False)
    assert client.cookies["csrftoken"].value == opened


def test_outcome_that_was_overtaken_is_told(district: District, hall: Meeting) -> None:
    client, rest = signed_in(district.organiser), f"meetings/{hall.pk}/"
    earlier = (timezone.now() - dt.timedelta(minutes=5)).isoformat()
    assert sent(client, district.event, rest, outcome="sample")[0] == 200
    assert sent(client, district.event, rest, outcome="sample", at=earlier)[0] == 200
    status, answer = sent(client, district.event, rest, outcome="no_fit", at=earlier)
    hall.refresh_from_db()
    assert (status, hall.outcome) == (409, "sample")
    assert answer["sentence"] == "Meanwhile somebody noted: samples or quotation asked."


def recorded_by(devices: int, *, fresh_keys: bool) -> tuple[int, int]:
    """Deals recorded, and times that something was sent, by phones that lose 40 % of the answers."""
    organiser, chain, place = make_user(), make_chain(), make_division()
    event = make_event(organisers=[organiser], chains=[chain], host=place)
    buyer = make_registration(event, make_buyer())
    firm = make_company(nodes=[make_node(chain)], division=place)
    meeting = make_meeting(buyer, make_registration(event, firm))
    chance = random.Random(5)
    losses = [next(n for n in range(99) if chance.random() >= LOST) for _each in range(devices)]
    clients = [signed_in(organiser) for _each in range(devices)]
    server = threading.BoundedSemaphore(AT_ONCE)

    def phone(number: int) -> None:
        content = deal(meeting, title=f"Deal {number}", is_another="on")
        for _lost in range(losses[number] + 1):
            if fresh_keys:
                content["key"] = uuid.uuid4()
            with server:
                status, _answer = sent(clients[number], event, "deals/new/", **content)
                connection.close()
            assert status == 200

    with ThreadPoolExecutor(devices) as phones:
        list(phones.map(phone, range(devices)))
    return Deal.objects.count(), sum(losses) + devices


@pytest.mark.django_db(transaction=True)
def test_fifty_phones_that_lose_answers_record_each_deal_once() -> None:
    recorded, times = recorded_by(DEVICES, fresh_keys=False)
    assert (recorded, times > DEVICES) == (DEVICES, True)
    assert Deal.objects.values("title_en").distinct().count() == DEVICES


@pytest.mark.django_db(transaction=True)
def test_phones_with_a_fresh_key_for_each_try_make_duplicates() -> None:
    recorded, times = recorded_by(10, fresh_keys=True)
    assert (recorded, recorded > 10) == (times, True)
