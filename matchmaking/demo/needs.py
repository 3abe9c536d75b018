"""What the buyers look for, in other words than those of the offerings."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils import timezone

from companies.models import CertificationScheme, SourcingNeed
from matchmaking.demo import wording
from matchmaking.demo.bulk import write
from matchmaking.demo.facts import facts
from matchmaking.demo.firms import Firm, Market
from matchmaking.demo.ground import Ground
from matchmaking.demo.reading import Named, Product, texts

Visibility = SourcingNeed.Visibility
State = SourcingNeed.State
DECIDERS = ("采购与质量共同决定", "采购部", "总经理", "Purchasing and quality together", "供应链委员会", "")
FOOD_GRADE = "食品级"
FOOD_AND_MEDICINE = {"life_health", "pump_valve", "printing_packaging", "pet_products"}
"""Chains whose products touch food or medicine: others have no needs of that grade."""
PLACES = ("330300", "330381", "330382", "330200", "330100", "310000", "440300")


@dataclass(frozen=True, eq=False)
class Wanted:
    """A need with the firm that posts it, the product it means and the certificates it demands."""

    need: SourcingNeed
    buyer: Firm
    product: Product
    schemes: tuple[CertificationScheme, ...] = ()


def moment(rng: Random, day: dt.date) -> dt.datetime:
    """Some minute of office hours on the day, in the city's time."""
    at = dt.time(rng.randrange(8, 18), rng.randrange(60))
    return timezone.make_aware(dt.datetime.combine(day, at))


class NeedMaker:
    """Draws needs for one day of loading."""

    def __init__(self, rng: Random, ground: Ground, market: Market, today: dt.date) -> None:
        self._rng, self._ground, self._market, self._today = rng, ground, market, today
        self._by_node: dict[str, list[Product]] = {}
        for product in texts().products:
            self._by_node.setdefault(product.node, []).append(product)
        self._asked: set[tuple[int, Product]] = set()

    def open_need(self, buyer: Firm, product: Product | None = None) -> Wanted | None:
        """A need posted in the last six weeks whose answer is due in the next two months."""
        day = self._today - dt.timedelta(days=1 + int(44 * self._rng.random() ** 1.4))
        answer_by = self._today + dt.timedelta(days=self._rng.randrange(4, 60))
        return self._need(buyer, product, day, answer_by, State.OPEN)

    def past_need(self, buyer: Firm, product: Product | None = None) -> Wanted | None:
        """A need of 2022, posted early enough to be introduced before the published day."""
        span = (facts().as_of - facts().since).days - 25
        day = facts().since + dt.timedelta(days=self._rng.randrange(span))
        answer_by = day + dt.timedelta(days=self._rng.randrange(15, 60))
        state = self._rng.choices([State.CLOSED, State.EXPIRED], [3, 2])[0]
        wanted = self._need(buyer, product, day, answer_by, state)
        if wanted:
            wanted.need.ended_at = moment(self._rng, answer_by + dt.timedelta(days=1))
            wanted.need.end_reason = (
                "" if state == State.EXPIRED else "采购计划已调整 The purchasing plan changed."
            )
        return wanted

    def waiting_need(self, buyer: Firm, state: str) -> Wanted | None:
        """A draft or a submitted need that nobody has opened yet."""
        wanted = self._need(buyer, None, self._today, self._today + dt.timedelta(days=30), state)
        if wanted:
            wanted.need.opened_at = None
        return wanted

    def _product_for(self, buyer: Firm) -> Product | None:
        nodes = [node for node in buyer.buys if node in self._by_node]
        if not nodes:
            nodes = [node for node in self._by_node if node.startswith(f"{buyer.chain}.")]
        free = [
            product
            for node in nodes
            for product in self._by_node[node]
            if (id(buyer), product) not in self._asked
        ]
        return self._rng.choice(free) if free else None

    def _need(
        self, buyer: Firm, product: Product | None, day: dt.date, answer_by: dt.date, state: str
    ) -> Wanted | None:
        product = product or self._product_for(buyer)
        if product is None or (id(buyer), product) in self._asked:
            return None
        self._asked.add((id(buyer), product))
        rng, ground = self._rng, self._ground
        schemes = [ground.schemes[code] for code in product.certificates if code in ground.schemes]
        schemes = [scheme for scheme in schemes if rng.random() < 0.45]
        quantity = self._quantity(product)
        abroad = buyer.company.country != "CN"
        place = None if abroad else buyer.company.division
        if rng.random() < 0.25 and not abroad:
            place = ground.divisions[rng.choice(PLACES)]
        title, text, is_chinese = self._words(
            buyer, product, schemes, quantity, place.name_zh if place else ""
        )
        deliver_by = answer_by + dt.timedelta(days=rng.randrange(15, 150))
        price = self._price(product)
        need = SourcingNeed(
            buyer=buyer.company,
            title_zh=title.zh,
            title_en=title.en,
            text=text,
            sector=ground.sectors.get(product.sector) if rng.random() < 0.75 else None,
            node=ground.nodes[product.node],
            hs_heading=ground.headings.get(product.heading) if rng.random() < 0.45 else None,
            quantity=quantity if rng.random() < 0.9 else None,
            unit=product.unit.zh if is_chinese else product.unit.en,
            target_price=price if rng.random() < 0.55 else None,
            place=place,
            deliver_by=deliver_by if rng.random() < 0.7 else None,
            answer_by=answer_by,
            payment_days=rng.choice([0, 30, 30, 60, 60, 90]) if rng.random() < 0.7 else None,
            decided_by=rng.choice(DECIDERS),
            visibility=rng.choices(list(Visibility), [62, 24, 14])[0],
            state=state,
            opened_at=moment(rng, day),
        )
        return Wanted(need, buyer, product, tuple(schemes))

    def _quantity(self, product: Product) -> Decimal:
        """From a trial lot to more than most makers have free."""
        makers = self._market.makers_of(product)
        price = math.sqrt(float(product.price_min * product.price_max)) or 1
        revenues = sorted(firm.weight for firm in makers) or [2e7]
        usual = revenues[len(revenues) // 2] / 3 / price
        return wording.rounded(usual * math.exp(self._rng.gauss(-1.2, 1.3)))

    def _price(self, product: Product) -> Decimal:
        """Around the usual prices; one in six is lower than any maker asks."""
        share = self._rng.uniform(-0.2, 0.9)
        price = product.price_min + (product.price_max - product.price_min) * Decimal(str(round(share, 3)))
        return max(price, product.price_min * Decimal("0.7")).quantize(Decimal("0.01"))

    def _words(
        self,
        buyer: Firm,
        product: Product,
        schemes: Sequence[CertificationScheme],
        quantity: Decimal,
        place_zh: str,
    ) -> tuple[Named, str, bool]:
        """Title and text, and whether they are Chinese: half only Chinese, a third both, the rest English."""
        rng = self._rng
        abroad = buyer.company.country != "CN"
        languages = rng.choices(["zh", "both", "en"], [5, 15, 80] if abroad else [56, 32, 12])[0]
        phrases = [
            phrase
            for phrase in texts().needs
            if (schemes or not wording.needs_certificates(phrase))
            and (product.chain in FOOD_AND_MEDICINE or FOOD_GRADE not in phrase.title.zh)
        ]
        phrase = rng.choice(phrases)
        zh, en = self._values(product, schemes, quantity, place_zh)
        title = Named(
            wording.fill(phrase.title.zh, zh) if languages != "en" else "",
            _capital(wording.fill(phrase.title.en, en)) if languages != "zh" else "",
        )
        parts = [wording.fill(phrase.text.zh, zh)] if languages != "en" else []
        parts += [_capital(wording.fill(phrase.text.en, en))] if languages != "zh" else []
        return title, "\n".join(parts), languages == "zh"

    def _values(
        self, product: Product, schemes: Sequence[CertificationScheme], quantity: Decimal, place_zh: str
    ) -> tuple[dict[str, str], dict[str, str]]:
        rng = self._rng
        certificates = wording.list_of(list(schemes))
        place = next((d for d in self._ground.divisions.values() if d.name_zh == place_zh), self._ground.city)
        days = str(rng.choice([10, 15, 20, 30, 45, 60]))
        closing = self._today + dt.timedelta(days=rng.randrange(20, 60))
        zh = {
            "product": wording.name_zh(rng, product, own=0.25),
            "spec": wording.spec_zh(rng, product, changed=0.5),
            "use": rng.choice(product.uses_zh or (product.name.zh,)),
            "quantity": wording.quantity_zh(quantity, product.unit.zh),
            "certs": certificates.zh,
            "place": place.name_zh,
            "days": days,
            "date": f"{closing.month}月{closing.day}日",
        }
        en = {
            "product": wording.name_en(rng, product, own=0.25),
            "spec": wording.spec_en(rng, product, changed=0.5),
            "use": rng.choice(product.uses_en or (product.name.en,)),
            "quantity": wording.quantity_en(quantity, product.unit.en),
            "certs": certificates.en,
            "place": place.name_en,
            "days": days,
            "date": f"{closing.day} {closing:%B}",
        }
        return zh, en


def save_needs(wanted: Sequence[Wanted]) -> None:
    """Write needs and the certificates they demand."""
    write([row.need for row in wanted])
    required = SourcingNeed.required_certifications.through
    write(
        [
            required(sourcingneed_id=row.need.pk, certificationscheme_id=scheme.pk)
            for row in wanted
            for scheme in row.schemes
        ]
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
