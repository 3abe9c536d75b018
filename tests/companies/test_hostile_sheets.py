"""Workbooks that were made to do harm: they are refused before they are read."""

import zipfile
from collections.abc import Sequence
from io import BytesIO

import pytest

from companies.sheets import reading
from companies.sheets.reading import SheetRefused, read
from companies.sheets.writing import workbook

COLUMNS: dict[str, Sequence[str]] = {"name": ("名称", "name")}
SHEET = "xl/worksheets/sheet1.xml"


def forged(sheet: bytes, *, claims: int | None = None) -> BytesIO:
    """A true workbook whose sheet is another; ``claims`` is the size that the archive states for it."""
    stream = BytesIO()
    true = zipfile.ZipFile(BytesIO(workbook("s", ["name"], [["A"]])))
    with true, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for info in true.infolist():
            made.writestr(info.filename, sheet if info.filename == SHEET else true.read(info))
        if claims is not None:
            made.getinfo(SHEET).file_size = claims
    stream.seek(0)
    return stream


def sheet_with(cell: bytes) -> bytes:
    return (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + cell + b"</sheetData></worksheet>"
    )


def test_workbook_of_ours_is_read() -> None:
    rows = read(BytesIO(workbook("s", ["name"], [["Ruiheng"], ["Anda"]])), COLUMNS)
    assert [row.cells["name"] for row in rows] == ["Ruiheng", "Anda"]


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1"><c r="A1"><v>1</v></c></row><row  r = "1048576"><c><v>1</v></c></row>',
        b'<row r="100000"><c r="XFD100000"><v>1</v></c></row>',
    ],
)
def test_cell_at_the_end_of_the_world_is_refused(cell: bytes) -> None:
    with pytest.raises(SheetRefused, match="more than"):
        read(forged(sheet_with(cell)), COLUMNS)


@pytest.mark.parametrize("claims", [None, 100])
def test_workbook_that_unfolds_to_too_much_is_refused(
    monkeypatch: pytest.MonkeyPatch, claims: int | None
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 2_000_000)
    folded = forged(sheet_with(b" " * 8_000_000), claims=claims)
    assert len(folded.getvalue()) < 50_000
    with pytest.raises(SheetRefused, match="too large"):
        read(folded, COLUMNS)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"\xd0\xcf\x11\xe0" * 600])
def test_what_is_no_workbook_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(SheetRefused, match="not an Excel workbook"):
        read(BytesIO(content), COLUMNS)
