"""Seasons: levels over time from months of the year and from dated spans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from flowsim.scenario.sections.section import MONTHS
from flowsim.timeline import DAY, StepFunction


def in_months(months: Sequence[str], origin: dt.datetime, end: float) -> StepFunction:
    """Return 1 in some months of the year and 0 otherwise.

    Parameters
    ----------
    months : sequence of str
        Of `MONTHS`.
    origin : datetime
        Midnight at minute 0.
    end : float
    """
    days = np.arange(int(np.ceil(end / DAY)) + 1, dtype=np.float64)
    inside = np.isin(_months(days, origin), [MONTHS.index(month) for month in months])
    return StepFunction(days * DAY, inside.astype(np.float64)).merged()


def month_of_year(origin: dt.datetime, end: float) -> StepFunction:
    """Return the month of the year as its place in `MONTHS`."""
    days = np.arange(int(np.ceil(end / DAY)) + 1, dtype=np.float64)
    return StepFunction(days * DAY, _months(days, origin).astype(np.float64)).merged()


def _months(days: NDArray[np.float64], origin: dt.datetime) -> NDArray[np.int64]:
    """Return the place in `MONTHS` of days after the origin's."""
    dates = np.datetime64(origin, "D") + days.astype("timedelta64[D]")
    return np.asarray(dates.astype("M8[M]").astype(np.int64) % 12)


def added_up(spans: Iterable[tuple[dt.date, int, float]], origin: dt.datetime) -> StepFunction:
    """Return the sum of amounts over time, each there from a date on for so many days.

    Parameters
    ----------
    spans : iterable of (date, int, float)
        First day, days, amount; they may overlap.
    origin : datetime
        Midnight at minute 0.
    """
    changes = {0.0: 0.0}
    for first, days, amount in spans:
        begins = (dt.datetime.combine(first, dt.time()) - origin) / dt.timedelta(minutes=1)
        for time, change in ((begins, amount), (begins + days * DAY, -amount)):
            changes[max(time, 0.0)] = changes.get(max(time, 0.0), 0.0) + change
    times = sorted(changes)
    return StepFunction(np.array(times), np.cumsum([changes[time] for time in times])).merged()
