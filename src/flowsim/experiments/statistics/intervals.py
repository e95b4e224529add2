"""Intervals over replications: the mean of their figures, and how far it may be from the true mean.

A rate is first pooled within a replication, then averaged over replications. A replication without a figure
(nobody to count) is left out of that figure's mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]

CONFIDENCE = 0.95

TAILS = (1 - CONFIDENCE) / 2, 1 - (1 - CONFIDENCE) / 2
"""Shares of draws below the bounds of an interval that is taken from draws."""


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Of each figure the mean over replications and its 95 % t interval; n figures.

    Parameters
    ----------
    count : NDArray[np.int64]
        Replications that have the figure.
    mean : NDArray[np.float64]
        NaN if none has it.
    sd : NDArray[np.float64]
        Standard deviation between replications; NaN, as the bounds, with fewer than two.
    low, high : NDArray[np.float64]
    """

    count: NDArray[np.int64]
    mean: Floats
    sd: Floats
    low: Floats
    high: Floats


def interval(values: Floats) -> tuple[float, float, float]:
    """Return the mean of one figure and the bounds of its interval; `values` of shape (n_replications,)."""
    found = intervals(values[:, None])
    return float(found.mean[0]), float(found.low[0]), float(found.high[0])


def intervals(values: Floats) -> Intervals:
    """Return the intervals of the columns of a matrix.

    Parameters
    ----------
    values : NDArray[np.float64]
        Shape (n_replications, n_figures); NaN where a replication has no figure.
    """
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    shape = values.shape[1:]
    mean, sd, half = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    np.divide(np.where(known, values, 0.0).sum(axis=0), count, out=mean, where=count > 0)
    squares = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0)
    several = count > 1
    np.divide(squares, count - 1, out=sd, where=several)
    np.sqrt(sd, out=sd)
    t = stdtrit(np.maximum(count - 1, 1), 0.5 + CONFIDENCE / 2)
    np.divide(t * sd, np.sqrt(count), out=half, where=several)
    return Intervals(count, mean, sd, mean - half, mean + half)
