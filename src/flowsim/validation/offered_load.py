"""The offered load: beds that would be in use if nobody ever waited for one, an M(t)/G/∞ queue.

    m(t) = ∫ rate(t - u) P(stay > u) du = E[stay] ∫ rate(t - u) f(u) du

where f is the density of how long those in bed have been there, P(stay > u) / E[stay]. That is published: the
shares of beds with stays over 7, 14 and 21 days. So the load needs no distribution of stays, and its mean is
set by the beds that were occupied. Beyond three weeks the last rate of decay goes on.

It knows no number of beds, so nobody waits in it, and it says nothing of four hours. What is said of that
comes from a second step: how performance moved with occupancy in other trusts, from one quarter to the next.

References
----------
Eick, Massey and Whitt, The physics of the M(t)/G/∞ queue, Operations Research 41 (1993), 731-742.
NHS England, winter daily situation reports 2018-19, medians of 125 trusts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from flowsim.experiments.runs.record import days_in
from flowsim.experiments.statistics.intervals import CONFIDENCE, Floats
from flowsim.validation.public_months import PublicMonths

OVER = ((0, 1.0), (7, 0.46), (14, 0.26), (21, 0.16))
"""Share of those in bed who have been there longer than so many days."""
LONGEST = 365
"""Days of a stay in progress that are counted."""
ELECTIVE_SHARE = 0.175
"""Of occupied beds; assumption: 15 to 20 %. It is taken not to move with emergencies."""
QUARTER = 3


def still_in_bed_since(days: Floats) -> Floats:
    """Return the share of those in bed who have been there longer than some days."""
    at, shares = (np.array(column, dtype=np.float64) for column in zip(*OVER, strict=True))
    logs = np.log(shares)
    last = (logs[-1] - logs[-2]) / (at[-1] - at[-2])
    beyond = np.maximum(days - at[-1], 0.0)
    return np.asarray(np.exp(np.interp(days, at, logs) + last * beyond))


def weights(months: Sequence[str]) -> Floats:
    """Return the part of each month's load that came in each month, shape (n, n); rows sum to 1.

    What came before the first month is taken to have come at the first month's rate.
    """
    lengths = [days_in([month]) for month in months]
    of_day = np.repeat(np.arange(len(months)), lengths)
    edges = np.arange(LONGEST + 1, dtype=np.float64)
    density = -np.diff(still_in_bed_since(edges))
    density /= density.sum()
    found = np.zeros((len(months), len(months)))
    for day, month in enumerate(of_day):
        came = of_day[np.maximum(day - np.arange(LONGEST), 0)]
        found[month] += np.bincount(came, density, minlength=len(months)) / lengths[month]
    return found


def load(rates: Floats, months: Sequence[str]) -> Floats:
    """Return the offered load of emergencies in each month, in patients a day times the mean stay.

    Parameters
    ----------
    rates : NDArray[np.float64]
        Admissions a day, shape (p, n).
    """
    return np.asarray(rates @ weights(months).T)


def occupancy_from(rates: Floats, months: Sequence[str], occupancy: Floats, quarter: int) -> Floats:
    """Return the occupancy of each month that goes with an occupancy of one quarter, shape (p, n).

    The beds that are open stay as many as they were.

    Parameters
    ----------
    rates : NDArray[np.float64]
        Admissions a day, shape (p, n).
    occupancy : NDArray[np.float64]
        Of the quarter, shape (p,).
    quarter : int
        Which of the quarters of `months`.
    """
    found = load(rates, months)
    base = found[:, QUARTER * quarter : QUARTER * (quarter + 1)].mean(axis=1, keepdims=True)
    change = (1 - ELECTIVE_SHARE) * (found / base - 1)
    return np.asarray(occupancy[:, None] * (1 + change))


@dataclass(frozen=True, slots=True)
class Slope:
    """How performance moved with occupancy, in points a point, over other trusts; the 95 % interval."""

    value: float
    low: float
    high: float
    trusts: int


def slope_of_performance(others: PublicMonths) -> Slope:
    """Return the slope of the change of performance on that of occupancy, first quarter to second."""
    performance = others.performance[:, : 2 * QUARTER].reshape(-1, 2, QUARTER).mean(axis=2)
    y = np.diff(performance, axis=1)[:, 0]
    x = np.diff(others.occupancy[:, :2], axis=1)[:, 0]
    x = x - x.mean()
    n = len(x)
    value = float(x @ y / (x @ x))
    residual = y - y.mean() - value * x
    error = float(np.sqrt(residual @ residual / (n - 2) / (x @ x)))
    half = float(stdtrit(n - 2, 0.5 + CONFIDENCE / 2)) * error
    return Slope(value, value - half, value + half, n)
