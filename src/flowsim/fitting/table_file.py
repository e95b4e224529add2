"""Reading a CSV as strangers have it: any usual separator and encoding, empty lines, ragged rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.scenario.yaml_file import shown
from flowsim.wording import quoted

SEPARATORS = ",;\t|"
LARGEST_FILE = 2_000_000_000
"""Bytes that are read into memory."""
LONGEST_CELL = 100_000

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table as text.

    Parameters
    ----------
    file : Path
    header : list of str
    rows : list of list of str
        Each as long as the header.
    ragged : int
        Rows with another number of cells, which are not in `rows`.
    separator, encoding : str
    """

    file: Path
    header: list[str]
    rows: list[list[str]]
    ragged: int
    separator: str
    encoding: str


def read_table(file: Path) -> TableFile:
    """Return the table in a file.

    Raises
    ------
    InputError
        If there is no table to be read.
    """

    def refused(message: str, where: str = "") -> InputError:
        return InputError([Problem(where or shown(file), "", message)])

    try:
        if file.stat().st_size > LARGEST_FILE:
            raise refused(f"must be a file of at most {LARGEST_FILE / 1e9:g} GB; found more")
        data = file.read_bytes()
    except OSError as error:
        raise refused(f"must be a file that can be read; {error.strerror}") from None
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refused("must be a CSV file; found a workbook: save it as CSV first")
    text, encoding = _text(data)
    if "\0" in text:
        raise refused("must be text; found a file of bytes")
    lines = [line for line in text[:LONGEST_CELL].splitlines() if line.strip()]
    if not lines:
        raise refused("must be a table with a header row; found nothing")
    separator = max(SEPARATORS, key=lambda one: (lines[0].count(one), -SEPARATORS.index(one)))
    before = csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        full = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise refused(f"must be a table; {error}", f"{shown(file)}:{reader.line_num}") from None
    finally:
        csv.field_size_limit(before)
    if not full:
        raise refused("must be a table with a header row; found only separators")
    header = [cell.strip() for cell in full[0]]
    while header and not header[-1]:
        header.pop()
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if twice:
        named = ", ".join(quoted(name) for name in twice)
        raise refused(f"must have each column once; found {named} more than once", f"{shown(file)}:1")
    rows = [_trimmed(row, len(header)) for row in full[1:]]
    if not rows:
        raise refused("must have rows below its header; found none")
    whole = [row for row in rows if len(row) == len(header)]
    return TableFile(file, header, whole, len(rows) - len(whole), separator, encoding)


def _text(data: bytes) -> tuple[str, str]:
    """Return bytes as text; what is not UTF-8 is taken for the Western European code page of Windows."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def _trimmed(row: list[str], length: int) -> list[str]:
    """Return a row without empty cells beyond the header."""
    return row[:length] if not any(cell.strip() for cell in row[length:]) else row
