"""Ambulance handovers: from the ambulance stopping outside to clinical handover complete.

Handovers completed in the period; an ambulance still waiting at its end is not counted. What the crew does
afterwards is not the hospital's delay.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

import numpy as np

from flowsim.outcomes.observations import Observations, of_patients, per_day
from flowsim.outcomes.observed import LONGEST_HANDOVER_BEFORE_THE_CLOCK, Observed
from flowsim.outcomes.period import Floats
from flowsim.outcomes.registry import TIME, Pool, metric
from flowsim.timeline import HOUR

CONTRACT = "NHS Standard Contract, ambulance handover (over 30 includes over 60)"
GROUPS = (*TIME, "locality")
NEEDS = ("ambulance_arrival", "handover")


def _minutes(observed: Observed) -> Floats:
    return observed.mark("handover") - observed.mark("ambulance_arrival")


def _of_handovers(observed: Observed, values: Floats, per: Observations | None = None) -> Observations:
    handover = observed.mark("handover")
    return of_patients(values, handover, observed.rows(handover, observed.has("ambulance_arrival")), per)


def _over(observed: Observed, minutes: float) -> Observations:
    return _of_handovers(observed, (_minutes(observed) > minutes).astype(np.float64))


@metric(
    label="Handover over 15 min",
    unit="share",
    direction="lower",
    definition=(
        "Ambulance arrivals handed over strictly more than 15 min after the ambulance stopped outside."
    ),
    source=CONTRACT,
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=NEEDS,
)
def ambulance_handover_over_15min(observed: Observed) -> Observations:
    return _over(observed, 15.0)


@metric(
    label="Handover over 30 min",
    unit="share",
    direction="lower",
    definition="As over 15 min, for 30 min.",
    source=CONTRACT,
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=NEEDS,
)
def ambulance_handover_over_30min(observed: Observed) -> Observations:
    return _over(observed, 30.0)


@metric(
    label="Handover over 60 min",
    unit="share",
    direction="lower",
    definition="As over 15 min, for 60 min.",
    source=CONTRACT,
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=NEEDS,
)
def ambulance_handover_over_60min(observed: Observed) -> Observations:
    return _over(observed, 60.0)


@metric(
    label="Handover, mean",
    unit="minutes",
    direction="lower",
    definition="Ambulance stops outside to clinical handover complete.",
    source=CONTRACT,
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=NEEDS,
)
def ambulance_handover_mean(observed: Observed) -> Observations:
    return _of_handovers(observed, _minutes(observed))


@metric(
    label="Handover, 90th centile",
    unit="minutes",
    direction="lower",
    definition="Ambulance stops outside to clinical handover complete.",
    source=CONTRACT,
    pool=Pool.P90,
    groups=GROUPS,
    needs=NEEDS,
)
def ambulance_handover_p90(observed: Observed) -> Observations:
    return _of_handovers(observed, _minutes(observed))


@metric(
    label="Longest queue of ambulances, on a bad day",
    unit="ambulances",
    direction="lower",
    definition=(
        "The most ambulances outside at once, from stopping to handover complete, of each day of the period: "
        "the 95th centile over days."
    ),
    source="ours; the press counts ambulances in a queue",
    pool=Pool.P95,
    groups=TIME,
    needs=NEEDS,
)
def ambulances_outside_p95(observed: Observed) -> Observations:
    arrived, handover = observed.mark("ambulance_arrival"), observed.mark("handover")
    came = np.flatnonzero(~np.isnan(arrived))
    left = handover[came][~np.isnan(handover[came])]
    days = observed.calendar.starts
    # At one moment they leave before they come, and a day begins with those who are there by then.
    times = np.concatenate([left, arrived[came], days])
    change = np.repeat([-1.0, 1.0, 0.0], [len(left), len(came), len(days)])
    order = np.lexsort((change, times))
    outside = np.cumsum(change[order])
    inside = (times[order] >= days[0]) & (times[order] < observed.period.ends)
    most = np.zeros(len(days))
    np.maximum.at(most, observed.calendar.position(times[order][inside]), outside[inside])
    return Observations(most, days)


@metric(
    label="Ambulance hours lost",
    unit="hours a day",
    direction="lower",
    definition="Handover time beyond 15 min, summed over ambulances, per day of the period.",
    source="NHS England, ambulance handover delays; the base of 15 min is stated because some reports use 60",
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=NEEDS,
)
def ambulance_hours_lost_per_day(observed: Observed) -> Observations:
    beyond = np.maximum(_minutes(observed) - LONGEST_HANDOVER_BEFORE_THE_CLOCK, 0.0)
    return _of_handovers(observed, beyond / HOUR, per_day(observed))
