from __future__ import annotations

import math

import numpy as np
import pytest

from flowsim.validation.estimates import FEWEST_YEARS, estimate


def test_one_set_has_the_t_interval_of_its_mean() -> None:
    # 1, 2, 3: mean 2, sd 1, half width 4.3027 / sqrt 3 = 2.4841.
    found = estimate([np.array([1.0, 2.0, 3.0])])
    assert (found.mean, found.low, found.high) == pytest.approx((2, 2 - 2.4841, 2 + 2.4841), abs=1e-4)
    assert math.isnan(found.single_low)
    assert found.has_in_a_single_year(2.0) is None


def test_several_sets_have_the_spread_of_their_means() -> None:
    # 41 sets whose means are 0 to 40, each with the same two replications half a step apart.
    sets = [np.array([mean - 0.25, mean + 0.25]) for mean in range(41)]
    found = estimate(sets)
    assert (found.mean, found.low, found.high) == pytest.approx((20, 1, 39))


def test_more_replications_do_not_narrow_what_parameters_leave_open() -> None:
    few = [np.array([float(mean)] * 2) for mean in range(11)]
    many = [np.array([float(mean)] * 200) for mean in range(11)]
    assert estimate(few).low == estimate(many).low
    # ... where one set of as many would be known almost surely: the companion.
    spread = np.tile(np.linspace(-3, 3, 100), 20)
    assert estimate([spread]).high - estimate([spread]).low < 0.1 * (estimate(few).high - estimate(few).low)


def test_single_years_need_twenty_and_hold_nine_in_ten() -> None:
    years = np.arange(101, dtype=np.float64)
    found = estimate([years])
    assert (found.single_low, found.single_high) == (5, 95)
    assert found.has_in_a_single_year(95.0) and not found.has_in_a_single_year(95.1)
    assert math.isnan(estimate([years[: FEWEST_YEARS - 1]]).single_low)


def test_replications_without_a_figure_are_left_out() -> None:
    assert estimate([np.array([1.0, np.nan, 3.0])]).mean == 2
    assert math.isnan(estimate([np.array([np.nan, np.nan])]).mean)
