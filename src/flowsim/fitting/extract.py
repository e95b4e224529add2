"""An extract: a CSV seen through its mapping, as columns of numbers. No text of a patient's row is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError, Problem
from flowsim.fitting.columns import is_enough, place_columns, what_is_needed
from flowsim.fitting.mapping import (
    Kind,
    MappingFile,
    as_code,
    find_mapping,
    shipped_mappings,
)
from flowsim.fitting.small_numbers import FEWEST
from flowsim.fitting.table_file import TableFile, read_table
from flowsim.scenario.names import file_sha256
from flowsim.scenario.yaml_file import shown
from flowsim.wording import quoted

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LARGEST_UNREADABLE = 0.5
"""Share of times that may be unreadable before the format is taken to be wrong; an assumption."""
LONGEST_CODE = 20
"""Characters of an unknown code that a report may name."""


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """What was read of a file; n rows.

    Parameters
    ----------
    file : Path
    sha256 : str
    mapping : MappingFile
    ragged : int
        Rows with another number of cells than the header, which are not among the n.
    clocks : Mapping[str, NDArray[np.float64]]
        Minutes since 1970-01-01 of local time, shape (n,); NaN for what was not recorded.
    has_hours : Mapping[str, bool]
        Whether a clock is more than a date.
    numbers : Mapping[str, NDArray[np.float64]]
        Shape (n,).
    codes : Mapping[str, NDArray[np.int64]]
        Position among what the field may say; -1 for none, shape (n,).
    row : NDArray[np.int64]
        Equal for rows with the same identifier, or without one for rows that are equal in every cell.
    has_identifier : bool
    absent : Mapping[str, tuple[int, int]]
        By field: how many rows have nothing, and how many something unreadable or unknown.
    unknown_codes : Mapping[str, Mapping[str, int]]
        By field the unknown codes that may be named, with their counts.
    not_there : tuple of str
        Fields of the mapping for which the file has no column.
    """

    file: Path
    sha256: str
    mapping: MappingFile
    ragged: int
    clocks: Mapping[str, Floats]
    has_hours: Mapping[str, bool]
    numbers: Mapping[str, Floats]
    codes: Mapping[str, Ints]
    row: Ints
    has_identifier: bool
    absent: Mapping[str, tuple[int, int]]
    unknown_codes: Mapping[str, Mapping[str, int]]
    not_there: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        """What it is an extract of."""
        return self.mapping.kind

    def __len__(self) -> int:
        return len(self.row)

    def clock(self, name: str) -> Floats:
        """Return a clock; all NaN if the file has none."""
        return self.clocks.get(name, np.full(len(self), np.nan))

    def is_code(self, name: str, value: str) -> Bools:
        """Return who has a value of a coded field; nobody if the file has no such field."""
        if name not in self.codes:
            return np.zeros(len(self), dtype=np.bool_)
        return np.asarray(self.codes[name] == self.kind.codes[name].index(value))


def read_extract(file: Path, mapping: str | Path | None = None) -> Extract:
    """Return what a file holds.

    Parameters
    ----------
    file : Path
    mapping : str or Path, optional
        A mapping file, or a shipped one by name; the shipped one that finds most fields if not given.

    Raises
    ------
    InputError
        If it cannot be read, or lacks what cannot be done without.
    """
    table = read_table(file)
    chosen = find_mapping(mapping) if mapping is not None else _fitting_mapping(table)
    found = place_columns(chosen, table.header)
    if not is_enough(chosen, found):
        raise InputError([Problem(f"{shown(file)}:1", "", what_is_needed(chosen, table.header))])
    columns = _Columns(table, chosen)
    clocks = {name: columns.clock(name, *at) for name, at in found.clocks.items()}
    has_hours = {name: columns.has_hours(*found.clocks[name]) for name in clocks}
    numbers = {name: columns.number(name, at) for name, at in found.numbers.items()}
    codes = {name: columns.code(name, at) for name, at in found.codes.items()}
    _refuse_wrong_format(table, chosen, columns)
    identifier = found.identifier
    return Extract(
        file=file,
        sha256=file_sha256(file),
        mapping=chosen,
        ragged=table.ragged,
        clocks=clocks,
        has_hours=has_hours,
        numbers=numbers,
        codes=codes,
        row=_equal_rows(table) if identifier is None else columns.alike(identifier),
        has_identifier=identifier is not None,
        absent=columns.absent,
        unknown_codes=columns.unknown_codes,
        not_there=found.missing,
    )


def _fitting_mapping(table: TableFile) -> MappingFile:
    """Return the shipped mapping that finds most fields."""
    known = {name: find_mapping(file) for name, file in shipped_mappings().items()}
    found = {name: place_columns(one, table.header) for name, one in known.items()}
    enough = [name for name in known if is_enough(known[name], found[name])]
    if not enough:
        problems = [what_is_needed(one, table.header) for one in known.values()]
        message = "\n".join([*problems, "or say with --mapping FILE which column is which"])
        raise InputError([Problem(f"{shown(table.file)}:1", "", message)])
    return known[min(enough, key=lambda name: (len(found[name].missing), name))]


class _Columns:
    """The columns of a table, read by field; what could not be read is counted."""

    def __init__(self, table: TableFile, mapping: MappingFile) -> None:

        self.table, self.mapping = table, mapping
        self.nothing = {text.strip().casefold() for text in mapping.missing} | {""}
        self.absent: dict[str, tuple[int, int]] = {}
        self.unknown_codes: dict[str, dict[str, int]] = {}
        self._texts: dict[int, pd.Series[str]] = {}
        self._moments: dict[int, Floats] = {}

    def texts(self, at: int) -> pd.Series[str]:
        """Return a column without spaces around its cells, and NA for what means nothing."""
        import pandas as pd

        if at not in self._texts:
            column = pd.Series([row[at].strip() for row in self.table.rows], dtype="object")
            self._texts[at] = column.mask(column.str.casefold().isin(self.nothing))
        return self._texts[at]

    def clock(self, name: str, at: int, time: int | None) -> Floats:
        """Return a clock in minutes since 1970."""
        dates = self.texts(at)
        empty = dates.isna().to_numpy()
        minutes = self.moments(at)
        if time is not None and (times := self.texts(time)).notna().any():
            of_day = _minutes(times, self.mapping.times)
            minutes = np.floor(minutes / 1440) * 1440 + of_day % 1440
            empty = empty | times.isna().to_numpy()
        self.absent[name] = (int(empty.sum()), int((np.isnan(minutes) & ~empty).sum()))
        return minutes

    def has_hours(self, at: int, time: int | None) -> bool:
        """Return whether a clock is more than a date."""
        if time is not None:
            return bool(self.texts(time).notna().any())
        return bool((self.moments(at) % 1440 > 0).any())

    def moments(self, at: int) -> Floats:
        """Return a column of dates, with or without times, in minutes since 1970."""
        if at not in self._moments:
            alone = list(self.mapping.dates)
            times = self.mapping.times
            both = [f"{date}{joined}{time}" for date in alone for joined in (" ", "T") for time in times]
            self._moments[at] = _minutes(self.texts(at), alone + both)
        return self._moments[at]

    def number(self, name: str, at: int) -> Floats:
        """Return a column of numbers, commas taken for decimal points."""
        import pandas as pd

        texts = self.texts(at)
        values = pd.to_numeric(texts.str.replace(",", "."), errors="coerce").to_numpy(np.float64, copy=True)
        values[~np.isfinite(values)] = np.nan
        empty = texts.isna().to_numpy()
        self.absent[name] = (int(empty.sum()), int((np.isnan(values) & ~empty).sum()))
        return np.asarray(values)

    def code(self, name: str, at: int) -> Ints:
        """Return a coded column as positions among what the field may say."""
        levels = self.mapping.kind.codes[name]
        written = self.mapping.codes[name].values
        meaning = {as_code(code): levels.index(value) for value, some in written.items() for code in some}
        texts = self.texts(at)
        known, inverse = np.unique(texts.fillna("").to_numpy(dtype=str), return_inverse=True)
        positions = np.array(
            [meaning.get(as_code(text), -1) if text else -1 for text in known], dtype=np.int64
        )
        codes = positions[inverse]
        empty = texts.isna().to_numpy()
        self.absent[name] = (int(empty.sum()), int(((codes < 0) & ~empty).sum()))
        counts = np.bincount(inverse, minlength=len(known))
        self.unknown_codes[name] = {
            str(text): int(count)
            for text, count, position in zip(known, counts, positions, strict=True)
            if text and position < 0 and count >= FEWEST and _may_be_named(str(text))
        }
        return np.asarray(codes)

    def alike(self, at: int) -> Ints:
        """Return numbers that are equal for rows with the same cell; an empty cell is like no other."""
        import pandas as pd

        numbers = pd.factorize(self.texts(at))[0].astype(np.int64)
        empty = numbers < 0
        numbers[empty] = len(numbers) + np.arange(int(empty.sum()))
        return np.asarray(numbers)


def _equal_rows(table: TableFile) -> Ints:
    """Return numbers that are equal for rows that are equal in every cell, mapped or not."""
    seen: dict[tuple[str, ...], int] = {}
    return np.array([seen.setdefault(tuple(row), len(seen)) for row in table.rows], dtype=np.int64)


def _minutes(texts: pd.Series[str], formats: Sequence[str]) -> Floats:
    """Return times in minutes since 1970, each by the first format that reads it; NaN if none does."""
    import pandas as pd

    codes, known = pd.factorize(texts)
    found = np.full(len(known) + 1, np.nan)  # the last one stands for nothing
    left = np.arange(len(known))
    for form in formats:
        if not len(left):
            break
        times = pd.to_datetime(pd.Series(known[left]), format=form, errors="coerce")
        read = times.notna().to_numpy()
        minutes = times.to_numpy().astype("datetime64[s]").astype(np.int64) / 60
        found[left[read]] = minutes[read]
        left = left[~read]
    return np.asarray(found[codes])


def _may_be_named(code: str) -> bool:
    """Return whether a report may name a code: short, plain, and no number that could be a person's.

    A person's number (NHS 10 digits, a hospital's 6 to 9) is longer than codes and shorter than SNOMED CT's
    UK ones.
    """
    plain = all(letter.isalnum() or letter in " _-./" for letter in code) and code[0].isalnum()
    digits = sum(map(str.isdigit, code))
    return plain and len(code) <= LONGEST_CODE and (digits < 5 or digits >= 15)


def _refuse_wrong_format(table: TableFile, mapping: MappingFile, columns: _Columns) -> None:
    """Refuse a file in which most times of coming, or of leaving, cannot be read."""
    problems = []
    for name in (mapping.kind.begins, mapping.kind.ends):
        nothing, unreadable = columns.absent.get(name, (0, 0))
        there = len(table.rows) - nothing
        if there and unreadable > LARGEST_UNREADABLE * there:
            message = (
                f"must be times in one of the formats of mapping {mapping.name}, such as "
                f"{quoted(mapping.dates[0])} with {quoted(mapping.times[0])}; {unreadable} of {there} are not"
            )
            problems.append(Problem(shown(table.file), name, message))
    if problems:
        raise InputError(problems)
