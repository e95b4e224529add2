"""Elementary effects: what one parameter, moved alone, does to a figure, from many places of the cube.

A trajectory goes from a random point of a grid and moves each parameter once, in random order. All its runs
have the same replications, so that an effect is a paired difference. Each is divided by the step that the
value took, since a whole number cannot take every step: it is then in the figure's own unit, over the whole
range of the parameter.

Every trajectory has two replications of its own. How far the two disagree says what chance does to an effect,
and what a parameter without any effect would seem to do.

References
----------
Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33 (1991).
Campolongo, Cariboni and Saltelli, "An effective screening design for sensitivity analysis of large models",
Environmental Modelling & Software 22 (2007): the mean absolute effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flowsim.calibration.extra import needed
from flowsim.experiments.statistics.intervals import TAILS, Floats

LEVELS = 4
"""Of the grid. A step is two thirds of a range, so that even a parameter of two values moves."""

REPLICATIONS = 2
"""Of each trajectory: the fewest that show what chance does."""

RESAMPLES = 2000
"""Of the trajectories, for intervals by bootstrap."""

OF_CHANCE = float(np.sqrt(2 / np.pi))
"""Mean absolute value of a normal number whose mean is 0 and whose standard deviation is 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Figures with their 95 % intervals, arrays of one shape."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Effects:
    """Elementary effects of d parameters on m figures, each over the whole range of the parameter.

    Parameters
    ----------
    each : NDArray[np.float64]
        Of each trajectory and replication, shape (t, r, d, m).
    seed : int
        Of the bootstrap.
    """

    each: Floats
    seed: int

    @cached_property
    def of_trajectories(self) -> Floats:
        """Means over replications, shape (t, d, m)."""
        return np.asarray(self.each.mean(axis=1))

    @property
    def mean(self) -> Floats:
        """The mean effect with its sign, shape (d, m): what the high end gives beyond the low end."""
        return np.asarray(self.of_trajectories.mean(axis=0))

    @cached_property
    def absolute(self) -> Estimate:
        """The mean absolute effect, mu*, shape (d, m): how much a parameter matters, whichever way."""
        return self._estimate(lambda effects: np.abs(effects).mean(axis=0))

    @cached_property
    def spread(self) -> Estimate:
        """Standard deviation of the effects, sigma, shape (d, m).

        Large where an effect depends on the others or on where it begins; chance is in it.
        """
        return self._estimate(lambda effects: effects.std(axis=0, ddof=1))

    @cached_property
    def chance(self) -> Floats:
        """Standard deviation of a trajectory's effect by chance alone, shape (d, m)."""
        return np.asarray(np.sqrt(self.each.var(axis=1, ddof=1).mean(axis=0) / self.each.shape[1]))

    @property
    def by_chance(self) -> Floats:
        """The mean absolute effect that a parameter without any would seem to have, shape (d, m)."""
        return OF_CHANCE * self.chance

    @property
    def beyond_chance(self) -> NDArray[np.bool_]:
        """Whether all of the interval of mu* is above what chance alone gives, shape (d, m)."""
        return self.absolute.low > self.by_chance

    def _estimate(self, statistic: Callable[[Floats], Floats]) -> Estimate:
        """Return a statistic of the trajectories, with centiles of it when they are drawn again."""
        effects = self.of_trajectories
        again = np.random.default_rng(self.seed).integers(len(effects), size=(RESAMPLES, len(effects)))
        drawn = np.stack([statistic(effects[one]) for one in again])
        low, high = np.quantile(drawn, TAILS, axis=0)
        return Estimate(statistic(effects), low, high)


def trajectories(sides: int, count: int, seed: int) -> Floats:
    """Return points of a grid, shape (count, sides + 1, sides); from one to the next one side changes."""
    needed("SALib")
    from SALib.sample import morris

    names = [str(i) for i in range(sides)]
    problem = {"num_vars": sides, "names": names, "bounds": [[0.0, 1.0]] * sides}
    drawn: Floats = morris.sample(problem, count, num_levels=LEVELS, seed=seed)
    return drawn.reshape(count, sides + 1, sides)


def effects_of(shares: Floats, figures: Floats, seed: int) -> Effects:
    """Return the elementary effects of some trajectories.

    Parameters
    ----------
    shares : NDArray[np.float64]
        How far along its range each value is, shape (t, d + 1, d).
    figures : NDArray[np.float64]
        At each point, shape (t, d + 1, r, m).
    seed : int
        Of the bootstrap.
    """
    steps = np.diff(shares, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    rates = np.diff(figures, axis=1) / steps.sum(axis=2)[:, :, None, None]
    each = np.empty_like(rates)
    each[np.arange(len(each))[:, None], moved] = rates
    return Effects(each.transpose(0, 2, 1, 3), seed)
