"""Estimates: what one parameter set, or an ensemble of plausible ones, says of a figure.

With one set the uncertainty of a mean is that of chance alone: a Student t interval over replications. With
several it is that of the parameters: the middle 95 % of the means of the sets, drawn together by as much as
chance had spread them. The range of single years is that of chance within, and parameters between, all sets
alike. The two are never mixed up: the first shrinks with more replications, the second does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.statistics.intervals import TAILS, Floats, interval

SINGLE = (0.05, 0.95)
"""The range that a single year lies in nine times in ten."""
FEWEST_YEARS = 20
"""Single years from which their range is given: of fewer, nine in ten is no range."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of the model.

    Parameters
    ----------
    mean : float
    low, high : float
        The 95 % interval of the mean; NaN with one replication of one set.
    single_low, single_high : float
        The 90 % range of single years; NaN with fewer than `FEWEST_YEARS`.
    """

    mean: float
    low: float
    high: float
    single_low: float
    single_high: float

    @property
    def width(self) -> float:
        """The width of the range of single years."""
        return self.single_high - self.single_low

    def has_in_a_single_year(self, value: float) -> bool | None:
        """Return whether a figure lies in the range of single years; None if there is no range."""
        if math.isnan(self.width) or math.isnan(value):
            return None
        return self.single_low <= value <= self.single_high


def estimate(each: Sequence[Floats]) -> Estimate:
    """Return the estimate from the figures of each replication of each parameter set.

    Parameters
    ----------
    each : sequence of NDArray[np.float64]
        One array a set, shape (n_replications,); NaN where a replication has no figure.
    """
    years = np.concatenate(each)
    known = years[~np.isnan(years)]
    if len(each) == 1:
        mean, low, high = interval(each[0])
    else:
        mean, low, high = _over_sets([one[~np.isnan(one)] for one in each if not np.isnan(one).all()])
    return Estimate(mean, float(low), float(high), *single_years(known))


def single_years(sample: Floats) -> tuple[float, float]:
    """Return the range that another single year lies in nine times in ten; NaN if the sample is too small.

    The n of a sample leave n + 1 places for another, all of them as likely (quantiles of type 6: Hyndman and
    Fan, "Sample quantiles in statistical packages", The American Statistician 50, 1996). The middle 90 % of
    the sample itself would be too narrow: of 20 years it holds another 81 times in 100.
    """
    if len(sample) < FEWEST_YEARS:
        return math.nan, math.nan
    low, high = np.quantile(sample, SINGLE, method="weibull")
    return float(low), float(high)


def _over_sets(each: Sequence[Floats]) -> tuple[float, float, float]:
    """Return the mean of the sets' means and their middle 95 %, without the spread that chance gives them.

    The variance of means is that between sets and, of each mean, that of chance over its replications; the
    means are drawn to their mean until the former alone is left.
    """
    if not each:
        return math.nan, math.nan, math.nan
    means = np.array([one.mean() for one in each])
    mean = float(means.mean())
    if len(means) < 2:
        return mean, math.nan, math.nan
    several = [one for one in each if len(one) > 1]
    chance = float(np.mean([one.var(ddof=1) / len(one) for one in several])) if several else 0.0
    spread = float(means.var(ddof=1))
    left = math.sqrt(max(1 - chance / spread, 0.0)) if spread > 0 else 0.0
    low, high = np.quantile(mean + left * (means - mean), TAILS)
    return mean, float(low), float(high)
