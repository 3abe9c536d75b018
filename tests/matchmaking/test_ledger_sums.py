"""What the database sums up in the ledger's own transactions is what the rows give, after every change."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection

from events.models import Confirmation, Deal, DockingEvent, Evidence, Fulfilment
from matchmaking.figures import folding, rows, tables
from matchmaking.figures.counts import FIGURES
from matchmaking.figures.measuring import Reading, count
from matchmaking.figures.scope import NO_EVENT, Scope
from matchmaking.figures.summing import sums
from matchmaking.models import Fact, LedgerCell, LedgerEntry
from tests.factories.events import make_confirmation, make_evidence
from tests.matchmaking.ledger_city import City
from tests.matchmaking.test_random_ledgers import TODAY, draw

pytestmark = pytest.mark.django_db
QUICK = [figure for figure in FIGURES.values() if figure.quickly]


def random_scope(rng: random.Random, city: City) -> Scope:
    """Any limits together, some of which no cell is kept for."""
    as_of = dt.date(2022, 5, 15) + dt.timedelta(days=rng.randrange(260))
    scope = Scope(as_of=rng.choice([as_of, dt.date(2022, rng.randrange(6, 12), 30), TODAY]))
    first = dt.date(2022, rng.randrange(5, 13), 1)
    limits = rng.choice(
        [scope, scope.in_month(first), replace(scope, since=first), replace(scope, since=as_of)]
    )
    return replace(
        limits,
        chain=rng.choice([None, None, *city.chains]),
        division=rng.choice([None, None, *city.divisions]),
        only_itself=rng.random() < 0.5,
        kind=rng.choice(["", "", NO_EVENT, *{event.kind for event in city.events}]),
    )


def differences(scopes: list[Scope]) -> list[tuple[str, object, object, Scope]]:
    """Figures that are quickly another than from their rows."""
    return [
        (figure.key, quick, slow, scope)
        for scope in scopes
        for figure in QUICK
        if (quick := figure.measure(Reading(scope)).value) != (slow := figure.measuring(figure, scope).value)
    ]


def disturb(rng: random.Random, city: City) -> None:
    """Changes by the acts' way, in bulk and by raw SQL."""
    deals = list(Deal.objects.order_by("pk"))
    for deal in rng.sample(deals, 6):
        if deal.signed_on:
            Fulfilment.objects.create(
                deal=deal,
                year=rng.choice([2022, 2023]),
                new_output_amount=rng.choice([None, rng.randrange(10**6)]),
                reported_on=deal.signed_on + dt.timedelta(days=rng.randrange(-9, 60)),
            )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_deal SET intention_amount = intention_amount * 2, version = version + 1, "
            "verified_at = NULL, verified_by_id = NULL WHERE id % 3 = 0"
        )
        cursor.execute("DELETE FROM events_evidence WHERE id % 4 = 0")
    Confirmation.objects.filter(deal__in=deals[:9], side="buyer").delete()
    for deal in Deal.objects.filter(pk__in=[deal.pk for deal in deals[:9]]):
        make_confirmation(deal, side="buyer", answer="contested")
    Deal.objects.filter(pk__in=[deals[30].pk, deals[31].pk]).update(merged_into=deals[32])
    Confirmation.objects.filter(deal__in=deals[9:14]).delete()
    Deal.objects.filter(pk__in=[deal.pk for deal in deals[::7]]).update(
        counting_chain=rng.choice(city.chains), counting_division=rng.choice(city.divisions)
    )
    DockingEvent.objects.filter(pk=city.events[0].pk).update(kind="bank")
    gone = deals[20].pk
    for model in (Confirmation, Evidence, Fulfilment):
        model.objects.filter(deal=gone).delete()
    Deal.objects.filter(pk=gone)._raw_delete("default")


@pytest.mark.parametrize("seed", range(4))
def test_quick_figures_are_those_of_the_rows_whatever_was_done(seed: int) -> None:
    rng, city = random.Random(seed), City()
    for _ in range(40):
        draw(rng, city)
    disturb(rng, city)
    scopes = [random_scope(rng, city) for _ in range(6)]
    before = differences(scopes)
    folding.fold()
    assert (before, differences(scopes)) == ([], [])


def test_every_figure_of_deals_and_of_companies_is_quick() -> None:
    slow = {figure.key for figure in FIGURES.values() if not figure.quickly}
    small = {
        "chiefs",
        "docking_activities",
        "introductions",
        "meetings_held",
        "open_needs",
    }
    small |= {"problems_raised", "problems_solved", "visits"}
    assert slow == small


def test_the_comparison_sees_a_wrong_cell() -> None:
    """The control: without it, the comparison above could be blind."""
    city = City()
    draw(random.Random(1), city)
    whole = Scope(as_of=dt.date(2023, 6, 30))
    assert LedgerCell.objects.filter(breakdown="k").update(entries=7) > 0
    assert differences([whole]) != []


def test_a_ledger_filled_by_one_statement_is_summed_by_it() -> None:
    rng, city = random.Random(3), City()
    for _ in range(20):
        draw(rng, city)
    LedgerEntry.objects.all().delete()
    LedgerCell.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_deal SET note = 'all at once'")
    assert differences([Scope(as_of=TODAY)]) == []


def test_a_document_makes_a_verified_deal_a_signed_project_at_once() -> None:
    rng, city = random.Random(5), City()
    drawn = [draw(rng, city) for _ in range(60)]
    assert any(deal.signed_on for deal in drawn)
    whole = Scope(as_of=dt.date(2023, 12, 31))
    deal = rows.signed_unverified(whole).filter(verified_at__isnull=False).first()
    assert deal is not None
    before = FIGURES["signed_projects"].of(whole)
    make_evidence(deal, added_by=city.recorder)
    assert FIGURES["signed_projects"].of(whole) == int(before or 0) + 1


def test_folding_leaves_one_cell_of_each_name_and_none_that_is_empty() -> None:
    rng, city = random.Random(2), City()
    for _ in range(20):
        draw(rng, city)
    many = LedgerCell.objects.count()
    folding.fold()
    names = list(LedgerCell.objects.values_list("breakdown", "fact", "month", "chain", "division", "kind"))
    assert (len(names), len(names) < many) == (len(set(names)), True)
    assert folding.fold() == 0


@pytest.mark.parametrize("table", [tables.by_chain, tables.by_division, tables.by_kind, tables.by_month])
def test_tables_are_read_from_one_query_of_sums(
    table: Callable[[Scope], list[tables.Line]], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    rng, city = random.Random(2), City()
    for _ in range(10):
        draw(rng, city)
    with django_assert_max_num_queries(3):  # type: ignore[attr-defined]  # a context manager
        table(Scope(as_of=TODAY))


def test_sums_of_a_month_are_those_of_its_days() -> None:
    rng, city = random.Random(4), City()
    for _ in range(30):
        draw(rng, city)
    whole = Scope(as_of=dt.date(2023, 12, 31)).in_month(dt.date(2022, 7, 1))
    by_day = [replace(whole, since=day, until=day) for day in (dt.date(2022, 7, n) for n in range(1, 32))]
    signed = [sums(day).get(None, {}).get(Fact.SIGNED) for day in by_day]
    assert sum(each.entries for each in signed if each) == count(FIGURES["signed_projects"], whole).value


@pytest.mark.parametrize("seed", range(2))
def test_companies_served_at_all_are_those_of_the_union_of_all_rows(seed: int) -> None:
    rng, city = random.Random(seed), City()
    for _ in range(20):
        draw(rng, city)
    as_of = dt.date(2022, 6, 1) + dt.timedelta(days=rng.randrange(200))
    at_all = rows.companies_served(Scope(as_of=as_of))
    by_union = rows.companies_served(Scope(as_of=as_of, since=dt.date(1990, 1, 1)))
    assert list(at_all.order_by("pk")) == list(by_union.order_by("pk"))
