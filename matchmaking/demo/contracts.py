"""Which deals were made: who sold what to whom, where they met and when they signed. No amounts yet."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random

from companies.models import Division
from events.models import DockingEvent
from matchmaking.demo.calendar import Calendar, Occasion
from matchmaking.demo.facts import facts
from matchmaking.demo.firms import Firm, Firms, Market
from matchmaking.demo.ground import Ground
from matchmaking.demo.introductions import Brought, mark_dealt
from matchmaking.demo.reading import Product, texts

FROM_INTRODUCTIONS = 46
BARE = 34
MOST_A_SUPPLIER = 3
SUPPLIER_SIGNED_AFTER = 12, 47, 96
"""Days of the published year after which the demo's supplier signs."""
WITHOUT_CONTRACTS = {DockingEvent.Kind.BANK, DockingEvent.Kind.TALENT, DockingEvent.Kind.SUMMIT}


@dataclass(frozen=True, eq=False)
class Contract:
    """A deal to be written: the sides, the product, where it began and the day of its first step."""

    buyer: Firm
    supplier: Firm
    chain: str
    division: Division
    on: dt.date
    product: Product | None = None
    occasion: Occasion | None = None
    brought: Brought | None = None


class Contractor:
    """Draws contracts; large firms sign more often, none more than three times."""

    def __init__(self, rng: Random, ground: Ground, firms: Firms, market: Market, calendar: Calendar) -> None:
        self._rng, self._ground, self._firms = rng, ground, firms
        self._market, self._calendar = market, calendar
        self._times: Counter[int] = Counter()
        self._pairs: set[tuple[int, int]] = set()
        self._by_chain: dict[str, list[Firm]] = {}
        for firm in firms.published_makers():
            self._by_chain.setdefault(firm.chain, []).append(firm)
        self._buyers: dict[str, list[Firm]] = {}
        for buyer in firms.buyers:
            for chain in dict.fromkeys([buyer.chain, *(node.partition(".")[0] for node in buyer.buys)]):
                self._buyers.setdefault(chain, []).append(buyer)

    def signed(self, brought: Sequence[Brought]) -> list[Contract]:
        """The published number: Neta's eight, the helicopters, from introductions, bare, and at events."""
        contracts = [*self.neta(), self.helicopters(), *self.of_the_supplier()]
        contracts += self.from_introductions(brought)
        contracts += [self.bare() for _ in range(BARE)]
        left = facts().signed_projects - len(contracts)
        return contracts + self.at_events(left)

    def neta(self) -> list[Contract]:
        """Eight Wenzhou makers of auto parts become suppliers after the visit; one of them is named."""
        neta, visit = self._firms.known["hozon"], self._calendar.neta
        named = self._firms.known["qiaoluming"]
        others = [
            firm
            for firm in self._by_chain["auto_parts"]
            if firm.company.size_class in {"medium", "small"} and firm is not self._firms.supplier
        ]
        chosen = [named, *self._rng.sample(others, facts().neta_suppliers - 1)]
        return [
            self._contract(neta, firm, self._after(visit), occasion=visit, chain="auto_parts")
            for firm in chosen
        ]

    def helicopters(self) -> Contract:
        """Twenty of them, at the airshow."""
        known, show = self._firms.known, self._calendar.airshow
        day = show.event.starts_on + dt.timedelta(days=2)
        return self._contract(known["x_square"], known["duofu"], day, occasion=show, chain="general_aviation")

    def of_the_supplier(self) -> list[Contract]:
        """Three of the demo's supplier, signed so early that firms have been asked what came of them."""
        supplier = self._firms.supplier
        buyers = [buyer for buyer in self._buyers[supplier.chain] if buyer.company.is_invented]
        chosen = self._rng.sample(buyers, len(SUPPLIER_SIGNED_AFTER))
        return [
            self._contract(
                buyer,
                supplier,
                facts().since + dt.timedelta(days=days),
                product=product,
                chain=supplier.chain,
            )
            for buyer, days, product in zip(
                chosen, SUPPLIER_SIGNED_AFTER, cycle(supplier.products), strict=False
            )
        ]

    def from_introductions(self, brought: Sequence[Brought]) -> list[Contract]:
        """Accepted introductions that became contracts."""
        fitting = [row for row in brought if row.match.state in {"accepted", "met"} and self._is_free(row)]
        contracts: list[Contract] = []
        for row in self._rng.sample(fitting, len(fitting)):
            if len(contracts) == FROM_INTRODUCTIONS or not self._is_free(row):
                continue
            at = row.match.introduced_at
            day = (at.date() if at else facts().since) + dt.timedelta(days=self._rng.randrange(6, 40))
            if day > facts().as_of or row.wanted.need.state == "filled":
                continue
            mark_dealt(row)
            contracts.append(
                self._contract(
                    row.wanted.buyer,
                    row.supplier,
                    day,
                    product=row.wanted.product,
                    brought=row,
                    chain=row.wanted.product.chain,
                )
            )
        return contracts

    def at_events(self, count: int) -> list[Contract]:
        """Signed at or soon after held events, more at larger ones."""
        fitting = [
            occasion for occasion in self._calendar.others if occasion.event.kind not in WITHOUT_CONTRACTS
        ]
        weights = [3 if o.event.kind in {"trade_fair", "oem_parts", "invite_in"} else 2 for o in fitting]
        return [
            self._drawn(occasion, self._after(occasion))
            for occasion in self._rng.choices(fitting, weights, k=count)
        ]

    def bare(self) -> Contract:
        """Reported by a chain office, without event or introduction."""
        return self.bare_until(0)

    def bare_until(self, days_before: int) -> Contract:
        """The same, signed so many days before the published day at the latest."""
        span = (facts().as_of - facts().since).days - days_before
        day = facts().since + dt.timedelta(days=round(span * self._rng.random() ** 0.8))
        return self._drawn(None, day, chain=self._any_chain())

    def intended(self, occasion: Occasion, chain: str) -> Contract:
        """An intention on the day of a promotion."""
        return self._drawn(occasion, occasion.event.starts_on, chain=chain)

    def _any_chain(self) -> str:
        """A chain of the city, larger ones more often."""
        shares = texts().shares
        return self._rng.choices([share.chain for share in shares], [share.weight for share in shares])[0]

    def _drawn(self, occasion: Occasion | None, day: dt.date, chain: str = "") -> Contract:
        rng = self._rng
        chain = chain or (rng.choice(occasion.chains) if occasion else self._any_chain())
        while True:
            firms = self._by_chain[chain]
            supplier = rng.choices(firms, [min(firm.weight, 2e9) ** 0.9 for firm in firms])[0]
            buyer = rng.choice(self._buyers.get(chain) or list(self._firms.buyers))
            if self._may_sign(buyer, supplier):
                return self._contract(
                    buyer,
                    supplier,
                    day,
                    product=rng.choice(supplier.products),
                    occasion=occasion,
                    chain=chain,
                )

    def _contract(
        self,
        buyer: Firm,
        supplier: Firm,
        day: dt.date,
        *,
        chain: str,
        product: Product | None = None,
        occasion: Occasion | None = None,
        brought: Brought | None = None,
    ) -> Contract:
        self._times[id(supplier)] += 1
        self._pairs.add((id(buyer), id(supplier)))
        if product is None and supplier.products:
            product = supplier.products[0]
        division = supplier.company.division or self._ground.city
        return Contract(buyer, supplier, chain, division, day, product, occasion, brought)

    def _may_sign(self, buyer: Firm, supplier: Firm) -> bool:
        return (
            buyer is not supplier
            and self._times[id(supplier)] < MOST_A_SUPPLIER
            and (id(buyer), id(supplier)) not in self._pairs
        )

    def _is_free(self, row: Brought) -> bool:
        return self._may_sign(row.wanted.buyer, row.supplier)

    def _after(self, occasion: Occasion) -> dt.date:
        """On a day of the event or within three weeks, never after the published day."""
        event = occasion.event
        later = event.ends_on + dt.timedelta(days=self._rng.randrange(2, 22))
        day = event.starts_on if self._rng.random() < 0.55 else later
        return min(day, facts().as_of)
