"""What of a template is scaled to another place, and by what.

Whatever a type of the schema marks as `Capacity` is scaled, but for opening hours; which ratio applies is
said by the nearest path in `CAPACITY`. What is no capacity but grows with a hospital stands in `OTHERS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flowsim.errors import InputError, Problem
from flowsim.experiments.runs.record import days_in
from flowsim.footprints.published import Published, Row
from flowsim.scenario.calendars import OpeningHours, Roster
from flowsim.scenario.capacity import capacity_levers
from flowsim.scenario.schema import Scenario

CAPACITY = {
    "": "admissions",
    "front_door": "attendances",
    "emergency_department": "attendances",
    "emergency_department.specialty_teams": "admissions",
    "mental_health": "attendances",
    "acute_medicine.amu_beds": "beds_open",
    "acute_medicine.short_stay_beds": "beds_open",
    "acute_medicine.acute_frailty_beds": "beds_open",
    "wards.beds": "beds_open",
}
"""By which ratio capacity is scaled, by the path of the value or of a section around it."""

UNSCALED = ("wards.escalation.blocks",)
"""Capacity that is scaled in another way: here the size of a block."""

OTHERS = {
    "demand.returning_share": "conversion",
    "demand.direct_per_day": "admissions",
    "emergency_department.referred.minors": "conversion",
    "emergency_department.referred.majors": "conversion",
    "emergency_department.referred.resus": "conversion",
    "emergency_department.referred.children": "conversion",
    "wards.specialty_stay.medicine": "stay",
    "wards.specialty_stay.surgery": "stay",
    "wards.specialty_stay.trauma_orthopaedics": "stay",
    "wards.escalation.block": "beds_open",
    "wards.pressure.waiting": "admissions",
    "escalation_ladder.opel_3.waiting": "admissions",
    "escalation_ladder.opel_4.waiting": "admissions",
    "elective.per_day": "beds_occupied",
    "elective.cancelled_when_waiting": "admissions",
}
"""Values that are no capacity but differ with the place, and their ratio."""

SHARES = ("conversion",)
"""Ratios of shares, which never exceed 1."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Something published of both places, whose ratio scales the template.

    Parameters
    ----------
    name : str
        As in `CAPACITY` and `OTHERS`.
    words : str
        What it is, with its time.
    here, template : float
        Its value in the new place, and in the template's.
    """

    name: str
    words: str
    here: float
    template: float

    @property
    def ratio(self) -> float:
        """The new place over the template, to three decimals: what is multiplied is what is shown."""
        return round(self.here / self.template, 3)


@dataclass(frozen=True, slots=True)
class Scaled:
    """A value of the new place that follows from the template's."""

    path: str
    before: Any
    """In the template: a number or a roster."""
    after: Any
    basis: Basis


def bases(place: Published, template: Published) -> dict[str, Basis]:
    """Return everything to scale by, over the same months and quarters in both places.

    Raises
    ------
    InputError
        With everything that was not published of the place.
    """
    missing = [
        Problem("", "", f"{place.code} must have {what} of {', '.join(gone)}; they were not published")
        for what, needed, found in (
            ("attendances", template.volumes, place.volumes),
            ("admissions", template.months, place.months),
            ("beds", template.quarters, place.quarters),
        )
        if (gone := [period for period in needed if period not in found])
    ]
    if missing:
        raise InputError(missing)
    year, months, quarters = list(template.volumes), list(template.months), list(template.quarters)

    def daily(column: str, table: str, periods: list[str]) -> list[float]:
        return [_a_day(getattr(one, table), column, periods) for one in (place, template)]

    def beds(column: str) -> list[float]:
        return [_mean([one.quarters[quarter] for quarter in quarters], column) for one in (place, template)]

    admissions = daily("type1_admissions", "months", months)
    seen = daily("type1_attendances", "months", months)
    occupied = beds("occupied_beds")
    some = f"{months[0]} to {months[-1]}"
    at_midnight = f"at midnight, quarters from {' and '.join(quarters)}"
    found = [
        Basis(
            "attendances",
            f"type 1 attendances a day, {year[0]} to {year[-1]}",
            *daily("type1_attendances", "volumes", year),
        ),
        Basis("admissions", f"emergency admissions via type 1 a day, {some}", *admissions),
        Basis("conversion", f"admissions over attendances, type 1, {some}", *_over(admissions, seen)),
        Basis("beds_open", f"general and acute beds open {at_midnight}", *beds("available_beds")),
        Basis("beds_occupied", f"general and acute beds occupied {at_midnight}", *occupied),
        Basis("stay", "beds occupied over admissions a day", *_over(occupied, admissions)),
    ]
    return {one.name: one for one in found}


def scaled(scenario: Scenario, by: Mapping[str, Basis]) -> list[Scaled]:
    """Return every value of the new place that follows from the template's; none where that has nothing."""
    found = [
        _scaled(path, value, by[_nearest(path)])
        for path, value in _capacity(scenario).items()
        if path not in UNSCALED and value != 0
    ]
    return found + [_scaled(path, at(scenario, path), by[name]) for path, name in OTHERS.items()]


def at(section: Any, path: str) -> Any:
    """Return what stands at a dotted path of a scenario."""
    for key in path.split("."):
        section = section[key] if isinstance(section, Mapping) else getattr(section, key)
    return section


def count(value: float, ratio: float) -> int:
    """Return a scaled count: the nearest whole number, halves up, but none only where there was none."""
    exact = Decimal(str(value)) * Decimal(str(ratio))
    return max(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), 1 if value else 0)


def _capacity(scenario: Scenario) -> dict[str, Any]:
    levers = capacity_levers(scenario)
    return {lever.path: lever.value for lever in levers if not isinstance(lever.value, OpeningHours)}


def _nearest(path: str) -> str:
    """Return the name of the ratio of a path's own entry, or of the nearest section that has one."""
    while path not in CAPACITY:
        path = path.rpartition(".")[0]
    return CAPACITY[path]


def _scaled(path: str, value: Any, basis: Basis) -> Scaled:
    after: Any
    if isinstance(value, Roster):
        after = value.every_day(
            lambda day: tuple((minute, float(count(there, basis.ratio))) for minute, there in day)
        )
    elif isinstance(value, int):
        after = count(value, basis.ratio)
    else:
        exact = float(f"{value * basis.ratio:.4g}")
        after = min(exact, 1.0) if basis.name in SHARES else exact
    return Scaled(path, value, after, basis)


def _a_day(table: Mapping[str, Row], column: str, months: Sequence[str]) -> float:
    days = days_in(months)
    return sum(float(table[month][column]) for month in months) / days


def _mean(rows: Sequence[Row], column: str) -> float:
    return sum(float(row[column]) for row in rows) / len(rows)


def _over(above: Sequence[float], below: Sequence[float]) -> list[float]:
    return [a / b for a, b in zip(above, below, strict=True)]
