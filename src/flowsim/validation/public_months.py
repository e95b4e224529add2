"""What simple models may know: a place's own published months, those of other trusts, England's seasons.

The seasons are those of England's type 1 departments from April 2012 to March 2016: each month less the mean
of its financial year, averaged over the four years. All of it was known before the first month that is
judged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.runs.record import Published, days_in
from flowsim.experiments.statistics.intervals import Floats
from flowsim.scenario.csv_file import read_csv
from flowsim.scenario.shipped import shipped_folder

ENGLAND = "ae_england_monthly.csv"
TRUSTS = "ae_attendances_2016_17.csv"
BEDS = "kh03_2016_17.csv"
PERFORMANCE = "four_hour_performance_type1"


@dataclass(frozen=True, slots=True, eq=False)
class PublicMonths:
    """Published figures of some places in consecutive months; p places, n months.

    Parameters
    ----------
    months : tuple of str
    performance : NDArray[np.float64]
        Type 1 within four hours, shape (p, n); NaN where nothing is published.
    attendances, admissions : NDArray[np.float64]
        Of type 1, a day, shape (p, n).
    occupancy : NDArray[np.float64]
        Of general and acute beds at midnight, by quarter, shape (p, q); NaN where nothing is published.
    """

    months: tuple[str, ...]
    performance: Floats
    attendances: Floats
    admissions: Floats
    occupancy: Floats


def own_months(
    published: Sequence[Published], months: Sequence[str], volumes: Sequence[float], quarters: Sequence[str]
) -> PublicMonths:
    """Return the published figures of the place that is judged, NaN where there are none.

    Parameters
    ----------
    published : sequence of Published
    months : sequence of str
        Every month that is run.
    volumes : sequence of float
        Type 1 attendances of each month, which are known beforehand.
    quarters : sequence of str
        Groups of the quarters whose occupancy is wanted.
    """
    value = {(one.metric, one.group): one.value for one in published}
    days = np.array([days_in([month]) for month in months])

    def column(metric: str) -> Floats:
        return np.array([[value.get((metric, f"month={month}"), np.nan) for month in months]])

    return PublicMonths(
        tuple(months),
        column(PERFORMANCE),
        np.asarray(volumes, dtype=np.float64)[None, :] / days,
        column("emergency_admissions") / days,
        np.array([[value.get(("bed_occupancy", quarter), np.nan) for quarter in quarters]]),
    )


@cache
def other_trusts(months: tuple[str, ...]) -> PublicMonths:
    """Return the published figures of other trusts that have all of the months and two quarters of beds."""
    rows = {(row["org_code"], row["period"][:7]): row for row in _lines(TRUSTS)}
    beds: dict[str, list[float]] = {}
    for row in _lines(BEDS):
        if row["period_start"][:7] in months and row["period_end"][:7] in months:
            beds.setdefault(row["org_code"], []).append(
                float(row["occupied_beds"]) / float(row["available_beds"])
            )
    codes = sorted(
        code
        for code, shares in beds.items()
        if len(shares) > 1 and all(_has_type_1(rows.get((code, month))) for month in months)
    )
    days = np.array([days_in([month]) for month in months])

    def column(name: str) -> Floats:
        return np.array([[float(rows[code, month][name]) for month in months] for code in codes])

    attendances = column("type1_attendances")
    return PublicMonths(
        months,
        1 - column("type1_breaches_4h") / attendances,
        attendances / days,
        column("type1_admissions") / days,
        np.array([beds[code] for code in codes]),
    )


@cache
def seasons_of_england() -> Floats:
    """Return England's type 1 four-hour performance by calendar month less its year's mean, January first."""
    deviations: dict[int, list[float]] = {}
    years: dict[int, list[tuple[int, float]]] = {}
    for row in _lines(ENGLAND):
        date = dt.date.fromisoformat(row["period"])
        performance = 1 - float(row["type1_over_4h"]) / float(row["type1_attendances"])
        years.setdefault(date.year - (date.month < 4), []).append((date.month, performance))
    for months in years.values():
        if len(months) != 12:
            raise InputError(f"{ENGLAND} must hold whole financial years")
        mean = np.mean([performance for _, performance in months])
        for month, performance in months:
            deviations.setdefault(month, []).append(float(performance - mean))
    return np.array([np.mean(deviations[month]) for month in range(1, 13)])


def season(months: Sequence[str]) -> Floats:
    """Return England's season of each month."""
    return seasons_of_england()[[int(month[-2:]) - 1 for month in months]]


def _has_type_1(row: dict[str, str] | None) -> bool:
    return row is not None and float(row["type1_attendances"]) > 0 and float(row["type1_admissions"]) > 0


def _lines(name: str) -> Iterator[dict[str, str]]:
    yield from (row.cells for row in read_csv(shipped_folder() / "data" / name).rows)
