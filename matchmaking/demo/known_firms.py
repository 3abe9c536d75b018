"""The companies that the published report names, with what it says of them and nothing else."""

import datetime as dt

from accounts.models import User
from companies.models import Company
from matchmaking.demo.facts import KnownCompany, facts
from matchmaking.demo.firms import Firm
from matchmaking.demo.ground import Ground

ON_TRUST = "Named in the report of 6 December 2022; its licence was not looked at for the demonstration."
GUEST_ZH = "应邀出席在温州举行的2022《财富》中国500强峰会。"
GUEST_EN = "Guest of the 2022 Fortune China 500 Summit in Wenzhou."
CHAINS = {"hozon": "auto_parts", "qiaoluming": "auto_parts"}


def make_known_firms(ground: Ground, by: User, at: dt.datetime) -> dict[str, Firm]:
    """The firms by their key, saved; their credit codes are not known and stay empty."""
    made: dict[str, Firm] = {}
    for known in sorted(facts().companies, key=lambda row: bool(row.parent)):
        company = _company(ground, known, by, at)
        company.parent = made[known.parent].company if known.parent else None
        company.save()
        made[known.key] = Firm(company, CHAINS.get(known.key, "general_aviation"))
    return made


def _company(ground: Ground, known: KnownCompany, by: User, at: dt.datetime) -> Company:
    return Company(
        name_zh=known.name_zh,
        name_en=known.name_en,
        brands=list(known.brands),
        country=known.country,
        division=ground.divisions.get(known.division),
        main_sector=ground.sectors.get(known.sector),
        supplies=known.supplies,
        buys=known.buys,
        about_zh=GUEST_ZH if known.guest else known.about_zh,
        about_en=GUEST_EN if known.guest else known.about_en,
        verification=Company.Verification.VERIFIED,
        verified_by=by,
        verified_at=at,
        verification_reason=ON_TRUST,
        is_invented=False,
    )
