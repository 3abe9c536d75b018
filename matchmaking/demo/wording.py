"""Filling the sentences of the demo: products under one of their names, numbers as firms write them."""

import re
from decimal import Decimal
from random import Random

from companies.models import CertificationScheme
from matchmaking.demo.reading import Named, Phrase, Product

PLURAL = {"piece", "unit", "tonne", "set", "pair", "metre", "batch", "project", "vehicle", "bottle", "carton"}
_SHORT = re.compile(r"^[A-Za-z0-9/ .:\-]+")
_ZH_NOTATIONS = (
    ("~", ("-", "至", "～")),
    ("≥", ("不低于", ">=", "大于等于")),
    ("≤", ("不超过", "<=", "小于等于")),
    ("mm", ("毫米", " mm")),
    ("φ", ("直径", "Φ", "∅")),
    ("±", ("正负", "+/-")),
    ("，", ("；", "、", "，")),
)
_EN_NOTATIONS = (
    ("-", (" to ", "–")),  # firms write ranges with a dash
    (" mm", ("mm", " millimetres")),
    (" min.", (" minimum", " or more")),
    (" max.", (" maximum", " at most")),
    ("±", ("+/-", "± ")),
)


def name_zh(rng: Random, product: Product, *, own: float = 0.5) -> str:
    """A Chinese name of the product: its own with that chance, otherwise a synonym."""
    return _one_of(rng, product.name.zh, product.synonyms_zh, own)


def name_en(rng: Random, product: Product, *, own: float = 0.5) -> str:
    """An English name of the product."""
    return _one_of(rng, product.name.en, product.synonyms_en, own)


def spec_zh(rng: Random, product: Product, *, changed: float) -> str:
    """The Chinese specification; each sign is written otherwise with the chance ``changed``."""
    return _in_other_notation(rng, product.spec.zh, _ZH_NOTATIONS, changed)


def spec_en(rng: Random, product: Product, *, changed: float) -> str:
    """The English specification; the dash is changed only between numbers."""
    return _in_other_notation(rng, product.spec.en, _EN_NOTATIONS, changed)


def quantity_zh(value: Decimal, unit: str) -> str:
    """5.2万件, 800吨."""
    if value >= 10_000 and unit[0] not in "千万":
        return f"{(value / 10_000).normalize():f}万{unit}"
    return f"{value.normalize():f}{unit}"


def quantity_en(value: Decimal, unit: str) -> str:
    """52,000 pieces, 800 tonnes."""
    return f"{value:,.0f} {unit + 's' if unit in PLURAL and value != 1 else unit}"


def short_name(scheme: CertificationScheme) -> Named:
    """What people call a certificate: "IATF 16949" in both languages where it begins so."""
    start = _SHORT.match(scheme.name_zh)
    short = start.group().strip() if start else ""
    return Named(short or scheme.name_zh, short or scheme.name_en)


def list_of(schemes: list[CertificationScheme], otherwise: str = "ISO 9001") -> Named:
    """Certificates in a sentence."""
    names = [short_name(scheme) for scheme in schemes]
    return Named(
        "、".join(name.zh for name in names) or otherwise, ", ".join(name.en for name in names) or otherwise
    )


def rounded(value: float, digits: int = 2) -> Decimal:
    """The value with that many leading digits, at least 1."""
    number = Decimal(max(1, round(value)))
    shift = len(str(number)) - digits
    return (
        number.quantize(Decimal(1))
        if shift <= 0
        else number.scaleb(-shift).quantize(Decimal(1)).scaleb(shift)
    )


def fill(text: str, values: dict[str, str]) -> str:
    """The text with its places filled."""
    return text.format_map(values)


def needs_certificates(phrase: Phrase) -> bool:
    """Whether the sentence speaks of certificates."""
    return "{certs}" in phrase.text.zh


def _one_of(rng: Random, own_name: str, synonyms: tuple[str, ...], own: float) -> str:
    return own_name if not synonyms or rng.random() < own else rng.choice(synonyms)


def _in_other_notation(
    rng: Random, text: str, notations: tuple[tuple[str, tuple[str, ...]], ...], changed: float
) -> str:
    for sign, others in notations:
        if rng.random() >= changed:
            continue
        if sign == "-":
            text = re.sub(r"(?<=\d)-(?=\d)", rng.choice(others), text)
        else:
            text = text.replace(sign, rng.choice(others))
    return text
