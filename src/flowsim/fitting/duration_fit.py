"""Maximum likelihood of durations over the families, those still in counted as longer than so far.

A known duration gives its density, one known to the day the chance of that day, one that has not ended the
chance of being longer; all given that it is longer than what was left out. The choice is by Akaike's
criterion; intervals come from the curvature of the log-likelihood at its top, on the logarithm of each
parameter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.fitting.durations import Durations, kaplan_meier
from flowsim.fitting.families import FAMILIES, SHAPES, TINY, Family
from flowsim.fitting.newton import least, slope_and_bend
from flowsim.fitting.small_numbers import FEWEST
from flowsim.sampling.distributions import LARGEST_CV, SMALLEST_CV, Distribution

Floats = NDArray[np.float64]

FEWEST_ENDED = 30
"""Durations that ended, from which on a law is fitted; an assumption."""
Z95 = 1.959963984540054
CLOSE, FAIR = 0.02, 0.05
"""Largest distances between fitted and observed shares still in that are called close and fair:
assumptions."""
POINTS = 60
"""Most points of a curve that is written; each stands for at least `small_numbers.FEWEST` patients."""


@dataclass(frozen=True, slots=True, eq=False)
class FamilyFit:
    """One family, fitted.

    Parameters
    ----------
    family : str
    mean, cv : float
        Of the law, the mean in minutes.
    mean_interval, cv_interval : tuple of float
        95 %.
    log_likelihood, aic, bic : float
    """

    family: str
    mean: float
    cv: float
    mean_interval: tuple[float, float]
    cv_interval: tuple[float, float]
    log_likelihood: float
    aic: float
    bic: float
    shape: float
    """Its second parameter, as `families` has it; 1 if it has one alone."""
    covariance: Floats
    """Of the logarithms of the mean and, unless it has one parameter alone, of the shape."""

    @property
    def log_mean_error(self) -> float:
        """Standard error of the logarithm of the mean."""
        return math.sqrt(float(self.covariance[0, 0]))

    @property
    def law(self) -> Distribution:
        """The distribution as a scenario has it."""
        return _family(self.family).law(self.mean, self.cv)

    def survival(self, t: Floats, of: Durations) -> Floats:
        """Return the share longer than `t` of those beyond `of.above`, as far as `of` are known."""
        return np.asarray(self._longer(t, of) / self.share_beyond(of))

    def share_beyond(self, of: Durations) -> float:
        """Return the share of all that is beyond `of.above`."""
        return float(self._longer(np.array([of.above]), of)[0])

    def log_share_error(self, of: Durations) -> float:
        """Return the standard error of the logarithm of `share_beyond`."""
        family, at = _family(self.family), np.array([of.above])

        def log_share(x: Floats) -> float:
            shape = math.exp(x[1]) if family.parameters == 2 else 1.0
            return float(log_longer(family, at, math.exp(x[0]), shape, of)[0])

        slope, _ = slope_and_bend(log_share, np.log([self.mean, self.shape])[: family.parameters])
        return math.sqrt(float(slope @ self.covariance @ slope))

    def _longer(self, t: Floats, of: Durations) -> Floats:
        return np.exp(log_longer(_family(self.family), t, self.mean, self.shape, of))


@dataclass(frozen=True, slots=True, eq=False)
class DurationFit:
    """The families fitted to durations, best first, and how near the best comes.

    Parameters
    ----------
    families : tuple of FamilyFit
        In the order of Akaike's criterion.
    distance : float
        Largest difference between the share still in by the best family and by Kaplan and Meier.
    times, observed : NDArray[np.float64]
        The Kaplan-Meier curve, thinned so that no step is of few patients.
    """

    families: tuple[FamilyFit, ...]
    distance: float
    times: Floats
    observed: Floats

    @property
    def best(self) -> FamilyFit:
        """The family with the smallest criterion."""
        return self.families[0]

    @property
    def agreed(self) -> bool:
        """Whether Bayes's criterion chooses the same family."""
        return min(self.families, key=lambda one: one.bic) is self.best

    @property
    def how_near(self) -> str:
        """The distance in a word."""
        return "close" if self.distance <= CLOSE else "fair" if self.distance <= FAIR else "poor"


def fit_durations(durations: Durations) -> DurationFit | None:
    """Return the fits, or None if too few have ended."""
    if durations.ended < FEWEST_ENDED:
        return None
    found = [one for family in FAMILIES if (one := _fitted(family, durations)) is not None]
    if not found:
        return None
    found.sort(key=lambda one: one.aic)
    times, survival, at_risk = kaplan_meier(durations)
    seen = at_risk >= FEWEST
    fitted = found[0].survival(curve_at(times[seen], durations), durations)
    distance = float(np.max(np.abs(fitted - survival[seen])))
    return DurationFit(tuple(found), distance, *_thinned(times[seen], survival[seen], durations.patients))


def curve_at(times: Floats, durations: Durations) -> Floats:
    """Return when those who are there after each point of an observed curve have stayed at least so long.

    Whoever stayed more nights than some, stayed one more at least.
    """
    return times + durations.step if durations.by_dates else times


def log_likelihood(family: Family, durations: Durations, mean: float, shape: float) -> float:
    """Return the log-likelihood of a law of a family."""
    low, high, weight = durations.low, durations.high, durations.weight
    known, ended = low == high, np.isfinite(high)
    each = np.zeros(len(low))
    each[known] = family.log_density(low[known], mean, shape)

    def longer_than(t: Floats) -> Floats:
        return log_longer(family, t, mean, shape, durations)

    each[~ended] = longer_than(low[~ended])
    between = ended & ~known
    longer = longer_than(low[between])
    shares = -np.expm1(longer_than(high[between]) - longer)
    each[between] = longer + np.log(np.maximum(shares, TINY))
    total = float(weight @ each)
    if durations.above:
        total -= float(weight.sum()) * float(longer_than(np.array([durations.above]))[0])
    return total


def log_longer(family: Family, t: Floats, mean: float, shape: float, of: Durations) -> Floats:
    """Return the logarithm of the share longer than `t`, of durations known as `of` are."""
    if not of.by_dates:
        return np.asarray(family.log_survival(np.maximum(t, 0.0), mean, shape))
    shares = [np.exp(family.log_survival(np.maximum(t - less, 0.0), mean, shape)) for less in of.less]
    return np.asarray(np.log(np.maximum(np.mean(shares, axis=0), TINY)))


def _fitted(family: Family, durations: Durations) -> FamilyFit | None:
    """Return the likeliest law of a family; None if there is none within bounds."""
    ended = np.isfinite(durations.high)
    middle, weight = durations.middle[ended], durations.weight[ended]
    if durations.by_dates:
        middle = middle + durations.step / 2
    mean = float(np.average(middle, weights=weight))
    cv = math.sqrt(float(np.average((middle - mean) ** 2, weights=weight))) / mean
    scale = durations.patients

    def loss(x: Any) -> float:
        shape = math.exp(x[1]) if family.parameters == 2 else 1.0
        with np.errstate(all="ignore"):
            value = -log_likelihood(family, durations, math.exp(x[0]), shape) / scale
        return value if math.isfinite(value) else 1e10

    first = np.log([mean, min(max(family.shape(cv), 0.05), 5.0)])[: family.parameters]
    widest = (math.log(mean) - 5, math.log(mean) + 5)
    bounds = [widest, (math.log(SHAPES[0]), math.log(SHAPES[1]))][: family.parameters]
    x = least(loss, first, bounds)
    if x is None:
        return None
    bend = slope_and_bend(loss, x)[1]
    shape = math.exp(x[1]) if family.parameters == 2 else 1.0
    if np.linalg.eigvalsh(bend).min() <= 0 or not SMALLEST_CV <= family.cv(shape) <= LARGEST_CV:
        return None
    covariance = np.linalg.inv(bend) / scale
    errors = np.sqrt(np.diag(covariance))
    spread = Z95 * (errors[1] if family.parameters == 2 else 0.0)
    shapes = [min(max(shape * math.exp(one), SHAPES[0]), SHAPES[1]) for one in (-spread, spread)]
    top = -loss(x) * scale
    return FamilyFit(
        family=family.name,
        mean=math.exp(x[0]),
        cv=family.cv(shape),
        mean_interval=(math.exp(x[0] - Z95 * errors[0]), math.exp(x[0] + Z95 * errors[0])),
        cv_interval=(family.cv(shapes[0]), family.cv(shapes[1])),
        log_likelihood=top,
        aic=2 * family.parameters - 2 * top,
        bic=family.parameters * math.log(scale) - 2 * top,
        shape=shape,
        covariance=covariance,
    )


def _thinned(times: Floats, survival: Floats, patients: int) -> tuple[Floats, Floats]:
    """Return a curve with few points, between any two of which enough patients left."""
    fall = max(FEWEST / patients, 1 / POINTS)
    kept, last = [], 1.0
    for i, share in enumerate(survival):
        if last - share >= fall:
            kept.append(i)
            last = float(share)
    return times[kept], survival[kept]


def _family(name: str) -> Family:
    return next(one for one in FAMILIES if one.name == name)
