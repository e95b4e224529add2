"""A sample of what is plausible, where the emulator is exact and the truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

from flowsim.calibration import plausible
from flowsim.calibration.observations import Observation
from flowsim.calibration.parameters import UNIFORM_SD
from flowsim.calibration.plausible import SETTLED, Observed, _next_power, drift, sample_plausible
from flowsim.experiments.statistics.intervals import Floats

PARAMETERS, FIGURES, SIGNAL = 26, 16, 6.0
"""As many parameters as the shipped baseline declares uncertain. The standard deviation of a figure over the
cube is six times that of its chance and tolerance together."""

TRUTHS, COUNT, INTERVAL = 8, 250, 0.9


@dataclass(frozen=True)
class Plane:
    """A linear model of which the emulator knows all."""

    slopes: Floats

    def __call__(self, points: Floats) -> tuple[Floats, Floats]:
        mean = (points - 0.5) @ self.slopes.T
        return mean, np.full(mean.shape, 1e-8)


@dataclass(frozen=True)
class Found:
    """What a sample says of one truth."""

    covered: float
    """Share of the parameters inside their interval of nine in ten."""
    likelier: float
    """Mean log-likelihood of the sample less the truth's."""
    drift: float


def question(seed: int) -> tuple[Any, Observed, Floats]:
    """Return a plane, a noisy record of it and the truth, any point of the cube being as likely."""
    rng = np.random.default_rng([26, seed])
    slopes = rng.normal(size=(FIGURES, PARAMETERS))
    plane = Plane(slopes / np.linalg.norm(slopes, axis=1, keepdims=True) / UNIFORM_SD)
    truth = rng.uniform(size=PARAMETERS)
    record = plane(truth[None])[0][0] + rng.normal(scale=1 / SIGNAL, size=FIGURES)
    half = np.sqrt(0.5) / SIGNAL  # of the variance is chance, half tolerance
    figures = [Observation(f"figure {j}", "all", one, one, half, "") for j, one in enumerate(record)]
    return plane, Observed(figures, np.eye(FIGURES) * half**2), truth


def found(seed: int) -> Found:
    plane, observed, truth = question(seed)
    sample = sample_plausible(plane, observed, PARAMETERS, COUNT, seed)
    low, high = np.quantile(sample, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2], axis=0)
    likelier = (
        observed.log_likelihood(*plane(sample)).mean() - observed.log_likelihood(*plane(truth[None]))[0]
    )
    covered = float(((low <= truth) & (truth <= high)).mean())
    return Found(covered, float(likelier), drift(plane, observed, sample, seed))


@cache
def of_all_truths() -> tuple[Found, ...]:
    return tuple(found(seed) for seed in range(TRUTHS))


@cache
def in_one_step() -> tuple[Found, ...]:
    """Return what the whole likelihood at once finds, which leaves one to three points with any weight."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plausible, "_next_power", lambda at, power, count: 1.0)
        return tuple(found(seed) for seed in range(TRUTHS))


def errors_off(values: list[float], expected: float) -> float:
    """Return how many standard errors, over the truths, the mean of some values is off."""
    return (np.mean(values) - expected) / (np.std(values, ddof=1) / np.sqrt(len(values)))


def test_nine_in_ten_intervals_of_26_parameters_hold_the_truth() -> None:
    # A truth is as one more point of its sample: both come from the cube, given the record. Binomial.
    error = np.sqrt(INTERVAL * (1 - INTERVAL) / (TRUTHS * PARAMETERS))
    assert abs(np.mean([one.covered for one in of_all_truths()]) - INTERVAL) < 4 * error
    assert abs(np.mean([one.covered for one in in_one_step()]) - INTERVAL) > 4 * error


def test_a_sample_is_as_likely_as_the_truth() -> None:
    assert abs(errors_off([one.likelier for one in of_all_truths()], 0.0)) < 4
    assert errors_off([one.likelier for one in in_one_step()], 0.0) < -4


def test_a_sample_that_is_moved_on_stays_as_likely_and_one_that_has_not_settled_does_not() -> None:
    assert max(abs(one.drift) for one in of_all_truths()) < SETTLED
    assert np.mean([one.drift > SETTLED for one in in_one_step()]) > 0.75


def test_where_nothing_is_learnt_nothing_drifts() -> None:
    plane, observed, _ = question(0)
    flat = Plane(np.zeros_like(plane.slopes))
    sample = sample_plausible(flat, observed, PARAMETERS, COUNT, 0)
    assert drift(flat, observed, sample, 0) == 0


def test_a_power_leaves_an_effective_sample_of_half_the_points_or_is_1() -> None:
    at = np.random.default_rng(1).normal(scale=50, size=1000)
    power = _next_power(at, 0.25, 1000)
    weights = np.exp((power - 0.25) * at)
    assert 0.25 < power < 1
    assert weights.sum() ** 2 / (weights**2).sum() == pytest.approx(500)
    assert _next_power(at / 1000, 0.25, 1000) == 1
    # Fewer points are wanted than there are: half of those wanted.
    assert _next_power(at, 0.0, 100) > _next_power(at, 0.0, 1000)
