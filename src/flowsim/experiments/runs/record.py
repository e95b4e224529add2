"""The published record beside the model: figures of the same months, defined alike.

A scenario names its record in `run.record` (A&E by month) and `run.record_of_beds` (KH03 by quarter); only
whole months that the run reports are compared. Besides each month there is one figure of all recorded months
together, the group `months=2016-04 to 2016-10`: sums first, then one division, as the model's are pooled.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.scenario.csv_file import read_csv
from flowsim.scenario.schema import Scenario
from flowsim.wording import quoted

MONTHLY_RETURN = "NHS England, A&E Attendances and Emergency Admissions, monthly"
KH03 = "NHS England, Bed Availability and Occupancy (KH03), overnight, by quarter"

MONTHLY_COLUMNS = (
    "all_attendances",
    "all_breaches_4h",
    "type1_attendances",
    "type1_breaches_4h",
    "type1_admissions",
)
KH03_COLUMNS = ("period_start", "period_end", "available_beds", "occupied_beds")
LONGEST_PERIOD = 366
"""Days of one row of beds; a quarter as KH03 is published."""

_MONTHS = re.compile(r"months=([0-9]{4}-(?:0[1-9]|1[0-2])) to ([0-9]{4}-(?:0[1-9]|1[0-2]))")


@dataclass(frozen=True, slots=True)
class Published:
    """One published figure."""

    metric: str
    group: str
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """Sums over some whole months of one published table."""

    months: tuple[str, ...]
    sums: dict[str, float]


def months_group(months: Sequence[str]) -> str:
    """Return the group of several months together."""
    return f"months={months[0]} to {months[-1]}" if len(months) > 1 else f"month={months[0]}"


def months_of_group(group: str) -> tuple[str, ...]:
    """Return the months that a group of several stands for; nothing for any other group.

    Raises
    ------
    ValueError
        If it says that it is of several months, and is not.
    """
    if not group.startswith("months="):
        return ()
    found = _MONTHS.fullmatch(group)
    if not found or found[1] >= found[2]:
        raise ValueError(f'must be months such as "months=2016-04 to 2016-10"; found {quoted(group)}')
    first, last = found.groups()
    months = [first]
    while months[-1] != last:
        year, month = map(int, months[-1].split("-"))
        months.append(f"{year + month // 12:04}-{month % 12 + 1:02}")
    return tuple(months)


def whole_months(start: dt.date, days: int) -> list[str]:
    """Return the months of which a run reports every day."""
    end = start + dt.timedelta(days=days)
    dates = [start + dt.timedelta(days=i) for i in range(days)]
    begun = [day for day in dates if day.day == 1]
    return [f"{day:%Y-%m}" for day in begun if (day + dt.timedelta(days=31)).replace(day=1) <= end]


def days_in(months: Iterable[str]) -> int:
    """Return the days of some months, such as 2016-04."""
    return sum(calendar.monthrange(*map(int, month.split("-")))[1] for month in months)


def read_record(scenario: Scenario) -> tuple[Published, ...]:
    """Return the published figures of the months that a scenario reports.

    Raises
    ------
    InputError
        If a table does not hold what it should.
    """
    run = scenario.run
    months = whole_months(run.start, run.days)
    figures: list[Published] = []
    if run.record is not None:
        rows = [row for row in _monthly(run.record) if row.months[0] in months]
        for some in _each_and_all(rows, run.record):
            figures += _of_attendances(some)
    if run.record_of_beds is not None:
        rows = [row for row in quarterly_beds(run.record_of_beds) if set(row.months) <= set(months)]
        for some in _each_and_all(rows, run.record_of_beds):
            figures += _of_beds(some)
    return tuple(figures)


def _each_and_all(rows: list[Row], file: Path) -> Iterator[Row]:
    """Yield each row, and the sums of all if there are several."""
    yield from rows
    if len(rows) > 1:
        months = tuple(month for row in rows for month in row.months)
        numbers = [12 * int(month[:4]) + int(month[5:]) for month in months]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            raise InputError(
                [Problem(str(file), "", "must hold consecutive periods, each once and in order")]
            )
        yield Row(months, {name: sum(row.sums[name] for row in rows) for name in rows[0].sums})


def _of_attendances(row: Row) -> list[Published]:
    sums = row.sums
    figures = {
        "attendances": sums["all_attendances"],
        "attendances_type1": sums["type1_attendances"],
        "four_hour_performance": 1 - sums["all_breaches_4h"] / sums["all_attendances"],
        "four_hour_performance_type1": 1 - sums["type1_breaches_4h"] / sums["type1_attendances"],
        "emergency_admissions": sums["type1_admissions"],
        "conversion_rate": sums["type1_admissions"] / sums["type1_attendances"],
    }
    return [Published(metric, months_group(row.months), v, MONTHLY_RETURN) for metric, v in figures.items()]


def _of_beds(row: Row) -> list[Published]:
    figures = {
        "occupied_bed_days": row.sums["occupied_bed_days"],
        "bed_occupancy": row.sums["occupied_bed_days"] / row.sums["open_bed_days"],
    }
    return [Published(metric, months_group(row.months), v, KH03) for metric, v in figures.items()]


def _monthly(file: Path) -> list[Row]:
    table = read_csv(file, ("period", *MONTHLY_COLUMNS))
    rows = []
    for line in table.rows:
        date = line.date("period")
        sums = {name: line.number(name) for name in MONTHLY_COLUMNS}
        every, type1 = sums["all_attendances"], sums["type1_attendances"]
        if every < type1 or type1 == 0:
            line.refuse("", "must have attendances of all types >= those of type 1 > 0")
        if date:
            rows.append(Row((f"{date:%Y-%m}",), sums))
    table.settle()
    return rows


def quarterly_beds(file: Path) -> list[Row]:
    """Return the bed days occupied and open of each quarter in a file."""
    table = read_csv(file, KH03_COLUMNS)
    rows = []
    for line in table.rows:
        first, last = line.date("period_start"), line.date("period_end")
        available, occupied = line.number("available_beds"), line.number("occupied_beds")
        if available == 0:
            line.refuse("available_beds", "must be beds > 0; found 0")
        if not first or not last:
            continue
        days = (last - first).days + 1
        if not 28 <= days <= LONGEST_PERIOD:
            line.refuse("period_end", f"must be the last day, months after the first; found {last}")
            continue
        months = dict.fromkeys((first + dt.timedelta(days=i)).isoformat()[:7] for i in range(days))
        sums = {"occupied_bed_days": occupied * days, "open_bed_days": available * days}
        rows.append(Row(tuple(months), sums))
    table.settle()
    return rows
