"""What a suggestion assumes, lacks and asks."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from matchmaking.engine.features import CandidateFeatures, NeedFeatures, Scale
from matchmaking.engine.findings import Finding, Kind, Remark, findings
from matchmaking.engine.scoring import offering_score

TODAY = date(2022, 11, 27)
NEED = NeedFeatures()
CLEAR = CandidateFeatures(1, 1, words=3.0, meaning=0.5, months_since_confirmed=1.0)


def found(need: NeedFeatures, candidate: CandidateFeatures) -> list[tuple[Kind, Finding]]:
    score = offering_score(need, candidate, Scale())
    return [(remark.kind, remark.code) for remark in findings(need, candidate, score, today=TODAY)]


def test_a_clear_fit_leaves_nothing_to_say() -> None:
    assert found(NEED, CLEAR) == []


def test_likeness_of_meaning_alone_is_an_assumption_and_a_question() -> None:
    assert found(NEED, replace(CLEAR, words=0.0)) == [
        (Kind.ASSUMED, Finding.BY_MEANING_ONLY),
        (Kind.ASK, Finding.ASK_PRODUCT),
    ]


def test_a_sector_taken_from_the_company_is_said() -> None:
    need = replace(NEED, sector_code="C3670")
    candidate = replace(CLEAR, sector_code="C3670", is_company_sector=True)
    assert found(need, candidate) == [(Kind.ASSUMED, Finding.COMPANY_SECTOR)]


def test_a_certificate_that_nobody_verified_is_assumed_and_asked_for() -> None:
    need = replace(NEED, required_certifications=("A",))
    candidate = replace(CLEAR, certifications=frozenset("A"))
    assert found(need, candidate) == [
        (Kind.ASSUMED, Finding.CERTIFICATE_UNVERIFIED),
        (Kind.ASK, Finding.CERTIFICATE_UNVERIFIED),
    ]


def test_unknown_capacity_is_asked() -> None:
    need = replace(NEED, quantity=Decimal(100), unit="t")
    assert found(need, CLEAR) == [(Kind.ASK, Finding.CAPACITY_UNKNOWN)]


def test_short_capacity_is_missing_with_its_share() -> None:
    need = replace(NEED, quantity=Decimal(100), unit="t")
    candidate = replace(CLEAR, spare_capacity=Decimal(40), unit="t")
    score = offering_score(need, candidate, Scale())
    assert findings(need, candidate, score, today=TODAY)[0] == Remark(
        Kind.MISSING, Finding.CAPACITY_SHORT, 0.4
    )


def test_a_minimum_order_above_the_quantity_is_missing() -> None:
    need = replace(NEED, quantity=Decimal(100), unit="t")
    candidate = replace(CLEAR, spare_capacity=Decimal(500), unit="t", minimum_order=Decimal(200))
    assert found(need, candidate) == [
        (Kind.MISSING, Finding.MINIMUM_ORDER_ABOVE),
        (Kind.ASK, Finding.MINIMUM_ORDER_ABOVE),
    ]


def test_a_lead_time_past_the_date_is_missing() -> None:
    need = replace(NEED, deliver_by=date(2022, 12, 7))
    kinds = [found(need, replace(CLEAR, lead_time_days=days)) for days in (10, 11)]
    assert kinds == [[], [(Kind.MISSING, Finding.LEAD_TIME_TOO_LONG), (Kind.ASK, Finding.LEAD_TIME_TOO_LONG)]]


def test_an_unknown_lead_time_is_asked_when_there_is_a_date() -> None:
    assert found(replace(NEED, deliver_by=date(2023, 1, 1)), CLEAR) == [(Kind.ASK, Finding.LEAD_TIME_UNKNOWN)]


def test_a_buyer_abroad_asks_how_the_firm_exports() -> None:
    assert found(replace(NEED, crosses_border=True), CLEAR) == [(Kind.ASK, Finding.NO_EXPORT)]


def test_an_old_or_unconfirmed_profile_is_asked_about() -> None:
    assert [found(NEED, replace(CLEAR, months_since_confirmed=months)) for months in (None, 30.0)] == [
        [(Kind.ASK, Finding.PROFILE_OLD)]
    ] * 2


def test_a_target_price_is_asked_about() -> None:
    assert found(replace(NEED, has_target_price=True), CLEAR) == [(Kind.ASK, Finding.ASK_PRICE)]
