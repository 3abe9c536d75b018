"""Loading the national sectors, the headings of the Harmonized System and the certification schemes."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from companies.models import CertificationScheme, HSHeading, Sector
from companies.reference.reading import Reader, Row
from companies.reference.writing import Counts, loaded_before, upsert

SECTORS = "gbt4754_2017.csv"
HEADINGS = "hs2022_headings_used.csv"
SCHEMES = "certification_schemes.csv"
_NAMES = {"name_zh": "name_zh", "name_en": "name_en"}
_FORMS = {
    Sector.Level.SECTION: r"[A-Z]",
    Sector.Level.DIVISION: r"[A-Z]\d{2}",
    Sector.Level.GROUP: r"[A-Z]\d{3}",
    Sector.Level.CLASS: r"[A-Z]\d{4}",
}
_ABOVE = {Sector.Level.DIVISION: 1, Sector.Level.GROUP: 3, Sector.Level.CLASS: 4}


@dataclass(frozen=True)
class SectorRow:
    """A sector as the file says it; ``parent`` is a code, empty for sections."""

    parent: str
    fields: dict[str, Any]


def read_sectors(reader: Reader) -> dict[str, SectorRow]:
    columns = ["full_code", "level", "parent_code", "name_zh", "name_en", "isic4_codes"]
    rows = reader.by_code(SECTORS, "code", columns)
    found = {}
    for code, row in rows.items():
        fields = reader.fields(row, Sector, {"full_code": "full_code", "level": "level", **_NAMES})
        _check_place(reader, row, rows)
        found[code] = SectorRow(row["parent_code"], {**fields, "isic_codes": row.several("isic4_codes")})
    return found


def _check_place(reader: Reader, row: Row, rows: dict[str, Row]) -> None:
    """The full code fits the level, ends with the code, and begins with the parent's full code."""
    full_code, level = row["full_code"], row["level"]
    if level not in _FORMS:
        return  # the field itself complains
    if not re.fullmatch(_FORMS[Sector.Level(level)], full_code) or not full_code.endswith(row["code"]):
        reader.complain(row, "full_code", f"{full_code or 'nothing'} is not the full code of a {level}.")
    elif level == Sector.Level.SECTION:
        if row["parent_code"]:
            reader.complain(row, "parent_code", "a section has no parent.")
    elif reader.known(row, "parent_code", row["parent_code"], rows):
        above = rows[row["parent_code"]]["full_code"]
        if above != full_code[: _ABOVE[Sector.Level(level)]]:
            reader.complain(row, "parent_code", f"{full_code} does not lie in {above}.")


def write_sectors(wanted: dict[str, SectorRow]) -> Counts:
    """Add and change sectors; those that an earlier file had and this one has not are disabled."""
    existing = {row.code: row for row in Sector.objects.select_related("parent")}
    loaded = loaded_before(Sector)
    gone = [row for row in existing.values() if row.code not in wanted and row.pk in loaded]
    vanished = [row for row in gone if row.disabled_on is None]
    added = changed = 0
    for level in Sector.Level.values:
        values = {
            code: {**row.fields, "parent": existing.get(row.parent), "disabled_on": None}
            for code, row in wanted.items()
            if row.fields["level"] == level
        }
        new, differing = upsert(Sector, values, existing)
        added, changed = added + new, changed + differing
    for sector in vanished:
        sector.disabled_on = timezone.localdate()
    Sector.objects.bulk_update(vanished, ["disabled_on"])
    return Counts(len(wanted), added, changed, len(vanished))


def read_headings(reader: Reader) -> dict[str, dict[str, Any]]:
    """Field values by heading."""
    rows = reader.by_code(HEADINGS, "heading", list(_NAMES))
    for code, row in rows.items():
        if not re.fullmatch(r"\d{4}", code):
            reader.complain(row, "heading", f"{code} is not four digits.")
    return {code: reader.fields(row, HSHeading, _NAMES) for code, row in rows.items()}


def write_headings(wanted: dict[str, dict[str, Any]]) -> Counts:
    """Add and change headings; others stay, as companies may use them."""
    existing = {row.code: row for row in HSHeading.objects.all()}
    return Counts(len(wanted), *upsert(HSHeading, wanted, existing))


def read_schemes(reader: Reader) -> dict[str, dict[str, Any]]:
    """Field values by code of the scheme."""
    rows = reader.by_code(SCHEMES, "code", list(_NAMES))
    return {
        code: reader.fields(row, CertificationScheme, {"code": "code", **_NAMES})
        for code, row in rows.items()
    }


def write_schemes(wanted: dict[str, dict[str, Any]]) -> Counts:
    """Add and change schemes; others stay, as certificates may use them."""
    existing = {row.code: row for row in CertificationScheme.objects.all()}
    values = {code: {k: v for k, v in row.items() if k != "code"} for code, row in wanted.items()}
    return Counts(len(wanted), *upsert(CertificationScheme, values, existing))
