"""Which points agree with what was observed, chance, the model's own error and the emulator's all counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

FILLING = 2**14
"""Points that fill the cube, from which a sample starts."""

MOVES_BETWEEN, MOVES = 15, 60
"""Of each point after a step of the likelihood, and after the last. `drift` says whether they were enough."""

HALVINGS = 40
"""Of what is left to a power of 1: the next power is found to one part in 10¹²."""

SETTLED = 4.0
"""Standard errors beyond which a sample that is moved on has changed: by chance 6 samples in 100,000 do."""

LogLikelihood = Callable[[Floats], Floats]
"""Of points, shape (n, d); gives shape (n,)."""


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

    Sequential Monte Carlo with tempering: the likelihood is let in by powers that rise from 0 to 1. At each
    the points are weighted, resampled and moved, so that many points carry the next however little of the
    cube agrees; where one step does, there is one.

    References
    ----------
    Del Moral, Doucet and Jasra, "Sequential Monte Carlo samplers", Journal of the Royal Statistical Society B
    68 (2006).
    ter Braak, "A Markov chain Monte Carlo version of the genetic algorithm differential evolution",
    Statistics and Computing 16 (2006): the moves.
    """
    rng = np.random.default_rng(seed)
    log_likelihood = _of(emulator, observed)
    points = cube(FILLING, sides, seed)
    at = log_likelihood(points)
    power = 0.0
    while power < 1:
        before, power = power, _next_power(at, power, count)
        weights = _weights(at, power - before)
        chosen = np.searchsorted(
            np.cumsum(weights) / weights.sum(), (np.arange(count) + rng.random()) / count
        )
        chosen = np.minimum(chosen, len(points) - 1)
        moves = MOVES if power == 1 else MOVES_BETWEEN
        points, at = _moved(points[chosen], at[chosen], log_likelihood, power, moves, rng)
    return points


def drift(emulator: Emulator, observed: Observed, points: Floats, seed: int) -> float:
    """Return by how many standard errors the mean log-likelihood of a sample changes if it is moved on.

    Moves leave a sample of what is plausible one. A sample that is none yet becomes more likely on the whole,
    or less if it began where agreement is best.
    """
    log_likelihood = _of(emulator, observed)
    before = log_likelihood(points)
    rng = np.random.default_rng([seed, 1])
    _, after = _moved(points, before, log_likelihood, 1.0, MOVES_BETWEEN, rng)
    change = after - before
    error = change.std() / np.sqrt(len(change))
    return float(change.mean() / error) if error > 0 else 0.0


def _of(emulator: Emulator, observed: Observed) -> LogLikelihood:
    return lambda points: observed.log_likelihood(*emulator(points))


def _weights(at: Floats, power: float) -> Floats:
    return np.asarray(np.exp(power * (at - at.max())))


def _next_power(at: Floats, power: float, count: int) -> float:
    """Return the highest power whose weights leave an effective sample of half the points; 1 at most."""
    fewest = min(count, len(at)) / 2

    def enough(to: float) -> bool:
        weights = _weights(at, to - power)
        return bool(weights.sum() ** 2 >= fewest * (weights**2).sum())

    low, high = power, 1.0
    if enough(high):
        return high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if enough(middle) else (low, middle)
    return high  # above the power before, so there is an end


def _moved(
    points: Floats,
    at: Floats,
    log_likelihood: LogLikelihood,
    power: float,
    moves: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return points after some moves by the Metropolis rule, and their log-likelihoods."""
    points, at = points.copy(), at.copy()
    count, sides = points.shape
    for _ in range(moves):
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
        accepted = np.log(rng.random(count)) < power * (then - at)
        points[accepted], at[accepted] = proposed[accepted], then[accepted]
    return points, at
