"""Variance split by hand, and over many splits of known variances."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.sensitivity.variance import split_variance


def test_a_split_worked_by_hand() -> None:
    # Members (1, 3), (5, 7), (9, 11): means 2, 6, 10, their variance 16, mean squares 32 between, 2 within.
    # So chance 2, parameters (32 - 2) / 2 = 15, share 15/17; F = 16 with 2 and 3 degrees of freedom.
    values = np.array([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]])[..., None]
    found = split_variance(values)
    assert (found.parameters[0], found.chance[0]) == (15.0, 2.0)
    assert found.share[0] == pytest.approx(15 / 17)
    # F(0.975; 2, 3) = 16.044 and F(0.975; 3, 2) = 39.165 (tables): (16/16.044 - 1) below 0 is cut to 0, and
    # (16 * 39.165 - 1) / (16 * 39.165 + 1) = 0.99681.
    assert found.share_low[0] == 0
    assert found.share_high[0] == pytest.approx(0.99681, abs=1e-5)
    assert found.mean.mean[0] == 6
    assert found.dominates(0) == ""


def test_without_chance_all_is_parameters_and_without_parameters_all_is_chance() -> None:
    draw = np.random.default_rng(1)
    members = draw.normal(size=(30, 1, 1)).repeat(3, axis=1)
    sure = split_variance(members)
    assert (sure.share[0], sure.share_low[0], sure.dominates(0)) == (1.0, 1.0, "parameters")
    luck = split_variance(draw.normal(size=(30, 3, 1)))
    assert luck.share_high[0] < 0.5
    assert luck.dominates(0) == "chance"


def test_components_are_unbiased_and_the_interval_covers() -> None:
    # 400 ensembles of 12 members, twice each, parameters 4 and chance 1.
    draw = np.random.default_rng(2)
    values = 2 * draw.normal(size=(12, 1, 400)) + draw.normal(size=(12, 2, 400))
    found = split_variance(values)
    for component, truth in ((found.parameters, 4.0), (found.chance, 1.0)):
        assert component.mean() == pytest.approx(truth, abs=4 * component.std() / 20)
    covered = ((found.share_low <= 0.8) & (found.share_high >= 0.8)).mean()
    assert covered == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 400))
    # The variance of the means alone, the naive component, is half of chance too large: 4.5.
    naive = values.mean(axis=1).var(axis=0, ddof=1)
    assert abs(naive.mean() - 4) > 4 * naive.std() / 20


def test_a_figure_that_is_missing_is_not_split() -> None:
    values = np.ones((3, 2, 2))
    values[1, 1, 0] = np.nan
    found = split_variance(values)
    assert np.isnan(found.share).all()  # the second does not vary
    assert found.dominates(0) == ""
