"""Firms are invited once, see the link, and answer."""

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import IntegrityError
from django.utils import timezone

from accounts.outbox import deliver
from companies.models import Company
from events import inviting, links
from events.inviting import InvitationClosed, NotInvited, decline, invite, preview, remind
from events.models import DockingEvent, Invitation
from events.registration import register
from events.timetable.meetings import NotYourEvent
from tests.events.conftest import District
from tests.events.pages import queries, signed_in, statuses
from tests.factories.accounts import make_superuser
from tests.factories.companies import (
    make_chain,
    make_company,
    make_contact,
    make_node,
    make_representative,
)
from tests.factories.events import make_event, make_invitation, make_registration
from tests.pages import address, get, text_of
from tests.races import at_once

SITE = "https://duijie.test"


def send(district: District, *companies: Company, **given: object) -> list[Invitation]:
    chosen = Company.objects.filter(pk__in=[each.pk for each in companies])
    return invite(district.event, chosen, by=district.organiser, site=SITE, **given)  # type: ignore[arg-type]  # the act's own


def test_firm_gets_one_letter_with_its_link_in_the_reader_s_language(district: District) -> None:
    (row,) = send(district, district.supplier, note="We look forward.")
    deliver()
    (message,) = mail.outbox
    assert message.to == [district.seller.email]
    link = f"{SITE}/en/invited/{links.token_of(row, row.link_salt)}/"
    assert (link in message.body, "We look forward." in message.body) == (True, True)
    row.refresh_from_db()
    assert row.delivery == "sent"


def test_nobody_is_invited_twice_and_registered_firms_are_passed_over(district: District) -> None:
    coming, fresh = make_company(), make_company()
    make_registration(district.event, coming)
    send(district, district.supplier)
    assert [row.company for row in send(district, district.supplier, coming, fresh)] == [fresh]
    with pytest.raises(NotInvited):
        send(district, district.supplier)


def test_preview_counts_what_would_be_sent(district: District) -> None:
    coming, without = make_company(), make_company()
    make_registration(district.event, coming)
    make_invitation(district.event, make_company())
    seen = preview(district.event, Company.objects.current(), by=district.organiser)
    reachable = [district.supplier, district.buyer, district.stranger]
    assert (seen.invited, seen.registered) == (1, 1)
    assert seen.fresh - seen.without_address == len(reachable)
    assert without.pk not in inviting.addresses_of([without.pk])


def test_number_that_changed_since_it_was_seen_refuses(district: District) -> None:
    with pytest.raises(NotInvited):
        send(district, district.supplier, district.buyer, expected=1)
    assert Invitation.objects.count() == 0


def test_contact_with_an_address_is_written_to_where_nobody_acts_for_the_firm(district: District) -> None:
    company = make_company()
    make_contact(company, email="wang@example.test")
    send(district, company)
    deliver()
    assert [message.to for message in mail.outbox] == [["wang@example.test"]]


def test_firm_without_an_address_is_listed_to_be_called(district: District) -> None:
    (row,) = send(district, make_company())
    assert (row.delivery, deliver()) == ("no_address", 0)


def test_draft_invites_nobody_and_strangers_neither(district: District) -> None:
    with pytest.raises(NotYourEvent):
        invite(district.event, Company.objects.all(), by=district.stranger, site=SITE)
    DockingEvent.objects.update(state="draft")
    with pytest.raises(NotInvited):
        send(district, district.supplier)


def test_reminder_goes_once_to_those_who_have_not_answered(district: District) -> None:
    send(district, district.supplier, district.buyer)
    decline(token(district.buyer), reason="date")
    with pytest.raises(NotInvited):
        remind(district.event, by=district.organiser, site=SITE)
    Invitation.objects.update(invited_at=timezone.now() - dt.timedelta(days=1))
    assert remind(district.event, by=district.organiser, site=SITE) == 1
    deliver()
    assert sorted(message.to[0] for message in mail.outbox).count(district.seller.email) == 2
    with pytest.raises(NotInvited):
        remind(district.event, by=district.organiser, site=SITE)


def token(company: Company) -> str:
    row = Invitation.objects.get(company=company)
    return links.token_of(row, row.link_salt)


def test_opening_the_link_is_noted_once(district: District) -> None:
    send(district, district.supplier)
    where = address("invited", token(district.supplier))
    assert statuses(where, None) == [200]
    seen = Invitation.objects.get().seen_at
    assert seen is not None
    assert statuses(where, None) == [200]
    assert Invitation.objects.get().seen_at == seen


def test_declining_needs_a_reason_and_no_account(district: District) -> None:
    send(district, district.supplier)
    where = address("invited", token(district.supplier))
    assert signed_in(None).post(where, {"reason": ""}).status_code == 422
    assert signed_in(None).post(where, {"reason": "date", "comment": "Fair"}).status_code == 302
    row = Invitation.objects.get()
    assert (row.answer, row.reason, row.comment) == ("declined", "date", "Fair")


def test_foreign_and_cut_links_lead_nowhere(district: District) -> None:
    send(district, district.supplier)
    good = token(district.supplier)
    wrong = (good[:-1], good + "x", "1-", "x", good.replace("-", "-0", 1))
    assert [statuses(address("invited", each), None) for each in wrong] == [[404]] * 5


def test_registering_answers_the_invitation_even_after_a_no(district: District) -> None:
    send(district, district.supplier)
    decline(token(district.supplier), reason="capacity")
    registration = register(district.event, district.supplier, by=district.seller, side="supplier")
    row = Invitation.objects.get()
    assert (row.answer, row.registration, row.reason) == ("registered", registration, "")
    with pytest.raises(InvitationClosed):
        decline(token(district.supplier), reason="date")


def test_link_of_an_event_that_is_over_takes_no_answer(district: District) -> None:
    send(district, district.supplier)
    DockingEvent.objects.update(state="held")
    with pytest.raises(InvitationClosed):
        decline(token(district.supplier), reason="date")


def test_firms_are_chosen_by_filter_counted_and_invited_on_one_page(district: District) -> None:
    other = make_company()
    make_representative(company=other)
    query = f"?chain={district.chain.code}&side=supplies"
    where = address("events:invitation-add", district.event.slug) + query
    browser = signed_in(district.organiser)
    page = text_of(browser.get(where))
    assert "1 firm to invite" in page
    assert browser.post(where, {"expected": 1}).status_code == 302
    assert [row.company for row in Invitation.objects.all()] == [district.supplier]


def test_ticks_and_a_call_to_all_contradict_and_nobody_is_invited(district: District) -> None:
    where = address("events:invitation-add", district.event.slug)
    browser = signed_in(district.organiser)
    browser.post(where, {"expected": 1, "firm": [district.supplier.pk]})
    assert "1 firm is ticked" in text_of(browser.get(where))
    assert not Invitation.objects.exists()


def shown_to_invite(district: District, query: str = "") -> set[Company]:
    where = address("events:invitation-add", district.event.slug)
    return set(signed_in(district.organiser).get(where + query).context["page"].object_list)


def test_choice_begins_with_firms_of_the_event_s_chains(district: District) -> None:
    second = make_node(make_chain(district.division))
    on_it, elsewhere = make_company(nodes=[second]), make_company(nodes=[make_node()])
    district.event.chains.add(second.chain)
    assert shown_to_invite(district) == {district.supplier, on_it}
    assert shown_to_invite(district, "?chain=event&side=supplies") == {district.supplier, on_it}
    assert shown_to_invite(district, f"?chain={district.chain.code}") == {district.supplier}
    assert shown_to_invite(district, "?chain=") == {district.supplier, on_it}
    assert elsewhere in shown_to_invite(district, "?chain=all")


def test_chain_of_a_district_has_the_nodes_of_the_chain_it_is_based_on(district: District) -> None:
    district.event.chains.set([make_chain(district.division, based_on=district.chain)])
    assert shown_to_invite(district) == {district.supplier}
    assert shown_to_invite(district, f"?node={district.node.pk}") == {district.supplier}


def test_event_without_chains_begins_with_all_firms(district: District) -> None:
    district.event.chains.clear()
    assert {district.supplier, district.buyer} <= shown_to_invite(district)


def test_list_shows_stages_and_exports_them(district: District) -> None:
    make_invitation(district.event, answer="declined", answered_at=timezone.now(), reason="place")
    make_invitation(district.event, seen_at=timezone.now())
    where = address("events:invitation-list", district.event.slug)
    assert "too far away" in text_of(get(district.organiser, "events:invitation-list", district.event.slug))
    one = signed_in(district.organiser).get(f"{where}?stage=declined")
    assert "1 invitation " in text_of(one)
    sheet = signed_in(district.organiser).get(f"{where}?stage=declined&format=xlsx")
    assert sheet["Content-Type"].endswith("sheet")


def test_list_takes_the_same_queries_for_one_and_three(district: District) -> None:
    where = address("events:invitation-list", district.event.slug)
    browser = signed_in(district.organiser)
    make_invitation(district.event)
    first = queries(browser, where)
    for _each in range(2):
        make_invitation(district.event)
    assert queries(browser, where) == first


def invited_by_two_at_once() -> list[object]:
    office, event, company = make_superuser(), make_event(), make_company()
    chosen = Company.objects.filter(pk=company.pk)

    def act() -> object:
        try:
            return invite(event, chosen, by=office, site=SITE)
        except IntegrityError as refused:
            return refused

    return at_once([act] * 2)


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_the_same_firm_at_once_invite_it_once() -> None:
    results = invited_by_two_at_once()
    assert sorted(type(each).__name__ for each in results) == ["NotInvited", "list"]
    assert Invitation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_find_the_firm_not_invited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both pass the check; only the constraint of the database stops the second."""
    monkeypatch.setattr(type(DockingEvent.objects.all()), "select_for_update", lambda rows, **_how: rows)
    passed = []
    barrier = threading.Barrier(2)

    def waiting(companies: list[Company], expected: int | None) -> None:
        passed.append(len(companies))
        barrier.wait(timeout=20)

    monkeypatch.setattr(inviting, "_check", waiting)
    results = invited_by_two_at_once()
    assert passed == [1, 1]
    assert sorted(type(each).__name__ for each in results) == ["IntegrityError", "list"]
