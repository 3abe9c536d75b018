"""The firms of the demo: those that the report names, invented buyers, invented firms of the chains."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from accounts.models import User
from companies.models import ChainNode, Company
from matchmaking.demo.bulk import write
from matchmaking.demo.reading import Product


@dataclass(frozen=True, eq=False)
class Firm:
    """A company with what the demo knows of it: what it makes, or the nodes from which it buys."""

    company: Company
    chain: str
    products: tuple[Product, ...] = ()
    buys: tuple[str, ...] = ()

    @property
    def is_published(self) -> bool:
        return self.company.verification == Company.Verification.VERIFIED

    @property
    def weight(self) -> float:
        """Size as revenue in yuan; firms without figures count as small."""
        return float(self.company.revenue_cny or 3_000_000)


@dataclass(frozen=True)
class Firms:
    """All firms of the demo."""

    known: dict[str, Firm]
    buyers: tuple[Firm, ...]
    makers: tuple[Firm, ...]
    supplier: Firm
    """The auto parts maker that ``supplier@demo.invalid`` represents."""

    @property
    def invented(self) -> tuple[Firm, ...]:
        return self.buyers + self.makers

    @property
    def everybody(self) -> tuple[Firm, ...]:
        return (*self.known.values(), *self.invented)

    def published_makers(self) -> list[Firm]:
        return [firm for firm in self.makers if firm.is_published]


@dataclass(frozen=True)
class Checking:
    """Who verifies firms, on which day the city is built, and when the scheme began."""

    by: User
    today: dt.date
    moment: dt.datetime


class Market:
    """Finds who makes what among verified firms."""

    def __init__(self, makers: Sequence[Firm]) -> None:
        self._by_product: dict[Product, list[Firm]] = defaultdict(list)
        self._by_node: dict[str, list[Firm]] = defaultdict(list)
        for firm in makers:
            for product in firm.products:
                self._by_product[product].append(firm)
            for node in sorted({product.node for product in firm.products}):
                self._by_node[node].append(firm)

    def makers_of(self, product: Product) -> list[Firm]:
        """Those who make exactly this."""
        return self._by_product[product]

    def near(self, product: Product) -> list[Firm]:
        """Those on the same chain node: they make it or its like."""
        return self._by_node[product.node]


def save_firms(firms: Sequence[Firm], nodes: dict[str, ChainNode], sectors: dict[str, int]) -> None:
    """Write companies and their nodes and other sectors in bulk.

    :param sectors: primary keys of sectors by code.
    """
    companies = [firm.company for firm in firms]
    for company in companies:
        company.derive()
    write(companies)
    on_node, of_sector = Company.nodes.through, Company.other_sectors.through
    write(
        [
            on_node(company_id=firm.company.pk, chainnode_id=nodes[code].pk)
            for firm in firms
            for code in dict.fromkeys(product.node for product in firm.products)
        ],
    )
    write(
        [
            of_sector(company_id=firm.company.pk, sector_id=sector)
            for firm in firms
            for sector in _other_sectors(firm, sectors)
        ],
    )


def _other_sectors(firm: Firm, sectors: dict[str, int]) -> Iterator[int]:
    found = dict.fromkeys(sectors[product.sector] for product in firm.products)
    return (sector for sector in found if sector != firm.company.main_sector_id)


def days_before(rng: Random, today: dt.date, most: int) -> dt.date:
    """A day up to so many days ago, nearer ones more often."""
    return today - dt.timedelta(days=int(most * rng.random() ** 2))
