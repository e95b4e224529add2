from __future__ import annotations

import math

import numpy as np
import pytest

from flowsim.validation.estimates import FEWEST_YEARS, SINGLE, estimate, single_years


def test_one_set_has_the_t_interval_of_its_mean() -> None:
    # 1, 2, 3: mean 2, sd 1, half width 4.3027 / sqrt 3 = 2.4841.
    found = estimate([np.array([1.0, 2.0, 3.0])])
    assert (found.mean, found.low, found.high) == pytest.approx((2, 2 - 2.4841, 2 + 2.4841), abs=1e-4)
    assert math.isnan(found.single_low)
    assert found.has_in_a_single_year(2.0) is None


def test_several_sets_have_the_spread_of_their_means() -> None:
    # 41 sets whose means are 0 to 40, without chance.
    found = estimate([np.array([float(mean)] * 2) for mean in range(41)])
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
    assert (found.single_low, found.single_high) == pytest.approx((4.1, 95.9))
    assert found.has_in_a_single_year(95.8) and not found.has_in_a_single_year(96.0)
    assert math.isnan(estimate([years[: FEWEST_YEARS - 1]]).single_low)


def test_replications_without_a_figure_are_left_out() -> None:
    assert estimate([np.array([1.0, np.nan, 3.0])]).mean == 2
    assert math.isnan(estimate([np.array([np.nan, np.nan])]).mean)


def test_what_chance_spreads_is_taken_out_of_the_spread_of_sets() -> None:
    # Means 0 and 2, variance 2; within each two replications 1.6 apart: 1.28, of the mean 0.64. Left is
    # (2 - 0.64) / 2 = 0.68 of the variance; the middle 95 % of two points is 0.95 of their distance.
    found = estimate([np.array([-0.8, 0.8]), np.array([1.2, 2.8])])
    half = 0.95 * np.sqrt(0.68)
    assert (found.mean, found.low, found.high) == pytest.approx((1, 1 - half, 1 + half))


def test_sets_that_differ_by_chance_alone_leave_nothing() -> None:
    found = estimate([np.array([-1.0, 1.2]), np.array([-1.2, 1.0])])
    assert (found.low, found.high) == (found.mean, found.mean)


def test_another_single_year_lies_in_the_range_nine_times_in_ten() -> None:
    trials = 4000
    years = np.random.default_rng(1).normal(size=(trials, FEWEST_YEARS + 1))
    sample, another = years[:, 1:], years[:, 0]

    def held(ranges: np.ndarray) -> float:
        return float(np.mean((ranges[:, 0] <= another) & (another <= ranges[:, 1])))

    within = 4 * math.sqrt(0.9 * 0.1 / trials)
    assert abs(held(np.array([single_years(one) for one in sample])) - 0.9) < within
    # The companion: the middle of the sample itself is too narrow.
    assert held(np.quantile(sample, SINGLE, axis=1).T) < 0.9 - within
