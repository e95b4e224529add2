"""Before the door: 999 calls and what becomes of them, and who arrives.

A call has the time at which its ambulance arrives or would have arrived. Returning patients arrive without a
call of their own.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from flowsim.outcomes.observations import Observations, marked_per_day, of_patients, per_day
from flowsim.outcomes.observed import Bools, Observed
from flowsim.outcomes.registry import TIME, Pool, metric

AMBULANCE_QUALITY = "NHS England, Ambulance Quality Indicators, incidents without conveyance to an ED"
MINIMUM_DATA_SET = "NHS England, NHS 111 Minimum Data Set, dispositions"
CALLERS = (*TIME, "locality", "age_band", "frailty", "care_home", "high_intensity")
ARRIVALS = (*CALLERS, "through_111", "stream")


def _of_calls(observed: Observed, values: Bools) -> Observations:
    called = observed.mark("emergency_call")
    return of_patients(values, called, observed.rows(called))


def _arriving(observed: Observed, by_ambulance: bool) -> Observations:
    arrived = observed.mark("ed_arrival")
    rows = observed.rows(arrived, observed.has("ambulance_arrival") == by_ambulance)
    return of_patients(1.0, arrived, rows, per_day(observed))


@metric(
    label="111 dispositions to an ambulance or the ED",
    unit="patients a day",
    direction="neutral",
    definition="Patients whom 111 would send an ambulance or send to the ED, per day of the period.",
    source=MINIMUM_DATA_SET,
    pool=Pool.MEAN,
    groups=(*TIME, "locality", "stream"),
    needs=("nhs_111",),
)
def nhs_111_dispositions_per_day(observed: Observed) -> Observations:
    return marked_per_day(observed, "nhs_111")


@metric(
    label="111 dispositions diverted",
    unit="share",
    direction="higher",
    definition="Of 111 dispositions to an ambulance or the ED, those diverted by clinical assessment.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality", "stream"),
    needs=("nhs_111", "cas_diverted"),
)
def cas_diverted_share(observed: Observed) -> Observations:
    disposed = observed.mark("nhs_111")
    return of_patients(observed.has("cas_diverted"), disposed, observed.rows(disposed))


@metric(
    label="999 calls",
    unit="patients a day",
    direction="neutral",
    definition="999 calls whose patients this hospital's ED would receive, per day of the period.",
    source="ours",
    pool=Pool.MEAN,
    groups=CALLERS,
    needs=("emergency_call",),
)
def emergency_calls_per_day(observed: Observed) -> Observations:
    return marked_per_day(observed, "emergency_call")


@metric(
    label="999 calls without conveyance",
    unit="share",
    direction="higher",
    definition="Of the 999 calls of the period, those that ended without conveyance to the ED.",
    source=AMBULANCE_QUALITY,
    pool=Pool.MEAN,
    groups=CALLERS,
    needs=("emergency_call", "see_and_treat"),
)
def non_conveyance(observed: Observed) -> Observations:
    return _of_calls(observed, observed.has("see_and_treat") | observed.has("hear_and_treat"))


@metric(
    label="999 calls ended on the telephone",
    unit="share",
    direction="neutral",
    definition="Of the 999 calls of the period, those ended by advice on the telephone (hear and treat).",
    source=AMBULANCE_QUALITY,
    pool=Pool.MEAN,
    groups=(*TIME, "locality", "age_band"),
    needs=("emergency_call", "hear_and_treat"),
)
def hear_and_treat_share(observed: Observed) -> Observations:
    return _of_calls(observed, observed.has("hear_and_treat"))


@metric(
    label="Arrivals by ambulance",
    unit="patients a day",
    direction="neutral",
    definition="Ambulances that stopped outside the type 1 department, per day of the period.",
    source="ours",
    pool=Pool.MEAN,
    groups=ARRIVALS,
    needs=("ed_arrival", "ambulance_arrival"),
)
def arrivals_by_ambulance_per_day(observed: Observed) -> Observations:
    return _arriving(observed, by_ambulance=True)


@metric(
    label="Arrivals on foot",
    unit="patients a day",
    direction="neutral",
    definition="Arrivals at the type 1 department other than by ambulance, per day of the period.",
    source="ours",
    pool=Pool.MEAN,
    groups=ARRIVALS,
    needs=("ed_arrival",),
)
def arrivals_on_foot_per_day(observed: Observed) -> Observations:
    return _arriving(observed, by_ambulance=False)


@metric(
    label="Treated at home instead of admitted",
    unit="patients a day",
    direction="higher",
    definition="Patients whom a visiting service treated at home, per day of the period.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality", "age_band"),
    needs=("treated_at_home",),
)
def treated_at_home_per_day(observed: Observed) -> Observations:
    return marked_per_day(observed, "treated_at_home")


@metric(
    label="Urgent appointments instead of attendances",
    unit="patients a day",
    direction="higher",
    definition="Walk-ins who had an appointment with a general practitioner instead, per day of the period.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality", "stream"),
    needs=("enhanced_access",),
)
def enhanced_access_per_day(observed: Observed) -> Observations:
    return marked_per_day(observed, "enhanced_access")
