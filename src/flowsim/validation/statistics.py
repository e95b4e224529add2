"""Statistics: what is taken of a metric to be set beside a target, from each replication apart.

Most targets are of a metric itself. Some are of its pattern: how many months had none, which hour is the
fullest, how far single years lie apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.runs.record import months_of_group
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.months import PATTERNS, Pattern

OCCUPANCY = "bed_occupancy"
FEWEST_WEEKS = 5
"""Of a correlation, the first and the last among them."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """What is taken of a metric and a group.

    Parameters
    ----------
    words : str
        What it is of a metric, for people; empty for the metric itself.
    unit : str
        Empty if it is the metric's.
    of_each : callable
        Results, metric, group -> a figure of each replication, shape (n,); or one of all of them together,
        which has no interval.
    """

    words: str
    unit: str
    of_each: Callable[[Results, str, str], Floats]


def _itself(results: Results, metric: str, group: str) -> Floats:
    return results.by_replication(metric, group)


def _spread(results: Results, metric: str, group: str) -> Floats:
    each = results.by_replication(metric, group)
    return np.array([np.nanstd(each, ddof=1) if len(each) > 1 else np.nan])


def _of_months(pattern: Pattern) -> Statistic:
    """Return a pattern of months as a statistic."""

    def of_each(results: Results, metric: str, group: str) -> Floats:
        months = months_of_group(group)
        if not months:
            raise InputError(
                f"a pattern of months must be of a group such as months=2016-04 to 2016-09, not {group}"
            )
        each = [results.by_replication(metric, f"month={month}") for month in months]
        return pattern.of(np.stack(each, axis=1))

    return Statistic(pattern.words, pattern.unit, of_each)


def _by_label(results: Results, metric: str, key: str) -> tuple[list[str], Floats]:
    labels = [
        group.partition("=")[2]
        for name, group in zip(results.metric, results.group, strict=True)
        if name == metric and group.startswith(f"{key}=")
    ]
    if not labels:
        raise InputError(f"{metric} is not given by {key}")
    return labels, np.stack([results.by_replication(metric, f"{key}={one}") for one in labels], axis=1)


def _peak_hour(results: Results, metric: str, _: str) -> Floats:
    hours, each = _by_label(results, metric, "hour")
    return np.array([float(hours[i]) for i in each.argmax(axis=1)])


def _trough_hour(results: Results, metric: str, _: str) -> Floats:
    hours, each = _by_label(results, metric, "hour")
    return np.array([float(hours[i]) for i in each.argmin(axis=1)])


def _weekly_correlation(results: Results, metric: str, _: str) -> Floats:
    """Return the correlation with occupancy over the whole weeks of each replication; NaN without any."""
    weeks, each = _by_label(results, metric, "week")
    occupancy = _by_label(results, OCCUPANCY, "week")[1]
    whole = slice(1, len(weeks) - 1)  # the first and the last may be cut short
    if len(weeks) < FEWEST_WEEKS:
        return np.full(len(each), np.nan)
    x, y = (one[:, whole] - one[:, whole].mean(axis=1, keepdims=True) for one in (each, occupancy))
    moved = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    found = np.full(len(x), np.nan)
    np.divide((x * y).sum(axis=1), moved, out=found, where=moved > 0)
    return found


STATISTICS = {
    "mean": Statistic("", "", _itself),
    "sd": Statistic("standard deviation between single years", "", _spread),
    **{name: _of_months(pattern) for name, pattern in PATTERNS.items()},
    "peak_hour": Statistic("hour of the most", "o'clock", _peak_hour),
    "trough_hour": Statistic("hour of the fewest", "o'clock", _trough_hour),
    "weekly_correlation_with_occupancy": Statistic(
        "correlation with occupancy over the weeks of a year", "correlation", _weekly_correlation
    ),
}
