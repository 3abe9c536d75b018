"""Reading the reference files: every broken cell is named by file, line and column."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model


@dataclass(frozen=True, order=True)
class Problem:
    """One broken cell; without a column the whole line is broken."""

    file: str
    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}"
        return (
            f"{place}, column {self.column}: {self.sentence}" if self.column else f"{place}: {self.sentence}"
        )


class BrokenReference(Exception):  # noqa: N818  # reads as what happened
    """Some reference rows are broken; nothing was loaded. ``problems`` holds all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Row:
    """A line of a file: ``line`` counts from 1, the header included."""

    file: str
    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def several(self, column: str) -> list[str]:
        """The parts of a cell that lists several codes with semicolons."""
        return [part.strip() for part in self[column].split(";") if part.strip()]


class Reader:
    """Reads the files of one folder and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def complain(self, row: Row, column: str, sentence: str) -> None:
        self.problems.append(Problem(row.file, row.line, column, sentence))

    def rows(self, file: str, columns: Sequence[str]) -> list[Row]:
        """All sound lines; a missing file or column, or a line of another width, is a problem."""
        path = self.folder / file
        if not path.is_file():
            self.problems.append(Problem(file, 0, "", "the file is missing."))
            return []
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream)
            header = next(lines, [])
            absent = [column for column in columns if column not in header]
            if absent:
                self.problems += [Problem(file, 1, column, "the column is missing.") for column in absent]
                return []
            found = []
            before = lines.line_num
            for cells in lines:
                line, before = before + 1, lines.line_num
                if len(cells) == len(header):
                    values = dict(zip(header, (cell.strip() for cell in cells), strict=True))
                    found.append(Row(file, line, values))
                else:
                    sentence = f"{len(cells)} cells instead of {len(header)}."
                    self.problems.append(Problem(file, line, "", sentence))
            return found

    def by_code(self, file: str, code: str, columns: Sequence[str]) -> dict[str, Row]:
        """The lines by their code, which must be there and differ."""
        found: dict[str, Row] = {}
        for row in self.rows(file, [code, *columns]):
            if not row[code]:
                self.complain(row, code, "the code is missing.")
            elif row[code] in found:
                self.complain(row, code, f"{row[code]} stands on line {found[row[code]].line} already.")
            else:
                found[row[code]] = row
        return found

    def known(self, row: Row, column: str, code: str, among: Mapping[str, Any]) -> bool:
        """Whether the code is among those; otherwise it is a problem."""
        if code in among:
            return True
        self.complain(row, column, f"there is no {code or 'empty code'}.")
        return False

    def fields(self, row: Row, model: type[Model], columns: Mapping[str, str]) -> dict[str, Any]:
        """The values of model fields from columns, each checked as a form would check it.

        :param columns: the column of each field.
        """
        values: dict[str, Any] = {}
        for name, column in columns.items():
            field = cast("Field[Any, Any]", model._meta.get_field(name))
            try:
                values[name] = field.clean(row[column], None)
            except ValidationError as error:
                self.complain(row, column, " ".join(error.messages))
        return values
