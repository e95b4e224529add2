"""Emulators: what the model would give at a point where it was not run, and how sure that is.

One Gaussian process for each figure: a plane whose slopes are as uncertain as the runs leave them, and a
smooth departure from it whose reach in each direction is found by maximum likelihood. The chance of single
replications is known from their spread at the same point, so it is not mistaken for the shape.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from flowsim.calibration.extra import needed, one_thread
from flowsim.experiments.statistics.intervals import Floats

if TYPE_CHECKING:
    from sklearn.gaussian_process import GaussianProcessRegressor

REACH = (0.3, 30.0)
"""Bounds of the length over which a figure departs from its plane, in sides of the cube."""

SIZE = (1e-4, 1e2)
"""Bounds of the variances of slopes and of departures, those of the figure over the points being 1."""

MIDDLE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Emulator:
    """What the model gives at any point, m figures.

    Parameters
    ----------
    level, scale : NDArray[np.float64]
        Mean and standard deviation of each figure over the points, by which it is standardised, shape (m,).
    processes : sequence of GaussianProcessRegressor
        Of the standardised figures about the middle of the cube.
    """

    level: Floats
    scale: Floats
    processes: Sequence[GaussianProcessRegressor]

    def __call__(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the expected figures at some points and the variances of that, each of shape (n, m)."""
        with one_thread():
            each = [process.predict(points - MIDDLE, return_std=True) for process in self.processes]
        mean, sd = (np.stack(columns, axis=1) for columns in zip(*each, strict=True))
        return self.level + self.scale * mean, (self.scale * sd) ** 2


def fit_emulator(points: Floats, means: Floats, noise: Floats) -> Emulator:
    """Return the emulator of figures that were found at some points.

    Parameters
    ----------
    points : NDArray[np.float64]
        Shape (n, d).
    means : NDArray[np.float64]
        Over the replications at each point, shape (n, m).
    noise : NDArray[np.float64]
        Variances of those means by chance, shape (m,).
    """
    needed()
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct

    level, spread = means.mean(axis=0), means.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    processes = []
    for j in range(means.shape[1]):
        plane = ConstantKernel(1.0, SIZE) * DotProduct(1.0, "fixed")
        departure = ConstantKernel(0.1, SIZE) * RBF(np.full(points.shape[1], 2.0), REACH)
        # A floor, since a figure without chance would leave a matrix that cannot be inverted.
        chance = max(noise[j] / scale[j] ** 2, 1e-6)
        process = GaussianProcessRegressor(plane + departure, alpha=chance)
        with one_thread(), warnings.catch_warnings():
            # A reach at its bound means that a figure does not depend on a parameter, which is no fault.
            warnings.simplefilter("ignore", ConvergenceWarning)
            processes.append(process.fit(points - MIDDLE, (means[:, j] - level[j]) / scale[j]))
    return Emulator(level, scale, processes)
