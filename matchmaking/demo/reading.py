"""The texts of the demo city, read from the files in ``texts``."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"
SHARES = Path(__file__).parent / "shares.csv"


@dataclass(frozen=True)
class Named:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Product:
    """Something that firms of a chain node make; prices in yuan a unit, certificates by code."""

    node: str
    name: Named
    synonyms_zh: tuple[str, ...]
    synonyms_en: tuple[str, ...]
    spec: Named
    unit: Named
    price_min: Decimal
    price_max: Decimal
    certificates: tuple[str, ...]
    uses_zh: tuple[str, ...]
    uses_en: tuple[str, ...]
    sector: str
    heading: str

    @property
    def chain(self) -> str:
        return self.node.partition(".")[0]


@dataclass(frozen=True)
class Phrase:
    """A sentence with places to fill; needs have a title as well."""

    style: str
    text: Named
    title: Named = Named("", "")


@dataclass(frozen=True)
class BuyerText:
    """An invented buyer and the chain nodes from which it buys."""

    name: Named
    division: str
    country: str
    sector: str
    size: str
    chain: str
    nodes: tuple[str, ...]
    parent: str
    """The Chinese name of another buyer, or empty."""


@dataclass(frozen=True)
class Share:
    """How many of the city's firms are in a chain, and in which divisions they sit, as weights."""

    chain: str
    weight: float
    divisions: tuple[str, ...]
    division_weights: tuple[float, ...]
    exporting: float
    """Share of the firms that sell abroad."""


@dataclass(frozen=True)
class Texts:
    """Everything that the demo says in words."""

    products: tuple[Product, ...]
    needs: tuple[Phrase, ...]
    offerings: tuple[Phrase, ...]
    buyers: tuple[BuyerText, ...]
    brands: tuple[Named, ...]
    places: tuple[Named, ...]
    forms: tuple[Named, ...]
    trades: dict[str, tuple[Named, ...]]
    surnames: tuple[Named, ...]
    given: tuple[Named, ...]
    events: dict[str, tuple[Named, ...]]
    shares: tuple[Share, ...]


@cache
def texts() -> Texts:
    """Read every file once."""
    names = list(_rows(TEXTS / "company_names.csv"))
    people = list(_rows(TEXTS / "person_names.csv"))
    products = tuple(
        _product(row) for file in sorted((TEXTS / "products").glob("*.csv")) for row in _rows(file)
    )
    events: dict[str, tuple[Named, ...]] = {}
    for row in _rows(TEXTS / "event_names.csv"):
        named = Named(row["template_zh"], row["template_en"])
        events[row["kind"]] = (*events.get(row["kind"], ()), named)
    return Texts(
        products=products,
        needs=tuple(_phrase(row) for row in _rows(TEXTS / "need_phrases.csv")),
        offerings=tuple(_phrase(row) for row in _rows(TEXTS / "offering_phrases.csv")),
        buyers=tuple(_buyer(row) for row in _rows(TEXTS / "buyers.csv")),
        brands=_named(names, "brand"),
        places=_named(names, "place"),
        forms=_named(names, "form"),
        trades={
            chain: _named([row for row in names if row["chain_code"] == chain], "trade")
            for chain in sorted({product.chain for product in products})
        },
        surnames=_named(people, "surname"),
        given=_named(people, "given"),
        events=events,
        shares=tuple(_share(row) for row in _rows(SHARES)),
    )


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _named(rows: list[dict[str, str]], kind: str) -> tuple[Named, ...]:
    return tuple(Named(row["name_zh"], row["name_en"]) for row in rows if row["kind"] == kind)


def _product(row: dict[str, str]) -> Product:
    return Product(
        node=row["node_code"],
        name=Named(row["name_zh"], row["name_en"]),
        synonyms_zh=_parts(row["synonyms_zh"]),
        synonyms_en=_parts(row["synonyms_en"]),
        spec=Named(row["spec_zh"], row["spec_en"]),
        unit=Named(row["unit_zh"], row["unit_en"].replace("_", " ")),
        price_min=Decimal(row["price_min"]),
        price_max=Decimal(row["price_max"]),
        certificates=_parts(row["certs"]),
        uses_zh=_parts(row["uses_zh"]),
        uses_en=_parts(row["uses_en"]),
        sector=row["gbt4754"],
        heading=row["hs_heading"],
    )


def _phrase(row: dict[str, str]) -> Phrase:
    title = Named(row.get("title_zh", ""), row.get("title_en", ""))
    return Phrase(row["style"], Named(row["text_zh"], row["text_en"]), title)


def _buyer(row: dict[str, str]) -> BuyerText:
    return BuyerText(
        name=Named(row["name_zh"], row["name_en"]),
        division=row["division_code"],
        country=row["country"],
        sector=row["gbt4754"],
        size=row["size"],
        chain=row["chain_code"],
        nodes=_parts(row["buys"]),
        parent=row["parent"],
    )


def _share(row: dict[str, str]) -> Share:
    places = [place.split(":") for place in _parts(row["divisions"])]
    return Share(
        chain=row["chain_code"],
        weight=float(row["weight"]),
        divisions=tuple(code for code, _ in places),
        division_weights=tuple(float(weight) for _, weight in places),
        exporting=float(row["exporting"]),
    )
