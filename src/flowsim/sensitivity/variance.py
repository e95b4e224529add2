"""Variance split in two: what parameters make and what chance makes of it.

One way of random effects: k members, each a set of parameters, each with r replications of its own. A figure
is the mean, what the member adds, and what chance adds in that year. The components are unbiased, so that of
parameters can come out below 0 where there is little of it. The interval of its share is that of an
intraclass correlation by F, exact for normal figures.

References
----------
Searle, Casella and McCulloch, Variance Components (1992), section 3.6.
McGraw and Wong, "Forming inferences about some intraclass correlation coefficients", Psychological Methods 1
(1996), ICC(1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from flowsim.experiments.statistics.intervals import TAILS, Floats, Intervals, intervals


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The variance of single years of m figures; k members with r replications each.

    Parameters
    ----------
    mean : Intervals
        Of all, with the interval that the members' means give: parameters and chance are both in it.
    year_low, year_high : NDArray[np.float64]
        Bounds of 95 % of single years of any member, shape (m,).
    parameters, chance : NDArray[np.float64]
        Components of the variance of a single year, shape (m,).
    share, share_low, share_high : NDArray[np.float64]
        Of parameters in it, 0 to 1, with its 95 % interval; NaN where nothing varies or there is no figure.
    """

    mean: Intervals
    year_low: Floats
    year_high: Floats
    parameters: Floats
    chance: Floats
    share: Floats
    share_low: Floats
    share_high: Floats

    def dominates(self, j: int) -> str:
        """Return what makes most of the variance: `parameters`, `chance`, or nothing if neither is sure."""
        if self.share_low[j] > 0.5:
            return "parameters"
        return "chance" if self.share_high[j] < 0.5 else ""


def split_variance(values: Floats) -> Split:
    """Return the variance of some figures split between members and chance.

    Parameters
    ----------
    values : NDArray[np.float64]
        Shape (k, r, m), k and r at least 2. A figure that is missing in any run is not split.
    """
    k, r, m = values.shape
    means = values.mean(axis=1)
    between = r * means.var(axis=0, ddof=1)
    chance = values.var(axis=1, ddof=1).mean(axis=0)
    parameters = (between - chance) / r
    freedom = k - 1, k * (r - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        f = between / chance
        share = _share_at(f, r)
        low = _share_at(f / f_distribution.ppf(TAILS[1], *freedom), r)
        high = _share_at(f * f_distribution.ppf(TAILS[1], *reversed(freedom)), r)
    year_low, year_high = np.quantile(values.reshape(k * r, m), TAILS, axis=0)
    return Split(intervals(means), year_low, year_high, parameters, chance, share, low, high)


def _share_at(f: Floats, r: int) -> Floats:
    """Return the share of members in the variance at a ratio of mean squares, from 0 to 1."""
    return np.asarray(np.clip(np.where(np.isinf(f), 1.0, (f - 1) / (f - 1 + r)), 0, 1))
