"""Locked months: what was published stays, and what changed since stands beside it."""

import datetime as dt

import pytest
from django.utils import timezone

from matchmaking.figures.counts import FIGURES
from matchmaking.figures.snapshots import (
    MonthLocked,
    MonthNotOver,
    NotCityOffice,
    adjustments,
    compared,
    lock,
)
from matchmaking.models import MonthlySnapshot
from tests.factories.accounts import make_superuser, make_user
from tests.factories.matchmaking import make_counted_deal

pytestmark = pytest.mark.django_db

OCTOBER = dt.date(2022, 10, 1)


def test_a_month_is_kept_as_it_stands_on_its_last_day() -> None:
    make_counted_deal(on=dt.date(2022, 10, 31), amount=500)
    make_counted_deal(on=dt.date(2022, 11, 1), amount=700)
    office = make_superuser()
    snapshot = lock(dt.date(2022, 10, 17), by=office)
    kept = {key: snapshot.figures[key] for key in ("signed_projects", "order_volume_cny", "sme_share")}
    assert (snapshot.month, snapshot.locked_by) == (OCTOBER, office)
    assert kept == {"signed_projects": 1, "order_volume_cny": "500.00", "sme_share": None}


def test_every_figure_with_a_past_is_kept() -> None:
    kept = lock(OCTOBER, by=None).figures
    assert set(kept) == set(FIGURES) - {"open_needs"}


def test_a_month_that_is_not_over_is_not_locked() -> None:
    with pytest.raises(MonthNotOver):
        lock(timezone.localdate(), by=None)


def test_a_month_is_locked_once() -> None:
    lock(OCTOBER, by=None)
    with pytest.raises(MonthLocked):
        lock(dt.date(2022, 10, 5), by=None)
    assert MonthlySnapshot.objects.count() == 1


def test_only_the_city_office_locks() -> None:
    with pytest.raises(NotCityOffice):
        lock(OCTOBER, by=make_user(is_staff=True))


def test_nothing_changed_is_no_adjustment() -> None:
    make_counted_deal(on=dt.date(2022, 10, 3), amount=500)
    assert adjustments(MonthlySnapshot.objects.get(pk=lock(OCTOBER, by=None).pk)) == []


def test_what_the_ledger_gives_otherwise_is_an_adjustment_and_the_locked_value_stays() -> None:
    make_counted_deal(on=dt.date(2022, 10, 3), amount=500)
    snapshot = MonthlySnapshot.objects.get(pk=lock(OCTOBER, by=None).pk)
    make_counted_deal(on=dt.date(2022, 10, 9), amount=700)
    make_counted_deal(on=dt.date(2022, 11, 9), amount=900)
    found = {each.figure.key: (each.locked, each.now) for each in adjustments(snapshot)}
    snapshot.refresh_from_db()
    assert found == {
        "signed_projects": (1, 2),
        "signed_silent": (1, 2),
        "order_volume_cny": (500, 1200),
        "companies_served": (2, 4),
        "companies_unclassified": (2, 4),
    }
    assert snapshot.figures["signed_projects"] == 1


def test_readers_without_right_to_small_amounts_see_adjusted_counts_alone() -> None:
    lock(OCTOBER, by=None)
    make_counted_deal(on=dt.date(2022, 10, 9), amount=700)
    keys = [
        [each.figure.key for each in compared(with_few=with_few)[0].adjustments] for with_few in (False, True)
    ]
    assert keys == [["signed_projects"], ["signed_projects", "order_volume_cny"]]
