"""Exposure: shares by verified signed amounts, and alerts told once for each crossing."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Letter, User
from companies.groups import heads
from companies.models import Company
from events.aftercare import exposure
from events.aftercare.alerting import refresh_alerts
from events.models import Deal, ExposureAlert, ExposureThreshold
from tests.events.conftest import District
from tests.factories.accounts import make_user
from tests.factories.aftercare import make_follow_up, make_threshold
from tests.factories.companies import make_buyer, make_company, make_posting
from tests.factories.events import make_deal


@pytest.fixture
def chief(district: District) -> User:
    return make_posting(chain=district.chain, role="chief").user


def verified(district: District, buyer: Company, amount: int, **fields: Any) -> Deal:
    values: dict[str, Any] = {
        "stage": "signed",
        "counting_chain": district.chain,
        "counting_division": district.division,
        "verified_by": make_user(),
    }
    return make_deal(buyer, fields.pop("supplier", district.supplier), amount=amount, **values | fields)


def test_a_share_is_the_part_of_verified_signed_amounts(district: District) -> None:
    other = make_buyer()
    verified(district, district.buyer, 75)
    verified(district, other, 25)
    verified(district, other, 900, verified_by=None)
    verified(district, other, 900, stage="terminated", signed_on=timezone.localdate())
    verified(district, other, 900, stage="intention", verified_by=None)
    rows = exposure.shares_of(district.supplier)
    assert [(row.buyer, row.value, row.total, row.share) for row in rows] == [
        (district.buyer, 75, 100, Decimal("0.75")),
        (other, 25, 100, Decimal("0.25")),
    ]


def test_shares_of_a_supplier_add_up_to_its_ledger(district: District) -> None:
    for amount in (3, 7, 11):
        verified(district, make_buyer(), amount)
    rows = exposure.shares_of(district.supplier)
    assert sum(row.value for row in rows) == exposure.counted().aggregate(v=Sum("signed_cny"))["v"] == 21


def test_late_payments_are_counted_for_the_buyer(district: District) -> None:
    make_follow_up(verified(district, district.buyer, 75), source="link", payment="late")
    make_follow_up(verified(district, make_buyer(), 75), source="link", payment="on_time")
    (line, other) = exposure.buyers_for(district.officer)
    assert {line.buyer: line.late, other.buyer: other.late}[district.buyer] == 1


def test_an_official_sees_only_the_suppliers_of_the_own_chains_and_divisions(district: District) -> None:
    verified(district, district.buyer, 10)
    verified(district, district.buyer, 90, supplier=make_company())
    (line,) = exposure.buyers_for(district.officer)
    assert (line.buyer, line.suppliers, line.value) == (district.buyer, 1, 10)
    assert exposure.buyers_for(district.stranger) == []
    seen = exposure.suppliers_seen_by(district.officer)
    assert [row.supplier for row in exposure.dependents_of(district.buyer, suppliers=seen)] == [
        district.supplier
    ]


def test_a_crossing_is_told_to_the_chief_once(district: District, chief: User) -> None:
    make_threshold(share="0.6")
    verified(district, district.buyer, 75)
    verified(district, make_buyer(), 25)
    (alert,) = refresh_alerts()
    assert (alert.supplier, alert.buyer, alert.share, alert.told) == (
        district.supplier,
        district.buyer,
        Decimal("0.75"),
        chief,
    )
    assert (refresh_alerts(), list(Letter.objects.values_list("to", flat=True))) == ([], [chief.email])


def test_an_alert_ends_below_the_threshold_and_a_second_crossing_is_told_again(
    district: District, chief: User
) -> None:
    make_threshold(share="0.6")
    verified(district, district.buyer, 75)
    refresh_alerts(dt.date(2026, 1, 1))
    evening = verified(district, make_buyer(), 75)
    refresh_alerts(dt.date(2026, 1, 2))
    assert [a.ended_on for a in ExposureAlert.objects.all()] == [dt.date(2026, 1, 2)]
    Deal.objects.filter(pk=evening.pk).update(verified_by=None, verified_at=None)
    refresh_alerts(dt.date(2026, 1, 3))
    assert (ExposureAlert.objects.standing().count(), Letter.objects.count()) == (1, 2)


@pytest.mark.parametrize(("share", "least", "told"), [("0.75", 75, 1), ("0.7501", 0, 0), ("0.5", 76, 0)])
def test_the_threshold_is_data(district: District, share: str, least: int, told: int) -> None:
    make_threshold(share=share, least_cny=least)
    verified(district, district.buyer, 75)
    verified(district, make_buyer(), 25)
    assert len(refresh_alerts()) == told


def test_a_chains_own_threshold_goes_before_the_general_one(district: District) -> None:
    make_threshold(share="0.9")
    make_threshold(share="0.6", chain=district.chain)
    verified(district, district.buyer, 75)
    verified(district, make_buyer(), 25)
    assert len(refresh_alerts()) == 1


def test_without_a_threshold_nothing_is_told(district: District) -> None:
    ExposureThreshold.objects.all().delete()
    verified(district, district.buyer, 75)
    assert refresh_alerts() == []


def test_the_supplier_sees_its_own_alert_and_the_buyer_none(district: District, chief: User) -> None:
    make_threshold()
    verified(district, district.buyer, 75)
    refresh_alerts()
    seen = {
        name: ExposureAlert.objects.visible_to(getattr(district, name)).exists()
        for name in ("officer", "seller", "purchaser", "organiser", "stranger")
    }
    assert seen == {
        "officer": True, "seller": True, "purchaser": False, "organiser": False, "stranger": False,
    }  # fmt: skip


def test_a_parent_and_its_subsidiaries_are_one_buyer(district: District, chief: User) -> None:
    """Three firms with a quarter each are three quarters of one group; the threshold sees the group."""
    make_threshold(share="0.6")
    child = make_buyer(parent=district.buyer)
    group = [district.buyer, child, make_buyer(parent=child)]
    for firm in group:
        make_follow_up(verified(district, firm, 25), source="link", payment="late")
    other = make_buyer()
    verified(district, other, 25)
    (row, rest) = exposure.shares_of(district.supplier)
    assert (row.buyer, row.share, row.deals, row.late, rest.buyer) == (
        district.buyer, Decimal("0.75"), 3, 3, other,
    )  # fmt: skip
    (alert,) = refresh_alerts()
    assert (alert.buyer, alert.share, refresh_alerts()) == (district.buyer, Decimal("0.75"), [])
    seen = exposure.suppliers_seen_by(district.officer)
    for firm in group:
        rows = exposure.dependents_of(firm, suppliers=seen)
        found = [(row.supplier, row.value, row.alert and row.alert.buyer) for row in rows]
        assert found == [(district.supplier, 75, district.buyer)]
        assert exposure.deals_between(seen, firm).count() == 3
    lines = [
        (line.buyer, line.value, line.late, line.firms) for line in exposure.buyers_for(district.officer)
    ]
    assert lines == [(district.buyer, 75, 3, 3), (other, 25, 0, 1)]


def test_a_supplier_of_two_firms_of_a_group_is_counted_once(district: District) -> None:
    for firm in (district.buyer, make_buyer(parent=district.buyer)):
        verified(district, firm, 10)
        verified(district, firm, 10, supplier=make_company(division=district.division))
    (line,) = exposure.buyers_for(district.officer)
    assert (line.suppliers, line.value) == (3, 40)


def test_an_alert_about_a_firm_stands_when_its_parent_becomes_known(district: District, chief: User) -> None:
    make_threshold()
    verified(district, district.buyer, 75)
    (alert,) = refresh_alerts()
    district.buyer.parent = make_buyer()
    district.buyer.save()
    assert refresh_alerts() == []
    (row,) = exposure.shares_of(district.supplier)
    assert row.alert is not None
    assert (alert.buyer, row.alert.buyer) == (district.buyer, district.buyer)


@pytest.mark.parametrize(
    ("parents", "tops"),
    [
        ({}, {}),
        ({2: 1, 3: 2}, {2: 1, 3: 1}),
        ({2: 1, 1: 2, 3: 2}, {2: 1, 1: 1, 3: 1}),
        ({2: 1, 4: 3}, {2: 1, 4: 3}),
    ],
)
def test_the_top_of_a_group_is_found_even_where_firms_are_each_others_parents(
    parents: dict[int, int], tops: dict[int, int]
) -> None:
    assert heads(parents) == tops
