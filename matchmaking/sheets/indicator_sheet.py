"""Indicators from an Excel sheet: every row is checked before the first is written."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.language import in_reader_language
from accounts.models import User
from companies.models import Division
from companies.sheets.cells import CellRefused, Cells, RowError, among, in_ten_thousands
from companies.sheets.reading import SheetRow, read
from companies.sheets.writing import workbook
from matchmaking.models import Indicator

COLUMNS: dict[str, Sequence[str]] = {
    "division": ("地区", "division", "区划代码", "division code"),
    "name_zh": ("指标名称", "indicator (Chinese)"),
    "name_en": ("指标英文名称", "indicator (English)"),
    "period_from": ("起始日期", "from"),
    "period_to": ("截止日期", "to"),
    "value_cny": ("数值（万元）", "value (10,000 yuan)"),
    "year_on_year": ("同比（%）", "year on year (%)"),
    "source_zh": ("数据来源", "source (Chinese)"),
    "source_en": ("数据来源（英文）", "source (English)"),
}
"""For every column its head in Chinese and in English, and other heads by which it is known."""
NEEDED = ("division", "name_zh", "name_en", "period_from", "period_to", "value_cny", "source_zh", "source_en")
LONGEST = {"name_zh": 120, "name_en": 120, "source_zh": 200, "source_en": 200}
LARGEST_SHARE = 100


@dataclass(frozen=True)
class Report:
    """What an import did, or why it did nothing."""

    added: int = 0
    changed: int = 0
    errors: tuple[RowError, ...] = ()


def heads() -> dict[str, str]:
    """The template's heads in the reader's language, by column."""
    return {name: in_reader_language(known[0], known[1]) for name, known in COLUMNS.items()}


def template() -> bytes:
    """An empty sheet with the heads in the reader's language."""
    return workbook("indicators", list(heads().values()), [])


def load(stream: BinaryIO, *, by: User) -> Report:
    """Add indicators and correct those of a known name and period; with one wrong cell nothing is written.

    :raises SheetRefused: the file is not the sheet.
    """
    rows = read(stream, COLUMNS)
    divisions = Division.objects.current()
    reach = list(divisions if by.is_superuser else divisions.governed_by(by))
    places: dict[str, Division | None] = {
        name: place for place in reach for name in (place.name_en, place.name_zh, place.code)
    }
    errors: list[RowError] = []
    found: dict[tuple[object, ...], Indicator] = {}
    for row in rows:
        cells = Cells(row, heads())
        indicator = _indicator(cells, row, places)
        key = (indicator.division_id, indicator.name_en, indicator.period_from, indicator.period_to)
        if not cells.errors and key in found:
            cells.refuse("name_en", _("This indicator stands in the sheet twice for the same period."))
        found[key] = indicator
        errors += cells.errors
    if errors:
        return Report(errors=tuple(errors))
    return _write(list(found.values()), by)


def _indicator(cells: Cells, row: SheetRow, places: dict[str, Division | None]) -> Indicator:
    """The row as an unsaved indicator; what is wrong stands in the cells' errors."""
    for name in NEEDED:
        if not row.cells.get(name, ""):
            cells.refuse(name, _("This cell is empty."))
    nothing = dt.date.min
    place = cells.read(
        "division", among(places, _("Give the code or name of a division that is yours.")), None
    )
    made = Indicator(
        division=place,
        period_from=cells.read("period_from", _day, nothing),
        period_to=cells.read("period_to", _day, nothing),
        value_cny=cells.read("value_cny", in_ten_thousands, Decimal(0)),
        year_on_year=cells.read("year_on_year", _percent, None),
    )
    for name, longest in LONGEST.items():
        setattr(made, name, cells.read(name, str, ""))
        if len(getattr(made, name)) > longest:
            cells.refuse(name, _("This is longer than %(most)s characters.") % {"most": longest})
    if nothing < made.period_to < made.period_from:
        cells.refuse("period_to", _("The period ends before it begins."))
    return made


def _day(text: str) -> dt.date:
    """:raises CellRefused: no date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CellRefused(_("“%(text)s” is not a date such as 2022-10-31.") % {"text": text[:40]}) from None


def _percent(text: str) -> Decimal:
    """26.3 or 26.3% as 0.263; :raises CellRefused: no percentage, or finer than it is kept."""
    try:
        share = Decimal(text.strip().rstrip("%％").strip()) / 100
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite() or abs(share) > LARGEST_SHARE:
        raise CellRefused(_("“%(text)s” is not a percentage.") % {"text": text[:40]})
    if share != share.quantize(Decimal("0.0001")):
        raise CellRefused(_("“%(text)s” has more than two decimals.") % {"text": text[:40]})
    return share


def _write(rows: list[Indicator], by: User) -> Report:
    added = changed = 0
    with acting(by, "indicators from a sheet"):
        for row in rows:
            known = {name: getattr(row, name) for name in ("division", "name_en", "period_from", "period_to")}
            rest = ("name_zh", "value_cny", "year_on_year", "source_zh", "source_en")
            _kept, is_new = Indicator.objects.update_or_create(
                **known, defaults={name: getattr(row, name) for name in rest}
            )
            added += is_new
            changed += not is_new
    return Report(added, changed)
