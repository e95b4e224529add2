"""Reading one CSV file of figures safely: UTF-8, a header, every row with the line it stands on.

Extracts of patients, which may be gigabytes and of any encoding, are read in `fitting.table_file`.
"""

from __future__ import annotations

import csv
import io
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


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by the names of their columns, all of which are there."""

    where: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A table as text."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_csv(file: Path, needed: Sequence[str] = ()) -> CsvFile:
    """Return the table in a file.

    Parameters
    ----------
    file : Path
    needed : sequence of str
        Columns that it must have, in any order and among others.

    Raises
    ------
    InputError
        With the line of the first thing that cannot be read.
    """
    text, name = _text(file), shown(file)
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[Row] = []
    columns: tuple[str, ...] = ()
    try:
        for cells in reader:
            where = f"{name}:{reader.line_num}"
            for cell in cells:
                _check(cell, where)
            if not columns:
                columns = _header(cells, where, needed) if cells else ()
            elif cells:
                if any(cells[len(columns) :]):
                    _refuse(where, f"must have at most {len(columns)} cells; found {len(cells)}")
                padded = [*cells, *[""] * (len(columns) - len(cells))]
                rows.append(Row(where, dict(zip(columns, padded, strict=False))))
    except csv.Error as error:
        _refuse(f"{name}:{reader.line_num}", f"must be a table; {error}")
    if not columns:
        _refuse(f"{name}:1", f"must have columns {', '.join(needed)}; found nothing")
    return CsvFile(columns, tuple(rows))


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
    missing = [name for name in needed if name not in cells]
    if missing:
        _refuse(where, f"must have columns {', '.join(missing)}; found {', '.join(map(quoted, cells))}")
    twice = [name for name, count in Counter(cells).items() if count > 1 and name]
    if twice:
        _refuse(where, f"must have each column once; found {', '.join(map(quoted, twice))} more than once")
    return tuple(cells)


def _refuse(where: str, message: str) -> NoReturn:
    raise InputError([Problem(where, "", message)])
