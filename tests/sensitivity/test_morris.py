"""Elementary effects of functions whose effects are known."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import morris
from scipy import stats

from flowsim.calibration.parameters import Parameters
from flowsim.experiments.statistics.intervals import Floats
from flowsim.scenario.axes import Uncertain
from flowsim.sensitivity.morris import LEVELS, OF_CHANCE, Effects, Estimate, effects_of, trajectories

SLOPES = np.array([3.0, -2.0, 0.0])


def found_of(points: Floats, values: Floats, noise: float = 0.0) -> Effects:
    """Return the effects of values at points (t, d + 1), with two replications and their luck."""
    draw = np.random.default_rng(1)
    luck = draw.normal(size=(len(points), 1, 2))
    each = draw.normal(size=(*values.shape, 2))
    figures = values[:, :, None] + 5 * luck + noise * each
    return effects_of(points, figures[..., None])


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
    # Theirs is 1.96 standard deviations of a bootstrap of 8, by sqrt(7 / 8) too narrow; ours Student's.
    half = (found.absolute.high - found.absolute.value)[:, 0]
    ratio = 2.365 / 1.96 / np.sqrt(7 / 8)
    np.testing.assert_allclose(half, ratio * np.asarray(theirs["mu_star_conf"]), rtol=0.15, atol=1e-9)


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


# What is beyond chance

METRICS = 2000
PARAMETERS = 26


def nothing(trajectories: int = 10, replications: int = 2, *, fullness: float = 0.0) -> Effects:
    """Return effects that are chance alone, of each metric apart; neighbours on a path share a run.

    The standard deviation of chance varies over trajectories as a lognormal number, `fullness` being that of
    its logarithm.
    """
    draw = np.random.default_rng(20161031)
    runs = draw.normal(size=(trajectories, replications, PARAMETERS + 1, METRICS))
    full = np.exp(fullness * draw.normal(size=(trajectories, 1, 1, METRICS)))
    order = draw.permuted(np.tile(np.arange(PARAMETERS), (trajectories, 1)), axis=1)[:, None, :, None]
    return Effects(np.take_along_axis(np.diff(runs, axis=2), order, axis=2) * full)


def most_starred(rate: float) -> float:
    """Return the share of metrics that chance may star at most, 4 standard errors above a rate."""
    return rate + 4 * float(np.sqrt(rate * (1 - rate) / METRICS))


@pytest.mark.parametrize(
    ("trajectories", "replications", "fullness"), [(10, 2, 0.0), (10, 2, 1.0), (4, 2, 0.5), (10, 3, 0.5)]
)
def test_chance_alone_stars_any_parameter_in_one_metric_of_twenty_at_most(
    trajectories: int, replications: int, fullness: float
) -> None:
    starred = nothing(trajectories, replications, fullness=fullness).beyond_chance.any(axis=0)
    assert starred.mean() <= most_starred(0.05)


def test_that_would_be_seen_of_a_bootstrap_without_an_allowance_for_many() -> None:
    found = nothing()
    sizes = np.abs(found.of_trajectories[:, :, :200])
    again = np.random.default_rng(1).integers(10, size=(400, 10))
    low = np.quantile(np.stack([sizes[one].mean(axis=0) for one in again]), 0.025, axis=0)
    starred = (low > found.by_chance[:, :200]).any(axis=0)
    assert starred.mean() > 0.5 > most_starred(0.05)


def test_that_would_be_seen_of_degrees_of_freedom_that_take_chance_to_be_the_same_everywhere() -> None:
    found = nothing(fullness=0.5)
    ratio = (found.of_trajectories**2).mean(axis=0) / found.chance**2
    least = stats.f.sf(ratio, 10, 10).min(axis=0)
    assert (PARAMETERS * least < 0.05).mean() > 0.15 > most_starred(0.05)


def test_an_effect_is_starred_wherever_it_is() -> None:
    # Beside a chance of 1 an effect of 6 everywhere, or of 12 in three trajectories of ten.
    each = nothing().each.copy()
    each[:, :, 0] += 6
    each[:3, :, 1] += 12
    starred = Effects(each).beyond_chance[:2].mean(axis=1)
    assert (starred > 0.95).all()


def test_without_any_chance_an_effect_is_sure_and_none_is_surely_none() -> None:
    each = np.zeros((4, 2, 2, 1))
    each[:, :, 0] = 1.0
    assert Effects(each).p.ravel().tolist() == [0.0, 1.0]


def test_a_parameter_without_a_figure_is_not_starred_and_not_counted() -> None:
    each = nothing().each[:, :, :3, :1].copy()
    each[:, :, 0] += 10
    without = each.copy()
    without[2, :, 1] = np.nan
    found = Effects(without)
    assert np.isnan(found.p[1, 0]) and not found.beyond_chance[1, 0]
    assert found.p[0, 0] < Effects(each).p[0, 0]


# Intervals


def held(found: Estimate, truth: float) -> float:
    """Return the share of intervals that hold the truth."""
    return float(((found.low <= truth) & (truth <= found.high)).mean())


def test_intervals_hold_what_would_be_found_of_many_trajectories() -> None:
    # Effects of mean 3 and standard deviation 1: all but 0.13 % are above 0, so their mean size is 3, too.
    effects = np.random.default_rng(4).normal(3, 1, size=(10, 1, 1, METRICS))
    found = Effects(effects)
    error = 4 * np.sqrt(0.05 * 0.95 / METRICS)
    assert held(found.absolute, 3.0) == pytest.approx(0.95, abs=error)
    assert held(found.spread, 1.0) == pytest.approx(0.95, abs=error)


def test_intervals_of_very_skewed_effects_hold_less_as_the_documentation_says() -> None:
    found = Effects(np.random.default_rng(4).exponential(size=(10, 1, 1, METRICS)))
    assert held(found.absolute, 1.0) == pytest.approx(0.90, abs=4 * np.sqrt(0.90 * 0.10 / METRICS))
    assert held(found.spread, 1.0) == pytest.approx(0.76, abs=4 * np.sqrt(0.76 * 0.24 / METRICS))


def test_a_bootstrap_of_ten_would_hold_it_too_seldom() -> None:
    effects = np.random.default_rng(4).normal(3, 1, size=(10, METRICS))
    again = np.random.default_rng(1).integers(10, size=(400, 10))
    spreads = np.stack([effects[one].std(axis=0, ddof=1) for one in again])
    assert held(Estimate(effects.std(axis=0), *np.quantile(spreads, (0.025, 0.975), axis=0)), 1.0) < 0.85


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
