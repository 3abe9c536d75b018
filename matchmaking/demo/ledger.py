"""The ledger of the demo: contracts with amounts that add up, and the deals beside the headline."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

from events.models import Deal, ExchangeRate
from matchmaking.demo import amounts, wording
from matchmaking.demo.contracts import Contract
from matchmaking.demo.facts import facts
from matchmaking.demo.ground import Ground
from matchmaking.demo.needs import moment
from matchmaking.demo.officials import Officials
from matchmaking.demo.rates import rate_of
from matchmaking.demo.reading import Named

Stage = Deal.Stage
HELICOPTERS_CNY = Decimal(386412000)
"""Assumed: the report gives no amount for them."""
LEAST_CNY = Decimal(1_600_000)
INTENDED_FIRST = 0.4
"""Share of the contracts that were not signed on the spot and had an intention before."""
CURRENCIES = {"DE": "EUR", "ES": "EUR", "JP": "JPY"}
ASSUMED = (
    "金额为演示假设：公开报道只给出总额。"
    " The amount is an assumption of the demonstration: the report gives only the total."
)
TERMINATIONS = (
    "买方取消项目 The buyer cancelled the project.",
    "样品两次未通过 Samples failed twice.",
    "原料涨价后双方同意解除 Ended by agreement after raw material prices rose.",
)
TITLES = (
    Named("{product}采购合同", "Purchase of {product}"),
    Named("{product}年度供货合同", "Yearly supply of {product}"),
    Named("{product}配套项目", "Supply project: {product}"),
    Named("采购{product}（2022—2024年）", "Purchase of {product}, 2022 to 2024"),
)


@dataclass(frozen=True, eq=False)
class Entry:
    """A deal with the contract behind it."""

    deal: Deal
    contract: Contract


class Bookkeeper:
    """Writes contracts into deals, unsaved."""

    def __init__(
        self, rng: Random, ground: Ground, officials: Officials, rates: Sequence[ExchangeRate]
    ) -> None:
        self._rng, self._ground, self._officials, self._rates = rng, ground, officials, list(rates)
        self._number = 0

    def headline(self, contracts: Sequence[Contract]) -> list[Entry]:
        """Signed and verified deals whose amounts in yuan add up to the published total, to the fen."""
        rng = self._rng
        show = next(contract for contract in contracts if self._is_airshow(contract))
        others = [contract for contract in contracts if contract is not show]
        drawn = amounts.spread(
            rng, facts().signed_cny - HELICOPTERS_CNY, len(others), sigma=1.15, least=LEAST_CNY
        )
        by_size = sorted(others, key=lambda contract: _strength(contract) * rng.lognormvariate(0, 0.7))
        wanted = {id(c): amount for c, amount in zip(by_size, sorted(drawn), strict=True)}
        wanted[id(show)] = HELICOPTERS_CNY
        entries = [self._signed(contract, wanted[id(contract)]) for contract in contracts]
        self._settle(entries)
        for entry in entries:
            self._verify(entry.deal)
            if entry.contract.supplier.company.is_invented:
                self._go_on(entry.deal)
            elif not self._is_airshow(entry.contract):
                entry.deal.stage, entry.deal.performing_on = Stage.PERFORMING, entry.contract.on
        return entries

    def unverified(self, contracts: Sequence[Contract]) -> list[Entry]:
        """Reported as signed; nobody has verified them."""
        return [self._signed(contract, self._small_amount()) for contract in contracts]

    def signed_again(self, entries: Sequence[Entry]) -> list[Entry]:
        """The same project at the next event, as such schemes are known for: for somebody to find."""
        again = []
        for entry in entries:
            day = min(entry.contract.on + dt.timedelta(days=33), facts().as_of)
            deal = entry.deal
            in_yuan = amounts.in_yuan(deal.signed_amount or Decimal(0), deal.rate_to_cny)
            again.append(self._signed(replace(entry.contract, on=day), in_yuan))
        return again

    def terminated(self, contracts: Sequence[Contract]) -> list[Entry]:
        """Signed and verified once, ended since: not part of the headline."""
        entries = [self._signed(contract, self._small_amount()) for contract in contracts]
        for entry, reason in zip(entries, TERMINATIONS, strict=False):
            deal = entry.deal
            self._verify(deal)
            deal.stage = Stage.TERMINATED
            deal.terminated_on = min(entry.contract.on + dt.timedelta(days=20), facts().as_of)
            deal.termination_reason = reason
        return entries

    def frameworks(self, contracts: Sequence[Contract]) -> list[Entry]:
        """Framework agreements: no amount, not signed."""
        return [
            Entry(self._deal(contract, stage=Stage.FRAMEWORK, framework_on=contract.on), contract)
            for contract in contracts
        ]

    def intentions(self, contracts: Sequence[Contract]) -> list[Entry]:
        """Intentions of the promotion series; they add up to the published amount and stay apart."""
        drawn = amounts.spread(
            self._rng,
            facts().intention_cny,
            len(contracts),
            sigma=0.8,
            least=Decimal(1_200_000),
            rounded=0.3,
        )
        return [
            Entry(
                self._deal(
                    contract, stage=Stage.INTENTION, intention_on=contract.on, intention_amount=amount
                ),
                contract,
            )
            for contract, amount in zip(contracts, drawn, strict=True)
        ]

    def _signed(self, contract: Contract, amount_cny: Decimal) -> Entry:
        """A deal in the buyer's currency, about that amount in yuan."""
        country = contract.buyer.company.country
        currency = "CNY" if country == "CN" or self._rng.random() < 0.15 else CURRENCIES.get(country, "USD")
        money: dict[str, Any] = {"signed_amount": amount_cny}
        if currency != "CNY":
            rate = rate_of(self._rates, currency, contract.on)
            money = {
                "currency": currency,
                "rate_to_cny": rate.cny_per_unit,
                "rate_date": rate.date,
                "signed_amount": amounts.in_currency(amount_cny, rate.cny_per_unit),
            }
        deal = self._deal(contract, stage=Stage.SIGNED, signed_on=contract.on, **money)
        deal.intention_on = self._intended_on(contract)
        return Entry(deal, contract)

    def _intended_on(self, contract: Contract) -> dt.date | None:
        """Some contracts began as an intention: at the event, or after the introduction."""
        occasion, brought = contract.occasion, contract.brought
        introduced_at = brought.match.introduced_at if brought else None
        if self._rng.random() >= INTENDED_FIRST:
            return None
        if introduced_at:
            days = (contract.on - introduced_at.date()).days
            return contract.on - dt.timedelta(days=self._rng.randrange(days // 3, days) if days > 2 else days)
        if occasion and contract.on > occasion.event.starts_on:
            return occasion.event.starts_on
        return None

    def _settle(self, entries: list[Entry]) -> None:
        """Give the fen lost in conversions to the largest deal in yuan."""
        in_yuan = [amounts.in_yuan(e.deal.signed_amount or Decimal(0), e.deal.rate_to_cny) for e in entries]
        largest = max(
            (entry for entry in entries if entry.deal.currency == "CNY"),
            key=lambda entry: entry.deal.signed_amount or Decimal(0),
        )
        missing = facts().signed_cny - amounts.total(in_yuan)
        largest.deal.signed_amount = (largest.deal.signed_amount or Decimal(0)) + missing

    def _deal(self, contract: Contract, **values: Any) -> Deal:
        """What every deal has: sides, titles, where it counts, who recorded it."""
        rng = self._rng
        self._number += 1
        occasion, brought = contract.occasion, contract.brought
        buyer, supplier = contract.buyer.company, contract.supplier.company
        office = self._officials.chain_offices[contract.chain]
        recorder = occasion.organisers[0] if occasion and occasion.organisers else office
        title, quantity, unit = self._subject(contract, values)
        return Deal(
            buyer=buyer,
            supplier=supplier,
            need=brought.wanted.need if brought else None,
            event=occasion.event if occasion else None,
            counting_chain=self._ground.chains[contract.chain],
            counting_division=contract.division,
            title_zh=title.zh,
            title_en=title.en,
            quantity=quantity,
            unit=unit,
            contract_reference=f"DEMO-2022-{self._number:04d}",
            note="" if buyer.is_invented and supplier.is_invented else ASSUMED,
            recorded_by=recorder,
            recorded_at=moment(rng, min(contract.on + dt.timedelta(days=rng.randrange(3)), facts().as_of)),
            **{"rate_date": contract.on} | values,
        )

    def _subject(self, contract: Contract, values: dict[str, Any]) -> tuple[Named, Decimal | None, str]:
        """Title, quantity and unit; the quantity fits amount and price."""
        product = contract.product
        if self._is_airshow(contract):
            return Named("采购20架直升机", "Purchase of 20 helicopters"), Decimal(facts().helicopters), "架"
        if product is None:
            return Named("汽车零部件供货", "Supply of auto parts"), None, ""
        template = self._rng.choice(TITLES)
        title = Named(
            template.zh.format(product=product.name.zh), template.en.format(product=_lower(product.name.en))
        )
        amount = values.get("signed_amount")
        if amount is None:
            return title, None, ""
        in_yuan = amount * values.get("rate_to_cny", Decimal(1))
        price = (product.price_min + product.price_max) / 2
        return title, wording.rounded(float(in_yuan / price), 3), product.unit.en

    def _verify(self, deal: Deal) -> None:
        deal.verified_by = self._officials.verifier(self._rng, deal.recorded_by)
        day = deal.recorded_at.date() + dt.timedelta(days=self._rng.randrange(9))
        deal.verified_at = max(deal.recorded_at, moment(self._rng, min(day, facts().as_of)))

    def _go_on(self, deal: Deal) -> None:
        """Older contracts are being performed, some are completed; none after the published day."""
        signed_on, amount = deal.signed_on or facts().since, deal.signed_amount or Decimal(0)
        age = (facts().as_of - signed_on).days
        if age < 25 or self._rng.random() < 0.45:
            return
        deal.performing_on = signed_on + dt.timedelta(days=self._rng.randrange(8, 24))
        is_completed = age > 90 and self._rng.random() < 0.2
        deal.stage = Stage.COMPLETED if is_completed else Stage.PERFORMING
        deal.completed_on = (
            facts().as_of - dt.timedelta(days=self._rng.randrange(20)) if is_completed else None
        )
        ordered = 1.0 if is_completed else self._rng.uniform(0.15, 0.8)
        kept = 1.0 if is_completed else ordered * self._rng.uniform(0.2, 0.9)
        deal.ordered_amount = (amount * Decimal(str(round(ordered, 4)))).quantize(amounts.FEN)
        deal.fulfilled_amount = (amount * Decimal(str(round(kept, 4)))).quantize(amounts.FEN)

    def _small_amount(self) -> Decimal:
        return Decimal(self._rng.randrange(2_000_000, 60_000_000, 1300))

    def _is_airshow(self, contract: Contract) -> bool:
        return contract.chain == "general_aviation" and not contract.supplier.company.is_invented


def _strength(contract: Contract) -> float:
    """Size of the supplier; one whose figures nobody knows counts as a large firm."""
    return contract.supplier.weight if contract.supplier.company.is_invented else 2e9


def _lower(name: str) -> str:
    """The name within a sentence: lower case unless it is an acronym."""
    return name if name[1:2].isupper() or not name[1:2].isalpha() else name[:1].lower() + name[1:]
