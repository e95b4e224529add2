"""A cohort's draws as the compiled loop reads them: those of a patient side by side.

Patients who could read the same columns are of one kind, and have them at the same places.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.compilation import Floats, Ints, compiled
from flowsim.sampling.draws import Draws

NOWHERE = -1
ROWS_AT_A_TIME = 1024


class ByPatient(NamedTuple):
    """What row r has in column c is drawn[first[r] + place[kind[r], c]].

    Parameters
    ----------
    first : NDArray[np.int64]
        Where the values of each row begin, shape (n_rows + 1,).
    kind : NDArray[np.int32]
        Shape (n_rows,).
    place : NDArray[np.int16]
        Shape (n_kinds, n_columns); `NOWHERE` for a column that the kind cannot read.
    drawn : NDArray[np.float64]
    """

    first: Ints
    kind: NDArray[np.int32]
    place: NDArray[np.int16]
    drawn: Floats


def by_patient(draws: Draws) -> ByPatient:
    """Return the draws by patient, the same for every run of one cohort."""
    if draws not in _BY_PATIENT:
        columns, rows = draws.shape
        first, kind, place = _places(
            columns, rows, draws.column, draws.column_start, draws.row, draws.row_start
        )
        drawn = np.empty(len(draws.value))  # NumPy's own memory has larger pages than numba's
        _fill(drawn, first, draws.column_start, draws.row, draws.row_start, draws.value)
        _BY_PATIENT[draws] = ByPatient(first, kind, place, drawn)
    return _BY_PATIENT[draws]


_BY_PATIENT: WeakKeyDictionary[Draws, ByPatient] = WeakKeyDictionary()
"""Goes when the draws go."""


@compiled
def _places(
    columns: int,
    rows: int,
    column: Ints,
    column_start: Ints,
    row: NDArray[np.int32],
    row_start: Ints,
) -> tuple[Ints, NDArray[np.int32], NDArray[np.int16]]:
    """Return `first`, `kind` and `place` of `ByPatient`."""
    pieces = len(row_start) - 1
    # Kinds are split piece by piece: whoever has it is of another kind than those like them who have not.
    most = len(row) + 1
    parent, piece_of, width = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int64)
    becomes = np.empty(most, np.int32)
    kind = np.zeros(rows, np.int32)
    width[0], becomes[0], kinds = 0, 0, 1
    for piece in range(pieces):
        made_before = kinds
        for i in range(row_start[piece], row_start[piece + 1]):
            old = kind[row[i]]
            if becomes[old] < made_before:
                parent[kinds], piece_of[kinds], becomes[old], becomes[kinds] = old, piece, kinds, 0
                width[kinds] = width[old] + column_start[piece + 1] - column_start[piece]
                kinds += 1
            kind[row[i]] = becomes[old]

    # The kinds of which somebody is left, each with its places.
    number = np.full(kinds, -1, np.int32)
    left = 0
    first = np.zeros(rows + 1, np.int64)
    for r in range(rows):
        first[r + 1] = first[r] + width[kind[r]]
        if number[kind[r]] < 0:
            number[kind[r]] = left
            left += 1
    place = np.full((left, columns), NOWHERE, np.int16)
    for k in range(kinds):
        if number[k] >= 0:
            split = k
            while split > 0:
                at = width[parent[split]]
                for j in range(column_start[piece_of[split]], column_start[piece_of[split] + 1]):
                    place[number[k], column[j]] = at
                    at += 1
                split = parent[split]

    for r in range(rows):
        kind[r] = number[kind[r]]
    return first, kind, place


@compiled
def _fill(
    drawn: Floats, first: Ints, column_start: Ints, row: NDArray[np.int32], row_start: Ints, value: Floats
) -> None:
    """Write each row's values from its first place on.

    Some rows at a time, so that what is written stays in the processor's cache meanwhile.
    """
    free = first[:-1].copy()
    position = row_start[:-1].copy()
    for last in range(ROWS_AT_A_TIME, len(free) + ROWS_AT_A_TIME, ROWS_AT_A_TIME):
        begins = 0
        for piece in range(len(position)):
            many = row_start[piece + 1] - row_start[piece]
            wide = column_start[piece + 1] - column_start[piece]
            start = stop = position[piece]
            while stop < row_start[piece + 1] and row[stop] < last:
                stop += 1
            for j in range(wide):
                source = begins + j * many - row_start[piece]
                for i in range(start, stop):
                    drawn[free[row[i]] + j] = value[source + i]
            for i in range(start, stop):
                free[row[i]] += wide
            position[piece] = stop
            begins += wide * many
