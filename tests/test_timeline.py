"""Step functions: what is scaled, put off or turned round is a step function of the same times."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.timeline import HOUR, StepFunction

ROSTER = StepFunction(np.array([0.0, 8 * HOUR, 20 * HOUR]), np.array([1.0, 4.0, 2.0]))


def test_scaled_levels_change_at_the_same_times() -> None:
    doubled = ROSTER.scaled(2)
    assert doubled.times.tolist() == ROSTER.times.tolist()
    assert doubled.levels.tolist() == [2, 8, 4]
    with pytest.raises(ValueError, match=">= 0"):
        ROSTER.scaled(-1)


def test_after_a_moment_all_is_as_it_was_and_before_it_nothing() -> None:
    late = ROSTER.after(10 * HOUR)
    assert late.at([0, 9.99 * HOUR, 10 * HOUR, 19 * HOUR, 20 * HOUR]).tolist() == [0, 0, 4, 4, 2]
    assert float(late.integral(20 * HOUR)) == 40 * HOUR
    assert ROSTER.after(0) is ROSTER
    # A moment at which the level changes anyway begins with the new level.
    assert ROSTER.after(8 * HOUR).levels.tolist() == [0, 4, 2]


def test_inverted_is_one_where_nobody_is() -> None:
    shut = ROSTER.after(8 * HOUR).inverted()
    assert shut.at([0, 8 * HOUR, 30 * HOUR]).tolist() == [1, 0, 0]
