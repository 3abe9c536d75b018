"""Random ledgers, reckoned once in Python and once by the database: the figures must be the same."""

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from companies.models import Division, IndustrialChain
from events.models import Deal
from matchmaking.figures import tables
from matchmaking.figures.counts import FIGURES, values
from matchmaking.figures.scope import NO_EVENT, Scope
from tests.factories.events import (
    make_confirmation,
    make_deal,
    make_evidence,
)
from tests.matchmaking.ledger_city import City

pytestmark = pytest.mark.django_db

TODAY = dt.date(2022, 11, 27)
ALL = Scope(as_of=TODAY)
"""Everything to the day of the published result."""
SUMMED = ("signed", "signed_cny", "intentions", "intention_cny")


@dataclass
class Drawn:
    """A deal as it was drawn, to be reckoned without the database."""

    chain: IndustrialChain
    division: Division
    kind: str
    intention_on: dt.date | None = None
    framework_on: dt.date | None = None
    signed_on: dt.date | None = None
    terminated_on: dt.date | None = None
    intention: Decimal | None = None
    signed: Decimal | None = None
    rate: Decimal = Decimal(1)
    is_proven: bool = False
    confirmed_by: int = 0

    def counts(self, as_of: dt.date) -> bool:
        standing = self.terminated_on is None or self.terminated_on > as_of
        return standing and self.signed_on is not None and self.signed_on <= as_of

    def intended(self, as_of: dt.date) -> bool:
        return self.intention_on is not None and self.intention_on <= as_of

    def in_yuan(self, amount: Decimal | None) -> Decimal:
        return ((amount or Decimal(0)) * self.rate).quantize(Decimal("0.01"))


def draw(rng: random.Random, city: City) -> Drawn:
    event = rng.choice([*city.events, None])
    deal = Drawn(rng.choice(city.chains), rng.choice(city.divisions), event.kind if event else "")
    day = dt.date(2022, 5, 1) + dt.timedelta(days=rng.randrange(240))
    foreign = rng.random() < 0.3
    deal.rate = Decimal("7.0877") if foreign else Decimal(1)
    stage = rng.choice(list(Deal.Stage))
    fields: dict[str, Any] = {"stage": stage}
    if stage in {"intention", "framework"} or rng.random() < 0.4:
        deal.intention_on, deal.intention = day, Decimal(rng.randrange(1, 10**9)) / 100
        day += dt.timedelta(days=rng.randrange(20))
    if stage == "framework" or (stage != "intention" and rng.random() < 0.2):
        deal.framework_on = day
        day += dt.timedelta(days=rng.randrange(20))
    if stage in {"signed", "performing", "completed"} or (stage == "terminated" and rng.random() < 0.7):
        deal.signed_on, deal.signed = day, Decimal(rng.randrange(1, 10**11)) / 100
        day += dt.timedelta(days=rng.randrange(60))
    if stage == "terminated":
        deal.terminated_on = day
    if stage in {"performing", "completed"}:
        fields[f"{stage}_on"] = day
    has_verifier = deal.signed_on is not None and rng.random() < 0.7
    has_document = deal.signed_on is not None and rng.random() < 0.8
    deal.is_proven = has_verifier and has_document
    row = make_deal(
        city.buyer,
        city.supplier,
        amount=None,
        counting_chain=deal.chain,
        counting_division=deal.division,
        event=event,
        intention_on=deal.intention_on,
        framework_on=deal.framework_on,
        signed_on=deal.signed_on,
        terminated_on=deal.terminated_on,
        intention_amount=deal.intention,
        signed_amount=deal.signed,
        currency="USD" if foreign else "CNY",
        rate_to_cny=deal.rate,
        verified_by=city.verifier if has_verifier else None,
        recorded_by=city.recorder,
        **fields,
    )
    if has_document:
        make_evidence(row, added_by=city.recorder)
    sides = [side for side in ("buyer", "supplier") if deal.is_proven and rng.random() < 0.6]
    for side in sides:
        make_confirmation(row, side=side, answer="confirmed")
    deal.confirmed_by = len(sides)
    return deal


@pytest.mark.parametrize("seed", range(6))
def test_a_random_ledger_reckoned_by_hand_gives_the_same_figures(seed: int) -> None:
    rng, city = random.Random(seed), City()
    deals = [draw(rng, city) for _ in range(40)]
    as_of = dt.date(2022, 5, 15) + dt.timedelta(days=rng.randrange(260))
    standing = [deal for deal in deals if deal.counts(as_of)]
    proven = [deal for deal in standing if deal.is_proven]
    unproven = [deal for deal in standing if not deal.is_proven]
    both = [deal for deal in proven if deal.confirmed_by == 2]
    intended = [deal for deal in deals if deal.intended(as_of)]
    framework = [
        deal
        for deal in deals
        if deal.framework_on
        and deal.framework_on <= as_of
        and not (deal.signed_on and deal.signed_on <= as_of)
        and not (deal.terminated_on and deal.terminated_on <= as_of)
    ]
    keys = {
        "signed_projects": len(proven),
        "order_volume_cny": sum((deal.in_yuan(deal.signed) for deal in proven), Decimal(0)),
        "signed_confirmed": len(both),
        "signed_confirmed_cny": sum((deal.in_yuan(deal.signed) for deal in both), Decimal(0)),
        "signed_silent": len(proven) - len(both),
        "signed_unverified": len(unproven),
        "signed_unverified_cny": sum((deal.in_yuan(deal.signed) for deal in unproven), Decimal(0)),
        "intention_projects": len(intended),
        "intention_value_cny": sum((deal.in_yuan(deal.intention) for deal in intended), Decimal(0)),
        "framework_agreements": len(framework),
        "docking_activities": sum(event.ends_on <= as_of for event in city.events),
    }
    assert values(Scope(as_of=as_of), *keys) == keys


@pytest.mark.parametrize("seed", range(6))
def test_the_lines_of_every_table_add_up_to_the_city(seed: int) -> None:
    rng, city = random.Random(seed), City()
    for _ in range(30):
        draw(rng, city)
    whole = values(ALL, "signed_projects", "order_volume_cny", "intention_projects", "intention_value_cny")
    for table in (tables.by_chain, tables.by_division, tables.by_month, tables.by_kind):
        lines = table(ALL)
        sums = [sum(getattr(line, name) for line in lines) for name in SUMMED]
        assert sums == list(whole.values()), table.__name__


@pytest.mark.parametrize("seed", range(6))
def test_a_line_counts_the_rows_to_which_it_leads(seed: int) -> None:
    rng, city = random.Random(seed), City()
    for _ in range(30):
        draw(rng, city)
    chains = {chain.code: chain for chain in IndustrialChain.objects.all()}
    places = {place.code: place for place in Division.objects.all()}
    scopes = [
        *((line, ALL.in_month(dt.date.fromisoformat(f"{line.key}-01"))) for line in tables.by_month(ALL)),
        *((line, Scope(TODAY, chain=chains[line.key])) for line in tables.by_chain(ALL)),
        *(
            (line, Scope(TODAY, division=places[line.key], only_itself=True))
            for line in tables.by_division(ALL)
        ),
        *((line, Scope(TODAY, kind=line.key)) for line in tables.by_kind(ALL)),
    ]
    shown = [(line.signed, line.intentions, 0 if line.key == NO_EVENT else line.events) for line, _ in scopes]
    counted = [
        tuple(
            FIGURES[key].rows(scope).count()
            for key in ("signed_projects", "intention_projects", "docking_activities")
        )
        for _, scope in scopes
    ]
    assert shown == counted
