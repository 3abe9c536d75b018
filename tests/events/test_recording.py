import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from events.deals.amending import amend
from events.deals.counting import NoCountingChain, NoCountingDivision
from events.deals.rates import NoRate
from events.deals.recording import DealNotComplete, KeyAlreadyUsed, record
from events.deals.rights import NotAllowed
from events.models import Deal
from tests.events.conftest import District
from tests.factories.companies import make_buyer, make_chain, make_company, make_need, make_node
from tests.factories.events import make_event, make_meeting, make_rate, make_registration

TODAY = timezone.localdate


def recorded(district: District, **changes: Any) -> Deal:
    """An intention of 950 million yuan, recorded by the district officer."""
    values: dict[str, Any] = {
        "by": district.officer,
        "buyer": district.buyer,
        "supplier": district.supplier,
        "stage": "intention",
        "amount": Decimal(950_000_000),
        "on": TODAY(),
        "title_en": "Brake discs",
    }
    return record(**values | changes)


def test_intention_keeps_its_amount_apart_from_signed(district: District) -> None:
    deal = recorded(district)
    assert (deal.intention_amount, deal.signed_amount) == (Decimal(950_000_000), None)
    assert (deal.intention_on, deal.signed_on) == (TODAY(), None)


def test_signed_deal_has_its_signed_amount(district: District) -> None:
    deal = recorded(district, stage="signed")
    assert (deal.intention_amount, deal.signed_amount) == (None, Decimal(950_000_000))
    assert deal.signed_on == TODAY()


def test_deal_counts_for_the_need_chain_and_the_supplier_division(district: District) -> None:
    other = make_node(make_chain())
    deal = recorded(district, need=make_need(district.buyer, node=other))
    assert (deal.counting_chain, deal.counting_division) == (other.chain, district.division)


def test_deal_without_need_counts_for_the_supplier_chain(district: District) -> None:
    assert recorded(district).counting_chain == district.chain


def test_deal_counts_for_the_chain_that_supplier_and_event_share(district: District) -> None:
    shared = make_node(make_chain())
    district.supplier.nodes.add(shared)
    event = make_event(chains=[shared.chain], host=district.division)
    assert recorded(district, event=event).counting_chain == shared.chain


def test_deal_of_which_nothing_tells_the_chain_asks_for_it(district: District) -> None:
    district.supplier.nodes.clear()
    with pytest.raises(NoCountingChain):
        recorded(district)


def test_deal_of_which_nothing_tells_the_division_asks_for_it(district: District) -> None:
    with pytest.raises(NoCountingDivision):
        recorded(district, supplier=make_company(nodes=[district.node]))


def test_rate_of_the_day_is_stored_with_the_deal(district: District) -> None:
    make_rate("USD", "7.25", date=TODAY() - dt.timedelta(days=3))
    deal = recorded(district, currency="USD", amount=Decimal("1000.10"))
    assert (deal.rate_to_cny, deal.rate_date) == (Decimal("7.25"), TODAY() - dt.timedelta(days=3))
    assert deal.intention_cny == Decimal("7250.73")


def test_currency_without_rate_is_refused(district: District) -> None:
    with pytest.raises(NoRate):
        recorded(district, currency="SEK")


def test_meeting_gives_event_and_need(district: District) -> None:
    need = make_need(district.buyer)
    meeting = make_meeting(
        make_registration(district.event, district.buyer),
        make_registration(district.event, district.supplier),
        need=need,
    )
    deal = recorded(district, meeting=meeting, by=district.organiser)
    assert (deal.event, deal.need, deal.meeting) == (district.event, need, meeting)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: {"supplier": d.buyer},
        lambda _: {"title_en": "  "},
        lambda _: {"on": TODAY() + dt.timedelta(days=1)},
        lambda _: {"stage": "signed", "amount": None},
        lambda _: {"stage": "signed", "amount": Decimal(0)},
        lambda _: {"amount": Decimal(-1)},
        lambda _: {"stage": "performing"},
        lambda _: {"quantity": Decimal(5)},
        lambda _: {"need": make_need()},
        lambda _: {"meeting": make_meeting()},
        lambda _: {"buyer": make_buyer(archived_at=timezone.now())},
    ],
)
def test_deal_that_contradicts_itself_is_refused(
    district: District, change: Callable[[District], dict[str, Any]]
) -> None:
    with pytest.raises(DealNotComplete):
        recorded(district, **change(district))
    assert Deal.objects.count() == 0


def test_deal_is_recorded_only_with_permission(district: District) -> None:
    with pytest.raises(NotAllowed):
        recorded(district, by=district.seller)


def test_deal_of_others_cannot_be_recorded(district: District) -> None:
    with pytest.raises(NotAllowed):
        recorded(district, by=district.stranger)
    assert Deal.objects.count() == 0


def test_same_key_with_the_same_content_is_the_same_deal(district: District) -> None:
    key = uuid.uuid4()
    first = recorded(district, key=key)
    assert recorded(district, key=key, amount=Decimal("950000000.00")) == first
    assert Deal.objects.count() == 1


def test_same_key_returns_the_deal_even_after_it_went_on(district: District) -> None:
    key = uuid.uuid4()
    first = recorded(district, key=key)
    amend(first, by=district.officer, title_en="Brake discs and pads")
    assert recorded(district, key=key) == first


@pytest.mark.parametrize("change", [{"amount": Decimal(1)}, {"title_en": "Other"}, {"stage": "framework"}])
def test_same_key_with_other_content_is_refused(district: District, change: dict[str, Any]) -> None:
    key = uuid.uuid4()
    recorded(district, key=key)
    with pytest.raises(KeyAlreadyUsed):
        recorded(district, key=key, **change)


def test_key_of_another_person_is_refused(district: District) -> None:
    key = uuid.uuid4()
    recorded(district, key=key)
    with pytest.raises(KeyAlreadyUsed):
        recorded(district, key=key, by=district.verifier)


def test_what_follows_a_recording_is_done_once(district: District) -> None:
    key, followed = uuid.uuid4(), list[Deal]()
    deal = recorded(district, key=key, and_then=followed.append)
    recorded(district, key=key, and_then=followed.append)
    assert followed == [deal]


def test_recording_is_undone_when_what_follows_fails(district: District) -> None:
    def fail(_deal: Deal) -> None:
        raise DealNotComplete("The match is closed.")

    with pytest.raises(DealNotComplete):
        recorded(district, and_then=fail)
    assert Deal.objects.count() == 0
