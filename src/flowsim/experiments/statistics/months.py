"""Patterns of months: what is taken of the months of a year, of each year apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.statistics.intervals import Floats


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is taken of the months of a year.

    Parameters
    ----------
    words : str
        What it is of a metric, for people.
    unit : str
        Empty if it is the metric's.
    of : callable
        The months in the last axis, which it takes away.
    """

    words: str
    unit: str
    of: Callable[[Floats], Floats]


PATTERNS = {
    "months_sd": Pattern(
        "standard deviation of the months of a year", "", lambda each: np.asarray(each.std(axis=-1, ddof=1))
    ),
    "typical_month": Pattern("a year's median month", "", lambda each: np.asarray(np.median(each, axis=-1))),
    "worst_month": Pattern("a year's highest month", "", lambda each: np.asarray(each.max(axis=-1))),
    "months_of_none": Pattern(
        "months with none", "months", lambda each: np.asarray((each == 0).sum(axis=-1), dtype=np.float64)
    ),
}
