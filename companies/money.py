"""Amounts of money as people write and read them: 1.5亿, 950万, 39.3 bn, 2,000,000, full-width digits.

Pure and exact: what cannot be read without rounding or guessing is refused, never changed.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext
from enum import StrEnum

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 18
"""Amounts stay below it: twenty digits of which two are cents."""
LONGEST = 40
"""Nobody writes an amount with more characters."""
_EXACT = Context(prec=LONGEST * 2)


class Problem(StrEnum):
    """Why an amount was refused."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NEGATIVE = "negative"
    TOO_PRECISE = "too_precise"
    TOO_LARGE = "too_large"
    UNIT_TWICE = "unit_twice"
    OTHER_CURRENCY = "other_currency"


class AmountRefused(ValueError):  # noqa: N818  # reads as what happened, as accounts.refusals.Refused does
    """Text that is not an amount; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Money:
    """An amount with at most two decimals in an ISO currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Unit:
    """What an amount is written in: so many units of a currency."""

    code: str
    currency: str
    factor: int = 1


YUAN = Unit("CNY", "CNY")
UNITS = {
    unit.code: unit
    for unit in (
        YUAN,
        Unit("CNY-10K", "CNY", 10**4),
        Unit("CNY-100M", "CNY", 10**8),
        Unit("USD", "USD"),
        Unit("USD-10K", "USD", 10**4),
        Unit("EUR", "EUR"),
        Unit("GBP", "GBP"),
        Unit("HKD", "HKD"),
        Unit("JPY", "JPY"),
    )
}

_FACTORS = {
    "千": 10**3, "万": 10**4, "萬": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "億": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
    "k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "mln": 10**6, "million": 10**6,
    "b": 10**9, "bn": 10**9, "bln": 10**9, "billion": 10**9,
}  # fmt: skip
_CURRENCIES = {
    "cny": "CNY", "rmb": "CNY", "¥": "CNY", "元": "CNY", "人民币": "CNY", "元人民币": "CNY", "yuan": "CNY",
    "usd": "USD", "us$": "USD", "$": "USD", "美元": "USD", "美金": "USD",
    "eur": "EUR", "€": "EUR", "欧元": "EUR", "gbp": "GBP", "£": "GBP", "英镑": "GBP",
    "hkd": "HKD", "hk$": "HKD", "港元": "HKD", "港币": "HKD", "jpy": "JPY", "日元": "JPY",
}  # fmt: skip
_IN_CHINESE = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "HKD": "港元", "JPY": "日元"}


def _one_of(words: dict[str, object]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WRITTEN = re.compile(
    rf"(?P<before>{_one_of(dict(_CURRENCIES))})? ?"
    r"(?P<sign>[-−])? ?"
    r"(?P<number>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?P<decimals>\.[0-9]+)? ?"
    rf"(?P<factor>{_one_of(dict(_FACTORS))})? ?"
    rf"(?P<after>{_one_of(dict(_CURRENCIES))})?"
)


def parse(text: str, unit: Unit = YUAN, places: int = 2) -> Money:
    """Read an amount that was written in a unit.

    The text may name its own scale ("1.5亿") where the unit has none, and the unit's own currency.

    :param places: how many decimals are kept: two for an amount, more for the price of a small part.
    :raises AmountRefused: not an amount, negative, finer than that, too large, the scale given twice
        ("1.5亿" in units of 10,000 yuan), or another currency than the unit's.
    """
    written = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lower()
    if not written:
        raise AmountRefused(Problem.EMPTY)
    found = _WRITTEN.fullmatch(written) if len(written) <= LONGEST else None
    if found is None:
        raise AmountRefused(Problem.UNREADABLE)
    if found["sign"]:
        raise AmountRefused(Problem.NEGATIVE)
    if found["factor"] and unit.factor != 1:
        raise AmountRefused(Problem.UNIT_TWICE)
    named = {_CURRENCIES[word] for word in (found["before"], found["after"]) if word}
    if named - {unit.currency}:
        raise AmountRefused(Problem.OTHER_CURRENCY)
    digits = re.sub("[, ]", "", found["number"]) + (found["decimals"] or "")
    return Money(_exact(digits, _FACTORS.get(found["factor"] or "", unit.factor), places), unit.currency)


def _exact(digits: str, factor: int, places: int) -> Decimal:
    """The product with so many decimals, or a refusal where it is finer or too large."""
    with localcontext(Context(prec=LONGEST * 2)):
        product = Decimal(digits) * factor
    if product >= LIMIT:
        raise AmountRefused(Problem.TOO_LARGE)
    with localcontext(Context(prec=LONGEST * 2, traps=[Inexact])):
        try:
            return product.quantize(Decimal(1).scaleb(-places))
        except Inexact:
            raise AmountRefused(Problem.TOO_PRECISE) from None


def problem_of(amount: Decimal | None) -> Problem | None:
    """Why a number is no amount that can be stored exactly; None where it is one, or where there is none."""
    if amount is None:
        return None
    if not amount.is_finite():
        return Problem.UNREADABLE
    if amount < 0:
        return Problem.NEGATIVE
    if amount >= LIMIT:
        return Problem.TOO_LARGE
    return Problem.TOO_PRECISE if amount != amount.quantize(CENT, context=_EXACT) else None


def in_words(amount: Decimal, currency: str, *, chinese: bool) -> str:
    """An amount as people say it, to the cent: 9.5亿元 or CNY 950 m.

    The largest unit is taken in which few decimals suffice; otherwise all digits are written.
    """
    scales = ((10**8, "亿"), (10**4, "万")) if chinese else ((10**9, " bn"), (10**6, " m"))
    places = Decimal("0.0001") if chinese else Decimal("0.001")
    for factor, name in scales:
        scaled = amount / factor
        if amount >= factor and scaled == scaled.quantize(places):
            return _with_currency(plain(scaled) + name, currency, chinese=chinese)
    return _with_currency(plain(amount), currency, chinese=chinese)


WRITTEN_IN = {"yuan": 1, "wan": 10**4, "million": 10**6, "yi": 10**8, "billion": 10**9}
"""Units in which a reader may ask for amounts, by their factor."""
_NAMES = {
    True: {1: "", 10**4: "万", 10**6: "百万", 10**8: "亿", 10**9: "十亿"},
    False: {1: "", 10**4: " 万", 10**6: " m", 10**8: " 亿", 10**9: " bn"},
}


def in_unit(amount: Decimal, currency: str, unit: str, *, chinese: bool) -> str:
    """An amount in a unit of ``WRITTEN_IN``, with every digit: 12,345.678万元 or CNY 0.12345678 bn."""
    factor = WRITTEN_IN[unit]
    with localcontext(Context(prec=LONGEST * 2)):
        scaled = amount / factor
    return _with_currency(plain(scaled) + _NAMES[chinese][factor], currency, chinese=chinese)


def plain(number: Decimal) -> str:
    """Digits in groups of three, without idle zeros: 1,234.5."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_currency(number: str, currency: str, *, chinese: bool) -> str:
    if not chinese:
        return f"{currency} {number}"
    return number + _IN_CHINESE[currency] if currency in _IN_CHINESE else f"{number} {currency}"
