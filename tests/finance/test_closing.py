from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from flowsim.finance.closing import chance_of_closing, closed_beds, in_long_runs


def test_weeks_count_that_are_in_a_run_of_enough() -> None:
    there = np.array([[1, 1, 0, 1, 1, 1, 0, 1]], dtype=bool)
    assert in_long_runs(there, 3).astype(int).tolist() == [[0, 0, 0, 1, 1, 1, 0, 0]]
    assert in_long_runs(there, 2).astype(int).tolist() == [[1, 1, 0, 1, 1, 1, 0, 0]]
    assert not in_long_runs(there, 9).any()


def test_long_runs_are_those_of_a_slow_twin() -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    there = generator.random((20, 30)) < 0.8
    for weeks in (1, 4, 13):
        slow = np.zeros_like(there)
        for row in range(20):
            for first in range(30 - weeks + 1):
                if there[row, first : first + weeks].all():
                    slow[row, first : first + weeks] = True
        assert (in_long_runs(there, weeks) == slow).all()


def test_a_step_closes_or_nothing_does() -> None:
    # Five beds free all the time close no bay of six; seven close one; thirteen two.
    for free, beds in ((5.0, 0), (7.0, 6), (13.0, 12)):
        found = closed_beds(np.full((1, 4), free), bay=6, ward=28, weeks=2)
        assert (found.bays[0], found.wards[0]) == (beds, 0)


def test_a_ward_closes_first_then_bays_of_what_is_left() -> None:
    # 36 free: a ward of 28, a bay of 6 of the other 8.
    found = closed_beds(np.full((1, 4), 36.0), bay=6, ward=28, weeks=2)
    assert (found.wards[0], found.bays[0]) == (28, 6)


def test_beds_free_every_other_week_close_nothing() -> None:
    free = np.array([[12.0, 0.0] * 4])
    assert closed_beds(free, bay=6, ward=28, weeks=2).bays[0] == 0
    assert chance_of_closing(free, 6, 2) == 0
    assert chance_of_closing(free, 6, 1) == 1


def test_the_chance_is_a_share_of_replications() -> None:
    # Of four, one has no week, one a single week, two have three weeks in a row.
    free = np.array([[0, 0, 0, 0], [6, 0, 0, 0], [6, 6, 6, 0], [0, 9, 9, 9]], dtype=float)
    assert chance_of_closing(free, 6, 3) == 0.5
    # Closed in three of four weeks: 4.5 beds on the mean.
    assert_allclose(closed_beds(free, bay=6, ward=28, weeks=3).bays, [0, 0, 4.5, 4.5])
