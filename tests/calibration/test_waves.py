"""History matching on functions with known answers, and what it must not do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from flowsim.calibration.emulator import fit_emulator
from flowsim.calibration.observations import Observation
from flowsim.calibration.parameters import cube
from flowsim.calibration.plausible import CUT, Observed, _log_between
from flowsim.calibration.waves import Model, match
from flowsim.experiments.statistics.intervals import Floats

SD = np.array([0.05, 0.03])


def smooth(points: Floats) -> Floats:
    """Return two figures of two parameters; a third that nothing depends on may stand beside them."""
    a, b = points[:, 0], points[:, 1]
    return np.stack([2 * a + b**2, np.exp(b) - a], axis=1)


def noisy(points: Floats, numbers: Sequence[Sequence[int]]) -> Floats:
    """Return the figures of replications, each with the chance of its number."""
    chance = [[np.random.default_rng([5, n]).normal(size=2) * SD for n in some] for some in numbers]
    return smooth(points)[:, None, :] + np.array(chance)


def observed_at(truth: Sequence[float], seed: int) -> list[Observation]:
    year = smooth(np.array([truth]))[0] + np.random.default_rng(seed).normal(size=2) * SD
    return [Observation(f"figure {j}", "all", value, value, 0.0, "") for j, value in enumerate(year)]


def test_an_emulator_says_what_a_smooth_function_is_between_its_points() -> None:
    points, others = cube(60, 2, 1), cube(200, 2, 2)
    means = smooth(points) + np.random.default_rng(3).normal(size=(60, 2)) * SD / np.sqrt(2)
    mean, variance = fit_emulator(points, means, SD**2 / 2)(others)
    off = (mean - smooth(others)) / np.sqrt(variance)
    # Nearer than the chance of a point it was made of, and as doubtful as it says.
    assert (np.abs(mean - smooth(others)).mean(axis=0) < 0.5 * SD).all()
    assert (np.abs(off) < 2).mean() > 0.85


def test_the_emulator_of_a_constant_is_that_constant() -> None:
    points = cube(20, 2, 1)
    mean, _ = fit_emulator(points, np.full((20, 1), 3.0), np.zeros(1))(cube(50, 2, 2))
    assert mean == pytest.approx(3.0)


def test_implausibility_is_the_distance_in_standard_deviations_of_chance_error_and_doubt() -> None:
    figures = [Observation("value", "all", 10, 10, 3.0, ""), Observation("range", "all", 5, 9, 0.0, "")]
    observed = Observed(figures, np.diag([16.0, 4.0]))
    # Chance 4, error 3, doubt 0 make 5; of the range chance 2, and inside it nothing is missed.
    missed = observed.implausibility(np.array([[25.0, 7.0], [10.0, 13.0]]), np.zeros((2, 2)))
    assert missed.tolist() == [[3.0, 0.0], [0.0, 2.0]]
    doubtful = observed.implausibility(np.array([[25.0, 13.0]]), np.array([[200.0, 12.0]]))
    assert doubtful.tolist() == [[1.0, 1.0]]


def test_values_are_as_likely_as_their_joint_normal_density_says() -> None:
    figures = [Observation(name, "all", value, value, 1.0, "") for name, value in (("a", 1.0), ("b", 2.0))]
    chance = np.array([[4.0, 1.0], [1.0, 3.0]])
    mean = np.array([[0.0, 0.0], [1.5, 1.0]])
    variance = np.array([[0.0, 0.0], [0.5, 1.0]])
    found = Observed(figures, chance).log_likelihood(mean, variance)
    exact = [
        stats.multivariate_normal(m, chance + np.diag(1 + v)).logpdf([1.0, 2.0]) + np.log(2 * np.pi)
        for m, v in zip(mean, variance, strict=True)
    ]
    np.testing.assert_allclose(found, exact)


def test_a_range_is_as_likely_as_a_year_within_it_even_far_out() -> None:
    low, high = np.array([-1.0, 3.0, 20.0, -21.0]), np.array([1.0, 4.0, 21.0, -20.0])
    exact = [
        stats.norm.logsf(lo) + np.log1p(-np.exp(stats.norm.logsf(hi) - stats.norm.logsf(lo)))
        for lo, hi in ((-1.0, 1.0), (3.0, 4.0), (20.0, 21.0), (20.0, 21.0))
    ]
    np.testing.assert_allclose(_log_between(low, high), exact, rtol=1e-10)


def test_what_is_plausible_lies_about_the_truth_and_a_wave_leaves_less_than_the_one_before() -> None:
    truth = (0.3, 0.7)
    found = match(noisy, observed_at(truth, 1), np.full(2, 0.5), runs=160, sample=300, seed=1)
    left = [wave.left for wave in found.waves]
    assert 0.2 > left[0] >= left[1] >= left[2] > 0
    off = (found.sample.mean(axis=0) - truth) / found.sample.std(axis=0)
    assert (np.abs(off) < 4).all()
    assert (found.sample.std(axis=0) < 0.1).all()


def test_another_truth_is_ruled_out() -> None:
    found = match(noisy, observed_at((0.3, 0.7), 1), np.full(2, 0.5), runs=160, sample=300, seed=1)
    missed = found.observed.implausibility(*found.emulator(np.array([[0.8, 0.2]])))
    assert missed.max() > CUT


def test_where_nothing_agrees_nothing_is_left() -> None:
    figures = [Observation("figure 0", "all", 9.0, 9.0, 0.0, ""), *observed_at((0.3, 0.7), 1)[1:]]
    found = match(noisy, figures, np.full(2, 0.5), runs=80, sample=50, seed=1)
    assert [wave.left for wave in found.waves] == [0.0, 0.0, 0.0]
    assert found.agreeing == 0


def test_where_less_is_left_than_a_wave_has_points_the_next_runs_are_there() -> None:
    truth = np.array([0.31, 0.69])

    def nearly_exact(points: Floats, numbers: Sequence[Sequence[int]]) -> Floats:
        return smooth(points)[:, None, :] + (noisy(points, numbers) - smooth(points)[:, None, :]) / 20

    figures = [
        Observation(f"figure {j}", "all", value, value, 0.0, "")
        for j, value in enumerate(smooth(truth[None])[0])
    ]
    found = match(nearly_exact, figures, np.full(2, 0.5), runs=80, sample=100, seed=1)
    assert found.waves[-1].left < 0.002
    assert found.agreeing > 0.5
    assert np.abs(found.waves[0].points - truth).max() > 0.5
    assert np.abs(found.waves[-1].points - truth).max() < 0.05


def test_the_runs_are_as_many_as_asked_for_and_no_replication_is_used_twice() -> None:
    used: list[int] = []

    def counting(points: Floats, numbers: Sequence[Sequence[int]]) -> Floats:
        used.extend(number for some in numbers for number in some)
        return noisy(points, numbers)

    model: Model = counting
    match(model, observed_at((0.5, 0.5), 1), np.full(2, 0.5), runs=100, sample=50, seed=1)
    assert len(used) == len(set(used)) <= 100
    assert len(used) > 90


def test_a_figure_that_depends_on_nothing_leaves_all_parameters_open() -> None:
    def flat(points: Floats, numbers: Sequence[Sequence[int]]) -> Floats:
        return noisy(np.full_like(points, 0.5), numbers)

    found = match(flat, observed_at((0.5, 0.5), 3), np.full(2, 0.5), runs=80, sample=400, seed=1)
    assert (found.sample.std(axis=0) > 0.22).all()


def test_equal_seeds_give_equal_samples() -> None:
    first, again, other = (
        match(noisy, observed_at((0.5, 0.5), 1), np.full(2, 0.5), runs=60, sample=50, seed=seed).sample
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_an_order_of_magnitude_is_judged_by_ratio() -> None:
    tens = Observation("waits", "all", 9.0, 99.0, 0.0, "")
    assert tens.by_ratio
    assert not Observation("waits", "all", 130.0, 257.0, 0.0, "").by_ratio
    observed = Observed([tens], np.array([[np.log(10) ** 2]]))
    figures = observed.scaled(np.array([[0.0], [50.0], [999.0]]))
    # Nought is a factor of ten below ten, a thousand one above a hundred; that is a standard deviation.
    missed = observed.implausibility(figures, np.zeros((3, 1)))
    np.testing.assert_allclose(missed[:, 0], [1, 0, 1])
