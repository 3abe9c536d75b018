"""What is open today: needs that look for suppliers, and matches in every state for the demo's people."""

import datetime as dt
from collections.abc import Sequence
from random import Random

from companies.models import SourcingNeed
from matchmaking.demo.bulk import write
from matchmaking.demo.firms import Firm, Firms
from matchmaking.demo.introductions import Introducer
from matchmaking.demo.needs import NeedMaker, Wanted
from matchmaking.demo.reading import Product
from matchmaking.models import Match

OPEN = 350
NETA = 14
OF_THE_SUPPLIER = 5
"""Neta's needs that mean a product of the demo's supplier."""
WITH_MATCHES = 130
State = Match.State
Origin = Match.Origin
Answer = Match.Answer


def make_open_needs(rng: Random, maker: NeedMaker, firms: Firms) -> list[Wanted]:
    """About 350 open needs, Neta's first, and a few that wait for an official; unsaved."""
    neta, supplier = firms.known["hozon"], firms.supplier
    wanted: list[Wanted] = []
    for product in supplier.products[:OF_THE_SUPPLIER]:
        _append(wanted, maker.open_need(neta, product))
    while len(wanted) < NETA:
        _append(wanted, maker.open_need(neta))
    own: Sequence[Product] = supplier.products
    for buyer in rng.sample([b for b in firms.buyers if b.chain == "auto_parts"], 4):
        _append(wanted, maker.open_need(buyer, rng.choice(own)))
    smaller = [firm for firm in firms.published_makers() if firm.company.buys]
    while len(wanted) < OPEN:
        is_large = rng.random() < 0.82
        _append(wanted, maker.open_need(rng.choice(firms.buyers if is_large else smaller)))
    for place in range(16):
        state = SourcingNeed.State.DRAFT if place < 4 else SourcingNeed.State.SUBMITTED
        _append(wanted, maker.waiting_need(neta if place == 0 else rng.choice(firms.buyers), state))
    return wanted


def make_matches(rng: Random, introducer: Introducer, wanted: Sequence[Wanted], firms: Firms) -> list[Match]:
    """Matches of open needs: to decide, waiting for answers, accepted, declined; unsaved."""
    neta = firms.known["hozon"]
    open_needs = [row for row in wanted if row.need.state == SourcingNeed.State.OPEN]
    of_neta = [row for row in open_needs if row.buyer is neta]
    others = [row for row in open_needs if row.buyer is not neta]
    matches = _of_the_supplier(introducer, open_needs, firms.supplier)
    taken = {(id(match.need), id(match.supplier)) for match in matches}
    for row in [*of_neta, *rng.sample(others, WITH_MATCHES)]:
        for supplier in introducer.candidates(row, rng.choice([1, 2, 3, 3, 4])):
            if (id(row.need), id(supplier.company)) not in taken:
                matches.append(_drawn(rng, introducer, row, supplier))
    return matches


def _append(wanted: list[Wanted], row: Wanted | None) -> None:
    if row is not None:
        wanted.append(row)


def _of_the_supplier(introducer: Introducer, wanted: Sequence[Wanted], supplier: Firm) -> list[Match]:
    """Three introductions wait for its answer, one is accepted, one declined, one is its own interest."""
    fitting = [row for row in wanted if row.product in supplier.products and row.buyer is not supplier]
    states = [State.INTRODUCED] * 3 + [State.ACCEPTED, State.DECLINED, State.SUGGESTED]
    matches = []
    for row, state in zip(fitting, states, strict=False):
        origin = Origin.SUPPLIER if state == State.SUGGESTED else Origin.STAFF
        match = introducer.match(row, supplier, origin, state)
        _date(introducer, match, row)
        matches.append(match)
    return matches


def _drawn(rng: Random, introducer: Introducer, row: Wanted, supplier: Firm) -> Match:
    state = rng.choices(
        [State.SUGGESTED, State.SHORTLISTED, State.INTRODUCED, State.ACCEPTED, State.DECLINED, State.MET],
        [12, 26, 26, 16, 16, 4],
    )[0]
    origin = (
        Origin.SUPPLIER
        if state == State.SUGGESTED
        else rng.choice([Origin.STAFF, Origin.STAFF, Origin.BUYER])
    )
    match = introducer.match(row, supplier, origin, state)
    _date(introducer, match, row)
    if state == State.INTRODUCED and rng.random() < 0.4:
        side = rng.choice(["buyer", "supplier"])
        setattr(match, f"{side}_answer", Answer.ACCEPTED)
        setattr(match, f"{side}_answered_at", match.introduced_at)
    return match


def _date(introducer: Introducer, match: Match, row: Wanted) -> None:
    """Introduced the day after the need opened at the earliest; interest came with the supplier's yes."""
    opened = row.need.opened_at
    if opened is None:
        return
    if match.state == State.SUGGESTED:
        match.supplier_answer, match.supplier_answered_at = Answer.ACCEPTED, opened + dt.timedelta(hours=3)
    elif match.state != State.SHORTLISTED:
        introducer.introduce(match, row, opened + dt.timedelta(hours=5))
        introducer.answer(match)


def save_matches(matches: Sequence[Match]) -> None:
    """Write matches in bulk."""
    write(matches)
