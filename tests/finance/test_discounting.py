from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flowsim.finance.discounting import break_even, net_present_value, payback_years, phased_in


def test_net_present_value_of_an_annuity() -> None:
    # £30 at the end of each of five years at 3.5 %: 30 / 1.035 + … + 30 / 1.035^5
    # = 28.9855 + 28.0053 + 27.0583 + 26.1433 + 25.2592 = 135.4516; less £100 invested.
    assert float(net_present_value(np.full(5, 30.0), 0.035, 100.0)) == pytest.approx(35.4516, abs=5e-5)


def test_money_now_and_money_without_a_rate_are_plain_sums() -> None:
    assert float(net_present_value(np.array([30.0, -10.0]), 0.0, 5.0)) == 15
    assert_allclose(net_present_value(np.array([[1.035], [2.07]]), 0.035, [1.0, 0.0]), [0.0, 2.0])


def test_an_effect_comes_in_along_a_straight_line() -> None:
    # Twelve months from nothing to all: half in the first year. Six months: 0.5 x 6 + 6 = 9 of 12 months.
    assert_allclose(phased_in(3, 12), [0.5, 1, 1])
    assert_allclose(phased_in(2, [6, 0]), [[0.75, 1], [1, 1]])
    # Three months of notice, then six: 3 of rise and 3 whole, 6 of 12; 24 months: 12²/48 = 3.
    assert_allclose(phased_in(2, 6, 3), [0.5, 1])
    assert_allclose(phased_in(2, 24)[0], 3 / 12)


def test_an_effect_that_waits_for_longer_than_it_is_looked_at_brings_nothing() -> None:
    assert_allclose(phased_in(1, 6, 12), [0])


@pytest.mark.parametrize(
    ("flows", "invested", "years"),
    [
        ([40.0, 40.0, 40.0], 100.0, 2.5),  # 80 after two years, the last 20 in half a year
        ([40.0, 40.0], 100.0, math.inf),
        ([50.0, -60.0, 20.0], 0.0, 2.5),  # 50, -10, 10: back for good half way through the third year
        ([1.0, 1.0], 0.0, 0.0),
    ],
)
def test_payback(flows: list[float], invested: float, years: float) -> None:
    assert payback_years(np.array(flows), invested) == pytest.approx(years)


def test_break_even_is_the_multiple_from_which_it_pays() -> None:
    # 50 of benefit at full effect against 20 of cost: 0.4 of it would do.
    assert break_even(lambda times: 50 * times - 20) == pytest.approx(0.4, abs=1e-5)
    assert break_even(lambda times: 50 * times) == 0
    assert break_even(lambda times: times - 20) == math.inf
    assert break_even(lambda times: 5.0) == 0
    assert break_even(lambda times: -5.0) == math.inf
    # A bay of 10 closes at 0.7 of the effect and saves 30 against 20.
    assert break_even(lambda times: 30 * (times >= 0.7) - 20) == pytest.approx(0.7, abs=1e-5)


@pytest.mark.parametrize("saved", [4.0, -4.0, 40.0])
def test_an_effect_that_costs_has_no_multiple_from_which_it_pays(saved: float) -> None:
    # So much is saved without it, and 22.7 lost with all of it: less of it is always better.
    assert break_even(lambda times: saved - 22.7 * times) is None
