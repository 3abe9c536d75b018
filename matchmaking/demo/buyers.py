"""Invented buyers, in the city, in the country and abroad."""

from random import Random

from companies.models import Company
from matchmaking.demo import sizes
from matchmaking.demo.firms import Checking, Firm, days_before
from matchmaking.demo.ground import Ground
from matchmaking.demo.reading import BuyerText, texts
from matchmaking.demo.registering import invented_credit_code

LEVELS = {"small": sizes.SMALL, "medium": sizes.MEDIUM, "large": sizes.LARGE}


def make_buyers(rng: Random, ground: Ground, checking: Checking) -> list[Firm]:
    """All buyers of the texts, unsaved."""
    return [
        Firm(_company(rng, ground, buyer, place, checking), buyer.chain, buys=buyer.nodes)
        for place, buyer in enumerate(texts().buyers)
    ]


def name_parents(buyers: list[Firm]) -> None:
    """Save which of the saved buyers belongs to which other."""
    by_name = {firm.company.name_zh: firm.company for firm in buyers}
    for buyer in texts().buyers:
        if buyer.parent:
            company = by_name[buyer.name.zh]
            company.parent = by_name[buyer.parent]
            company.save(update_fields=["parent"])


def _company(rng: Random, ground: Ground, buyer: BuyerText, place: int, checking: Checking) -> Company:
    sector = ground.sectors[buyer.sector]
    division = ground.divisions.get(buyer.division)
    figures = sizes.draw(rng, sector.full_code, LEVELS[buyer.size])
    code = None
    if buyer.country == "CN" and division is not None:
        code = invented_credit_code(place, ground.registration_digits(division))
    return Company(
        credit_code=code,
        country=buyer.country,
        registration_number="" if code else f"DEMO-{buyer.country}-{place:04d}",
        name_zh=buyer.name.zh,
        name_en=buyer.name.en,
        supplies=False,
        buys=True,
        division=division,
        main_sector=sector,
        employees=figures.employees,
        revenue_cny=figures.revenue,
        assets_cny=figures.assets,
        figures_year=checking.today.year - 1,
        verification=Company.Verification.VERIFIED,
        verified_by=checking.by,
        verified_at=checking.moment,
        profile_confirmed_on=days_before(rng, checking.today, 400),
        is_invented=True,
    )
