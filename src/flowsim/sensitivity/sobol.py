"""Sobol indices on an emulator: how much of the variance of a figure each parameter makes.

The first-order index of a parameter is the share of variance that would go if it were known; the total one is
the share that would stay if all others were. They take thousands of runs, so they are worked out on an
emulator, which is fitted to runs that fill the cube and tried on others, the trajectories of elementary
effects. What the runs leave open of an emulator is in the intervals: it is fitted again without each tenth of
its points in turn, its shape (how fast a figure changes, by parameter) being kept.

References
----------
Saltelli and others, "Variance based sensitivity analysis of model output", Computer Physics Communications
181 (2010). Efron and Stein, "The jackknife estimate of variance", Annals of Statistics 9 (1981).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from flowsim.calibration.emulator import MIDDLE, fit_emulator
from flowsim.calibration.extra import needed, one_thread
from flowsim.calibration.parameters import cube
from flowsim.experiments.statistics.intervals import CONFIDENCE, Floats
from flowsim.sensitivity.morris import Estimate
from flowsim.sensitivity.variance import Split, split_variance

if TYPE_CHECKING:
    from sklearn.gaussian_process import GaussianProcessRegressor

BASE = 1024
"""Points of Saltelli's design, times the parameters and two; a power of two, as a Sobol sequence wants it."""

RESAMPLES = 100
"""Of that design, for what it leaves open."""

PARTS = 10
"""Of the runs, each left out once."""

Function = Callable[[Floats], Floats]
"""Of points, shape (n, d); a figure at each, shape (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Indices:
    """Sobol indices of d parameters for m figures.

    Parameters
    ----------
    first, total : Estimate
        Shares of the variance that parameters make, shape (d, m); their intervals hold what the runs leave
        open of the emulator.
    split : Split
        The variance of single years over the ranges, chance beside parameters, from the runs themselves.
    doubt : NDArray[np.float64]
        What the emulator does not know of a figure at a point, as a share of the variance that parameters
        make, shape (m,).
    foretold : NDArray[np.float64]
        Share of the variance of other runs' means that the emulator foretold, shape (m,); chance in those
        means is not foretold either.
    runs : int
        To which it was fitted.
    """

    first: Estimate
    total: Estimate
    split: Split
    doubt: Floats
    foretold: Floats
    runs: int


def sobol_indices(function: Function, sides: int, seed: int) -> tuple[Floats, Floats]:
    """Return the first-order and total indices of a function of a cube and their errors, each (2, sides).

    The first row is the index, the second its standard error; all are 0 if the function does not vary.
    """
    needed("SALib")
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    names = [str(i) for i in range(sides)]
    problem: dict[str, Any] = {"num_vars": sides, "names": names, "bounds": [[0.0, 1.0]] * sides}
    points = sampling.sample(problem, BASE, calc_second_order=False, seed=seed)
    values = function(points)
    if np.ptp(values) == 0:
        return np.zeros((2, sides)), np.zeros((2, sides))
    # Its seed must not be 0, which it takes for none.
    found = analysis.analyze(problem, values, calc_second_order=False, num_resamples=RESAMPLES, seed=seed + 1)
    z = norm.ppf(0.5 + CONFIDENCE / 2)
    return np.stack([found["S1"], found["S1_conf"] / z]), np.stack([found["ST"], found["ST_conf"] / z])


def indices_of(points: Floats, figures: Floats, others: Floats, foretell: Floats, seed: int) -> Indices:
    """Return Sobol indices by emulators of some runs, tried on others.

    Parameters
    ----------
    points : NDArray[np.float64]
        That fill the cube, shape (n, d).
    figures : NDArray[np.float64]
        Shape (n, r, m), no two points having a replication in common.
    others : NDArray[np.float64]
        Points that the emulators are not fitted to, shape (k, d).
    foretell : NDArray[np.float64]
        Mean figures there, shape (k, m).
    seed : int
    """
    split = split_variance(figures)
    emulator = fit_emulator(points, figures.mean(axis=1), split.chance / figures.shape[1])
    somewhere = cube(BASE, points.shape[1], seed)
    mean, doubt = emulator(somewhere)
    spread = mean.var(axis=0)
    left = ((emulator(others)[0] - foretell) ** 2).mean(axis=0)
    each = [_of_one(process, points.shape[1], seed) for process in emulator.processes]
    first, total = (_stacked([one[which] for one in each]) for which in range(2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Indices(
            first=first,
            total=total,
            split=split,
            doubt=doubt.mean(axis=0) / spread,
            foretold=1 - left / foretell.var(axis=0),
            runs=figures.shape[0] * figures.shape[1],
        )


def _of_one(process: GaussianProcessRegressor, sides: int, seed: int) -> tuple[Estimate, Estimate]:
    """Return the indices of one emulated figure, the error of the emulator being that of a jackknife."""
    whole = sobol_indices(_function(process), sides, seed)
    part = np.arange(len(process.y_train_)) % PARTS
    without = [sobol_indices(_function(_fitted(process, part != i)), sides, seed) for i in range(PARTS)]
    estimates = []
    for which in range(2):
        value, error = whole[which]
        again = np.stack([one[which][0] for one in without])
        jackknife = (PARTS - 1) / PARTS * ((again - again.mean(axis=0)) ** 2).sum(axis=0)
        half = norm.ppf(0.5 + CONFIDENCE / 2) * np.sqrt(jackknife + error**2)
        estimates.append(Estimate(value, np.clip(value - half, 0, 1), np.clip(value + half, 0, 1)))
    return estimates[0], estimates[1]


def _function(process: GaussianProcessRegressor) -> Function:
    def expected(points: Floats) -> Floats:
        with one_thread():
            found: Floats = process.predict(points - MIDDLE)
        return found

    return expected


def _fitted(process: GaussianProcessRegressor, kept: NDArray[np.bool_]) -> GaussianProcessRegressor:
    """Return an emulator of some of its runs, of the same shape."""
    from sklearn.gaussian_process import GaussianProcessRegressor

    again = GaussianProcessRegressor(process.kernel_, alpha=process.alpha, optimizer=None)
    with one_thread():
        return again.fit(process.X_train_[kept], process.y_train_[kept])


def _stacked(estimates: Sequence[Estimate]) -> Estimate:
    value, low, high = (
        np.stack([getattr(one, name) for one in estimates], axis=1) for name in ("value", "low", "high")
    )
    return Estimate(value, low, high)
