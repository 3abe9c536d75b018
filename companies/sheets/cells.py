"""Cells of a sheet as values, with a sentence for every one that cannot be read."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from django.utils.translation import gettext as _

from companies.sheets.reading import SheetRow

YES = {"是", "yes", "y", "1", "true", "✓", "√"}
NO = {"否", "no", "n", "0", "false", "✗", "×"}
LARGEST = 10**16
TEN_THOUSAND = 10_000
_QUOTED = 40

Read = TypeVar("Read")


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell, for the person who corrects the sheet."""

    line: int
    column: str
    sentence: str


class CellRefused(ValueError):  # noqa: N818  # carries a sentence to the row's report, as Refused does
    """One cell cannot be read."""


class Cells:
    """The cells of one row; what is wrong with any of them gathers in ``errors``."""

    def __init__(self, row: SheetRow, heads: dict[str, str]) -> None:
        """:param heads: what a column is called that the sheet does not have."""
        self.row = row
        self.heads = heads | row.heads
        self.errors: list[RowError] = []

    def refuse(self, column: str, sentence: str) -> None:
        """Report a cell."""
        self.errors.append(RowError(self.row.line, self.heads.get(column, column), sentence))

    def read(self, column: str, reading: Callable[[str], Read], otherwise: Read) -> Read:
        """The value of a cell; ``otherwise`` where it is empty or refused."""
        text = self.row.cells.get(column, "")
        if not text:
            return otherwise
        try:
            return reading(text)
        except CellRefused as refused:
            self.refuse(column, str(refused))
            return otherwise


def yes_or_no(text: str) -> bool:
    """:raises CellRefused: neither."""
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise CellRefused(_("“%(text)s” is neither yes nor no.") % {"text": text[:_QUOTED]})


def whole(text: str) -> int:
    """A whole number of at most nine digits; :raises CellRefused: anything else."""
    digits = text.replace(",", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise CellRefused(_("“%(text)s” is not a whole number.") % {"text": text[:_QUOTED]})
    return int(digits)


def in_ten_thousands(text: str) -> Decimal:
    """An amount in yuan of one written in 10,000 yuan; :raises CellRefused: none, or finer than a fen."""
    try:
        amount = Decimal(text.replace(",", "")) * TEN_THOUSAND
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        raise CellRefused(_("“%(text)s” is not an amount in 10,000 yuan.") % {"text": text[:_QUOTED]})
    if amount != amount.quantize(Decimal("0.01")):
        raise CellRefused(_("“%(text)s” is finer than a fen.") % {"text": text[:_QUOTED]})
    return amount


def listed(text: str) -> list[str]:
    """Words separated by commas of either script."""
    return [word for part in text.replace("，", ",").split(",") if (word := part.strip())]


def among(known: dict[str, Read], otherwise: str) -> Callable[[str], Read]:
    """A reader of names of known rows; :raises CellRefused: with that sentence where a name is unknown."""

    def reading(text: str) -> Read:
        if text not in known:
            raise CellRefused(otherwise)
        return known[text]

    return reading
