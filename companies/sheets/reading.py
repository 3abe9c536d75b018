"""Excel workbooks as rows that know where they stand."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from accounts.refusals import Refused

MOST_ROWS = 100_000


class SheetRefused(Refused):
    """The file cannot be read as the sheet that was expected."""


@dataclass(frozen=True)
class SheetRow:
    """One row as texts by column name; ``line`` is the number that the spreadsheet shows."""

    line: int
    cells: dict[str, str]
    heads: dict[str, str]
    """The head above each column, as the sheet has it."""


def _text(cell: object) -> str:
    """A cell as people would type it: whole numbers without a decimal point, dates as year-month-day."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime | dt.date):
        return f"{cell:%Y-%m-%d}"
    return str(cell).strip()


def read(stream: BinaryIO, columns: dict[str, Sequence[str]]) -> list[SheetRow]:
    """The rows of the first sheet; empty rows are passed over.

    :param columns: for every column its name and the heads by which it may be known, in either language.
    :raises SheetRefused: not a workbook, no rows, too many, or a head that nobody knows.
    """
    try:
        book = CalamineWorkbook.from_filelike(stream)
        table = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise SheetRefused(_("This file is not an Excel workbook (.xlsx).")) from error
    if not table:
        raise SheetRefused(_("The first sheet is empty."))
    if len(table) > MOST_ROWS + 1:
        raise SheetRefused(_("The sheet has more than %(most)s rows; split it.") % {"most": MOST_ROWS})
    known = {head.casefold(): name for name, heads in columns.items() for head in (name, *heads)}
    heads = [_text(cell) for cell in table[0]]
    foreign = [head for head in heads if head and head.casefold() not in known]
    if foreign:
        raise SheetRefused(
            _("Unknown column: %(heads)s. Use the template's first row.") % {"heads": ", ".join(foreign)}
        )
    names = [known.get(head.casefold(), "") for head in heads]
    twice = sorted({head for name, head in zip(names, heads, strict=True) if name and names.count(name) > 1})
    if twice:
        raise SheetRefused(_("One column stands twice: %(heads)s.") % {"heads": ", ".join(twice)})
    named = {name: head for name, head in zip(names, heads, strict=True) if name}
    return [
        SheetRow(line, {name: _text(cell) for name, cell in zip(names, row, strict=False) if name}, named)
        for line, row in enumerate(table[1:], start=2)
        if any(_text(cell) for cell in row)
    ]
