"""Introductions of 2022: which suppliers officials brought to which needs, and what both sides said."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from accounts.models import User
from companies.models import Offering, SourcingNeed
from matchmaking.demo.facts import facts
from matchmaking.demo.firms import Firm, Market
from matchmaking.demo.needs import Wanted, moment
from matchmaking.demo.officials import Officials
from matchmaking.demo.reading import Product
from matchmaking.models import Match

State = Match.State
Answer = Match.Answer
OUTCOMES = {State.ACCEPTED: 22, State.DECLINED: 34, State.MET: 18, State.INTRODUCED: 8, State.CLOSED: 18}
REASONS = [reason for reason in Match.Reason if reason != Match.Reason.OTHER]
REASON_WEIGHTS = [14, 20, 24, 12, 10, 6, 9, 5]
COMMENTS = {
    Match.Reason.PRICE: "目标价低于成本 The target price is below cost.",
    Match.Reason.NO_CAPACITY: "年底前已排满 Booked until the end of the year.",
    Match.Reason.CERTIFICATE: "证书正在办理 The certificate is being applied for.",
}
PROPOSED = "该企业曾为同类主机厂配套 It has supplied similar assembly plants."


@dataclass(frozen=True, eq=False)
class Brought:
    """A match with the firms on both sides."""

    match: Match
    wanted: Wanted
    supplier: Firm


def offering_index(offerings: list[Offering], firms: list[Firm]) -> dict[tuple[int, Product], Offering]:
    """Each firm's offering of each product; both lists are in the order in which offerings were made."""
    keys = [(id(firm), product) for firm in firms for product in firm.products]
    return dict(zip(keys, offerings, strict=True))


class Introducer:
    """Draws suppliers for needs: makers of the product, firms of the same node, some that do not fit."""

    def __init__(
        self,
        rng: Random,
        market: Market,
        officials: Officials,
        offerings: dict[tuple[int, Product], Offering],
        latest: dt.datetime,
    ) -> None:
        self._rng, self._market, self._officials = rng, market, officials
        self._offerings, self._latest = offerings, latest

    def candidates(self, wanted: Wanted, count: int) -> list[Firm]:
        """Distinct verified firms for a need, never its buyer; makers of the product come first."""
        rng = self._rng
        exact = [firm for firm in self._market.makers_of(wanted.product) if firm is not wanted.buyer]
        near = [
            firm
            for firm in self._market.near(wanted.product)
            if firm is not wanted.buyer and firm not in exact
        ]
        chosen = rng.sample(exact, min(len(exact), max(1, round(count * 0.7))))
        return chosen + rng.sample(near, min(len(near), count - len(chosen)))

    def match(self, wanted: Wanted, supplier: Firm, origin: str, state: str) -> Match:
        """A match, unsaved, with the offering that fits best."""
        offering = self._offerings.get((id(supplier), wanted.product))
        if offering is None:
            same_node = [p for p in supplier.products if p.node == wanted.product.node]
            offering = self._offerings.get((id(supplier), same_node[0])) if same_node else None
        staff = origin == Match.Origin.STAFF
        return Match(
            need=wanted.need,
            supplier=supplier.company,
            offering=offering,
            origin=origin,
            state=state,
            note=PROPOSED if staff and self._rng.random() < 0.3 else "",
            proposed_by=self.official(wanted) if staff else None,
        )

    def official(self, wanted: Wanted) -> User:
        """The chain office that answers for the need."""
        return self._officials.chain_offices[wanted.product.chain]

    def past(self, wanted: Wanted) -> list[Brought]:
        """What became of a need of 2022: introductions within a month of its opening."""
        rng = self._rng
        opened = wanted.need.opened_at or moment(rng, facts().since)
        brought = []
        for supplier in self.candidates(wanted, rng.choice([1, 2, 2, 3, 3, 4])):
            match = self.match(
                wanted, supplier, Match.Origin.STAFF, rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
            )
            day = opened.date() + dt.timedelta(days=rng.randrange(1, 24))
            self.introduce(match, wanted, moment(rng, min(day, facts().as_of)))
            self.answer(match)
            brought.append(Brought(match, wanted, supplier))
        return brought

    def introduce(self, match: Match, wanted: Wanted, at: dt.datetime) -> None:
        """Say who introduced and when."""
        match.introduced_at = at
        match.introduced_by = self.official(wanted)

    def answer(self, match: Match) -> None:
        """Both sides' answers as the state demands them."""
        rng = self._rng
        if match.introduced_at is None:
            return
        if match.state in {State.ACCEPTED, State.MET, State.DEALT}:
            self._say(match, "buyer", Answer.ACCEPTED)
            self._say(match, "supplier", Answer.ACCEPTED)
        elif match.state == State.DECLINED:
            side = rng.choices(["buyer", "supplier"], [3, 2])[0]
            reason = rng.choices(REASONS, REASON_WEIGHTS)[0]
            self._say(match, side, Answer.DECLINED, reason)
            match.comment = COMMENTS.get(reason, "") if rng.random() < 0.5 else ""
        elif match.state == State.CLOSED:
            self._say(match, rng.choice(["buyer", "supplier"]), Answer.ACCEPTED)

    def _say(self, match: Match, side: str, answer: str, reason: str = "") -> None:
        at = match.introduced_at
        if at is None:
            return
        setattr(match, f"{side}_answer", answer)
        answered_at = min(at + dt.timedelta(hours=self._rng.randrange(2, 140)), self._latest)
        setattr(match, f"{side}_answered_at", max(at, answered_at))
        setattr(match, f"{side}_reason", reason)


def mark_dealt(brought: Brought) -> None:
    """The introduction became a signed deal, and the need is filled."""
    brought.match.state = State.DEALT
    for side in ("buyer", "supplier"):
        setattr(brought.match, f"{side}_answer", Answer.ACCEPTED)
        setattr(brought.match, f"{side}_reason", "")
        if getattr(brought.match, f"{side}_answered_at") is None:
            setattr(brought.match, f"{side}_answered_at", brought.match.introduced_at)
    brought.match.comment = ""
    brought.wanted.need.state = SourcingNeed.State.FILLED
    brought.wanted.need.end_reason = ""
