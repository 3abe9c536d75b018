"""Loading the divisions, from the nation down to the zones."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from companies.models import Division
from companies.reference.reading import Reader, Row
from companies.reference.writing import Counts, loaded_before, upsert

FILE = "divisions.csv"
_KINDS = {"country": Division.Kind.NATION, "municipality": Division.Kind.PROVINCE}
_COLUMNS = {
    name: name for name in ("name_zh", "name_en", "leading_sectors_zh", "leading_sectors_en", "source")
}


@dataclass(frozen=True)
class DivisionRow:
    """A division as the file says it; ``parent`` is a code, empty for the root."""

    parent: str
    fields: dict[str, Any]


def read_divisions(reader: Reader) -> dict[str, DivisionRow]:
    """The divisions by code, parents before children."""
    rows = reader.by_code(FILE, "code", ["kind", "parent_code", *_COLUMNS])
    found: dict[str, DivisionRow] = {}
    for code, row in rows.items():
        fields = reader.fields(row, Division, _COLUMNS)
        kind = _KINDS.get(row["kind"], row["kind"])
        if kind not in Division.Kind.values:
            reader.complain(row, "kind", f"{row['kind'] or 'nothing'} is not a kind of division.")
        if row["parent_code"]:
            reader.known(row, "parent_code", row["parent_code"], rows)
        found[code] = DivisionRow(row["parent_code"], {**fields, "kind": kind})
    _check_tree(reader, rows)
    return found if reader.problems else _from_the_root(found)


def _check_tree(reader: Reader, rows: dict[str, Row]) -> None:
    for code, row in rows.items():
        seen = {code}
        parent = row["parent_code"]
        while parent in rows and parent not in seen:
            seen.add(parent)
            parent = rows[parent]["parent_code"]
        if parent == code:
            reader.complain(row, "parent_code", f"{code} is part of itself.")


def _from_the_root(rows: dict[str, DivisionRow]) -> dict[str, DivisionRow]:
    def depth(code: str) -> int:
        return 1 + depth(rows[code].parent) if rows[code].parent else 0

    return {code: rows[code] for code in sorted(rows, key=depth)}


def write_divisions(wanted: dict[str, DivisionRow]) -> Counts:
    """Add and change divisions; those that an earlier file had and this one has not are retired."""
    existing = {row.code: row for row in Division.objects.select_related("parent")}
    vanished = [
        row
        for row in existing.values()
        if row.code not in wanted and row.retired_on is None and row.pk in loaded_before(Division)
    ]
    added = changed = 0
    for layer in _layers(wanted):
        values = {
            code: {**wanted[code].fields, "parent": existing.get(wanted[code].parent), "retired_on": None}
            for code in layer
        }
        for code, fields in values.items():
            fields["path"] = _path(code, fields["parent"])
        new, differing = upsert(Division, values, existing)
        added, changed = added + new, changed + differing
    for row in vanished:
        row.retired_on = timezone.localdate()
    Division.objects.bulk_update(vanished, ["retired_on"])
    _renew_paths_of_others(wanted)
    return Counts(len(wanted), added, changed, len(vanished))


def _layers(wanted: dict[str, DivisionRow]) -> list[list[str]]:
    """Codes by their distance from the root: a layer's parents all exist when it is written."""
    depths: dict[str, int] = {}
    layers: list[list[str]] = []
    for code, row in wanted.items():
        depths[code] = depths[row.parent] + 1 if row.parent else 0
        if depths[code] == len(layers):
            layers.append([])
        layers[depths[code]].append(code)
    return layers


def _path(code: str, parent: Division | None) -> str:
    division = Division(code=code, parent=parent)
    division.derive()
    return division.path


def _renew_paths_of_others(wanted: dict[str, DivisionRow]) -> None:
    """Divisions that people added below one that moved move with it."""
    others = Division.objects.exclude(code__in=wanted).select_related("parent").order_by("path")
    for row in others:
        before = row.path
        row.refresh_from_db(fields=["parent"])
        row.derive()
        if row.path != before:
            row.save()
