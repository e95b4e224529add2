"""The four-hour and twelve-hour standards, those who left unseen, and times in the department.

Closed attendances of the period only (by departure, unless the period says by arrival): whoever is still
inside is neither a pass nor a breach and stands in `open_at_end`.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

import datetime as dt

import numpy as np

from flowsim.outcomes.observations import Observations, of_patients, shared
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import Floats, Ints
from flowsim.outcomes.registry import TIME, Pool, metric

FOUR_HOURS = 240.0
SIX_HOURS = 360.0
TWELVE_HOURS = 720.0

FOUR_HOUR_STANDARD = (
    (dt.date.min, 0.98),
    (dt.date(2010, 7, 1), 0.95),
)
"""The constitutional standard from each date on (NHS Digital, A&E activity 2020-21, performance times).
The recovery thresholds below it, from March 2024, are plans and not the standard."""

CLINICAL = (*TIME, "stream", "locality", "frailty", "presentation")
MONTHLY_RETURN = (
    "NHS England, A&E attendances and emergency admissions, monthly return definitions, July 2019"
)
INDICATORS_2011 = "Department of Health, A&E clinical quality indicators, 2011"
CLOCK = "clock start = arrival, by ambulance the earlier of handover and arrival + 15 min"


def four_hour_standard(date: dt.date) -> float:
    """Return the share that was to be within four hours on a date."""
    return [share for begins, share in FOUR_HOUR_STANDARD if begins <= date][-1]


def _four_hour(observed: Observed, rows: Ints) -> Observations:
    return of_patients(observed.in_department <= FOUR_HOURS, observed.attendance, rows)


def _lasting(observed: Observed, minutes: Floats, rows: Ints) -> Observations:
    """Return the minutes of those in `rows` who have any; seen before the clock started counts as 0."""
    rows = rows[~np.isnan(minutes[rows])]
    return of_patients(np.maximum(minutes, 0.0), observed.attendance, rows)


@metric(
    label="Within four hours, all types",
    unit="share",
    direction="higher",
    definition=f"Attendances of all types that left within 240 min of clock start (240 passes); {CLOCK}.",
    source=MONTHLY_RETURN,
    pool=Pool.MEAN,
    groups=(*TIME, "locality"),
    needs=("departed",),
)
def four_hour_performance(observed: Observed) -> Observations:
    return _four_hour(observed, observed.attendances)


@metric(
    label="Within four hours, type 1",
    unit="share",
    direction="higher",
    definition="As all types, for the type 1 department alone.",
    source=MONTHLY_RETURN,
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed"),
)
def four_hour_performance_type1(observed: Observed) -> Observations:
    return _four_hour(observed, observed.attendances_type1)


@metric(
    label="Within four hours, admitted",
    unit="share",
    direction="higher",
    definition=(
        "Type 1 attendances that ended in an emergency admission, as `emergency_admissions` counts them."
    ),
    source=MONTHLY_RETURN,
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed", "admitted"),
)
def four_hour_performance_admitted(observed: Observed) -> Observations:
    rows = observed.attendances_type1
    return _four_hour(observed, rows[observed.emergency[rows]])


@metric(
    label="Admitted, leaving in the last ten minutes of the four hours",
    unit="share",
    direction="neutral",
    definition=(
        "Of type 1 attendances that ended in an emergency admission, those that left more than 230 and at "
        "most 240 min after clock start."
    ),
    source="ours, after House of Commons Library 6964 (22 % of those admitted in England)",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed", "admitted"),
)
def admitted_leaving_at_230_to_240_share(observed: Observed) -> Observations:
    rows = observed.attendances_type1
    stay = observed.in_department
    last_minutes = (stay > FOUR_HOURS - 10) & (stay <= FOUR_HOURS)
    return of_patients(last_minutes, observed.attendance, rows[observed.emergency[rows]])


@metric(
    label="Within four hours, not admitted",
    unit="share",
    direction="higher",
    definition="Type 1 attendances that did not end in an emergency admission.",
    source=MONTHLY_RETURN,
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed", "admitted"),
)
def four_hour_performance_non_admitted(observed: Observed) -> Observations:
    rows = observed.attendances_type1
    return _four_hour(observed, rows[~observed.emergency[rows]])


@metric(
    label="Within four hours, type 1, without those who left unseen",
    unit="share",
    direction="higher",
    definition=(
        "As type 1, without patients who left before being seen: they leave early and flatter the figure."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed", "left_without_being_seen"),
)
def four_hour_performance_type1_seen(observed: Observed) -> Observations:
    rows = observed.attendances_type1
    return _four_hour(observed, rows[~observed.has("left_without_being_seen")[rows]])


@metric(
    label="Over 12 hours from arrival",
    unit="share",
    direction="lower",
    definition=f"Type 1 attendances that left strictly more than 720 min after clock start; {CLOCK}.",
    source="NHS England, emergency care data set, 12 hours from arrival",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed"),
)
def waits_over_12h_from_arrival(observed: Observed) -> Observations:
    rows = observed.attendances_type1
    return of_patients(observed.in_department > TWELVE_HOURS, observed.attendance, rows)


@metric(
    label="Admitted, over 6 hours from arrival",
    unit="patients",
    direction="lower",
    definition=(
        "Patients admitted to a bed from type 1 who left strictly more than 360 min after clock start; "
        f"{CLOCK}."
    ),
    source="Jones et al., Emergency Medicine Journal 2022, who count deaths among them",
    pool=Pool.TOTAL,
    groups=CLINICAL,
    needs=("ed_arrival", "departed", "admitted"),
)
def admitted_over_6h_from_arrival(observed: Observed) -> Observations:
    rows = observed.attendances_type1
    bound = observed.has("admitted") & ~observed.same_day_only
    return of_patients(observed.in_department > SIX_HOURS, observed.attendance, rows[bound[rows]])


@shared
def _wait_for_bed(observed: Observed) -> tuple[Floats, Ints]:
    """Return minutes from decision to admit to departure, and the type 1 attendances that have them."""
    wait = observed.mark("departed") - observed.mark("decision_to_admit")
    rows = observed.attendances_type1
    bound = observed.has("admitted") & ~observed.same_day_only & ~np.isnan(wait)
    return wait, rows[bound[rows]]


@metric(
    label="Over 12 hours from decision to admit",
    unit="patients",
    direction="lower",
    definition=(
        "Patients admitted to a bed from type 1 who left strictly more than 720 min after the "
        "decision to admit."
    ),
    source=MONTHLY_RETURN,
    pool=Pool.TOTAL,
    groups=CLINICAL,
    needs=("decision_to_admit", "departed", "admitted"),
)
def dta_waits_over_12h(observed: Observed) -> Observations:
    wait, rows = _wait_for_bed(observed)
    return of_patients(wait > TWELVE_HOURS, observed.attendance, rows)


@metric(
    label="4 to 12 hours from decision to admit",
    unit="patients",
    direction="lower",
    definition=(
        "As over 12 hours, for more than 240 and at most 720 min; the published “over 4 hours” is "
        "both together."
    ),
    source=MONTHLY_RETURN,
    pool=Pool.TOTAL,
    groups=CLINICAL,
    needs=("decision_to_admit", "departed", "admitted"),
)
def dta_waits_4_to_12h(observed: Observed) -> Observations:
    wait, rows = _wait_for_bed(observed)
    return of_patients((wait > FOUR_HOURS) & (wait <= TWELVE_HOURS), observed.attendance, rows)


@metric(
    label="Decision to admit to bed, median",
    unit="minutes",
    direction="lower",
    definition="Patients admitted to a bed from type 1: decision to admit to leaving the department.",
    source="ours",
    pool=Pool.MEDIAN,
    groups=CLINICAL,
    needs=("decision_to_admit", "departed", "admitted"),
)
def dta_to_bed_median(observed: Observed) -> Observations:
    wait, rows = _wait_for_bed(observed)
    return _lasting(observed, wait, rows)


@metric(
    label="Time to initial assessment, median",
    unit="minutes",
    direction="lower",
    definition=f"Type 1: clock start to the start of initial assessment; {CLOCK}.",
    source=INDICATORS_2011,
    pool=Pool.MEDIAN,
    groups=CLINICAL,
    needs=("initial_assessment", "departed"),
)
def time_to_initial_assessment_median(observed: Observed) -> Observations:
    minutes = observed.mark("initial_assessment") - observed.clock_start
    return _lasting(observed, minutes, observed.attendances_type1)


@metric(
    label="Time to first clinician, median",
    unit="minutes",
    direction="lower",
    definition=f"Type 1: clock start to first seen by a decision maker; {CLOCK}.",
    source=INDICATORS_2011,
    pool=Pool.MEDIAN,
    groups=CLINICAL,
    needs=("first_clinician", "departed"),
)
def time_to_first_clinician_median(observed: Observed) -> Observations:
    minutes = observed.first_seen - observed.clock_start
    return _lasting(observed, minutes, observed.attendances_type1)


@metric(
    label="Wait for psychiatric liaison, median",
    unit="minutes",
    direction="lower",
    definition="Type 1: referral to psychiatric liaison to the start of its assessment, nights included.",
    source="ours; the aim in an ED is one hour",
    pool=Pool.MEDIAN,
    groups=CLINICAL,
    needs=("ed_arrival", "liaison_referral", "liaison_seen"),
)
def liaison_wait_median(observed: Observed) -> Observations:
    wait = observed.mark("liaison_seen") - observed.mark("liaison_referral")
    return _lasting(observed, wait, observed.attendances_type1)


@metric(
    label="Time in department, median",
    unit="minutes",
    direction="lower",
    definition=f"Type 1: clock start to departure; {CLOCK}.",
    source=INDICATORS_2011,
    pool=Pool.MEDIAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed"),
)
def time_in_department_median(observed: Observed) -> Observations:
    return _lasting(observed, observed.in_department, observed.attendances_type1)


@metric(
    label="Time in department, 95th centile",
    unit="minutes",
    direction="lower",
    definition=f"Type 1: clock start to departure; {CLOCK}.",
    source=INDICATORS_2011,
    pool=Pool.P95,
    groups=CLINICAL,
    needs=("ed_arrival", "departed"),
)
def time_in_department_p95(observed: Observed) -> Observations:
    return _lasting(observed, observed.in_department, observed.attendances_type1)


@metric(
    label="Left without being seen",
    unit="share",
    direction="lower",
    definition="Type 1 attendances that left before being seen by a decision maker.",
    source=INDICATORS_2011,
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=("ed_arrival", "departed", "left_without_being_seen"),
)
def left_without_being_seen(observed: Observed) -> Observations:
    rows = observed.attendances_type1
    unseen = observed.has("left_without_being_seen") & np.isnan(observed.first_seen)
    return of_patients(unseen, observed.attendance, rows)


@metric(
    label="Still in a department at the end",
    unit="patients",
    direction="neutral",
    definition="Attendances of all types that had not ended with the period: neither pass nor breach.",
    source="ours",
    pool=Pool.TOTAL,
    groups=("stream", "locality"),
    needs=("departed",),
)
def open_at_end(observed: Observed) -> Observations:
    rows = observed.open_attendances
    return Observations(np.ones(len(rows)), np.full(len(rows), observed.period.ends), rows)


@metric(
    label="Still in a department at the end, past four hours",
    unit="share",
    direction="lower",
    definition="Of those still in a department at the end, who had been there more than 240 min.",
    source="ours",
    pool=Pool.MEAN,
    groups=("stream", "locality"),
    needs=("departed",),
)
def open_at_end_past_four_hours(observed: Observed) -> Observations:
    rows = observed.open_attendances
    past = observed.period.ends - observed.clock_start[rows] > FOUR_HOURS
    return Observations(past.astype(np.float64), np.full(len(rows), observed.period.ends), rows)
