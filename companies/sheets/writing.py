"""Lists as Excel workbooks."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # the library has no types
from django.http import HttpResponse
from django.utils import timezone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> bytes:
    """One sheet with heads, rows and, below, notes such as the counting rule.

    Texts stay texts, so that a leading "=" is never a formula; amounts stay numbers.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
            dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        sheet.freeze_panes(1, 0)
        widths = [len(head) for head in heads]
        sheet.write_row(0, 0, heads, bold)
        line = 0
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                widths[column] = max(widths[column], min(len(str(cell)), WIDEST))
                _write(sheet, line, column, cell, formats)
        for extra, note in enumerate(notes, start=line + 2):
            sheet.write_string(extra, 0, note)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width + 2)
    return stream.getvalue()


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
