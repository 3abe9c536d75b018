"""What is odd about a deal that waits to be verified."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from events.deals.oddities import oddities_of, with_oddities
from events.models import Deal
from tests.events.conftest import District
from tests.events.pages import queries, signed_in, statuses
from tests.factories.companies import make_buyer, make_company
from tests.factories.events import make_confirmation, make_deal, make_evidence

QUEUE = "/en/desk/deals/to-verify/"
TODAY = timezone.localdate


def plain(district: District, *, revenue: int | None = 10**12, **fields: Any) -> Deal:
    """A signed deal with nothing odd: large old firms, a crooked amount, a document of its own."""
    buyer = fields.pop("buyer", None) or make_buyer(revenue_cny=revenue)
    supplier = fields.pop("supplier", None) or make_company(revenue_cny=revenue, division=district.division)
    past = TODAY() - dt.timedelta(days=500)
    make_deal(buyer, make_company(), stage="signed", on=past, amount=1_234_567)
    make_deal(make_buyer(), supplier, stage="signed", on=past, amount=1_234_567)
    values: dict[str, Any] = {
        "amount": 1_234_567,
        "stage": "signed",
        "counting_division": district.division,
    } | fields
    deal = make_deal(buyer, supplier, **values)
    make_evidence(deal)
    return deal


def odd(deal: Deal) -> list[str]:
    row = with_oddities(Deal.objects.filter(pk=deal.pk)).get()
    codes = [oddity.code for oddity in oddities_of(row)]
    assert row.oddity_count == len(codes)  # type: ignore[attr-defined]  # an annotation
    return codes


def test_plain_deal_has_nothing_odd(district: District) -> None:
    assert odd(plain(district)) == []


@pytest.mark.parametrize(
    ("amount", "is_round"),
    [
        (15_000_000, True),
        (950_000_000, True),
        (1_000_000, True),
        (12_340_000, False),
        (900_000, False),
        (1_050_000, False),
    ],
)
def test_round_amounts_are_odd(district: District, amount: int, is_round: bool) -> None:
    assert odd(plain(district, amount=amount)) == (["round"] if is_round else [])


def test_amount_far_from_the_revenue_is_odd(district: District) -> None:
    assert odd(plain(district, revenue=2_000_000)) == ["supplier_revenue", "buyer_revenue"]
    assert odd(plain(district, revenue=None)) == []


def test_first_deal_of_a_firm_is_odd(district: District) -> None:
    deal = make_deal(amount=1_234_567, stage="signed")
    make_evidence(deal)
    assert odd(deal) == ["first_supplier", "first_buyer"]


def test_document_of_another_deal_is_odd_on_both(district: District) -> None:
    one, other = plain(district), plain(district)
    make_evidence(one, content=b"%PDF-1.7 the same")
    make_evidence(other, content=b"%PDF-1.7 the same")
    assert [odd(one), odd(other)] == [["seen"], ["seen"]]


def test_missing_document_contested_answer_and_late_recording_are_odd(district: District) -> None:
    deal = plain(district, on=TODAY() - dt.timedelta(days=90))
    make_confirmation(deal, answer="contested")
    deal.evidence.all()._raw_delete("default")
    assert odd(deal) == ["contested", "late", "no_document"]


def test_firm_that_nobody_verified_is_odd(district: District) -> None:
    supplier = make_company(verification="pending", revenue_cny=10**12)
    assert odd(plain(district, supplier=supplier)) == ["unverified_firm"]


def test_queue_shows_the_oddest_first_and_narrows_to_an_oddity(district: District) -> None:
    clean, odd_one = plain(district), plain(district, amount=2_000_000, revenue=2_000_000)
    client = signed_in(district.officer)
    rows = client.get(QUEUE).context["rows"]
    found = [deal for deal, _odd in rows if deal in {clean, odd_one}]
    assert found == [odd_one, clean]
    assert [deal for deal, _odd in client.get(QUEUE, {"odd": "round"}).context["rows"]] == [odd_one]
    assert "超过供应方年营业收入的一半" in client.get(QUEUE.replace("/en/", "/zh-hans/")).content.decode()


@pytest.mark.parametrize("sort", ["odd", "oldest", "amount", "documents", "x"])
def test_queue_is_sorted(district: District, sort: str) -> None:
    plain(district)
    assert signed_in(district.officer).get(QUEUE, {"sort": sort}).status_code == 200


def test_queue_asks_the_same_for_one_deal_and_three(district: District) -> None:
    client = signed_in(district.officer)
    plain(district)
    one = queries(client, QUEUE)
    plain(district)
    plain(district)
    assert queries(client, QUEUE) == one
    assert statuses(QUEUE, None, district.seller) == [302, 404]
