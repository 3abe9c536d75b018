"""Illegal steps are refused by the database itself: raw SQL, with nothing of ours in between."""

import datetime as dt
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from events.deals.signing import NEXT
from events.models import Deal
from tests.events.conftest import District
from tests.factories.companies import make_buyer
from tests.factories.events import make_confirmation, make_deal, make_evidence, make_rate

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
STAGES = list(Deal.Stage.values)
DATED = {"terminated": "terminated_on = current_date, termination_reason = 'Given up.'"}
AMOUNT = {"signed": ", signed_amount = 5, version = version + 1"}


def refused(statement: str, *values: Any) -> str:
    """The name of the rule that refuses a statement; empty where it passes, and then it is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except IntegrityError as error:
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]  # psycopg's error
    return ""


def change(deal: Deal, what: str) -> str:
    return refused(f"UPDATE events_deal SET {what} WHERE id = %s", deal.pk)


@pytest.mark.parametrize("now", STAGES)
def test_only_the_stages_that_may_follow_do_in_raw_sql(now: str) -> None:
    deal = make_deal(stage=now, on=TODAY() - dt.timedelta(days=3))
    passed = []
    for then in STAGES:
        if then == now:
            continue
        dated = DATED.get(then, f"{then}_on = current_date")
        amount = AMOUNT.get(then, "") if deal.signed_on is None else ""
        if change(deal, f"stage = '{then}', {dated}{amount}") == "":
            passed.append(then)
    assert sorted(passed) == sorted(NEXT[now])


@pytest.mark.parametrize(
    ("stage", "what", "rule"),
    [
        ("signed", "signed_on = NULL", "deal_dates_stay"),
        ("completed", "stage = 'intention'", "deal_stage_follows_the_last"),
        ("completed", "signed_amount = 1", "deal_values_change_with_a_version"),
        ("signed", "signed_amount = 1", "deal_values_change_with_a_version"),
        ("signed", "signed_on = signed_on - 1", "deal_values_change_with_a_version"),
        ("signed", "currency = 'USD'", "deal_values_change_with_a_version"),
        ("intention", "title_zh = '另一个'", "deal_values_change_with_a_version"),
        ("signed", "version = version - 1", "deal_versions_follow_each_other"),
        ("signed", "version = version + 2", "deal_versions_follow_each_other"),
        ("signed", "recorded_at = now() - interval '1 day'", "deal_recording_stays"),
        ("intention", "signed_amount = 5, version = version + 1", "deal_amounts_only_after_signing"),
        ("intention", "intention_amount = 'NaN', version = version + 1", "deal_numbers_are_finite"),
        ("signed", "performing_on = signed_on", "deal_stage_is_its_furthest"),
        (
            "performing",
            "performing_on = signed_on - 1, version = version + 1",
            "deal_performing_not_before_signed",
        ),
    ],
)
def test_what_a_deal_cannot_become_is_refused(stage: str, what: str, rule: str) -> None:
    assert change(make_deal(stage=stage), what) == rule


def test_amount_of_a_completed_deal_changes_with_a_version() -> None:
    assert change(make_deal(stage="completed"), "signed_amount = 1, version = version + 1") == ""


def test_new_version_is_not_verified(district: District) -> None:
    deal = make_deal(stage="signed", verified_by=district.verifier)
    assert change(deal, "signed_amount = 1, version = version + 1") == "deal_version_is_verified_anew"


def test_deal_is_not_verified_without_a_document(district: District) -> None:
    deal = make_deal(stage="signed")
    verdict = f"verified_by_id = {district.verifier.pk}, verified_at = now()"
    assert change(deal, verdict) == "deal_verified_with_a_document"
    make_evidence(deal)
    assert change(deal, verdict) == ""


def test_another_firm_takes_part_only_in_a_new_version() -> None:
    deal, other = make_deal(), make_buyer()
    assert change(deal, f"buyer_id = {other.pk}") == "deal_sides_change_with_a_version"
    assert change(deal, f"buyer_id = {other.pk}, version = version + 1") == ""


def test_merged_deal_stays_as_it_was() -> None:
    kept = make_deal()
    deal = make_deal(stage="signed", merged_into=kept)
    assert change(deal, "note = 'more'") == "deal_merged_stays"
    assert change(deal, "merged_into_id = NULL") == ""
    assert change(deal, "merged_into_id = id") == "deal_not_merged_into_itself"


@pytest.mark.parametrize("amount", ["'NaN'", "1000000000000000000000"])
def test_rate_is_a_number(amount: str) -> None:
    rate = make_rate()
    statement = f"UPDATE events_exchangerate SET cny_per_unit = {amount} WHERE id = %s"
    with pytest.raises((IntegrityError, DataError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [rate.pk])


def test_confirmation_is_answered_once_and_never_after_it_is_void() -> None:
    answered = make_confirmation(answer="confirmed")
    void = make_confirmation(voided_at=timezone.now())
    answer = "UPDATE events_confirmation SET answer = 'contested', answered_at = now() WHERE id = %s"
    assert refused(answer, answered.pk) == "confirmation_answered_once"
    assert refused(answer, void.pk) == "confirmation_answered_once"
    assert refused(answer, make_confirmation().pk) == ""


@pytest.mark.parametrize("what", ['shown = \'{"amount": "1"}\'', "token_hash = 'x'", "version = 2"])
def test_what_was_asked_stays(what: str) -> None:
    statement = f"UPDATE events_confirmation SET {what} WHERE id = %s"
    assert refused(statement, make_confirmation().pk) == "confirmation_question_stays"


def test_document_stays_as_it_was_added() -> None:
    statement = "UPDATE events_evidence SET sha256 = repeat('0', 64) WHERE id = %s"
    assert refused(statement, make_evidence().pk) == "evidence_stays"
