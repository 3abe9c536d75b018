"""Invented firms of the city: what they make, where they sit, how large they are."""

import datetime as dt
from random import Random
from zlib import crc32

from companies.models import Company, Division
from matchmaking.demo import sizes
from matchmaking.demo.firms import Checking, Firm, days_before
from matchmaking.demo.ground import Ground
from matchmaking.demo.names import CompanyNames
from matchmaking.demo.reading import Product, Share, texts
from matchmaking.demo.registering import invented_credit_code

LEVEL_WEIGHTS = (40, 41, 13, 6)
"""Micro, small, medium, large, per hundred: more than 90 % are small or medium."""
FIRST_NUMBER = 1_000
"""Of the credit codes; the buyers have those below."""
WITHOUT_FIGURES = 0.03
"""Share of the firms that do not tell their figures and are not classified."""
PRODUCTS = {sizes.MICRO: (1, 4), sizes.SMALL: (1, 5), sizes.MEDIUM: (2, 7), sizes.LARGE: (3, 9)}
TIERS = {
    sizes.MICRO: ((Company.Tier.INNOVATIVE, 0.04),),
    sizes.SMALL: ((Company.Tier.INNOVATIVE, 0.13), (Company.Tier.SRDI, 0.03)),
    sizes.MEDIUM: (
        (Company.Tier.INNOVATIVE, 0.2),
        (Company.Tier.SRDI, 0.18),
        (Company.Tier.LITTLE_GIANT, 0.04),
        (Company.Tier.SINGLE_CHAMPION, 0.006),
    ),
    sizes.LARGE: ((Company.Tier.SINGLE_CHAMPION, 0.02),),
}
REFUSAL = "The licence that was sent in belongs to another company."


def make_makers(rng: Random, ground: Ground, count: int, checking: Checking) -> list[Firm]:
    """``count`` firms, unsaved, spread over chains and divisions as ``shares.csv`` says."""
    shares = rng.choices(texts().shares, [share.weight for share in texts().shares], k=count)
    by_node: dict[str, list[Product]] = {}
    for product in texts().products:
        by_node.setdefault(product.node, []).append(product)
    names = CompanyNames(rng)
    return [
        _firm(
            rng, ground, share, by_node=by_node, names=names, checking=checking, number=FIRST_NUMBER + place
        )
        for place, share in enumerate(shares)
    ]


def _firm(
    rng: Random,
    ground: Ground,
    share: Share,
    *,
    by_node: dict[str, list[Product]],
    names: CompanyNames,
    checking: Checking,
    number: int,
) -> Firm:
    level = rng.choices(range(4), LEVEL_WEIGHTS)[0]
    division = ground.divisions[rng.choices(share.divisions, share.division_weights)[0]]
    products = _products(rng, ground, share.chain, by_node, rng.randint(*PRODUCTS[level]))
    company = _company(rng, ground, division, products[0], level=level, today=checking.today, number=number)
    town = ground.divisions.get(ground.registration_digits(division), division)
    name, brand = names.draw(share.chain, town.name_zh, is_large=level == sizes.LARGE)
    exports = rng.random() < share.exporting * (0.6 + 0.25 * level)
    company.name_zh = name.zh
    company.name_en = name.en if exports or rng.random() < 0.45 + 0.15 * level else ""
    company.brands = [brand.zh, brand.en] if rng.random() < 0.25 + 0.1 * level else []
    company.trade_formats = _trade_formats(rng) if exports else []
    company.tier = _tier(rng, level)
    _describe(rng, company, division, products)
    _check(rng, company, checking)
    return Firm(company, share.chain, products)


def _pull(node: str) -> float:
    """How many firms a node draws: one node in twelve hardly any, so that chains have gaps to close."""
    return 0.01 if crc32(node.encode()) % 12 == 9 else 1.0


def _products(
    rng: Random, ground: Ground, chain: str, by_node: dict[str, list[Product]], count: int
) -> tuple[Product, ...]:
    """Products around one node: most of that node, some of one that it supplies."""
    own = [node for node in by_node if node.startswith(f"{chain}.")]
    node = rng.choices(own, [_pull(node) for node in own])[0]
    near = [code for code in ground.supplies.get(node, ()) if code in by_node and code in own]
    chosen: dict[Product, None] = {rng.choice(by_node[node]): None}
    for _ in range(count - 1):
        place = rng.choice(near) if near and rng.random() < 0.22 else node
        chosen[rng.choice(by_node[place])] = None
    return tuple(chosen)


def _company(
    rng: Random,
    ground: Ground,
    division: Division,
    product: Product,
    *,
    level: int,
    today: dt.date,
    number: int,
) -> Company:
    sector = ground.sectors[product.sector]
    figures = sizes.draw(rng, sector.full_code, level)
    is_told = rng.random() >= WITHOUT_FIGURES
    return Company(
        credit_code=invented_credit_code(
            number,
            ground.registration_digits(division),
            is_sole_trader=level == sizes.MICRO and rng.random() < 0.1,
        ),
        division=division,
        main_sector=sector,
        employees=figures.employees if is_told else None,
        revenue_cny=figures.revenue if is_told else None,
        assets_cny=figures.assets if is_told else None,
        figures_year=today.year - 1 if is_told else None,
        supplies=True,
        buys=rng.random() < 0.12,
        profile_confirmed_on=days_before(rng, today, 1500) if rng.random() < 0.9 else None,
        is_invented=True,
    )


def _trade_formats(rng: Random) -> list[str]:
    formats = Company.TradeFormat
    chosen = [formats.GENERAL.value] if rng.random() < 0.9 else []
    for other, chance in (
        (formats.CROSS_BORDER, 0.35),
        (formats.MARKET_PROCUREMENT, 0.2),
        (formats.TRADE_SERVICES, 0.12),
        (formats.BONDED_MAINTENANCE, 0.015),
        (formats.REMANUFACTURING, 0.015),
        (formats.BONDED_ZONE, 0.03),
    ):
        if rng.random() < chance:
            chosen.append(other.value)
    return chosen or [formats.GENERAL.value]


def _tier(rng: Random, level: int) -> str:
    drawn = rng.random()
    for tier, chance in TIERS[level]:
        if drawn < chance:
            return tier.value
        drawn -= chance
    return ""


def _describe(rng: Random, company: Company, division: Division, products: tuple[Product, ...]) -> None:
    """A line about the firm, as most have written one."""
    if rng.random() < 0.7:
        made = "、".join(product.name.zh for product in products[:3])
        company.about_zh = f"位于{division.name_zh}，主要生产{made}。演示数据，企业为虚构。"
    if company.name_en and rng.random() < 0.6:
        made = ", ".join(product.name.en for product in products[:3])
        company.about_en = f"In {division.name_en}. Main products: {made}. Demonstration: an invented firm."


def _check(rng: Random, company: Company, checking: Checking) -> None:
    """Most are verified, some wait, a few were refused."""
    drawn = rng.random()
    if drawn < 0.05:
        company.verification = Company.Verification.PENDING
        return
    refused = drawn < 0.058
    company.verification = Company.Verification.REFUSED if refused else Company.Verification.VERIFIED
    company.verification_reason = REFUSAL if refused else ""
    company.verified_by = checking.by
    company.verified_at = checking.moment + dt.timedelta(minutes=rng.randrange(60 * 24 * 150))
