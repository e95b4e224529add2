from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import stdtrit

from flowsim.finance.uncertainty import chance_weights, triangular

DRAWS = 20_000


def test_weights_of_a_year_add_up_to_one() -> None:
    weights = chance_weights(1, 50, 3, 4)
    assert weights.shape == (50, 3, 4)
    assert_allclose(weights.sum(axis=2), 1)


def test_over_many_years_the_interval_is_students() -> None:
    # With so many years their luck cancels; what is left is how little eight replications say of the mean.
    values = np.array([3.0, 5, 4, 8, 1, 9, 2, 6])
    means = (chance_weights(1, DRAWS // 10, 400, 8) @ values).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    half = stdtrit(7, 0.975) * values.std(ddof=1) / np.sqrt(8)
    assert means.mean() == pytest.approx(values.mean(), abs=0.1)
    assert (high - low) / 2 == pytest.approx(half, rel=0.08)


def test_a_single_year_varies_as_the_replications_do_besides() -> None:
    values = np.array([3.0, 5, 4, 8, 1, 9, 2, 6])
    one_year = (chance_weights(1, DRAWS, 1, 8) @ values)[:, 0]
    student = stdtrit(7, 0.975) / 1.959964
    expected = values.var(ddof=1) * (1 + student**2 / 8)
    assert one_year.var() == pytest.approx(expected, rel=0.05)


def test_a_triangle_has_its_mean_and_its_bounds() -> None:
    # (2 + 3 + 10) / 3 = 5; a standard deviation of sqrt((4 + 9 + 100 - 6 - 20 - 30) / 18) = 1.78.
    draws = triangular(1, DRAWS, "x", 2, 3, 10)
    assert draws.min() > 2 and draws.max() < 10
    assert draws.mean() == pytest.approx(5, abs=4 * 1.78 / np.sqrt(DRAWS))
    assert np.mean(draws < 3) == pytest.approx(1 / 8, abs=4 * np.sqrt(7 / 64 / DRAWS))


def test_a_price_without_a_range_is_its_value() -> None:
    assert (triangular(1, 5, "x", 3, 3, 3) == 3).all()


def test_each_price_has_draws_of_its_own() -> None:
    assert (triangular(1, 5, "x", 2, 3, 10) == triangular(1, 9, "x", 2, 3, 10)[:5]).all()
    assert (triangular(1, 5, "x", 2, 3, 10) != triangular(1, 5, "y", 2, 3, 10)).all()
