import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from events.deals.amending import AmendmentNotPossible, ChangedMeanwhile, amend
from events.deals.rights import NotAllowed
from events.deals.signing import NEXT, StageNotPossible, advance, sign, terminate
from events.deals.verifying import VerificationNotPossible, verify
from events.models import Confirmation, Deal
from tests.events.conftest import District
from tests.factories.companies import make_buyer
from tests.factories.events import make_confirmation, make_deal, make_evidence, make_rate

TODAY = timezone.localdate


def deal_of(district: District, **fields: Any) -> Deal:
    values = {
        "counting_division": district.division,
        "counting_chain": district.chain,
        "recorded_by": district.officer,
    }
    return make_deal(district.buyer, district.supplier, **values | fields)


def test_signing_keeps_the_intention_beside_the_signed_amount(district: District) -> None:
    deal = sign(deal_of(district), by=district.officer, on=TODAY(), amount=Decimal(800_000))
    assert (deal.stage, deal.signed_on) == ("signed", TODAY())
    assert (deal.intention_amount, deal.signed_amount) == (Decimal(1_000_000), Decimal(800_000))


def test_signing_voids_what_was_confirmed_of_the_intention(district: District) -> None:
    deal = deal_of(district)
    confirmation = make_confirmation(deal, answer="confirmed")
    deal = sign(deal, by=district.officer, on=TODAY(), amount=Decimal(800_000))
    confirmation.refresh_from_db()
    assert deal.version == 2
    assert confirmation.voided_at is not None
    assert list(Confirmation.objects.standing()) == []


@pytest.mark.parametrize(
    ("now", "then"),
    [(now, then) for now in Deal.Stage.values for then in Deal.Stage.values],
)
def test_only_the_stages_that_may_follow_do(district: District, now: str, then: str) -> None:
    deal = deal_of(district, stage=now)
    if then in NEXT[now]:
        advanced = advance(
            deal, then, by=district.officer, on=TODAY(), amount=Decimal(5), reason="Gave it up."
        )
        assert (advanced.stage, getattr(advanced, f"{then}_on")) == (then, TODAY())
    else:
        with pytest.raises(StageNotPossible):
            advance(deal, then, by=district.officer, on=TODAY(), amount=Decimal(5), reason="Gave it up.")


def test_later_stages_leave_the_confirmations_standing(district: District) -> None:
    deal = deal_of(district, stage="signed")
    confirmation = make_confirmation(deal, answer="confirmed")
    advance(deal, "performing", by=district.officer, on=TODAY())
    assert list(Confirmation.objects.standing()) == [confirmation]


@pytest.mark.parametrize("days", [1, -1])
def test_stage_is_neither_in_the_future_nor_before_the_last_one(district: District, days: int) -> None:
    deal = deal_of(district, stage="signed")
    with pytest.raises(StageNotPossible):
        advance(deal, "performing", by=district.officer, on=TODAY() + dt.timedelta(days=days))


def test_signing_needs_an_amount(district: District) -> None:
    with pytest.raises(StageNotPossible):
        advance(deal_of(district), "signed", by=district.officer, on=TODAY())


def test_terminating_needs_a_reason(district: District) -> None:
    with pytest.raises(StageNotPossible):
        terminate(deal_of(district), by=district.officer, on=TODAY(), reason=" ")


def test_stranger_advances_nothing(district: District) -> None:
    with pytest.raises(NotAllowed):
        sign(deal_of(district), by=district.stranger, on=TODAY(), amount=Decimal(5))


def test_change_of_a_value_begins_a_version_and_voids_the_rest(district: District) -> None:
    deal = deal_of(district, stage="signed", verified_by=district.verifier)
    make_confirmation(deal, answer="confirmed")
    deal = amend(deal, by=district.officer, version=1, signed_amount=Decimal(2))
    assert (deal.version, deal.is_verified, deal.signed_amount) == (2, False, Decimal(2))
    assert list(Confirmation.objects.standing()) == []


def test_old_version_stays_readable(district: District) -> None:
    deal = deal_of(district, stage="signed")
    amend(deal, by=district.officer, signed_amount=Decimal(2))
    history: Any = apps.get_model("events", "DealEvent")
    kept = list(
        history.objects.filter(pgh_obj=deal).order_by("pgh_id").values_list("version", "signed_amount")
    )
    assert kept == [(1, Decimal(1_000_000)), (2, Decimal(2))]


def test_change_of_a_note_keeps_the_version(district: District) -> None:
    deal = deal_of(district, stage="signed", verified_by=district.verifier)
    deal = amend(deal, by=district.officer, note="Paper copy in room 4.")
    assert (deal.version, deal.is_verified, deal.note) == (1, True, "Paper copy in room 4.")


def test_change_to_another_currency_takes_its_rate(district: District) -> None:
    make_rate("USD", "7.2")
    deal = amend(deal_of(district), by=district.officer, currency="USD")
    assert (deal.rate_to_cny, deal.intention_cny) == (Decimal("7.2"), Decimal(7_200_000))


def test_second_of_two_changes_at_once_is_told(district: District) -> None:
    deal = deal_of(district)
    amend(deal, by=district.officer, version=1, title_en="First")
    with pytest.raises(ChangedMeanwhile):
        amend(deal, by=district.verifier, version=1, title_en="Second")


@pytest.mark.parametrize(
    "change",
    [
        {"signed_amount": Decimal(5)},
        {"intention_amount": Decimal(-5)},
        {"title_zh": "", "title_en": ""},
        {"quantity": Decimal(5)},
    ],
)
def test_change_that_contradicts_the_deal_is_refused(district: District, change: dict[str, Any]) -> None:
    with pytest.raises(AmendmentNotPossible):
        amend(deal_of(district), by=district.officer, **change)


def test_deal_cannot_be_moved_out_of_reach(district: District) -> None:
    deal = deal_of(district)
    elsewhere = make_buyer()
    with pytest.raises(NotAllowed):
        amend(
            deal,
            by=district.officer,
            supplier=make_buyer(supplies=True),
            buyer=elsewhere,
            counting_division=district.division.parent,  # type: ignore[arg-type]  # it has one
        )


def test_second_person_verifies_a_signed_deal_with_its_document(district: District) -> None:
    deal = deal_of(district, stage="signed")
    make_evidence(deal)
    assert verify(deal, by=district.verifier, version=1).verified_by == district.verifier


def test_nobody_verifies_what_they_recorded(district: District) -> None:
    deal = deal_of(district, stage="signed", recorded_by=district.verifier)
    make_evidence(deal)
    with pytest.raises(NotAllowed):
        verify(deal, by=district.verifier)


@pytest.mark.parametrize("person", ["organiser", "stranger", "seller"])
def test_verifying_needs_permission_and_oversight(district: District, person: str) -> None:
    deal = deal_of(district, stage="signed", event=district.event)
    make_evidence(deal)
    with pytest.raises(NotAllowed):
        verify(deal, by=getattr(district, person))


def test_deal_without_document_is_not_verified(district: District) -> None:
    with pytest.raises(VerificationNotPossible):
        verify(deal_of(district, stage="signed"), by=district.verifier)


@pytest.mark.parametrize(
    "fields", [{"stage": "intention"}, {"stage": "terminated", "signed_on": dt.date(2026, 1, 1)}]
)
def test_only_a_standing_signed_deal_is_verified(district: District, fields: dict[str, Any]) -> None:
    deal = deal_of(district, **fields)
    make_evidence(deal)
    with pytest.raises(VerificationNotPossible):
        verify(deal, by=district.verifier)


def test_deal_that_was_changed_since_it_was_read_is_not_verified(district: District) -> None:
    deal = deal_of(district, stage="signed")
    make_evidence(deal)
    amend(deal, by=district.officer, signed_amount=Decimal(2))
    with pytest.raises(VerificationNotPossible):
        verify(deal, by=district.verifier, version=1)


def test_wrong_day_is_corrected_in_a_new_version(district: District) -> None:
    deal = deal_of(district, stage="signed", verified_by=district.verifier)
    right = TODAY() - dt.timedelta(days=40)
    deal = amend(deal, by=district.officer, signed_on=right)
    assert (deal.signed_on, deal.version, deal.is_verified) == (right, 2, False)


@pytest.mark.parametrize("days", [1, -1])
def test_day_is_neither_ahead_nor_out_of_order(district: District, days: int) -> None:
    deal = deal_of(district, stage="performing")
    name = "performing_on" if days < 0 else "signed_on"
    with pytest.raises(AmendmentNotPossible):
        amend(deal, by=district.officer, **{name: TODAY() + dt.timedelta(days=days)})  # type: ignore[arg-type]  # a day


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "0.001", "-1", "1e400"])
def test_amount_that_cannot_be_stored_exactly_is_refused_by_the_acts(district: District, amount: str) -> None:
    deal = deal_of(district)
    with pytest.raises(StageNotPossible):
        sign(deal, by=district.officer, on=TODAY(), amount=Decimal(amount))
    with pytest.raises(AmendmentNotPossible):
        amend(deal, by=district.officer, intention_amount=Decimal(amount))
