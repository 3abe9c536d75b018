"""Exchange rates from an Excel sheet and back: every row is checked before the first is written."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.language import in_reader_language
from accounts.models import User
from accounts.refusals import Refused
from companies.sheets.cells import CellRefused, Cells, RowError
from companies.sheets.reading import read
from companies.sheets.writing import workbook
from events.deals.currencies import ISO_4217
from events.deals.rights import NotAllowed
from events.models import ExchangeRate

COLUMNS: dict[str, Sequence[str]] = {
    "currency": ("币种", "currency", "货币"),
    "date": ("日期", "date"),
    "cny_per_unit": ("每单位折合人民币（元）", "yuan a unit", "汇率", "rate"),
    "source": ("来源", "source"),
}
"""For every column its head in Chinese and in English, and other heads by which it is known."""
_RATE = re.compile(r"[0-9]{1,8}(\.[0-9]{1,10})?")
_QUOTED = 40


@dataclass(frozen=True)
class Report:
    """What an import did, or why it did nothing."""

    added: int = 0
    changed: int = 0
    errors: tuple[RowError, ...] = ()


class SheetOvertaken(Refused):
    """Somebody else wrote the same rate at the same time."""


def heads() -> dict[str, str]:
    """The template's heads in the reader's language, by column."""
    return {name: in_reader_language(known[0], known[1]) for name, known in COLUMNS.items()}


def template() -> bytes:
    """A sheet with the heads in the reader's language and one row that shows how to write."""
    example = ["USD", timezone.localdate(), Decimal("7.0877"), _("People's Bank of China, central parity")]
    return workbook("rates", list(heads().values()), [example])


def export(rates: Iterable[ExchangeRate]) -> bytes:
    """The rates as the sheet that ``load`` reads; rates are texts, so that none of their digits is lost."""
    rows = ([each.currency, each.date, _plain(each.cny_per_unit), each.source] for each in rates)
    return workbook("rates", list(heads().values()), rows)


def _plain(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def load(stream: BinaryIO, *, by: User) -> Report:
    """Add new rates and correct known ones (by currency and date) from a sheet.

    One transaction: with a single wrong cell nothing is written and every wrong cell is reported. The rates
    that deals have stored do not change with it.

    :raises NotAllowed: not of the city office.
    :raises SheetRefused: the file is not the sheet.
    :raises SheetOvertaken: a rate of the sheet was recorded meanwhile.
    """
    if not by.is_superuser:
        raise NotAllowed(_("Only the city office keeps the exchange rates."))
    rates: dict[tuple[str, dt.date], ExchangeRate] = {}
    errors: list[RowError] = []
    for row in read(stream, COLUMNS):
        cells = Cells(row, heads())
        rate = _rate(cells)
        if rate and (rate.currency, rate.date) in rates:
            cells.refuse("date", _("This currency stands twice in the sheet for this day."))
        if rate:
            rates[rate.currency, rate.date] = rate
        errors += cells.errors
    return Report(errors=tuple(errors)) if errors else _write(rates, by)


def _rate(cells: Cells) -> ExchangeRate | None:
    """The row as an unsaved rate; None where a cell is wrong, which then stands in the cells' errors."""
    for name in COLUMNS:
        if not cells.row.cells.get(name):
            cells.refuse(name, _("This cell is empty."))
    currency = cells.read("currency", _currency, "")
    day = cells.read("date", _day, None)
    value = cells.read("cny_per_unit", _value, None)
    source = cells.read("source", _source, "")
    if cells.errors or day is None or value is None:
        return None
    return ExchangeRate(currency=currency, date=day, cny_per_unit=value, source=source)


def _currency(text: str) -> str:
    """:raises CellRefused: no code of ISO 4217, or the yuan, whose rate is one."""
    code = unicodedata.normalize("NFKC", text).strip().upper()
    if code not in ISO_4217 or code == "CNY":
        raise CellRefused(
            _("“%(text)s” is no currency code of ISO 4217 such as USD.") % {"text": text[:_QUOTED]}
        )
    return code


def _day(text: str) -> dt.date:
    """:raises CellRefused: no date, or one in the future."""
    try:
        day = dt.date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise CellRefused(_("“%(text)s” is no date such as 2022-11-25.") % {"text": text[:_QUOTED]}) from None
    if day > timezone.localdate():
        raise CellRefused(_("This day lies in the future."))
    return day


def _value(text: str) -> Decimal:
    """:raises CellRefused: no number above zero with at most ten decimals."""
    digits = unicodedata.normalize("NFKC", text).strip()
    if not digits.isascii() or not _RATE.fullmatch(digits) or not Decimal(digits):
        raise CellRefused(
            _("“%(text)s” is no rate: a number above zero with at most ten decimals.")
            % {"text": text[:_QUOTED]}
        )
    return Decimal(digits)


def _source(text: str) -> str:
    """:raises CellRefused: longer than can be kept."""
    if len(text) > 200:
        raise CellRefused(_("The source has more than 200 characters."))
    return text


def _write(rates: dict[tuple[str, dt.date], ExchangeRate], by: User) -> Report:
    currencies, days = {key[0] for key in rates}, {key[1] for key in rates}
    known = ExchangeRate.objects.filter(currency__in=currencies, date__in=days)
    old = {(each.currency, each.date): each for each in known}
    new = [rate for key, rate in rates.items() if key not in old]
    changed = []
    for key, stored in old.items():
        given = rates.get(key)
        if given and (given.cny_per_unit, given.source) != (stored.cny_per_unit, stored.source):
            stored.cny_per_unit, stored.source = given.cny_per_unit, given.source
            changed.append(stored)
    try:
        with acting(by):
            ExchangeRate.objects.bulk_create(new, batch_size=1000)
            ExchangeRate.objects.bulk_update(changed, ["cny_per_unit", "source"], batch_size=1000)
    except IntegrityError as error:
        raise SheetOvertaken(
            _("Somebody else recorded one of these rates meanwhile: send the sheet again.")
        ) from error
    return Report(added=len(new), changed=len(changed))
