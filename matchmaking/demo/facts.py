"""The published result that the demo's rows add up to; its source stands in ``facts.json``."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "facts.json"


@dataclass(frozen=True)
class KnownCompany:
    """A company that the report names, with what it says of it and nothing else."""

    key: str
    name_zh: str
    name_en: str
    brands: tuple[str, ...]
    division: str
    country: str
    supplies: bool
    buys: bool
    sector: str
    parent: str = ""
    about_zh: str = ""
    about_en: str = ""
    guest: bool = False


@dataclass(frozen=True)
class Facts:
    """Counts, and amounts in yuan, up to ``as_of``."""

    as_of: dt.date
    since: dt.date
    chiefs: int
    docking_activities: int
    signed_projects: int
    signed_cny: Decimal
    companies_served: int
    promotion_batches: int
    promotion_chains: tuple[str, ...]
    intention_cny: Decimal
    neta_suppliers: int
    qiaoluming: dict[str, Any]
    helicopters: int
    usd: dict[str, str]
    foreign_trade: dict[str, Any]
    companies: tuple[KnownCompany, ...]


@cache
def facts() -> Facts:
    """What the report says."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return Facts(
        as_of=dt.date.fromisoformat(read["as_of"]),
        since=dt.date.fromisoformat(read["since"]),
        chiefs=read["chiefs"],
        docking_activities=read["docking_activities"],
        signed_projects=read["signed_projects"],
        signed_cny=Decimal(read["order_volume_cny"]),
        companies_served=read["companies_served"],
        promotion_batches=read["promotion"]["batches"],
        promotion_chains=tuple(read["promotion"]["chains"]),
        intention_cny=Decimal(read["promotion"]["intention_value_cny"]),
        neta_suppliers=read["neta_suppliers"],
        qiaoluming=read["qiaoluming"],
        helicopters=read["helicopters"],
        usd=read["usd"],
        foreign_trade=read["foreign_trade"],
        companies=tuple(KnownCompany(**{**row, "brands": tuple(row["brands"])}) for row in read["companies"]),
    )
