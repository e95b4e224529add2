"""Which points agree with what was observed, chance, the model's own error and the emulator's all counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from flowsim.calibration.emulator import Emulator
from flowsim.calibration.observations import Observation
from flowsim.calibration.parameters import cube
from flowsim.experiments.statistics.intervals import Floats

CUT = 3.0
"""Standard deviations beyond which a point is ruled out: at least 95 of 100 distributions with one peak lie
within three (Pukelsheim 1994), the usual cut of history matching (Vernon, Goldstein and Bower 2010)."""

MOVES = 60
"""Steps of each chain; each point starts where the weights have put it."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What was observed, and the spread that chance gives a single year of it; m figures.

    Parameters
    ----------
    figures : sequence of Observation
    chance : NDArray[np.float64]
        Covariance of the figures of one replication on their scales, shape (m, m). So are all means and
        variances below.
    """

    figures: Sequence[Observation]
    chance: Floats

    def implausibility(self, mean: Floats, variance: Floats) -> Floats:
        """Return by how many standard deviations figures miss what was observed, shape (n, m)."""
        low, high = self._ends
        missed = np.maximum(np.maximum(low - mean, mean - high), 0.0)
        own = np.diag(self.chance) + np.array([one.discrepancy for one in self.figures]) ** 2
        return np.asarray(missed / np.sqrt(own + variance))

    def log_likelihood(self, mean: Floats, variance: Floats) -> Floats:
        """Return the logarithm of how likely the observed figures are, shape (n,).

        Values are taken together, normal, the chance of a year correlated between figures. Each range
        stands alone: the probability that a year lies in it.
        """
        ranged = np.array([one.is_range for one in self.figures])
        total = np.zeros(len(mean))
        if (~ranged).any():
            total += self._of_values(mean[:, ~ranged], variance[:, ~ranged], ~ranged)
        low, high = self._ends
        for j in np.flatnonzero(ranged):
            sd = np.sqrt(self.chance[j, j] + variance[:, j])
            total += _log_between((low[j] - mean[:, j]) / sd, (high[j] - mean[:, j]) / sd)
        return total

    def scaled(self, figures: Floats) -> Floats:
        """Return figures on the scales on which they are judged, m in the last axis."""
        return np.stack([one.scaled(figures[..., j]) for j, one in enumerate(self.figures)], axis=-1)

    @property
    def _ends(self) -> tuple[Floats, Floats]:
        """The ends of each figure on its scale."""
        low, high = (np.array([getattr(one, end) for one in self.figures]) for end in ("low", "high"))
        return self.scaled(low), self.scaled(high)

    def _of_values(self, mean: Floats, variance: Floats, valued: NDArray[np.bool_]) -> Floats:
        some = [one for one, is_value in zip(self.figures, valued, strict=True) if is_value]
        covariance = self.chance[np.ix_(valued, valued)] + np.diag([one.discrepancy**2 for one in some])
        roots = np.linalg.cholesky(covariance + variance[:, None, :] * np.eye(len(some)))
        off = np.linalg.solve(roots, (np.array([one.low for one in some]) - mean)[:, :, None])[:, :, 0]
        size = np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
        return np.asarray(-0.5 * (off**2).sum(axis=1) - size)


def _log_between(low: Floats, high: Floats) -> Floats:
    """Return the logarithm of the normal probability between two bounds, exact far out in either tail."""
    flip = low > 0
    low, high = np.where(flip, -high, low), np.where(flip, -low, high)
    with np.errstate(divide="ignore"):
        inside = np.log(ndtr(high) - ndtr(low))
    far = high < -5
    return np.where(far, log_ndtr(high) + np.log1p(-np.exp(log_ndtr(low) - log_ndtr(high))), inside)


def sample_plausible(emulator: Emulator, observed: Observed, sides: int, count: int, seed: int) -> Floats:
    """Return points drawn from what is plausible, all points being as likely before, shape (count, d).

    Points that fill the cube are weighted by their likelihood and resampled; then each moves by the
    Metropolis rule, so that the sample does not depend on how finely the cube was filled.
    """
    rng = np.random.default_rng(seed)

    def log_likelihood(points: Floats) -> Floats:
        return observed.log_likelihood(*emulator(points))

    filling = cube(2**14, sides, seed)
    likely = log_likelihood(filling)
    weights = np.exp(likely - likely.max())
    chosen = np.searchsorted(np.cumsum(weights) / weights.sum(), (np.arange(count) + rng.random()) / count)
    points = filling[np.minimum(chosen, len(filling) - 1)]
    at = log_likelihood(points)
    for _ in range(MOVES):
        # Differences of two other points follow the shape of the sample (ter Braak 2006).
        first, second = (rng.permutation(count) for _ in range(2))
        step = rng.choice([1.0, 2.38 / np.sqrt(2 * sides)], p=[0.1, 0.9])
        proposed = points + step * (points[first] - points[second])
        proposed += rng.normal(scale=0.01, size=points.shape)
        proposed = np.abs(proposed)
        proposed = np.where(proposed > 1, 2 - proposed, proposed)
        inside = ((proposed >= 0) & (proposed <= 1)).all(axis=1)
        then = np.full(count, -np.inf)
        then[inside] = log_likelihood(proposed[inside])
        accepted = np.log(rng.random(count)) < then - at
        points[accepted], at[accepted] = proposed[accepted], then[accepted]
    return points
