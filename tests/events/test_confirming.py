import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Letter, User
from accounts.outbox import WAITS, deliver
from events.deals.amending import amend
from events.deals.confirming import (
    MOST_LINKS,
    AnswerNotComplete,
    Invitation,
    InvitationNotPossible,
    LinkNotOpen,
    UnknownLink,
    answer,
    invite,
)
from events.deals.rights import NotAllowed
from events.models import Confirmation, Deal
from tests.events.conftest import District
from tests.factories.accounts import make_user
from tests.factories.companies import make_buyer
from tests.factories.events import make_confirmation, make_deal

SITE = "https://example.test"


def deal_of(district: District, **fields: Any) -> Deal:
    values: dict[str, Any] = {
        "counting_division": district.division,
        "recorded_by": district.officer,
        "amount": 950_000_000,
    }
    return make_deal(district.buyer, district.supplier, **values | fields)


def invited(district: District, deal: Deal | None = None, **changes: Any) -> Invitation:
    values: dict[str, Any] = {"channel": "qr", "by": district.officer, "site": SITE}
    return invite(deal or deal_of(district), changes.pop("side", "buyer"), **values | changes)


def token_of(invitation: Invitation) -> str:
    return invitation.link.rstrip("/").rpartition("/")[2]


def test_only_the_hash_of_the_token_is_stored(district: District) -> None:
    invitation = invited(district)
    token = token_of(invitation)
    stored = str(list(Confirmation.objects.values()))
    assert len(token) >= 40
    assert token not in stored


def test_link_is_in_the_language_of_the_person(district: District) -> None:
    english = make_user(language=User.Language.ENGLISH)
    assert invited(district, channel="email", to=english.email).link.startswith(f"{SITE}/en/confirm/")
    foreign = make_buyer(country="DE")
    assert invited(district, deal_of(district)).link.startswith(f"{SITE}/zh-hans/confirm/")
    deal = make_deal(foreign, district.supplier, counting_division=district.division)
    assert invited(district, deal).link.startswith(f"{SITE}/en/confirm/")


def test_email_goes_out_after_the_act_and_says_what_is_asked(district: District) -> None:
    invitation = invited(district, channel="email", to="zhou@example.test", language="en")
    assert mail.outbox == []
    deliver()
    (message,) = mail.outbox
    assert message.to == ["zhou@example.test"]
    assert invitation.link in message.body
    assert "CNY 950 m (950,000,000.00 CNY)" in message.body
    invitation.confirmation.refresh_from_db()
    assert invitation.confirmation.delivery == "sent"


def test_email_that_cannot_be_sent_is_shown_as_failed(district: District, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invitation = invited(district, channel="email", to="zhou@example.test")
    for _attempt in range(len(WAITS) + 1):
        Letter.objects.update(send_at=timezone.now())
        deliver()
    invitation.confirmation.refresh_from_db()
    assert invitation.confirmation.delivery == "failed"


def test_letter_of_a_link_that_was_replaced_no_longer_leaves(district: District) -> None:
    deal = deal_of(district)
    for _each in range(2):
        newest = invited(district, deal, channel="email", to="zhou@example.test")
    deliver()
    (message,) = mail.outbox
    assert newest.link in message.body


def test_newer_link_voids_the_unanswered_one(district: District) -> None:
    deal = deal_of(district)
    first, second = invited(district, deal), invited(district, deal)
    with pytest.raises(LinkNotOpen):
        answer(token_of(first), "confirmed")
    assert answer(token_of(second), "confirmed").answer == "confirmed"


def test_reminders_are_capped(district: District) -> None:
    deal = deal_of(district)
    for _each in range(MOST_LINKS):
        invited(district, deal)
    with pytest.raises(InvitationNotPossible):
        invited(district, deal)


def test_side_that_answered_is_not_asked_again(district: District) -> None:
    deal = deal_of(district)
    answer(token_of(invited(district, deal)), "confirmed")
    with pytest.raises(InvitationNotPossible):
        invited(district, deal)


@pytest.mark.parametrize("person", ["seller", "stranger"])
def test_only_recorders_of_the_deal_send_links(district: District, person: str) -> None:
    with pytest.raises(NotAllowed):
        invited(district, by=getattr(district, person))


def test_link_is_answered_once(district: District) -> None:
    token = token_of(invited(district))
    answer(token, "confirmed")
    with pytest.raises(LinkNotOpen):
        answer(token, "contested", comment="Changed my mind.")
    assert Confirmation.objects.get().answer == "confirmed"


def test_contesting_needs_a_comment(district: District) -> None:
    token = token_of(invited(district))
    with pytest.raises(AnswerNotComplete):
        answer(token, "contested", comment=" ")
    assert answer(token, "contested", comment="It is 900 m.").comment == "It is 900 m."


def test_change_of_a_value_closes_the_link(district: District) -> None:
    deal = deal_of(district)
    token = token_of(invited(district, deal))
    amend(deal, by=district.officer, intention_amount=Decimal(1))
    with pytest.raises(LinkNotOpen):
        answer(token, "confirmed")


def test_expired_link_is_closed(district: District) -> None:
    make_confirmation(token="old", expires_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(LinkNotOpen):
        answer("old", "confirmed")


def test_unknown_link_is_said_to_be_unknown(db: None) -> None:
    with pytest.raises(UnknownLink):
        answer("nothing", "confirmed")


def path_of(invitation: Invitation) -> str:
    return invitation.link.removeprefix(SITE).replace("/zh-hans/", "/en/")


def test_page_shows_exactly_the_values(district: District, client: Client) -> None:
    deal = deal_of(district, quantity=Decimal(200_000), unit="pieces", note="Secret note")
    page = client.get(path_of(invited(district, deal))).content.decode()
    shown = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    plain = {label: " ".join(re.sub("<.*?>", " ", value).split()) for label, value in shown}
    assert plain == {
        "Project": deal.title_en,
        "Buyer": district.buyer.name_en,
        "Supplier": district.supplier.name_en,
        "Stage": "cooperation intention",
        "Day": timezone.localdate().isoformat(),
        "Amount": "CNY 950 m 950,000,000.00 CNY",
        "Quantity": "200,000 pieces",
    }
    assert "Secret note" not in page
    assert str(district.officer) not in page


def test_page_is_not_indexed_nor_cached(district: District, client: Client) -> None:
    response = client.get(path_of(invited(district)))
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "strict-origin"


def test_answered_page_reveals_no_values(district: District, client: Client) -> None:
    deal = deal_of(district)
    path = path_of(invited(district, deal))
    assert client.post(path, {"answer": "confirmed"}).status_code == 302
    page = client.get(path).content.decode()
    assert "Thank you" in page
    for secret in (deal.title_en, district.buyer.name_en, district.supplier.name_en, "950"):
        assert secret not in page


def test_page_refuses_to_contest_without_a_comment(district: District, client: Client) -> None:
    response = client.post(path_of(invited(district)), {"answer": "contested", "comment": ""})
    assert response.status_code == 422
    assert Confirmation.objects.get().answer == ""


def test_unknown_link_is_not_found(db: None, client: Client) -> None:
    assert client.get("/en/confirm/nothing/").status_code == 404
