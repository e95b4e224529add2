"""Reading one CSV file of figures safely: UTF-8, a header, every row with the line it stands on.

What is wrong in the cells is collected, so that a table is told all of it at once.

Extracts of patients, which may be gigabytes and of any encoding, are read in `fitting.table_file`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from flowsim.errors import InputError, Problem
from flowsim.scenario.yaml_file import shown
from flowsim.wording import quoted, unprintable

LARGEST_FILE = 10_000_000
"""Bytes: a census of a hundred thousand patients, or the record of a century."""
LONGEST_CELL = 10_000
"""Characters of one cell."""

MOST_PROBLEMS = 20
"""Shown of one file; the rest are counted."""
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by the names of their columns, all of which are there.

    What a cell must be and is not is added to the problems of its table.
    """

    where: str
    cells: dict[str, str]
    problems: list[Problem]

    def refuse(self, column: str, message: str) -> None:
        """Tell what is wrong with a cell, or with the row if no column is named."""
        self.problems.append(Problem(self.where, column, message))

    def date(self, column: str) -> dt.date | None:
        """Return the date in a cell, or None if there is none."""
        try:
            return dt.date.fromisoformat(self.cells[column].strip())
        except ValueError:
            self.refuse(
                column, f"must be a date as YYYY-MM-DD, such as 2016-04-01; found {self.found(column)}"
            )
            return None

    def number(self, column: str) -> float:
        """Return the number >= 0 in a cell; NaN if there is none."""
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if 0 <= value < math.inf:
            return value
        self.refuse(column, f"must be a number >= 0, in digits such as 8563; found {self.found(column)}")
        return math.nan

    def whole(self, column: str, first: int, last: int) -> int | None:
        """Return the whole number in a cell, or None if it is not between two others."""
        text = self.cells[column].strip()
        if re.fullmatch("[0-9]{1,9}", text) and first <= int(text) <= last:
            return int(text)
        self.refuse(column, f"must be a whole number from {first} to {last}; found {self.found(column)}")
        return None

    def found(self, column: str) -> str:
        """Return what a cell holds as a message shows it."""
        return quoted(self.cells[column].strip() or None)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A table as text."""

    file: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: list[Problem]
    """Found in its cells so far."""

    def settle(self) -> None:
        """Refuse the table if anything was found wrong in it.

        Raises
        ------
        InputError
            With the first `MOST_PROBLEMS`, and how many more there are.
        """
        told = self.problems[:MOST_PROBLEMS]
        if len(self.problems) > len(told):
            more = f"and {len(self.problems) - len(told)} more like these"
            told.append(Problem(shown(self.file), "", more))
        if told:
            raise InputError(told)


def read_csv(file: Path, needed: Sequence[str] = ()) -> CsvFile:
    """Return the table in a file, without its empty rows.

    Parameters
    ----------
    file : Path
    needed : sequence of str
        Columns that it must have, in any order and among others.

    Raises
    ------
    InputError
        With the line of the first thing that cannot be read, or of every row with too many cells.
    """
    text, name = _text(file), shown(file)
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[Row] = []
    problems: list[Problem] = []
    columns: tuple[str, ...] = ()
    try:
        for cells in reader:
            where = f"{name}:{reader.line_num}"
            for cell in cells:
                _check(cell, where)
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _header(cells, where, needed)
                continue
            padded = [*cells, *[""] * (len(columns) - len(cells))]
            row = Row(where, dict(zip(columns, padded, strict=False)), problems)
            if any(cells[len(columns) :]):
                row.refuse("", f"must have at most {len(columns)} cells; found {len(cells)}")
            rows.append(row)
    except csv.Error as error:
        _refuse(f"{name}:{reader.line_num}", f"must be a table; {error}")
    if not columns:
        _refuse(f"{name}:1", f"must have columns {', '.join(needed)}; found nothing")
    table = CsvFile(file, columns, tuple(rows), problems)
    table.settle()
    return table


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        _refuse(shown(file), f"must be a CSV file that can be read; {error.strerror}")
    if len(data) > LARGEST_FILE:
        _refuse(shown(file), f"must have at most {LARGEST_FILE:,} bytes; found more")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(f"{shown(file)}:{line}", f"must be UTF-8 text; found the byte {data[error.start]:#04x}")


def _check(cell: str, where: str) -> None:
    if len(cell) > LONGEST_CELL:
        _refuse(where, f"must have at most {LONGEST_CELL:,} characters in a cell; found {len(cell):,}")
    if odd := unprintable(cell):
        _refuse(where, f"must have no control characters; found {odd}")


def _header(cells: list[str], where: str, needed: Sequence[str]) -> tuple[str, ...]:
    if len(cells) == 1 and (other := next((one for one in OTHER_SEPARATORS if one in cells[0]), None)):
        _refuse(where, f"must have commas between its cells; found {OTHER_SEPARATORS[other]}")
    missing = [name for name in needed if name not in cells]
    if missing:
        _refuse(where, f"must have columns {', '.join(missing)}; found {', '.join(map(quoted, cells))}")
    twice = [name for name, count in Counter(cells).items() if count > 1 and name]
    if twice:
        _refuse(where, f"must have each column once; found {', '.join(map(quoted, twice))} more than once")
    return tuple(cells)


def _refuse(where: str, message: str) -> NoReturn:
    raise InputError([Problem(where, "", message)])
