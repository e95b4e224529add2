"""Scores of predictions that are given as samples: smaller is better.

References
----------
Gneiting and Raftery, Strictly proper scoring rules, prediction, and estimation, JASA 102 (2007), 359-378.
Ferro, Fair scores for ensemble forecasts, Quarterly Journal of the Royal Meteorological Society 140 (2014).
"""

from __future__ import annotations

import numpy as np

from flowsim.experiments.statistics.intervals import Floats
from flowsim.validation.estimates import SINGLE


def crps(sample: Floats, value: float) -> float:
    """Return the continuous ranked probability score, fair to samples of any size.

    E|X - y| - E|X - X'| / 2, the second over pairs of different members; with one member the absolute error.
    """
    n = len(sample)
    off = float(np.abs(sample - value).mean())
    if n < 2:
        return off
    ordered = np.sort(sample)
    ranks = 2 * np.arange(1, n + 1) - n - 1
    between = float(2 * (ranks @ ordered) / (n * (n - 1)))
    return off - between / 2


def interval_score(low: float, high: float, value: float) -> float:
    """Return the width of a 90 % interval, and twenty times how far the value lies outside."""
    alpha = 1 - (SINGLE[1] - SINGLE[0])
    return (high - low) + 2 / alpha * (max(low - value, 0.0) + max(value - high, 0.0))
