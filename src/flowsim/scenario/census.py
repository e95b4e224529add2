"""The census: who is in hospital, and in the services behind it, at the moment from which a forecast starts.

A CSV with a row for each patient. Only the columns below are taken, so that nobody's name or number is copied
into a scenario by mistake.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.scenario.csv_file import Row, read_csv
from flowsim.scenario.sections.section import AGE_BANDS, LOCALITIES, PATHWAYS
from flowsim.scenario.sections.wards import GENERAL_AND_ACUTE
from flowsim.scenario.yaml_file import shown
from flowsim.wording import quoted, unknown

EMERGENCY_DEPARTMENT = "emergency_department"
WARDS = GENERAL_AND_ACUTE
SERVICES = tuple(f"{pathway.lower()}_{locality}" for pathway in PATHWAYS for locality in LOCALITIES)
UNITS = (EMERGENCY_DEPARTMENT, *WARDS, *SERVICES)
"""Where somebody may be: the department, a ward, a discharge-to-assess service of a locality."""

NEEDED = ("unit", "hours_since_admission", "hours_medically_fit", "pathway", "age_band")
OPTIONAL = ("frailty", "locality", "hours_since_decision_to_admit", "admission_method")
FRAILTY = ("not_frail", "frail")
ADMISSION_METHODS = ("emergency", "elective")

LONGEST_HOURS = 24 * 3660
"""Nobody has been in for longer than ten years; a larger number is a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inpatient:
    """One row of a census; hours before it was taken.

    Parameters
    ----------
    unit : str
        One of `UNITS`.
    since_admission : float
        Hours since admission; of the department since arrival, of a service since it began.
    medically_fit : float or None
        Hours since the patient was medically fit to leave, by whichever pathway; None if that is to come.
    since_decision : float or None
        Hours since the decision to admit, of those in the department who have one.
    pathway : str or None
        P1 to P3, P4 for a simple discharge; None if it is not known yet.
    age_band : str or None
        None in a service, where nothing depends on it.
    frailty, locality : str or None
        None if not known; they are drawn then.
    elective : bool
        Whether the admission was planned.
    """

    unit: str
    since_admission: float
    medically_fit: float | None = None
    since_decision: float | None = None
    pathway: str | None = None
    age_band: str | None = None
    frailty: str | None = None
    locality: str | None = None
    elective: bool = False


@dataclass(frozen=True, slots=True)
class Census:
    """Everybody who was there, the longest stays first."""

    patients: tuple[Inpatient, ...]

    def of(self, unit: str) -> tuple[Inpatient, ...]:
        """Return those in one unit, the longest stays first."""
        return tuple(one for one in self.patients if one.unit == unit)

    @property
    def longest(self) -> float:
        """The longest stay so far [h]; 0 if nobody is there."""
        return max((one.since_admission for one in self.patients), default=0.0)


def read_census(file: Path) -> Census:
    """Return the census of a CSV file.

    Raises
    ------
    InputError
        With every problem, each with its line, up to a number.
    """
    table = read_csv(file)
    _check_columns(file, table.columns)
    patients = [_Row(row).inpatient() for row in table.rows]
    table.settle()
    return Census(tuple(sorted(patients, key=lambda one: -one.since_admission)))


def _check_columns(file: Path, found: Sequence[str]) -> None:
    known = (*NEEDED, *OPTIONAL)
    problems = [
        Problem(f"{shown(file)}:1", "", f"must have a column {name}; found {', '.join(found) or 'nothing'}")
        for name in NEEDED
        if name not in found
    ]
    problems += [
        Problem(f"{shown(file)}:1", "", unknown("column", name, known)) for name in found if name not in known
    ]
    if problems:
        raise InputError(problems)


@dataclass(slots=True)
class _Row:
    """One row being read."""

    row: Row

    def inpatient(self) -> Inpatient:
        unit = self.word("unit", UNITS) or ""
        in_service = unit in SERVICES
        here = Inpatient(
            unit=unit,
            since_admission=self.hours("hours_since_admission") or 0.0,
            medically_fit=self.hours("hours_medically_fit", needed=False),
            since_decision=self.hours("hours_since_decision_to_admit", needed=False),
            pathway=self.word("pathway", (*PATHWAYS, "P4"), needed=False),
            age_band=self.word("age_band", AGE_BANDS, needed=not in_service),
            frailty=self.word("frailty", FRAILTY, needed=False),
            locality=self.word("locality", LOCALITIES, needed=False),
            elective=self.word("admission_method", ADMISSION_METHODS, needed=False) == "elective",
        )
        self.agrees(here, in_service)
        return here

    def agrees(self, here: Inpatient, in_service: bool) -> None:
        """Tell what in the row does not go together."""
        for name, hours in (
            ("hours_medically_fit", here.medically_fit),
            ("hours_since_decision_to_admit", here.since_decision),
        ):
            if hours is not None and hours > here.since_admission:
                self.row.refuse(name, f"must not be longer ago than the admission; found {hours:g} hours")
        if here.medically_fit is not None:
            if in_service or here.unit == EMERGENCY_DEPARTMENT:
                self.row.refuse("hours_medically_fit", f"must be empty in {here.unit}")
            elif here.pathway is None:
                self.row.refuse(
                    "pathway", "must be P1, P2, P3 or P4 of somebody medically fit; found nothing"
                )
        if here.since_decision is not None and here.unit != EMERGENCY_DEPARTMENT:
            self.row.refuse("hours_since_decision_to_admit", f"must be empty in {here.unit}")

    def hours(self, column: str, *, needed: bool = True) -> float | None:
        text = self.text(column)
        if not text and not needed:
            return None
        try:
            hours = float(text)
        except ValueError:
            hours = math.nan
        if not 0 <= hours <= LONGEST_HOURS:
            found = quoted(text) if text else "nothing"
            self.row.refuse(column, f"must be hours from 0 to {LONGEST_HOURS}; found {found}")
            return None
        return hours

    def word(self, column: str, allowed: Iterable[str], *, needed: bool = True) -> str | None:
        text = self.text(column)
        if not text and not needed:
            return None
        if text not in tuple(allowed):
            self.row.refuse(column, unknown(column, text, allowed))
            return None
        return text

    def text(self, column: str) -> str:
        return self.row.cells.get(column, "").strip()
