"""A census taken from a log: who was where at one moment of a run, as a hospital's own list would say.

It makes the shipped example, and the test of a forecast: what goes on from it must go on as the run did.
"""

from __future__ import annotations

import csv
import io

import numpy as np

from flowsim.engine.log import Log
from flowsim.outcomes.census import present
from flowsim.outcomes.observed import Observed, open_ended
from flowsim.outcomes.period import ReportingPeriod
from flowsim.scenario.census import EMERGENCY_DEPARTMENT, NEEDED, OPTIONAL, Census, Inpatient
from flowsim.timeline import HOUR


def snapshot(log: Log, period: ReportingPeriod, moment: float) -> Census:
    """Return who is in the department, on a ward and in a service at a minute of a run."""
    observed = Observed(log, period)
    names = (*period.ga_beds, *period.d2a)
    places = observed.stays(names)
    # A slot may be kept while its patient still waits in hospital for the day on which the service can start.
    waits = (places.resource >= len(period.ga_beds)) & observed.has("ready_for_service")[places.patient]
    began = np.where(waits, open_ended(observed.mark("service_started"))[places.patient], places.started)
    chosen, _ = present(began, places.ended, np.array([moment]))
    # Who moves holds two beds for a moment: the later one is where they are.
    where = {
        int(places.patient[i]): (names[places.resource[i]], float(began[i]))
        for i in sorted(chosen, key=lambda i: began[i])
    }
    arrived = observed.mark("ed_arrival")
    waiting = np.flatnonzero((arrived <= moment) & ~(observed.mark("departed") <= moment))
    for patient in waiting:
        where[int(patient)] = (EMERGENCY_DEPARTMENT, float(arrived[patient]))
    rows = [_inpatient(observed, moment, patient, *place) for patient, place in where.items()]
    return Census(tuple(sorted(rows, key=lambda one: -one.since_admission)))


def _inpatient(observed: Observed, moment: float, patient: int, unit: str, since: float) -> Inpatient:
    def hours(mark: str) -> float | None:
        minute = observed.mark(mark)[patient]
        return (moment - minute) / HOUR if minute <= moment else None

    def level(attribute: str) -> str | None:
        code = observed.log.patients.attributes[attribute][patient]
        return None if code < 0 else observed.log.levels[attribute][code]

    if unit in observed.period.d2a:
        return Inpatient(unit=unit, since_admission=(moment - since) / HOUR)
    in_department = unit == EMERGENCY_DEPARTMENT
    fit = None if in_department else hours("medically_ready")
    admitted = None if in_department else hours("admitted")
    return Inpatient(
        unit=unit,
        since_admission=(moment - since) / HOUR if admitted is None else admitted,
        medically_fit=fit,
        since_decision=hours("decision_to_admit") if in_department else None,
        pathway=None if fit is None else level("pathway"),
        age_band=level("age_band") or "45-64",
        frailty=level("frailty"),
        locality=level("locality"),
        elective=bool(observed.elective[patient]),
    )


def census_csv(census: Census) -> str:
    """Return a census as the CSV that a scenario's `initial_state` reads."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, (*NEEDED, *OPTIONAL), lineterminator="\n")
    writer.writeheader()
    for one in census.patients:
        writer.writerow(
            {
                "unit": one.unit,
                "hours_since_admission": _hours(one.since_admission),
                "hours_medically_fit": _hours(one.medically_fit),
                "pathway": one.pathway or "",
                "age_band": one.age_band or "",
                "frailty": one.frailty or "",
                "locality": one.locality or "",
                "hours_since_decision_to_admit": _hours(one.since_decision),
                "admission_method": "elective" if one.elective else "emergency",
            }
        )
    return text.getvalue()


def _hours(hours: float | None) -> str:
    return "" if hours is None else f"{hours:.2f}"
