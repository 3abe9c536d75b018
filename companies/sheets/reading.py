"""Excel workbooks as rows that know where they stand."""

import datetime as dt
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from accounts.refusals import Refused

MOST_ROWS = 100_000
MOST_CELLS = 10_000_000
"""Rows times columns up to the last cell that holds anything."""
LARGEST = 300 * 1024 * 1024
"""Bytes of an unfolded workbook; a full sheet of companies has a third of it."""
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,3})(\d{1,10})["']""")


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
    return str(cell).replace("\0", "").strip()


def _check_size(stream: BinaryIO) -> None:
    """Measure a workbook before it is read: the reader keeps a whole rectangle of cells in memory.

    A few kilobytes can name a cell in the last row of the last column, or unfold to gigabytes. What the
    archive says of its sizes is not believed: it is unfolded part by part and counted.

    :raises SheetRefused: no .xlsx, too large, or too many rows.
    """
    try:
        with ZipFile(stream) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
            if "xl/workbook.xml" not in {info.filename for info in names}:
                raise BadZipFile
            left = LARGEST
            for info in names:
                left -= _measured(archive, info, left)
    except (BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as error:
        raise SheetRefused(_("This file is not an Excel workbook (.xlsx).")) from error
    stream.seek(0)


def _measured(archive: ZipFile, info: ZipInfo, most: int) -> int:
    """The unfolded bytes of one part; :raises SheetRefused: more than ``most``, or a sheet too large."""
    info.file_size, info.CRC = most + 1, None  # type: ignore[assignment]  # unfold whatever is there
    size = rows = columns = 0
    rest = b""
    with archive.open(info) as part:
        while piece := part.read(1 << 20):
            size += len(piece)
            if size > most:
                raise SheetRefused(_("This workbook is too large; split it."))
            if info.filename.startswith("xl/worksheets/"):
                for letters, number in _PLACE.findall(rest + piece):
                    rows, columns = max(rows, int(number)), max(columns, _column(letters))
                rest = piece[-64:]
    if rows > MOST_ROWS + 1 or rows * columns > MOST_CELLS:
        raise SheetRefused(_("The sheet has more than %(most)s rows; split it.") % {"most": MOST_ROWS})
    return size


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27; nothing is 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def read(stream: BinaryIO, columns: dict[str, Sequence[str]]) -> list[SheetRow]:
    """The rows of the first sheet; empty rows are passed over.

    :param columns: for every column its name and the heads by which it may be known, in either language.
    :raises SheetRefused: not a workbook, no rows, too many, or a head that nobody knows.
    """
    _check_size(stream)
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
