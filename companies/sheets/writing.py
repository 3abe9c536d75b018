"""Lists as Excel workbooks."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # the library has no types
from django.http import HttpResponse
from django.utils import timezone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its heads, its rows and, below them, notes such as the counting rule."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str] = ()


def workbook(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> bytes:
    """A workbook of one sheet."""
    return workbook_of([Sheet(name, heads, rows, notes)])


def workbook_of(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of several sheets.

    Texts stay texts, so that a leading "=" is never a formula; amounts stay numbers.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
            dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name[:31]), sheet, bold, formats)
    return stream.getvalue()


def _fill(page: Any, sheet: Sheet, bold: Any, formats: dict[type, Any]) -> None:
    page.freeze_panes(1, 0)
    widths = [len(head) for head in sheet.heads]
    page.write_row(0, 0, sheet.heads, bold)
    line = 0
    for line, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], min(len(str(cell)), WIDEST))
            _write(page, line, column, cell, formats)
    for extra, note in enumerate(sheet.notes, start=line + 2):
        page.write_string(extra, 0, note)
    for column, width in enumerate(widths):
        page.set_column(column, column, width + 2)


def _write(sheet: Any, line: int, column: int, cell: Any, formats: dict[type, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, dt.datetime):
        local = timezone.localtime(cell) if timezone.is_aware(cell) else cell
        sheet.write_datetime(line, column, local.replace(tzinfo=None), formats[dt.datetime])
    elif isinstance(cell, dt.date):
        sheet.write_datetime(line, column, cell, formats[dt.date])
    elif isinstance(cell, Decimal):
        sheet.write_number(line, column, cell, formats[Decimal])
    elif isinstance(cell, int | float):
        sheet.write_number(line, column, cell)
    else:
        sheet.write_string(line, column, str(cell))


def download(name: str, content: bytes) -> HttpResponse:
    """The workbook as a file to save."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.xlsx"'
    return response
