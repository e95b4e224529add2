"""Rates of arrival over time, from the record's volumes by month and from shapes of the week and the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path as File

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError, Problem
from flowsim.scenario.calendars import DailyLevels, WeekCalendar
from flowsim.scenario.csv_file import read_csv
from flowsim.scenario.time_of_day import HourProfile
from flowsim.timeline import DAY, HOUR, WEEK, StepFunction

A_MONDAY = dt.datetime(2018, 1, 1)
"""Some Monday, to unroll a plain week from."""


def week_of(calendar: WeekCalendar) -> NDArray[np.float64]:
    """Return the mean level in each hour of the plain week, without exceptions, shape (7, 24)."""
    plain = replace(calendar, exceptions=()).over(A_MONDAY, WEEK)
    return (np.diff(plain.integral(np.arange(169) * HOUR)) / HOUR).reshape(7, 24)


def monthly_rate(
    volumes: NDArray[np.float64], shape: NDArray[np.float64], origin: dt.datetime, end: float
) -> StepFunction:
    """Return a rate that gives each month its volume in expectation, in the shape of the week.

    Parameters
    ----------
    volumes : NDArray[np.float64]
        Attendances in each month of the year, January first, shape (12,); years wrap round.
    shape : NDArray[np.float64]
        Relative rate by weekday and hour, shape (7, 24).
    origin : datetime
        Midnight at minute 0.
    end : float
    """
    first = np.datetime64(origin.strftime("%Y-%m"), "M")
    last = np.datetime64(origin, "m") + np.timedelta64(int(end), "m")
    hours = np.arange(first.astype("M8[h]"), (last.astype("M8[M]") + np.timedelta64(1, "M")).astype("M8[h]"))
    day = hours.astype("M8[D]")
    weekday = (day.astype(int) + 3) % 7
    relative = shape[weekday, (hours - day).astype(int)]
    month = hours.astype("M8[M]").astype(int)
    total = np.bincount(month - month[0], relative)
    per_hour = np.divide(
        volumes[month % 12] * relative,
        total[month - month[0]],
        out=np.zeros(len(hours)),
        where=total[month - month[0]] > 0,
    )
    begin = int((np.datetime64(origin, "h") - hours[0]).astype(int))
    count = int(np.ceil(end / HOUR)) + 1
    return StepFunction(
        np.arange(count, dtype=np.float64) * HOUR, np.resize(per_hour[begin : begin + count], count) / HOUR
    )


def dated_rate(
    per_day: float, weekdays: DailyLevels, hours: HourProfile, origin: dt.datetime, end: float
) -> StepFunction:
    """Return a rate of `per_day` in the mean of a plain week, shaped by its days, exceptions and hours."""
    plain = week_of(weekdays).mean()
    profile = hours.normalised().over(origin, end)
    if plain == 0 or not profile.ever_above():
        return StepFunction.constant(0.0)
    days = weekdays.over(origin, end)
    times = np.union1d(days.times, profile.times)
    return StepFunction(times, days.at(times) * profile.at(times) * (per_day / plain / DAY)).merged()


def read_volumes(file: File) -> dict[str, NDArray[np.float64]]:
    """Read attendances by month of the year (January first) and type; the file must hold every month once."""
    columns = {
        "type1": "type1_attendances",
        "type2": "type2_attendances",
        "type3": "type3_other_attendances",
    }
    volumes = {name: np.full(12, np.nan) for name in columns}
    for row in read_csv(file, ("period", *columns.values())).rows:
        try:
            month = dt.date.fromisoformat(row.cells["period"]).month - 1
            if np.isfinite(volumes["type1"][month]):
                raise ValueError(f"{row.cells['period']} is a month of the year that stood there before")
            for name, column in columns.items():
                volumes[name][month] = float(row.cells[column])
        except ValueError as error:
            raise InputError(
                [Problem(row.where, "", f"must hold a date and three counts; {error}")]
            ) from None
    for name, values in volumes.items():
        if not np.all(np.isfinite(values)) or np.any(values < 0):
            raise InputError(
                [Problem(str(file), columns[name], "must have a count >= 0 for each of twelve months")]
            )
    return volumes


def read_profile(file: File) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read the shapes of the week of ambulance arrivals and of all others, each of shape (7, 24)."""
    every, ambulance = np.full((7, 24), np.nan), np.full((7, 24), np.nan)
    for row in read_csv(file, ("iso_weekday", "hour", "attendances", "ambulance_attendances")).rows:
        cells = row.cells
        try:
            at = (int(cells["iso_weekday"]) - 1, int(cells["hour"]))
            if min(at) < 0 or np.isfinite(every[at]):
                raise ValueError("weekdays are 1 to 7, hours 0 to 23, each of the week once")
            every[at], ambulance[at] = float(cells["attendances"]), float(cells["ambulance_attendances"])
        except (ValueError, IndexError) as error:
            raise InputError(
                [Problem(row.where, "", f"must hold a weekday, an hour and counts; {error}")]
            ) from None
    if np.isnan(every + ambulance).any() or (every < ambulance).any() or (ambulance < 0).any():
        raise InputError(
            [Problem(str(file), "", "must have attendances >= those by ambulance >= 0 for 168 hours")]
        )
    return ambulance, every - ambulance
