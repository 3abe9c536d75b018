"""From intention to signed to fulfilled, and the rates of chains and divisions."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from matchmaking.figures import answers, conversion, officials_rates
from matchmaking.figures.counts import values
from matchmaking.figures.scope import Scope
from tests.factories.aftercare import make_follow_up, make_problem, make_visit
from tests.factories.companies import make_chain, make_company, make_division
from tests.factories.events import make_deal, make_event, make_fulfilment
from tests.factories.matchmaking import make_counted_deal

pytestmark = pytest.mark.django_db

TODAY = dt.date(2022, 11, 27)
ALL = Scope(as_of=TODAY)
MAY = dt.date(2022, 5, 1)


def intended(days: int, **fields: object) -> None:
    """An intention of the first of May that was signed so many days later."""
    on = MAY + dt.timedelta(days=days)
    make_counted_deal(on=on, intention_on=MAY, **fields)  # type: ignore[arg-type]  # fields of a deal


def test_intentions_signed_ones_and_the_median_of_days() -> None:
    for days in (10, 20, 60):
        intended(days)
    make_deal(stage="intention", on=MAY)
    make_deal(stage="signed", on=MAY, intention_on=MAY)
    line = conversion.tables(ALL).whole
    assert (line.intentions, line.became_signed, line.days_to_sign, line.signing_rate) == (
        5, 3, 20, Decimal("0.6"),
    )  # fmt: skip


def test_fulfilled_from_the_first_reported_delivery_or_the_completion() -> None:
    delivered = make_counted_deal(on=MAY)
    make_fulfilment(delivered, year=2022, fulfilled_amount=5, reported_on=MAY + dt.timedelta(days=30))
    make_counted_deal(stage="completed", signed_on=MAY, on=MAY, completed_on=MAY + dt.timedelta(days=50))
    nothing = make_counted_deal(on=MAY)
    make_fulfilment(nothing, year=2022, fulfilled_amount=0, reported_on=MAY)
    later = make_counted_deal(on=MAY)
    make_fulfilment(later, year=2022, fulfilled_amount=5, reported_on=TODAY + dt.timedelta(days=1))
    line = conversion.tables(ALL).whole
    assert (line.signed, line.fulfilled, line.days_to_fulfil) == (4, 2, 40)


def test_lines_by_chain_kind_and_month_add_up_to_the_whole() -> None:
    chain = make_chain()
    event = make_event(kind="trade_fair")
    intended(10, counting_chain=chain)
    intended(40, counting_chain=chain, event=event)
    make_counted_deal(on=TODAY)
    whole = conversion.tables(ALL).whole
    for lines in (
        conversion.tables(ALL).by_chain,
        conversion.tables(ALL).by_kind,
        conversion.tables(ALL).by_month,
    ):
        sums = [
            sum(getattr(line, name) for line in lines) for name in ("intentions", "became_signed", "signed")
        ]
        assert sums == [whole.intentions, whole.became_signed, whole.signed] == [2, 2, 3]
    assert [line.label for line in conversion.tables(ALL).by_month] == ["2022-05", "2022-06", "2022-11"]


def test_an_intention_of_a_month_may_be_signed_after_it() -> None:
    intended(40)
    line = conversion.tables(ALL.in_month(MAY)).whole
    assert (line.intentions, line.became_signed, line.signed) == (1, 1, 0)


def test_an_empty_ledger_has_no_rates() -> None:
    line = conversion.tables(ALL).whole
    assert (line.signing_rate, line.fulfilment_rate, line.days_to_sign) == (None, None, None)


def test_rates_of_a_chain_and_a_division() -> None:
    chain, place = make_chain(), make_division()
    firm = make_company(division=place)
    where: dict[str, Any] = {"counting_chain": chain, "counting_division": place}
    make_counted_deal(stage="performing", performing_on=MAY, signed_on=MAY, on=MAY, **where)
    intended(10, **where)
    make_deal(stage="intention", on=MAY, **where)
    make_problem(firm, chain=chain, raised_on=MAY, state="solved", solved_on=MAY)
    make_problem(firm, chain=chain, raised_on=MAY)
    make_problem(firm, chain=chain, raised_on=MAY, state="withdrawn")
    make_visit(firm, chain=chain, visited_on=MAY)
    for (line,) in (officials_rates.tables(ALL).by_chain, officials_rates.tables(ALL).by_division):
        assert (line.signing, line.performance, line.solving, line.visits) == (
            Decimal("0.5"), Decimal("0.5"), Decimal("0.5"), 1,
        )  # fmt: skip


def test_what_firms_said_and_silence_as_of_the_day() -> None:
    deal = make_counted_deal(on=MAY)
    answered: dict[str, Any] = {"source": "link", "answered_at": dt.datetime(2022, 6, 20, tzinfo=dt.UTC)}
    make_follow_up(deal, days=30, due_on=dt.date(2022, 6, 1), payment="late", **answered)
    make_follow_up(deal, days=90, due_on=dt.date(2022, 8, 1))
    make_follow_up(deal, days=180, due_on=dt.date(2022, 11, 20))
    make_follow_up(deal, days=365, due_on=dt.date(2023, 5, 1))
    found = answers.follow_ups(ALL)
    assert (found.due, found.by_firm, found.by_office, found.silent, found.late_payments) == (3, 1, 0, 1, 1)
    before = answers.follow_ups(Scope(as_of=dt.date(2022, 6, 10)))
    assert (before.due, before.by_firm, before.silent) == (1, 0, 0)


def test_fulfilment_by_year_adds_up_in_yuan() -> None:
    dollars = make_counted_deal(on=MAY, currency="USD", rate_to_cny=7)
    make_fulfilment(dollars, year=2022, fulfilled_amount=10, ordered_amount=20, reported_on=TODAY)
    make_fulfilment(make_counted_deal(on=MAY), year=2022, fulfilled_amount=5, reported_on=TODAY)
    make_fulfilment(make_deal(stage="signed", on=MAY), year=2022, fulfilled_amount=5, reported_on=TODAY)
    (line,) = answers.by_year(ALL)
    assert (line.year, line.deals, line.ordered, line.fulfilled, line.new_output) == (2022, 2, 140, 75, 0)


def test_visits_and_problems_are_counted_by_their_days_in_the_scope() -> None:
    chain, city = make_chain(), make_division()
    district = make_division(city)
    firm = make_company(division=district)
    make_visit(firm, chain=chain, visited_on=TODAY)
    make_visit(firm, chain=chain, visited_on=TODAY + dt.timedelta(days=1))
    make_problem(firm, chain=chain, raised_on=MAY, state="solved", solved_on=TODAY)
    make_problem(make_company(), raised_on=MAY)
    keys = ("visits", "problems_raised", "problems_solved")
    assert values(ALL, *keys) == {"visits": 1, "problems_raised": 2, "problems_solved": 1}
    in_district = Scope(as_of=TODAY, division=city)
    assert values(in_district, *keys) == {"visits": 1, "problems_raised": 1, "problems_solved": 1}
    by_kind = Scope(as_of=TODAY, kind="trade_fair")
    assert values(by_kind, *keys) == {"visits": 0, "problems_raised": 0, "problems_solved": 0}
    assert values(ALL.in_month(MAY), *keys) == {"visits": 0, "problems_raised": 2, "problems_solved": 0}
