"""The drawn columns of a cohort, each kept only for those who could read it: a quarter of the whole table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Columns that the same patients could read.

    Parameters
    ----------
    columns : sequence of int
    rows : NDArray[np.int64]
        Whose values they are, rising.
    values : sequence of NDArray[np.float64]
        Of each column, in the order of `rows`.
    """

    columns: Sequence[int]
    rows: NDArray[np.int64]
    values: Sequence[NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Draws:
    """Pieces end to end; no two of them have a column and a row in common.

    Parameters
    ----------
    shape : tuple of int
        Columns and rows of the whole table.
    column, column_start : NDArray[np.int64]
        The columns of piece k are column[column_start[k] : column_start[k + 1]].
    row : NDArray[np.int32]
    row_start : NDArray[np.int64]
        Likewise its rows.
    value : NDArray[np.float64]
        Of each piece its columns one after the other, each in the order of its rows.
    """

    shape: tuple[int, int]
    column: NDArray[np.int64]
    column_start: NDArray[np.int64]
    row: NDArray[np.int32]
    row_start: NDArray[np.int64]
    value: NDArray[np.float64]

    @classmethod
    def of(cls, shape: tuple[int, int], pieces: Sequence[Piece]) -> Draws:
        """Return pieces laid end to end."""
        columns = [np.array(piece.columns, dtype=np.int64) for piece in pieces]
        rows = [piece.rows.astype(np.int32) for piece in pieces]
        values = [values for piece in pieces for values in piece.values]
        return cls(
            shape,
            np.concatenate([np.empty(0, dtype=np.int64), *columns]),
            np.cumsum([0, *map(len, columns)]),
            np.concatenate([np.empty(0, dtype=np.int32), *rows]),
            np.cumsum([0, *map(len, rows)]),
            np.concatenate([np.empty(0), *values]),
        )

    def table(self) -> NDArray[np.float64]:
        """Return the whole table, `shape`; NaN where nobody could read."""
        table = np.full(self.shape, np.nan)
        done = 0
        for k in range(len(self.row_start) - 1):
            rows = self.row[self.row_start[k] : self.row_start[k + 1]]
            for column in self.column[self.column_start[k] : self.column_start[k + 1]]:
                table[column, rows] = self.value[done : done + len(rows)]
                done += len(rows)
        return table
