"""Reads a matching set: a folder of suppliers, their offerings, buyers' needs, and who got them.

Files (UTF-8 CSV with a header, or the same with .gz): suppliers, offerings, needs, outcomes, and where there
are codes a tree of them (code, parent_code, name).
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

LONGEST_FIELD = 10_000_000


class MatchingSetError(Exception):
    """The folder is not a matching set; the message says what is wrong, in one line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A supplier that fitted a need."""

    grade: int
    is_repeat: bool
    """It had sold to that buyer before."""


@dataclass(frozen=True, slots=True)
class MatchingSet:
    """The rows as they stand in the files; every value is text."""

    name: str
    suppliers: list[dict[str, str]]
    """By supplier_id, ascending."""
    offerings: list[dict[str, str]]
    needs: list[dict[str, str]]
    """Those with an outcome."""
    codes: dict[str, tuple[str, ...]]
    """Code to its ancestors from the top down to itself."""
    outcomes: dict[str, dict[str, Outcome]]
    """Need to supplier to outcome."""


def read_matching_set(folder: Path) -> MatchingSet:
    """The set in a folder.

    :raises MatchingSetError: if a file or a column is missing or a value is not what it should be.
    """
    suppliers = sorted(
        _read(folder, "suppliers", ["supplier_id", "name", "region", "country"]),
        key=lambda row: row["supplier_id"],
    )
    offerings = _read(folder, "offerings", ["offering_id", "supplier_id", "text", "code"])
    needs = _read(folder, "needs", ["need_id", "buyer_id", "title", "text", "code", "region"])
    known = {row["supplier_id"] for row in suppliers}
    if strangers := {row["supplier_id"] for row in offerings} - known:
        raise MatchingSetError(f"{folder}: offerings of unknown suppliers, such as {min(strangers)}.")
    outcomes = _outcomes(folder)
    return MatchingSet(
        name=folder.resolve().name,
        suppliers=suppliers,
        offerings=offerings,
        needs=[row for row in needs if row["need_id"] in outcomes],
        codes=_paths(folder),
        outcomes=outcomes,
    )


def _outcomes(folder: Path) -> dict[str, dict[str, Outcome]]:
    found: defaultdict[str, dict[str, Outcome]] = defaultdict(dict)
    for row in _read(folder, "outcomes", ["need_id", "supplier_id", "grade", "repeat"]):
        try:
            outcome = Outcome(int(row["grade"]), bool(int(row["repeat"])))
        except ValueError as error:
            raise MatchingSetError(
                f"{folder}: grade and repeat of an outcome are numbers ({error})."
            ) from None
        found[row["need_id"]][row["supplier_id"]] = outcome
    return dict(found)


def _paths(folder: Path) -> dict[str, tuple[str, ...]]:
    if not any(path.exists() for path in _places(folder, "codes")):
        return {}
    parents = {row["code"]: row["parent_code"] for row in _read(folder, "codes", ["code", "parent_code"])}
    return {code: tuple(reversed(list(_upwards(code, parents)))) for code in parents}


def _upwards(code: str, parents: dict[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while code and code not in seen:
        seen.add(code)
        yield code
        code = parents.get(code, "")


def _places(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.csv", folder / f"{name}.csv.gz"


def _read(folder: Path, name: str, columns: list[str]) -> list[dict[str, str]]:
    plain, packed = _places(folder, name)
    if not plain.exists() and not packed.exists():
        raise MatchingSetError(f"{folder}: {name}.csv is missing.")
    csv.field_size_limit(LONGEST_FIELD)
    with plain.open(encoding="utf-8", newline="") if plain.exists() else _unpacked(packed) as stream:
        reader = csv.DictReader(stream)
        rows = [{key: value or "" for key, value in row.items() if key} for row in reader]
    absent = [column for column in columns if column not in (reader.fieldnames or [])]
    if absent:
        raise MatchingSetError(f"{folder}: {name}.csv lacks the column {absent[0]}.")
    return rows


def _unpacked(path: Path) -> TextIO:
    return gzip.open(path, "rt", encoding="utf-8", newline="")
