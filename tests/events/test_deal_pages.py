import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from events.deals import evidence
from events.deals.amending import amend
from events.deals.confirming import invite
from events.deals.following_up import report
from events.deals.recording import record
from events.deals.signing import sign
from events.deals.verifying import verify
from events.models import Confirmation, Deal
from tests.events.conftest import District
from tests.events.pages import queries, signed_in, statuses
from tests.factories.companies import make_company, make_contact, make_need
from tests.factories.events import (
    PDF,
    make_confirmation,
    make_deal,
    make_evidence,
    make_fulfilment,
    make_rate,
)

ADD = "/en/desk/deals/new/"


def deal_of(district: District, **fields: Any) -> Deal:
    values: dict[str, Any] = {
        "counting_division": district.division,
        "counting_chain": district.chain,
        "recorded_by": district.officer,
    }
    return make_deal(district.buyer, district.supplier, **values | fields)


def page(deal: Deal, rest: str = "") -> str:
    return f"/en/deals/{deal.pk}/{rest}"


def recording(district: District, **changes: Any) -> dict[str, Any]:
    """What the form at the desk sends."""
    return {
        "key": uuid.uuid4(),
        "buyer": district.buyer.pk,
        "supplier": district.supplier.pk,
        "stage": "intention",
        "title": "制动盘",
        "amount": "9.5",
        "amount_unit": "CNY-100M",
        "on": timezone.localdate().isoformat(),
    } | changes


def test_deal_is_shown_to_its_parties_and_officials(district: District) -> None:
    people = (None, district.stranger, district.seller, district.purchaser, district.officer)
    assert statuses(page(deal_of(district)), *people) == [302, 404, 200, 200, 200]


def test_party_sees_no_acts_and_no_trail(district: District) -> None:
    shown = signed_in(district.seller).get(page(deal_of(district))).context["page"]
    assert (shown.next_steps, shown.trail, shown.document_form) == ([], [], None)
    assert (shown.can_amend, shown.can_verify, shown.oversees) == (False, False, False)


def test_party_does_not_see_addresses_of_the_other_side(district: District) -> None:
    contact = make_contact(district.buyer, email="secret@example.test")
    deal = deal_of(district)
    make_confirmation(deal, channel="email", sent_to=contact.email)
    assert contact.email not in signed_in(district.seller).get(page(deal)).content.decode()
    assert contact.email in signed_in(district.officer).get(page(deal)).content.decode()


def test_verifying_is_offered_to_the_second_person_alone(district: District) -> None:
    deal = deal_of(district, stage="signed")
    make_evidence(deal)
    offered = [
        signed_in(user).get(page(deal)).context["page"].can_verify
        for user in (district.officer, district.verifier)
    ]
    assert offered == [False, True]


def test_deal_page_costs_the_same_for_one_and_three_rows(district: District) -> None:
    deal = deal_of(district, stage="signed")
    client = signed_in(district.officer)

    def one_more(year: int) -> None:
        make_evidence(deal)
        make_fulfilment(deal, year=year)
        make_confirmation(deal, voided_at=timezone.now())
        deal_of(district, stage="signed")

    one_more(2026)
    one = queries(client, page(deal))
    one_more(2027)
    one_more(2028)
    assert queries(client, page(deal)) == one


def test_trail_reads_as_sentences(district: District) -> None:
    deal = record(
        by=district.officer,
        buyer=district.buyer,
        supplier=district.supplier,
        stage="intention",
        amount=Decimal(950_000_000),
        on=timezone.localdate(),
        title_en="Brake discs",
    )
    sign(deal, by=district.officer, on=timezone.localdate(), amount=Decimal(800_000_000))
    evidence.add(deal, SimpleUploadedFile("scan.pdf", PDF), by=district.officer)
    verify(deal, by=district.verifier)
    invite(deal, "buyer", channel="qr", by=district.officer, site="https://example.test")
    report(deal, year=timezone.localdate().year, by=district.seller, fulfilled=Decimal(5_000_000))
    trail = signed_in(district.officer).get(page(deal)).context["page"].trail
    told = {(line.who, line.text, *line.changes) for line in trail}
    officer, day = str(district.officer), timezone.localdate().isoformat()
    assert told == {
        (officer, "recorded the deal as “cooperation intention”", "CNY 950 m"),
        (officer, "moved the deal to “signed”", f"signed on: – → {day}", "signed amount: – → CNY 800 m"),
        (officer, "began version 2: earlier confirmations and verification no longer count"),
        (
            officer,
            "added a supporting document",
            f"PDF, SHA-256 {deal.evidence.get().sha256[:12]}…",
        ),
        (str(district.verifier), "verified the deal against its documents"),
        (officer, "showed the buyer a QR code to confirm"),
        (
            str(district.seller),
            f"reported what came of the deal in {timezone.localdate().year}",
            "fulfilled amount: CNY 5 m",
        ),
    }


def test_recording_is_for_who_may_record(district: District) -> None:
    people = (None, district.seller, district.officer)
    assert statuses(ADD, *people) == [302, 404, 200]
    assert signed_in(district.seller).post(ADD, recording(district)).status_code == 404


def test_deal_is_recorded_from_the_desk(district: District) -> None:
    response = signed_in(district.officer).post(ADD, recording(district))
    deal = Deal.objects.get()
    assert response["Location"] == page(deal)
    assert (deal.title_zh, deal.title_en) == ("制动盘", "")
    assert (deal.intention_amount, deal.currency) == (Decimal(950_000_000), "CNY")
    assert (deal.counting_chain, deal.counting_division) == (district.chain, district.division)


def test_same_form_sent_twice_records_one_deal(district: District) -> None:
    client, sent = signed_in(district.officer), recording(district)
    addresses = [client.post(ADD, sent)["Location"] for _each in range(2)]
    assert addresses == [page(Deal.objects.get())] * 2


def test_same_form_sent_with_other_values_is_refused(district: District) -> None:
    client, sent = signed_in(district.officer), recording(district)
    client.post(ADD, sent)
    assert client.post(ADD, sent | {"amount": "8"}).status_code == 422
    assert Deal.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "NaN"},
        {"amount": "-1"},
        {"amount": "1.5亿"},
        {"amount": "5", "amount_unit": "SEK"},
        {"stage": "signed", "amount": ""},
        {"stage": "completed"},
        {"title": ""},
        {"buyer": "999999"},
        {"on": "2999-01-01"},
        {"key": "no-key"},
        {"quantity": "5"},
        {"amount_unit": "USD"},
    ],
)
def test_form_that_cannot_be_a_deal_is_refused(district: District, change: dict[str, Any]) -> None:
    assert signed_in(district.officer).post(ADD, recording(district, **change)).status_code == 422
    assert Deal.objects.count() == 0


def test_likely_duplicate_is_shown_until_denied(district: District) -> None:
    client = signed_in(district.officer)
    first = deal_of(district, amount=950_000_000)
    sent = recording(district)
    response = client.post(ADD, sent)
    assert response.status_code == 422
    assert [each.deal for each, _may_open in response.context["likely"]] == [first]
    assert client.post(ADD, sent | {"is_another": "on"}).status_code == 302
    assert Deal.objects.count() == 2


def test_likely_duplicate_of_others_shows_no_details(district: District) -> None:
    supplier = make_company(nodes=[district.node])
    secret = make_deal(district.buyer, supplier, amount=950_000_000, title_zh="秘密", title_en="Secret")
    response = signed_in(district.officer).post(
        ADD, recording(district, supplier=supplier.pk, counting_division=district.division.pk)
    )
    assert [may_open for _each, may_open in response.context["likely"]] == [False]
    assert secret.title_en not in response.content.decode()


def test_document_comes_with_the_recording(district: District) -> None:
    scan = SimpleUploadedFile("scan.txt", PDF)
    signed_in(district.officer).post(ADD, recording(district, stage="signed", document=scan))
    assert Deal.objects.get().evidence.get().content_type == "application/pdf"


def test_recording_with_a_wrong_document_records_nothing(district: District) -> None:
    wrong = SimpleUploadedFile("scan.pdf", b"no document")
    response = signed_in(district.officer).post(ADD, recording(district, document=wrong))
    assert (response.status_code, Deal.objects.count()) == (422, 0)


def test_form_is_filled_from_need_and_event(district: District) -> None:
    need = make_need(district.buyer)
    response = signed_in(district.officer).get(f"{ADD}?need={need.pk}&event={district.event.pk}&supplier=x")
    initial = response.context["form"].initial
    assert (initial["need"], initial["buyer"], initial["title"]) == (
        need.pk,
        district.buyer.pk,
        need.title_en,
    )
    assert initial["event"] == district.event.pk


def test_anonymous_need_does_not_betray_its_buyer(district: District) -> None:
    need = make_need(visibility="anonymous")
    response = signed_in(district.officer).get(f"{ADD}?need={need.pk}")
    assert "buyer" not in response.context["form"].initial
    assert need.buyer.name_en not in response.context["form"].as_p().split('name="buyer"')[0]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("amount=9.5&amount_unit=CNY-100M", "CNY 950 m = 950,000,000.00"),
        ("amount=2,000,000&amount_unit=USD", "USD 2 m = 2,000,000.00"),
        ("amount=0.001&amount_unit=CNY", "An amount has at most two decimals."),
        ("amount=&amount_unit=CNY", ""),
    ],
)
def test_amount_is_said_back_while_typing(district: District, query: str, said: str) -> None:
    response = signed_in(district.officer).get(f"{ADD}amount/?{query}")
    assert said in response.content.decode()


def test_deal_is_signed_on_its_page(district: District) -> None:
    deal = deal_of(district)
    sent = {"stage": "signed", "on": timezone.localdate().isoformat(), "amount": "8,000万"}
    assert signed_in(district.officer).post(page(deal, "advance/"), sent).status_code == 302
    deal.refresh_from_db()
    assert (deal.stage, deal.signed_amount) == ("signed", Decimal(80_000_000))


def test_step_that_lacks_something_is_refused_on_the_page(district: District) -> None:
    deal = deal_of(district)
    sent = {"stage": "signed", "on": timezone.localdate().isoformat(), "amount": "a lot"}
    response = signed_in(district.officer).post(page(deal, "advance/"), sent)
    assert response.status_code == 422
    assert "This is not an amount" in response.content.decode()


def test_change_is_made_on_its_page(district: District) -> None:
    make_rate("USD", "7")
    deal = deal_of(district)
    client = signed_in(district.officer)
    form = client.get(page(deal, "change/")).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    response = client.post(page(deal, "change/"), sent | {"intention_amount": "1.2亿", "currency": "USD"})
    assert response.status_code == 302
    deal.refresh_from_db()
    assert (deal.version, deal.intention_amount, deal.currency) == (2, Decimal(120_000_000), "USD")
    stale = client.post(page(deal, "change/"), sent)
    assert stale.status_code == 422


def test_unchanged_form_changes_nothing(district: District) -> None:
    deal = deal_of(district)
    client = signed_in(district.officer)
    form = client.get(page(deal, "change/")).context["form"]
    client.post(page(deal, "change/"), {name: form[name].value() or "" for name in form.fields})
    deal.refresh_from_db()
    assert deal.version == 1


def test_deal_is_verified_on_its_page(district: District) -> None:
    deal = deal_of(district, stage="signed")
    make_evidence(deal)
    signed_in(district.verifier).post(page(deal, "verify/"), {"version": "1"})
    deal.refresh_from_db()
    assert deal.verified_by == district.verifier


def test_document_is_served_as_a_download_to_who_may_see_the_deal(district: District) -> None:
    deal = deal_of(district, stage="signed")
    document = make_evidence(deal, content=PDF)
    address = page(deal, f"evidence/{document.pk}/")
    assert statuses(address, None, district.stranger) == [302, 404]
    response = signed_in(district.seller).get(address)
    assert b"".join(response) == PDF
    assert response["Content-Disposition"] == (
        f'attachment; filename="deal-{deal.pk}-document-{document.pk}.pdf"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Referrer-Policy"] == "no-referrer"


def test_earlier_version_stays_readable_on_the_page(district: District) -> None:
    deal = deal_of(district, stage="signed", amount=950_000_000, verified_by=district.verifier)
    make_confirmation(deal, answer="contested", comment="Two million.")
    amend(deal, by=district.officer, signed_amount=Decimal(2_000_000))
    shown = signed_in(district.officer).get(page(deal)).context["page"].past
    assert [(each.number, each.was_verified, each.answers) for each in shown] == [
        (1, True, ["buyer: contested (Two million.)"])
    ]
    assert ("Signed amount", "CNY 950 m") in shown[0].facts
    seller = signed_in(district.seller).get(page(deal)).content.decode()
    assert ("CNY 950 m" in seller, "Two million." in seller) == (True, False)


def test_document_of_another_deal_is_not_found_under_this_one(district: District) -> None:
    document = make_evidence(deal_of(district))
    assert statuses(page(deal_of(district), f"evidence/{document.pk}/"), district.officer) == [404]


def test_document_is_added_on_the_page(district: District) -> None:
    deal = deal_of(district)
    client = signed_in(district.officer)
    client.post(page(deal, "evidence/"), {"file": SimpleUploadedFile("a.pdf", PDF)})
    assert deal.evidence.count() == 1
    assert client.post(page(deal, "evidence/"), {}).status_code == 422


def test_qr_code_is_shown_once_as_an_image(district: District) -> None:
    deal = deal_of(district)
    response = signed_in(district.officer).post(
        page(deal, "confirmation/"), {"side": "buyer", "channel": "qr"}
    )
    assert 'src="data:image/svg+xml' in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert Confirmation.objects.get().channel == "qr"


def test_email_needs_an_address(district: District) -> None:
    signed_in(district.officer).post(
        page(deal_of(district), "confirmation/"), {"side": "buyer", "channel": "email", "to": ""}
    )
    assert Confirmation.objects.count() == 0


def test_supplier_reports_on_the_page(district: District) -> None:
    deal = deal_of(district, stage="signed")
    sent = {"year": timezone.localdate().year, "fulfilled": "1,250万", "ordered": "", "new_output": "0"}
    assert signed_in(district.seller).post(page(deal, "report/"), sent).status_code == 302
    deal.refresh_from_db()
    assert deal.fulfilled_amount == Decimal(12_500_000)


@pytest.mark.parametrize("rest", ["advance/", "change/", "verify/", "evidence/", "confirmation/"])
def test_acts_on_a_deal_are_for_who_oversees_it(district: District, rest: str) -> None:
    deal = deal_of(district)
    for user, status in ((None, 302), (district.stranger, 404), (district.seller, 404)):
        assert signed_in(user).post(page(deal, rest)).status_code == status


def test_report_of_a_stranger_is_not_found(district: District) -> None:
    assert signed_in(district.stranger).post(page(deal_of(district), "report/")).status_code == 404


def test_acts_are_posted(district: District, client: Client) -> None:
    deal = deal_of(district)
    for rest in ("advance/", "verify/", "confirmation/", "report/", "evidence/"):
        assert signed_in(district.officer).get(page(deal, rest)).status_code == 405
