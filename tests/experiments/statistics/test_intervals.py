from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from flowsim.experiments.statistics.intervals import intervals


def test_the_interval_is_student_t_over_replications() -> None:
    # mean 4, sd sqrt(((-2)^2 + 0 + 2^2) / 2) = 2, half = t(0.975; 2) * 2 / sqrt(3)
    found = intervals(np.array([[2.0], [4.0], [6.0]]))
    half = t.ppf(0.975, 2) * 2 / np.sqrt(3)
    assert found.mean[0] == 4.0
    assert found.sd[0] == 2.0
    assert (found.low[0], found.high[0]) == pytest.approx((4 - half, 4 + half), abs=1e-12)


def test_one_replication_gives_no_interval() -> None:
    found = intervals(np.array([[5.0]]))
    assert found.mean[0] == 5.0
    assert np.isnan([found.sd[0], found.low[0], found.high[0]]).all()


def test_a_replication_without_a_figure_is_left_out_of_its_mean() -> None:
    found = intervals(np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]]))
    assert found.count.tolist() == [2, 0]
    assert found.mean[0] == 2.0
    assert found.sd[0] == pytest.approx(np.sqrt(2))
    assert np.isnan([found.mean[1], found.sd[1], found.low[1]]).all()


def test_equal_replications_have_an_interval_of_no_width() -> None:
    found = intervals(np.full((4, 1), 0.1))
    assert found.low[0] == pytest.approx(0.1)
    assert found.high[0] == pytest.approx(0.1)
