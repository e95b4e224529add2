from __future__ import annotations

import numpy as np
import pytest

from flowsim.validation.scores import crps, interval_score


def slow_crps(sample: list[float], value: float) -> float:
    """Take the mean distance from the value, less half that of all pairs of different members."""
    off = [abs(one - value) for one in sample]
    pairs = [abs(a - b) for i, a in enumerate(sample) for j, b in enumerate(sample) if i != j]
    return sum(off) / len(off) - sum(pairs) / len(pairs) / 2


def test_the_score_of_three_members_is_worked_out() -> None:
    # Distances from 0: 0, 1, 2, mean 1. Pairs: 1, 2, 1, mean 4/3, half of it 2/3.
    assert crps(np.array([0.0, 1.0, 2.0]), 0.0) == pytest.approx(1 / 3)
    assert crps(np.array([0.5]), 0.2) == pytest.approx(0.3)


@pytest.mark.parametrize("value", [-1.0, 0.3, 5.0])
def test_the_score_is_that_of_the_slow_twin(value: float) -> None:
    sample = [0.1, 0.4, 0.4, 2.0, -0.7]
    assert crps(np.array(sample), value) == pytest.approx(slow_crps(sample, value))


def test_a_sharp_right_forecast_beats_a_wide_one_and_a_sharp_wrong_one() -> None:
    around = np.linspace(-1, 1, 21)
    right, wide, wrong = (
        crps(centre + width * around, 0.0) for centre, width in ((0, 0.1), (0, 1), (1, 0.1))
    )
    assert right < wide < wrong


def test_an_interval_costs_its_width_and_twenty_times_what_falls_outside() -> None:
    assert interval_score(0.6, 0.8, 0.7) == pytest.approx(0.2)
    assert interval_score(0.6, 0.8, 0.85) == pytest.approx(0.2 + 20 * 0.05)
    assert interval_score(0.6, 0.8, 0.5) == pytest.approx(0.2 + 20 * 0.1)
