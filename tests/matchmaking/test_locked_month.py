"""A correction after a locked month is an adjustment of the next one, deal by deal, never silent."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from events.deals.amending import amend
from matchmaking.figures import locking
from matchmaking.figures.counts import values
from matchmaking.figures.scope import last_day, whole_city
from matchmaking.figures.snapshots import LaterMonthLocked, corrections, lock
from matchmaking.models import LockedDeal, MonthlySnapshot
from tests.factories.accounts import make_superuser
from tests.factories.companies import make_buyer
from tests.factories.events import make_deal
from tests.factories.matchmaking import make_counted_deal
from tests.matchmaking.ledger_city import City
from tests.matchmaking.test_random_ledgers import draw
from tests.pages import get

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER = dt.date(2022, 9, 1), dt.date(2022, 10, 1)


def test_correction_is_published_with_the_next_month_deal_by_deal() -> None:
    office = make_superuser()
    deal = make_counted_deal(on=dt.date(2022, 9, 3), amount=500)
    make_counted_deal(on=dt.date(2022, 9, 5), amount=800)
    lock(SEPTEMBER, by=office)
    amend(deal, by=office, signed_amount=Decimal(700))  # its verification is void with it
    make_counted_deal(on=dt.date(2022, 10, 5), amount=900)
    october = lock(OCTOBER, by=office)
    found = {each.figure.key: (each.locked, each.now) for each in corrections(october)}
    assert {key: found[key] for key in ("signed_projects", "order_volume_cny")} == {
        "signed_projects": (2, 1),
        "order_volume_cny": (Decimal(1300), Decimal(800)),
    }
    moved = locking.from_json(october.adjustments["deals"])
    assert [(each.deal_id, each.before.signed, each.after.signed) for each in moved] == [
        (deal.pk, Decimal(500), None)
    ]
    assert october.figures["order_volume_cny"] == "1700.00"


def test_nothing_corrected_is_no_adjustment() -> None:
    make_counted_deal(on=dt.date(2022, 9, 3))
    lock(SEPTEMBER, by=None)
    make_counted_deal(on=dt.date(2022, 10, 3))
    assert lock(OCTOBER, by=None).adjustments == {}


def test_months_are_locked_in_their_order() -> None:
    lock(OCTOBER, by=None)
    with pytest.raises(LaterMonthLocked):
        lock(SEPTEMBER, by=None)


@pytest.mark.parametrize("table", ["matchmaking_monthlysnapshot", "matchmaking_lockeddeal"])
def test_locked_month_is_not_rewritten_in_raw_sql(table: str) -> None:
    make_counted_deal(on=dt.date(2022, 10, 3))
    lock(OCTOBER, by=None)
    column = "figures = '{}'" if table.endswith("snapshot") else "signed_cny = 1"
    with (
        pytest.raises(IntegrityError, match="stays as it was published"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {column}")


@pytest.mark.parametrize("seed", range(3))
def test_deals_that_moved_explain_every_changed_sum_of_a_random_ledger(seed: int) -> None:
    rng, city = random.Random(seed), City()
    for _ in range(30):
        draw(rng, city)
    keys = ("signed_projects", "order_volume_cny", "intention_projects", "intention_value_cny")
    for number in (6, 7, 8, 9):
        lock(dt.date(2022, number, 1), by=None)
        for _ in range(4):
            draw(rng, city)
    for snapshot in MonthlySnapshot.objects.all():
        now = values(whole_city(last_day(snapshot.month)), *keys)
        moved = locking.moved_since(snapshot.month)
        zero = Decimal(0)
        reckoned = {
            "signed_projects": sum(
                (m.after.signed is not None) - (m.before.signed is not None) for m in moved
            ),
            "order_volume_cny": sum(((m.after.signed or 0) - (m.before.signed or 0) for m in moved), zero),
            "intention_projects": sum(
                (m.after.intention is not None) - (m.before.intention is not None) for m in moved
            ),
            "intention_value_cny": sum(
                ((m.after.intention or 0) - (m.before.intention or 0) for m in moved), zero
            ),
        }
        assert {key: Decimal(snapshot.figures[key]) + reckoned[key] for key in keys} == now


def test_only_changes_are_kept_from_month_to_month() -> None:
    make_counted_deal(on=dt.date(2022, 9, 3))
    make_deal(on=dt.date(2022, 10, 3))
    lock(SEPTEMBER, by=None)
    lock(OCTOBER, by=None)
    assert LockedDeal.objects.count() == 2


def test_page_shows_before_and_after_and_hides_a_single_deal_from_the_public() -> None:
    office = make_superuser()
    make_counted_deal(on=dt.date(2022, 9, 3), amount=500)
    lock(SEPTEMBER, by=office)
    make_counted_deal(make_buyer(), on=dt.date(2022, 9, 9), amount=123_456_789, title_en="Secret works")
    mine = get(office, "figures:locked-month", "2022-09").content.decode()
    public = get(None, "figures:locked-month", "2022-09").content.decode()
    assert ["123,457,289" in page or "123.5" in page for page in (mine, public)] == [True, False]
    assert ["Secret works" in page for page in (mine, public)] == [True, False]
    assert "1 deal counts otherwise" in public


@pytest.mark.parametrize("month", ["2022-13", "1999-01", "x"])
def test_month_that_was_not_locked_has_no_page(month: str) -> None:
    assert get(None, "figures:locked-month", month).status_code == 404
