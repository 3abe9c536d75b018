"""A page of figures is one snapshot of the ledger while others write; a day is the city's day."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from events.deals.recording import record
from matchmaking.figures.consistent import consistent
from matchmaking.figures.counts import values
from matchmaking.figures.scope import Scope, whole_city
from matchmaking.figures.tables import by_chain, by_month
from tests.factories.accounts import make_superuser, make_user
from tests.factories.companies import make_buyer, make_chain, make_company, make_division
from tests.factories.matchmaking import make_counted_deal

AMOUNT = 1_000_000


def sums_around_a_write(view_of: Any) -> tuple[int, int]:
    """What a page says before and after somebody else has recorded another deal meanwhile."""
    chain, division, verifier = make_chain(), make_division(), make_user()
    fixed: dict[str, Any] = {"counting_chain": chain, "counting_division": division, "verified_by": verifier}
    make_counted_deal(**fixed)
    scope = Scope(as_of=timezone.localdate())

    def write() -> None:
        try:
            make_counted_deal(**fixed)
        finally:
            connection.close()

    def page(request: HttpRequest) -> HttpResponse:
        first = values(scope, "signed_projects")["signed_projects"]
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        return HttpResponse(f"{first} {sum(line.signed for line in by_chain(scope))}")

    said = view_of(page)(RequestFactory().get("/")).content.decode().split()
    return int(said[0]), int(said[1])


@pytest.mark.django_db(transaction=True)
def test_sums_of_one_page_belong_together_while_others_write() -> None:
    assert sums_around_a_write(consistent) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_snapshot_they_do_not() -> None:
    assert sums_around_a_write(lambda view: view) == (1, 2)


def deals_seen(pages: list[tuple[str, str]], client: Client, *, isolated: bool) -> dict[str, int]:
    """How many different numbers of deals the queries of each page see while somebody records one more."""
    chain, division, verifier = make_chain(code="watched"), make_division(), make_user()
    fixed: dict[str, Any] = {"counting_chain": chain, "counting_division": division, "verified_by": verifier}
    make_counted_deal(**fixed)

    def write() -> None:
        try:
            make_counted_deal(**fixed)
        finally:
            connection.close()

    def seen_by(address: str) -> int:
        numbers: list[int] = []

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if not isolated and sql.startswith("SET TRANSACTION"):
                return None
            found = execute(sql, params, many, context)
            of_ledger = "matchmaking_ledger" in sql or "events_deal" in sql
            if connection.in_atomic_block and (numbers or of_ledger):
                number = connection.connection.execute("SELECT COUNT(*) FROM events_deal").fetchone()[0]
                if not numbers:
                    writer = threading.Thread(target=write)
                    writer.start()
                    writer.join()
                numbers.append(number)
            return found

        with connection.execute_wrapper(watch):
            assert client.get(address).status_code == 200
        assert len(numbers) > 1
        return len(set(numbers))

    return {name: seen_by(address) for name, address in pages}


def pages_of_figures() -> list[tuple[str, str]]:
    return [
        ("home", reverse("home")),
        ("figures", reverse("figures:index")),
        ("rows", reverse("figures:rows", args=["signed_projects"])),
        ("chain", reverse("chains:chain-detail", args=["watched"])),
        ("reports", reverse("desk:reports")),
        ("desk", reverse("desk:home")),
        ("ledger", reverse("desk:deals")),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("isolated", "number"), [(True, 1), (False, 2)])
def test_every_page_of_figures_sees_one_ledger_and_without_the_snapshot_would_see_two(
    client: Client, isolated: bool, number: int
) -> None:
    client.force_login(make_superuser())
    pages = pages_of_figures()
    assert deals_seen(pages, client, isolated=isolated) == {name: number for name, _address in pages}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2022, 10, 31, 15, 59, 59, tzinfo=dt.UTC), dt.date(2022, 10, 31)),
        (dt.datetime(2022, 10, 31, 16, 0, 0, tzinfo=dt.UTC), dt.date(2022, 11, 1)),
    ],
)
def test_deal_at_midnight_in_shanghai_falls_on_the_right_day(
    monkeypatch: pytest.MonkeyPatch, moment: dt.datetime, day: dt.date
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)
    deal = record(
        by=make_superuser(),
        buyer=make_buyer(),
        supplier=make_company(),
        stage="intention",
        on=timezone.localdate(),
        amount=Decimal(AMOUNT),
        title_en="Brake discs",
        counting_chain=make_chain(),
        counting_division=make_division(),
    )
    month = whole_city().in_month(day.replace(day=1))
    assert (deal.intention_on, timezone.localtime(deal.recorded_at).date()) == (day, day)
    assert values(month, "intention_projects") == {"intention_projects": 1}
    assert [(line.key, line.intentions) for line in by_month(whole_city())] == [(f"{day:%Y-%m}", 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (recorded_at AT TIME ZONE 'Asia/Shanghai')::date, intention_on FROM events_deal"
        )
        assert cursor.fetchall() == [(day, day)]


@pytest.mark.django_db
def test_a_moment_that_raw_sql_makes_a_day_in_the_citys_time_counts_in_its_month() -> None:
    """A second before and at midnight in Shanghai: one deal in October, one in November."""
    before, after = make_counted_deal(), make_counted_deal()
    with connection.cursor() as cursor:
        for deal, moment in ((before, "2022-10-31 15:59:59+00"), (after, "2022-10-31 16:00:00+00")):
            cursor.execute(
                "UPDATE events_deal SET version = version + 1, verified_at = NULL, verified_by_id = NULL, "
                "signed_on = (%s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date "
                "WHERE id = %s",
                [moment, deal.pk],
            )
    whole = Scope(as_of=timezone.localdate())
    october, november = (whole.in_month(dt.date(2022, month, 1)) for month in (10, 11))
    assert values(october, "signed_unverified") == {"signed_unverified": 1}
    assert values(november, "signed_unverified") == {"signed_unverified": 1}
