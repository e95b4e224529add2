"""Discharges: how long spells were, when in the day and the week people leave, who died, who came back.

Spells ended in the period. Such figures lag: whoever is still in, often the longest, is not among them; the
stocks in `ready` are their counterpart.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flowsim.outcomes.observations import Observations, nothing_known, of_patients
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import Ints, midnight_before
from flowsim.outcomes.registry import PLACE, TIME, Pool, metric
from flowsim.timeline import DAY, HOUR

READMISSION_DAYS = 29
"""A return counts on days 0 to 29 after the discharge, both included."""

READMISSION = "NHS Digital, emergency readmissions within 30 days of discharge from hospital, specification"
SPELLS = (*TIME, *PLACE, "specialty", "frailty", "age_band")
NEEDS = ("admitted", "discharged")


def _ended(observed: Observed) -> Ints:
    """Return whose in-patient spell ended in the period, electives among them."""
    return observed.rows(observed.mark("discharged"), observed.inpatient)


def _ended_emergency(observed: Observed) -> Ints:
    return observed.rows(observed.mark("discharged"), observed.emergency)


def _left_alive(observed: Observed) -> Ints:
    return observed.rows(observed.mark("discharged"), observed.inpatient, ~observed.has("died"))


@metric(
    label="Spells ended",
    unit="patients",
    direction="neutral",
    definition="In-patient spells ended in the period, deaths and electives among them.",
    source="NHS Data Dictionary, hospital provider spell",
    pool=Pool.TOTAL,
    groups=SPELLS,
    needs=NEEDS,
)
def spells_ended(observed: Observed) -> Observations:
    return of_patients(1.0, observed.mark("discharged"), _ended(observed))


@metric(
    label="Length of stay, emergency, mean",
    unit="days",
    direction="lower",
    definition=(
        "Emergency spells ended in the period: difference of dates; AEC is in if the period counts "
        "it as admission."
    ),
    source="NHS Data Dictionary, length of stay: midnights crossed",
    pool=Pool.MEAN,
    groups=SPELLS,
    needs=NEEDS,
)
def length_of_stay_mean_days(observed: Observed) -> Observations:
    return of_patients(observed.nights, observed.mark("discharged"), _ended_emergency(observed))


@metric(
    label="Length of stay, emergency, 65 and over, mean",
    unit="days",
    direction="lower",
    definition="As length of stay, of patients of 65 and over.",
    source="NHS Data Dictionary, length of stay: midnights crossed",
    pool=Pool.MEAN,
    groups=(*TIME, *PLACE, "specialty", "frailty"),
    needs=(*NEEDS, "age_band"),
)
def length_of_stay_65_and_over_mean_days(observed: Observed) -> Observations:
    rows = _ended_emergency(observed)
    return of_patients(observed.nights, observed.mark("discharged"), rows[observed.of_65_and_over[rows]])


@metric(
    label="Zero-day emergency spells",
    unit="share",
    direction="neutral",
    definition=(
        "Emergency spells ended in the period on the date of admission; AEC is in if the period counts it."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=SPELLS,
    needs=NEEDS,
)
def zero_day_share(observed: Observed) -> Observations:
    return of_patients(observed.nights == 0, observed.mark("discharged"), _ended_emergency(observed))


@metric(
    label="Discharged before noon",
    unit="share",
    direction="higher",
    definition="In-patients who left alive in the period before 12:00.",
    source="ours",
    pool=Pool.MEAN,
    groups=SPELLS,
    needs=NEEDS,
)
def discharged_before_noon_share(observed: Observed) -> Observations:
    discharged = observed.mark("discharged")
    rows = _left_alive(observed)
    time_of_day = (discharged[rows] + midnight_before(observed.period.origin)) % DAY
    return Observations((time_of_day < 12 * HOUR).astype(np.float64), discharged[rows], rows)


@metric(
    label="Weekend discharges to weekday discharges",
    unit="ratio",
    direction="higher",
    definition=(
        "In-patients who left alive per Saturday or Sunday / per day from Monday to Friday, bank "
        "holidays as they fall."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=(),
    needs=NEEDS,
)
def weekend_discharge_ratio(observed: Observed) -> Observations:
    calendar = observed.calendar
    discharged = observed.mark("discharged")
    weekend = np.array([date.isoweekday() >= 6 for date in calendar.dates])
    rows = _left_alive(observed)
    left_at_weekend = weekend[calendar.position(discharged[rows])]

    def a_day(kind: bool) -> Observations:
        days = calendar.share[weekend == kind].sum()
        if not days:
            return nothing_known(observed)
        chosen = rows[left_at_weekend == kind]
        return Observations(np.full(len(chosen), 1.0 / days), discharged[chosen], chosen)

    return replace(a_day(True), per=a_day(False))


@metric(
    label="Deaths in hospital",
    unit="share",
    direction="lower",
    definition="In-patient spells ended in the period by death.",
    source="NHS Data Dictionary, discharge method",
    pool=Pool.MEAN,
    groups=SPELLS,
    needs=(*NEEDS, "died"),
)
def death_share(observed: Observed) -> Observations:
    return of_patients(observed.has("died"), observed.mark("discharged"), _ended(observed))


@metric(
    label="Deaths in hospital, adult emergencies overnight",
    unit="share",
    direction="lower",
    definition=(
        "Emergency spells of adults ended in the period, at least one night after admission, by death."
    ),
    source="ours; the base of published series of medical admissions",
    pool=Pool.MEAN,
    groups=SPELLS,
    needs=(*NEEDS, "died", "age_band"),
)
def death_share_adult_emergency_overnight(observed: Observed) -> Observations:
    rows = _ended_emergency(observed)
    rows = rows[(observed.nights[rows] > 0) & ~observed.is_level("age_band", "0-17")[rows]]
    return of_patients(observed.has("died"), observed.mark("discharged"), rows)


@metric(
    label="Emergency readmissions within 30 days",
    unit="share",
    direction="lower",
    definition=(
        "Crude, same hospital: in-patients who left alive in the period and at least 30 days before the end "
        "of the run, and were an emergency admission 0 to 29 days later (dates; day 30 does not count)."
    ),
    source=READMISSION,
    pool=Pool.MEAN,
    groups=SPELLS,
    needs=(*NEEDS, "child"),
)
def readmission_30d_share(observed: Observed) -> Observations:
    assert observed.child is not None
    discharged = observed.mark("discharged")
    day = observed.period.day
    rows = _left_alive(observed)
    rows = rows[day(discharged[rows]) + READMISSION_DAYS < day(observed.log.end)]
    child = observed.child[rows]
    back = np.where((child >= 0) & observed.emergency[child], observed.mark("admitted")[child], np.inf)
    came = np.isfinite(back)
    within = np.zeros(len(rows), dtype=np.bool_)
    within[came] = day(back[came]) - day(discharged[rows[came]]) <= READMISSION_DAYS
    return Observations(within.astype(np.float64), discharged[rows], rows)
