"""Simple models of four-hour performance: what anybody could have said with a pencil.

Each sees a place's months up to an origin and says what a later month will be. It is a rule without
parameters of its own, so it can be tried on every other trust as well; how far off it was there, at the same
distance, is its distribution of errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.statistics.intervals import Floats
from flowsim.validation.offered_load import occupancy_from
from flowsim.validation.public_months import PublicMonths, season

Rule = Callable[[PublicMonths, int, int, float], Floats]
"""Places, months seen, months ahead, slope of performance on occupancy -> performance, shape (p,)."""


def persistence(places: PublicMonths, seen: int, ahead: int, slope: float) -> Floats:
    """Return the last month."""
    return np.asarray(places.performance[:, seen - 1])


def mean_so_far(places: PublicMonths, seen: int, ahead: int, slope: float) -> Floats:
    """Return the mean of the months seen."""
    return np.asarray(places.performance[:, :seen].mean(axis=1))


def seasonal_mean(places: PublicMonths, seen: int, ahead: int, slope: float) -> Floats:
    """Return the mean of the months seen, each less England's season, and the season of the month."""
    seasons = season(places.months)
    level = (places.performance[:, :seen] - seasons[:seen]).mean(axis=1)
    return np.asarray(level + seasons[seen + ahead - 1])


def offered_load(places: PublicMonths, seen: int, ahead: int, slope: float) -> Floats:
    """Return the mean of the months seen, moved with the occupancy that the offered load implies.

    Admissions of later months are their attendances, which are known, at the conversion seen so far.
    """
    admissions = places.admissions.copy()
    conversion = admissions[:, :seen].sum(axis=1) / places.attendances[:, :seen].sum(axis=1)
    admissions[:, seen:] = conversion[:, None] * places.attendances[:, seen:]
    occupancy = occupancy_from(admissions, places.months, places.occupancy[:, 0], 0)
    moved = occupancy[:, seen + ahead - 1] - occupancy[:, :seen].mean(axis=1)
    return np.asarray(mean_so_far(places, seen, ahead, slope) + slope * moved)


@dataclass(frozen=True, slots=True)
class SimpleModel:
    """A rule and what it is called."""

    name: str
    says: str
    rule: Rule


SIMPLE_MODELS = (
    SimpleModel("persistence", "as last month", persistence),
    SimpleModel("mean so far", "the mean of the months seen", mean_so_far),
    SimpleModel(
        "seasonal mean", "the mean of the months seen, with England's seasons of 2012 to 2016", seasonal_mean
    ),
    SimpleModel(
        "offered load",
        "the mean of the months seen, moved with the occupancy of an M(t)/G/∞ queue",
        offered_load,
    ),
)


def errors(model: SimpleModel, others: PublicMonths, ahead: int, slope: float) -> Floats:
    """Return how far off a rule was in other trusts so many months ahead, at every origin, shape (k,)."""
    n = len(others.months)
    off = [
        others.performance[:, seen + ahead - 1] - model.rule(others, seen, ahead, slope)
        for seen in range(1, n - ahead + 1)
    ]
    return np.concatenate(off) if off else np.empty(0)
