"""What the firms offer, in the words of different firms: Chinese, English or both."""

import math
from decimal import Decimal
from random import Random

from companies.models import Offering
from matchmaking.demo import wording
from matchmaking.demo.firms import Firm
from matchmaking.demo.ground import Ground
from matchmaking.demo.reading import Named, Phrase, Product, texts

PRODUCTS_PER_REVENUE = 0.8
"""Share of its revenue that a firm makes with the products that it shows."""


def make_offerings(rng: Random, ground: Ground, firms: list[Firm]) -> list[Offering]:
    """One offering a product and firm, unsaved."""
    return [_offering(rng, ground, firm, product) for firm in firms for product in firm.products]


def _offering(rng: Random, ground: Ground, firm: Firm, product: Product) -> Offering:
    in_english = bool(firm.company.name_en) and rng.random() < 0.62
    in_chinese = not in_english or rng.random() < 0.72
    capacity = _capacity(rng, firm, product)
    sentences = [_sentence(rng, ground, product, capacity) for _ in range(1 + (rng.random() < 0.45))]
    own = {"zh": wording.name_zh(rng, product), "en": wording.name_en(rng, product)}
    parts = [part.zh for part in sentences] if in_chinese else []
    parts += [" ".join(part.en for part in sentences)] if in_english else []
    tells_capacity = rng.random() < 0.82
    spare = wording.rounded(float(capacity) * rng.choice([0.05, 0.1, 0.15, 0.2, 0.3, 0.4]))
    unit = product.unit.zh if in_chinese and not in_english else product.unit.en
    return Offering(
        company=firm.company,
        name_zh=own["zh"] if in_chinese else "",
        name_en=own["en"] if in_english else "",
        text="\n".join(parts),
        sector=ground.sectors.get(product.sector) if rng.random() < 0.9 else None,
        node=ground.nodes.get(product.node) if rng.random() < 0.95 else None,
        hs_heading=ground.headings.get(product.heading) if rng.random() < 0.7 else None,
        yearly_capacity=capacity if tells_capacity else None,
        spare_capacity=min(spare, capacity) if tells_capacity and rng.random() < 0.85 else None,
        unit=unit,
        minimum_order=wording.rounded(float(capacity) / rng.choice([200, 500, 1000]), 1)
        if rng.random() < 0.6
        else None,
        lead_time_days=rng.choice([7, 10, 15, 15, 20, 25, 30, 30, 45, 60, 90])
        if rng.random() < 0.85
        else None,
    )


def _capacity(rng: Random, firm: Firm, product: Product) -> Decimal:
    """Units a year that fit the firm's revenue and the product's price."""
    price = math.sqrt(float(product.price_min * product.price_max)) or 1
    value = firm.weight * PRODUCTS_PER_REVENUE / max(1, len(firm.products)) * rng.uniform(0.5, 1.8)
    return wording.rounded(value / price)


def _sentence(rng: Random, ground: Ground, product: Product, capacity: Decimal) -> Named:
    phrase: Phrase = rng.choice(texts().offerings)
    return said(rng, ground, phrase.text, product, capacity)


def said(rng: Random, ground: Ground, text: Named, product: Product, capacity: Decimal) -> Named:
    """A sentence of a firm about a product in both languages."""
    schemes = wording.list_of(
        [ground.schemes[code] for code in product.certificates if code in ground.schemes]
    )
    days, years = str(rng.choice([7, 10, 15, 20, 30])), str(rng.randrange(6, 32))
    zh = {
        "product": wording.name_zh(rng, product),
        "spec": wording.spec_zh(rng, product, changed=0.12),
        "use": rng.choice(product.uses_zh or (product.name.zh,)),
        "capacity": wording.quantity_zh(capacity, product.unit.zh),
        "certs": schemes.zh,
        "days": days,
        "years": years,
    }
    en = {
        "product": wording.name_en(rng, product),
        "spec": wording.spec_en(rng, product, changed=0.12),
        "use": rng.choice(product.uses_en or (product.name.en,)),
        "capacity": wording.quantity_en(capacity, product.unit.en),
        "certs": schemes.en,
        "days": days,
        "years": years,
    }
    sentence = wording.fill(text.en, en)
    return Named(wording.fill(text.zh, zh), sentence[:1].upper() + sentence[1:])
