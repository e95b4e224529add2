from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flowsim.finance.marginal import along, best, falling, slopes

AT = np.array([0.0, 10.0, 20.0, 30.0])


def test_the_best_number_is_where_one_more_costs_what_it_saves() -> None:
    # 10, 6 and 2 saved by each more, at 5, 15 and 25; each costs 5: between 15 and 25 a quarter of the way
    # down from 6 to 2 is where 5 is left, at 17.5.
    saved = np.array([[0.0, 100.0, 160.0, 180.0]])
    assert_allclose(slopes(AT, saved), [[10, 6, 2]])
    assert_allclose(best(AT, saved - 5 * AT), [17.5])
    assert_allclose(best(AT, saved - 8 * AT), [10.0])


def test_outside_what_was_tried_only_the_side_is_known() -> None:
    saved = np.array([[0.0, 100.0, 160.0, 180.0]])
    assert best(AT, saved - 10 * AT) == -np.inf
    assert best(AT, saved - 1 * AT) == np.inf


def test_slopes_that_rise_are_pooled_with_their_neighbours() -> None:
    # 2 and 8, as wide as each other, become 5 and 5; 3 wide 1 and 1 wide 5 become 2.
    assert_allclose(falling(np.array([[10.0, 2.0, 8.0]]), np.ones(3)), [[10, 5, 5]])
    assert_allclose(falling(np.array([[1.0, 5.0]]), np.array([3.0, 1.0])), [[2, 2]])
    assert_allclose(falling(np.array([[9.0, 4.0, 1.0]]), np.ones(3)), [[9, 4, 1]])


def test_pooling_gives_what_the_pool_adjacent_violators_algorithm_gives() -> None:
    from scipy.optimize import isotonic_regression

    rng = np.random.Generator(np.random.PCG64(5))
    values, widths = rng.normal(size=(20, 6)), rng.uniform(1, 3, size=6)
    twin = [isotonic_regression(one, weights=widths, increasing=False).x for one in values]
    assert_allclose(falling(values, widths), twin)


def test_values_are_on_straight_lines_and_unknown_outside() -> None:
    delays = np.array([[8.0, 6.0, 5.0, 4.0]] * 3)
    assert_allclose(along(AT, delays, np.array([5.0, 30.0, np.inf])), [7, 4, np.nan])


@pytest.mark.parametrize("cost", [2.0, 6.0, 9.9])
def test_the_best_number_moves_with_the_cost_and_not_with_the_scale(cost: float) -> None:
    saved = np.array([[0.0, 100.0, 160.0, 180.0]])
    assert_allclose(best(AT, saved - cost * AT), best(AT, 1000 * (saved - cost * AT)))
    assert best(AT, saved - cost * AT) < best(AT, saved - (cost - 0.5) * AT)
