"""Elementary effects: what one parameter, moved alone, does to a figure, from many places of the cube.

A trajectory goes from a random point of a grid and moves each parameter once, in random order. All its runs
have the same replications, so that an effect is a paired difference. Each is divided by the step that the
value took, since a whole number cannot take every step: it is then in the figure's own unit, over the whole
range of the parameter.

Every trajectory has two replications of its own. How far the two disagree says what chance does to an effect,
and what a parameter without any effect would seem to do. Whether a parameter has any is an F test: the mean
square of its effects against that of chance. A trajectory where hospitals are full has more chance than one
where they are not (in ten of the Portsmouth baseline the variance by chance of its waits over 12 hours was
0.03 to 3.6 times their mean), and then few trajectories make most of either mean square. Both are therefore
given the degrees of freedom of Satterthwaite, by how chance, all parameters together, is spread over
trajectories: five there. With as much chance in each these are nearly as many as trajectories; with few
parameters they are rather too few, so less is called an effect. Holm's procedure allows for many.

References
----------
Morris, "Factorial sampling plans for preliminary computational experiments", Technometrics 33 (1991).
Campolongo, Cariboni and Saltelli, "An effective screening design for sensitivity analysis of large models",
Environmental Modelling & Software 22 (2007): the mean absolute effect.
Satterthwaite, "An approximate distribution of estimates of variance components", Biometrics Bulletin 2
(1946).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, fdtrc, stdtrit

from flowsim.calibration.extra import needed
from flowsim.experiments.statistics.differences import ALPHA, holm
from flowsim.experiments.statistics.intervals import TAILS, Floats

LEVELS = 4
"""Of the grid. A step is two thirds of a range, so that even a parameter of two values moves."""

REPLICATIONS = 2
"""Of each trajectory: the fewest that show what chance does."""

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
    """

    each: Floats

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
        """The mean absolute effect, mu*, shape (d, m): how much a parameter matters, whichever way.

        The interval is Student's over trajectories; no size is below 0.
        """
        sizes = np.abs(self.of_trajectories)
        t, mean = len(sizes), sizes.mean(axis=0)
        half = stdtrit(t - 1, TAILS[1]) * sizes.std(axis=0, ddof=1) / np.sqrt(t)
        return Estimate(mean, np.maximum(mean - half, 0), mean + half)

    @cached_property
    def spread(self) -> Estimate:
        """Standard deviation of the effects, sigma, shape (d, m).

        Large where an effect depends on the others or on where it begins; chance is in it. The interval is
        that of normal effects.
        """
        free = len(self.each) - 1
        sd = self.of_trajectories.std(axis=0, ddof=1)
        low, high = (sd * np.sqrt(free / chdtri(free, tail)) for tail in TAILS)
        return Estimate(sd, low, high)

    @cached_property
    def chance(self) -> Floats:
        """Standard deviation of a trajectory's effect by chance alone, shape (d, m)."""
        return np.asarray(np.sqrt(self._chance_of_trajectories.mean(axis=0)))

    @property
    def by_chance(self) -> Floats:
        """The mean absolute effect that a parameter without any would seem to have, shape (d, m)."""
        return OF_CHANCE * self.chance

    @cached_property
    def p(self) -> Floats:
        """Of the F test that a parameter has no effect at all, shape (d, m).

        It is adjusted by Holm's procedure for the number of parameters, each figure for itself.
        """
        t, r = self.each.shape[:2]
        squares, chance = (self.of_trajectories**2).mean(axis=0), self.chance**2
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(squares == 0, 0.0, squares / chance)
            spread = np.nan_to_num(self._chance_of_trajectories / chance).sum(axis=1)
            free = spread.sum(axis=0) ** 2 / (spread**2).sum(axis=0)
        free = np.where(spread.any(axis=0), free, t)
        alone = fdtrc(free, free * (r - 1), ratio)
        return np.stack([holm(column) for column in alone.T], axis=1)

    @property
    def beyond_chance(self) -> NDArray[np.bool_]:
        """Whether a parameter has an effect for sure, the number of parameters considered, shape (d, m)."""
        return self.p < ALPHA

    @cached_property
    def _chance_of_trajectories(self) -> Floats:
        """Variance of each trajectory's effect by chance alone, shape (t, d, m)."""
        return np.asarray(self.each.var(axis=1, ddof=1) / self.each.shape[1])


def trajectories(sides: int, count: int, seed: int) -> Floats:
    """Return points of a grid, shape (count, sides + 1, sides); from one to the next one side changes."""
    needed("SALib")
    from SALib.sample import morris

    names = [str(i) for i in range(sides)]
    problem = {"num_vars": sides, "names": names, "bounds": [[0.0, 1.0]] * sides}
    drawn: Floats = morris.sample(problem, count, num_levels=LEVELS, seed=seed)
    return drawn.reshape(count, sides + 1, sides)


def effects_of(shares: Floats, figures: Floats) -> Effects:
    """Return the elementary effects of some trajectories.

    Parameters
    ----------
    shares : NDArray[np.float64]
        How far along its range each value is, shape (t, d + 1, d).
    figures : NDArray[np.float64]
        At each point, shape (t, d + 1, r, m).
    """
    steps = np.diff(shares, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    rates = np.diff(figures, axis=1) / steps.sum(axis=2)[:, :, None, None]
    each = np.empty_like(rates)
    each[np.arange(len(each))[:, None], moved] = rates
    return Effects(each.transpose(0, 2, 1, 3))
