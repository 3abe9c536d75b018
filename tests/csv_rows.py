"""Rows of the project's CSV files, for the tests that read them without a database."""

import csv
from pathlib import Path
from typing import TypeAlias

import companies

Row: TypeAlias = dict[str, str]
REFERENCE = Path(companies.__file__).parent / "reference"


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def reference(name: str) -> list[Row]:
    return rows_of(REFERENCE / name)


def column(rows: list[Row], name: str) -> list[str]:
    return [row[name] for row in rows]


def parts(rows: list[Row], name: str) -> set[str]:
    """Every code of a column that holds several, separated by semicolons."""
    return {part for row in rows for part in row[name].split(";") if part}


def sector_classes() -> set[str]:
    return {row["code"] for row in reference("gbt4754_2017.csv") if row["level"] == "class"}
