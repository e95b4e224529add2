"""Draws by patient: what the loop reads is what the table holds."""

import numpy as np
import pytest

from flowsim.sampling.draws import Draws, Piece

pytest.importorskip("numba")

from flowsim.engine.compiled_draws import NOWHERE, ROWS_AT_A_TIME, by_patient

NAN = np.nan


def test_patients_who_could_read_the_same_columns_are_of_one_kind():
    # Rows 0 and 3 have columns 0 and 2, row 1 has column 1 as well, row 2 has nothing.
    draws = Draws.of(
        (3, 4),
        [
            Piece([2, 0], np.array([0, 1, 3]), [np.array([5.0, 6.0, 7.0]), np.array([1.0, 2.0, 3.0])]),
            Piece([1], np.array([1]), [np.array([9.0])]),
        ],
    )
    mine = by_patient(draws)
    assert mine.first.tolist() == [0, 2, 5, 5, 7]
    assert mine.drawn.tolist() == [5.0, 1.0, 6.0, 2.0, 9.0, 7.0, 3.0]
    assert mine.kind.tolist() == [0, 1, 2, 0]
    assert mine.place.tolist() == [[1, NOWHERE, 0], [1, 2, 0], [NOWHERE] * 3]
    np.testing.assert_array_equal(
        draws.table(), [[1.0, 2.0, NAN, 3.0], [NAN, 9.0, NAN, NAN], [5.0, 6.0, NAN, 7.0]]
    )


def test_of_many_patients_everybody_reads_what_the_table_holds():
    columns, rows = 40, 3 * ROWS_AT_A_TIME + 5
    chance = np.random.default_rng(7)
    pieces = []
    for begins in range(0, columns, 4):
        who = np.flatnonzero(chance.random(rows) < 0.3)
        pieces.append(Piece(range(begins, begins + 4), who, chance.random((4, len(who)))))
    draws = Draws.of((columns, rows), pieces)
    first, kind, place, drawn = by_patient(draws)
    table = np.full((columns, rows), NAN)
    for row in range(rows):
        for column in range(columns):
            if place[kind[row], column] != NOWHERE:
                table[column, row] = drawn[first[row] + place[kind[row], column]]
    np.testing.assert_array_equal(table, draws.table())
    assert np.isnan(table).sum() == table.size - len(drawn)
