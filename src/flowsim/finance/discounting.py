"""Money over years: how an effect comes in, what later money is worth today, when it is earned back.

Everything is in the prices of one year, so the rate is real. Money counts at the end of its year; what is
invested, at the start of the first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from flowsim.experiments.statistics.intervals import Floats

MONTHS = 12
MOST_TIMES = 10.0
"""Multiples of the effect among which a break-even is looked for."""


def phased_in(years: int, ramp_up: ArrayLike, wait: ArrayLike = 0.0) -> Floats:
    """Return how much of a full year's effect falls in each year.

    Parameters
    ----------
    years : int
    ramp_up : float or array
        Months over which the effect rises from nothing to all of it, in a straight line; any shape.
    wait : float or array
        Months before it begins to rise; same shape.

    Returns
    -------
    NDArray[np.float64]
        Shares 0-1, shape (..., years).
    """
    since = np.arange(years + 1.0) * MONTHS - np.asarray(wait, dtype=np.float64)[..., None]
    ramp = np.asarray(ramp_up, dtype=np.float64)[..., None]
    since, ramp = np.broadcast_arrays(np.maximum(since, 0.0), ramp)
    rising = np.divide(since**2, 2 * ramp, out=np.zeros(since.shape), where=ramp > 0)
    so_far = np.where(since < ramp, rising, since - ramp / 2)
    return np.asarray(np.diff(so_far, axis=-1) / MONTHS)


def net_present_value(flows: Floats, rate: float, invested: ArrayLike = 0.0) -> Floats:
    """Return what yearly money is worth at the start, less what is invested then.

    Parameters
    ----------
    flows : NDArray[np.float64]
        Shape (..., years), the first at the end of year 1.
    rate : float
        By which a year later counts less.
    invested : float or array
        Shape (...).

    References
    ----------
    HM Treasury, The Green Book: 3.5 % real.
    """
    years = np.arange(1, flows.shape[-1] + 1)
    return np.asarray((flows / (1 + rate) ** years).sum(axis=-1) - np.asarray(invested, dtype=np.float64))


def payback_years(flows: Floats, invested: float = 0.0) -> float:
    """Return after how many years the money, undiscounted and even within a year, has come back for good.

    Infinity if it has not by the last year; 0 if it never was out.

    Parameters
    ----------
    flows : NDArray[np.float64]
        Shape (years,).
    invested : float
    """
    balance = np.concatenate([[-invested], np.cumsum(flows) - invested])
    if balance[-1] < 0:
        return float("inf")
    below = np.flatnonzero(balance < 0)
    if not len(below):
        return 0.0
    last = int(below[-1])
    return float(last - balance[last] / (balance[last + 1] - balance[last]))


def break_even(worth: Callable[[float], float]) -> float | None:
    """Return the least multiple of the effect from which it pays; infinity if `MOST_TIMES` of it does not.

    0 if nothing at all pays already; None if the effect costs money, so that there is no such multiple.

    Parameters
    ----------
    worth : callable
        Of the multiple.
    """
    if worth(1.0) < worth(0.0):
        return None
    if worth(0.0) >= 0:
        return 0.0
    if worth(MOST_TIMES) < 0:
        return float("inf")
    low, high = 0.0, MOST_TIMES
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (low, middle) if worth(middle) >= 0 else (middle, high)
    return high
