"""A page of figures is one snapshot of the ledger while others write; a day is the city's day."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from events.deals.recording import record
from matchmaking.figures.consistent import consistent
from matchmaking.figures.counts import values
from matchmaking.figures.scope import Scope, whole_city
from matchmaking.figures.tables import by_chain
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
