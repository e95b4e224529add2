"""Paired differences: an arm less the baseline, replication by replication, and how sure they are.

Replication k has the same patients in both arms, so what they share cancels. How much that saved is measured:
independent seeds would have needed (var x + var y) / var (x - y) times as many replications for an interval
as narrow.

With many arms some difference looks clear by luck alone. Holm's procedure keeps the chance that any one of
the differences called clear is none at 5 %, whatever their dependence; arms that share a baseline do depend.
It was preferred to Bonferroni's simultaneous intervals because it finds more, and leaves each interval what
it is.

References
----------
A. M. Law, Simulation Modeling and Analysis, 5th ed. (2015), section 11.2: common random numbers.
S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979),
65-70.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from flowsim.experiments.statistics.intervals import CONFIDENCE, Floats, Intervals, intervals

HEADLINES = (
    "four_hour_performance",
    "four_hour_performance_type1",
    "dta_waits_over_12h",
    "emergency_admissions",
    "bed_occupancy",
    "mffd_patients",
)
"""Metrics whose differences are tested together, in all arms: those a Board decides by."""

ALPHA = 1 - CONFIDENCE


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """An arm less the baseline; m figures.

    Parameters
    ----------
    baseline, arm : NDArray[np.float64]
        Means over the replications that both have a figure in, shape (m,), so that they differ by the mean
        difference; over its own if there is none that both have one in.
    interval : Intervals
        Of the mean difference.
    p : NDArray[np.float64]
        Of the two-sided paired t test, shape (m,); NaN with fewer than two replications.
    saved : NDArray[np.float64]
        Replications that independent seeds would have needed, as a multiple; infinite where every replication
        differs by the same, NaN where nothing varies at all.
    """

    baseline: Floats
    arm: Floats
    interval: Intervals
    p: Floats
    saved: Floats


def differences(baseline: Floats, arm: Floats) -> Differences:
    """Return the paired differences of the columns of two matrices.

    Parameters
    ----------
    baseline, arm : NDArray[np.float64]
        Shape (n_replications, m), row by row the same replications; NaN where one has no figure.
    """
    both = ~np.isnan(baseline + arm)
    shown = both | ~both.any(axis=0)
    found = intervals(arm - baseline)
    before, after = (intervals(np.where(shown, values, np.nan)) for values in (baseline, arm))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(found.mean) / (found.sd / np.sqrt(found.count))
        saved = (before.sd**2 + after.sd**2) / found.sd**2
    # Without any spread a difference is there for sure, or for sure not.
    t = np.where(found.sd == 0, np.where(found.mean == 0, 0.0, np.inf), t)
    p = 2 * stdtr(np.maximum(found.count - 1, 1).astype(np.float64), -t)
    return Differences(before.mean, after.mean, found, np.where(found.count > 1, p, np.nan), saved)


def holm(p: Floats) -> Floats:
    """Return p values adjusted by Holm's procedure for being many; NaN stay and are not counted.

    Parameters
    ----------
    p : NDArray[np.float64]
        Any shape.
    """
    flat = p.ravel()
    order = np.argsort(flat, kind="stable")[: int((~np.isnan(flat)).sum())]
    steps = np.maximum.accumulate(flat[order] * np.arange(len(order), 0, -1))
    adjusted = np.full(len(flat), np.nan)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted.reshape(p.shape)
