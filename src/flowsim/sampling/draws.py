"""The drawn columns of a cohort, each kept only for those who could read it: a quarter of the whole table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Draws:
    """Pieces of columns end to end; a piece is what some patients read in one column.

    Parameters
    ----------
    shape : tuple of int
        Columns and rows of the whole table.
    column : NDArray[np.int64]
        The column of each piece.
    start : NDArray[np.int64]
        Piece k is start[k] to start[k + 1].
    row : NDArray[np.int32]
        Whose value it is; rising within a piece.
    value : NDArray[np.float64]
    """

    shape: tuple[int, int]
    column: NDArray[np.int64]
    start: NDArray[np.int64]
    row: NDArray[np.int32]
    value: NDArray[np.float64]

    @classmethod
    def of(
        cls, shape: tuple[int, int], pieces: Sequence[tuple[int, NDArray[np.int32], NDArray[np.float64]]]
    ) -> Draws:
        """Return pieces, each a column, its rows and their values, laid end to end."""
        sizes = [len(rows) for _, rows, _ in pieces]
        none = np.empty(0, dtype=np.int32)
        return cls(
            shape,
            np.array([column for column, _, _ in pieces], dtype=np.int64),
            np.cumsum([0, *sizes]),
            np.concatenate([none, *(rows for _, rows, _ in pieces)]),
            np.concatenate([np.empty(0), *(values for _, _, values in pieces)]),
        )

    @cached_property
    def table(self) -> NDArray[np.float64]:
        """The whole table, `shape`; NaN where nobody could read."""
        table = np.full(self.shape, np.nan)
        for piece, column in enumerate(self.column):
            some = slice(self.start[piece], self.start[piece + 1])
            table[column, self.row[some]] = self.value[some]
        return table
