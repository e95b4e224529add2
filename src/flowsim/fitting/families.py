"""The families of distributions that are fitted: their likelihood, and the scenario's own form of each.

Each has a mean and one more parameter, both fitted as logarithms, so that neither can leave its range.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray
from scipy import special

from flowsim.sampling.distributions import (
    LARGEST_CV,
    SMALLEST_CV,
    Distribution,
    Exponential,
    Gamma,
    Lognormal,
    Weibull,
)

Floats = NDArray[np.float64]

TINY = 1e-300


class Family(ABC):
    """A family of laws of durations > 0, with a mean and, unless it has one parameter alone, a shape."""

    name: str
    parameters = 2

    @abstractmethod
    def log_density(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the density at `t`."""

    @abstractmethod
    def log_survival(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the share longer than `t`; 0 at 0."""

    @abstractmethod
    def cv(self, shape: float) -> float:
        """Return the coefficient of variation, monotone in the shape."""

    @abstractmethod
    def shape(self, cv: float) -> float:
        """Return a shape to begin with, for about this coefficient of variation."""

    @abstractmethod
    def law(self, mean: float, cv: float) -> Distribution:
        """Return the distribution as a scenario has it."""


class ExponentialFamily(Family):
    """The memoryless law; its shape is not used."""

    name = "exponential"
    parameters = 1

    def log_density(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the density at `t`."""
        return -t / mean - math.log(mean)

    def log_survival(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the share longer than `t`."""
        return -t / mean

    def cv(self, shape: float) -> float:
        """Return 1."""
        return 1.0

    def shape(self, cv: float) -> float:
        """Return 1."""
        return 1.0

    def law(self, mean: float, cv: float) -> Distribution:
        """Return the distribution as a scenario has it."""
        return Exponential(mean=mean)


class GammaFamily(Family):
    """The shape is the coefficient of variation."""

    name = "gamma"

    def log_density(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the density at `t`."""
        k, scale = shape**-2, mean * shape**2
        return np.asarray((k - 1) * np.log(t) - t / scale - k * math.log(scale) - special.gammaln(k))

    def log_survival(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the share longer than `t`."""
        k, scale = shape**-2, mean * shape**2
        return np.log(np.maximum(special.gammaincc(k, t / scale), TINY))

    def cv(self, shape: float) -> float:
        """Return the shape."""
        return shape

    def shape(self, cv: float) -> float:
        """Return the coefficient of variation."""
        return cv

    def law(self, mean: float, cv: float) -> Distribution:
        """Return the distribution as a scenario has it."""
        return Gamma(mean=mean, cv=cv)


class LognormalFamily(Family):
    """The shape is the standard deviation of the logarithm."""

    name = "lognormal"

    def log_density(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the density at `t`."""
        z = self._score(t, mean, shape)
        return np.asarray(-(z**2) / 2 - np.log(t) - math.log(shape * math.sqrt(2 * math.pi)))

    def log_survival(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the share longer than `t`."""
        return np.asarray(special.log_ndtr(-self._score(t, mean, shape)))

    def _score(self, t: Floats, mean: float, shape: float) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(t) - math.log(mean) + shape**2 / 2) / shape)

    def cv(self, shape: float) -> float:
        """Return the coefficient of variation."""
        return math.sqrt(math.expm1(shape**2))

    def shape(self, cv: float) -> float:
        """Return the standard deviation of the logarithm."""
        return math.sqrt(math.log1p(cv**2))

    def law(self, mean: float, cv: float) -> Distribution:
        """Return the distribution as a scenario has it."""
        return Lognormal(mean=mean, cv=cv)


class WeibullFamily(Family):
    """The shape is one over Weibull's exponent, so that the spread rises with it as in the others."""

    name = "weibull"

    def log_density(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the density at `t`."""
        k, scale = self._k_and_scale(mean, shape)
        logs = np.log(t / scale)
        return np.asarray(math.log(k / scale) + (k - 1) * logs - np.exp(k * logs))

    def log_survival(self, t: Floats, mean: float, shape: float) -> Floats:
        """Return the logarithm of the share longer than `t`."""
        k, scale = self._k_and_scale(mean, shape)
        return np.asarray(-((t / scale) ** k))

    def _k_and_scale(self, mean: float, shape: float) -> tuple[float, float]:
        return 1 / shape, mean / math.gamma(1 + shape)

    def cv(self, shape: float) -> float:
        """Return the coefficient of variation."""
        return math.sqrt(math.expm1(math.lgamma(1 + 2 * shape) - 2 * math.lgamma(1 + shape)))

    def shape(self, cv: float) -> float:
        """Return about the shape with this coefficient of variation."""
        return cv

    def law(self, mean: float, cv: float) -> Distribution:
        """Return the distribution as a scenario has it."""
        return Weibull(mean=mean, cv=cv)


FAMILIES: tuple[Family, ...] = (ExponentialFamily(), GammaFamily(), LognormalFamily(), WeibullFamily())

SHAPES = (SMALLEST_CV, min(LARGEST_CV, 10.0))
"""Between which shapes are sought."""
