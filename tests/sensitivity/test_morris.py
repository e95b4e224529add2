"""Elementary effects of functions whose effects are known."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import morris

from flowsim.calibration.parameters import Parameters
from flowsim.experiments.statistics.intervals import Floats
from flowsim.scenario.axes import Uncertain
from flowsim.sensitivity.morris import LEVELS, OF_CHANCE, Effects, effects_of, trajectories

SLOPES = np.array([3.0, -2.0, 0.0])


def found_of(points: Floats, values: Floats, noise: float = 0.0) -> Effects:
    """Return the effects of values at points (t, d + 1), with two replications and their luck."""
    draw = np.random.default_rng(1)
    luck = draw.normal(size=(len(points), 1, 2))
    each = draw.normal(size=(*values.shape, 2))
    figures = values[:, :, None] + 5 * luck + noise * each
    return effects_of(points, figures[..., None], seed=3)


def test_a_plane_has_its_slopes_as_effects_whatever_the_luck_of_a_trajectory() -> None:
    points = trajectories(3, 6, seed=1)
    found = found_of(points, points @ SLOPES)
    np.testing.assert_allclose(found.mean[:, 0], SLOPES, atol=1e-12)
    np.testing.assert_allclose(found.absolute.value[:, 0], np.abs(SLOPES), atol=1e-12)
    np.testing.assert_allclose(found.spread.value, 0, atol=1e-12)
    np.testing.assert_allclose(found.absolute.low, found.absolute.high, atol=1e-12)
    np.testing.assert_allclose(found.chance, 0, atol=1e-12)


def test_a_trajectory_moves_each_parameter_once_by_two_thirds() -> None:
    steps = np.diff(trajectories(4, 5, seed=2), axis=1)
    assert ((np.abs(steps) > 1e-9).sum(axis=1) == 1).all()
    np.testing.assert_allclose(np.abs(steps).sum(axis=2), 2 / 3)


def test_effects_are_those_of_salib() -> None:
    points = trajectories(3, 8, seed=4)
    values = np.sin(3 * points[..., 0]) + points[..., 1] * points[..., 2]
    found = found_of(points, values)
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = morris.analyze(problem, points.reshape(-1, 3), values.ravel(), num_levels=LEVELS, seed=1)
    np.testing.assert_allclose(found.mean[:, 0], theirs["mu"], atol=1e-12)
    np.testing.assert_allclose(found.absolute.value[:, 0], theirs["mu_star"], atol=1e-12)
    np.testing.assert_allclose(found.spread.value[:, 0], theirs["sigma"], atol=1e-12)
    # Their interval is 1.96 standard deviations of the same bootstrap; ours its centiles.
    half = (found.absolute.high - found.absolute.low)[:, 0] / 2
    np.testing.assert_allclose(half, theirs["mu_star_conf"], rtol=0.35, atol=1e-9)


def test_a_product_varies_and_a_sign_that_changes_does_not_cancel() -> None:
    # (x - 1/2) (y - 1/2): the effect of x is y - 1/2, y on the grid 0, 1/3, 2/3, 1: mean 0, mean size 1/3.
    points = trajectories(2, 200, seed=5)
    found = found_of(points, (points[..., 0] - 0.5) * (points[..., 1] - 0.5))
    assert np.all(np.abs(found.mean) < 4 * 0.373 / np.sqrt(200))
    np.testing.assert_allclose(found.absolute.value, 1 / 3, atol=4 * 0.17 / np.sqrt(200))
    # sqrt((1/4 + 1/36) / 2) = 0.3727
    np.testing.assert_allclose(found.spread.value, 0.3727, atol=0.05)
    assert np.all((found.absolute.low < 1 / 3) & (found.absolute.high > 1 / 3))


def test_chance_is_told_from_effects() -> None:
    # Noise of 0.3 in each run: an effect is the difference of two runs over 2/3, the mean of two
    # replications, so its standard deviation is 0.3 sqrt(2) / (2/3) / sqrt(2) = 0.45.
    points = trajectories(3, 100, seed=6)
    found = found_of(points, points @ SLOPES, noise=0.3)
    np.testing.assert_allclose(found.chance[:, 0], 0.45, atol=4 * 0.45 / np.sqrt(2 * 100))
    assert found.beyond_chance[:, 0].tolist() == [True, True, False]
    nothing = found.absolute.value[2, 0]
    assert nothing == pytest.approx(OF_CHANCE * 0.45, abs=4 * 0.45 * 0.6 / np.sqrt(100))


def test_a_whole_number_is_divided_by_the_step_it_took() -> None:
    # Three values, 10 a step: the range of two steps changes 20, whichever step of the grid was drawn.
    form = {
        "beds": {"lever": "x", "add": {"from": 0, "to": 2}},
        "rate": {"lever": "y", "times": {"from": 1.0, "to": 3.0}},
    }
    parameters = Parameters(Uncertain.parse(form).axes)
    points = trajectories(2, 20, seed=7)
    values = np.array([[parameters.values(point)["beds"] for point in one] for one in points]) * 10.0
    shares = parameters.shares(points.reshape(-1, 2)).reshape(points.shape)
    np.testing.assert_allclose(found_of(shares, values).mean[:, 0], [20, 0], atol=1e-9)
    taken_for_the_grid = found_of(points, values).mean[0, 0]
    assert abs(taken_for_the_grid - 20) > 1


def test_a_parameter_of_two_values_always_moves() -> None:
    axes = Uncertain.parse({"open": {"lever": "x", "set": {"from": 0, "to": 1}}}).axes
    points = trajectories(1, 12, seed=8)
    shares = Parameters(axes).shares(points.reshape(-1, 1)).reshape(points.shape)
    np.testing.assert_array_equal(np.abs(np.diff(shares, axis=1)), 1)
