"""Electives: cancelled, rebooked, and waiting for a new date.

Whoever is cancelled stands in a list, a resource without a limit, from the cancellation until the new date;
who is given none leaves it at once.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

import numpy as np

from flowsim.outcomes.observations import Observations, at_eight, of_patients
from flowsim.outcomes.observed import Intervals, Observed
from flowsim.outcomes.registry import TIME, Pool, metric


def _cancelled(observed: Observed) -> Intervals:
    assert observed.period.rebooking is not None
    return observed.stays((observed.period.rebooking,))


@metric(
    label="Electives admitted",
    unit="patients",
    direction="higher",
    definition="Elective patients admitted in the period.",
    source="ours",
    pool=Pool.TOTAL,
    groups=(*TIME, "locality"),
    needs=("admitted",),
)
def elective_admissions(observed: Observed) -> Observations:
    admitted = observed.mark("admitted")
    return of_patients(1.0, admitted, observed.rows(admitted, observed.elective))


@metric(
    label="Electives cancelled",
    unit="patients",
    direction="lower",
    definition="Dates of elective patients cancelled in the period, ahead or on the day, each counted.",
    source="ours",
    pool=Pool.TOTAL,
    groups=(*TIME, "locality"),
    needs=("rebooking",),
)
def elective_cancellations(observed: Observed) -> Observations:
    stays = _cancelled(observed)
    rows = np.flatnonzero(observed.within(stays.started))
    return Observations(np.ones(len(rows)), stays.started[rows], stays.patient[rows])


@metric(
    label="Electives come again after a cancellation",
    unit="patients",
    direction="neutral",
    definition="New dates of cancelled elective patients that fell in the period, each counted.",
    source="ours",
    pool=Pool.TOTAL,
    groups=(*TIME, "locality"),
    needs=("rebooking",),
)
def electives_rebooked(observed: Observed) -> Observations:
    stays = _cancelled(observed)
    rows = np.flatnonzero(observed.within(stays.ended) & (stays.ended > stays.started))
    return Observations(np.ones(len(rows)), stays.ended[rows], stays.patient[rows])


@metric(
    label="Electives waiting for a new date",
    unit="patients",
    direction="lower",
    definition="Cancelled elective patients whose new date is still to come, at 08:00, mean.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality"),
    needs=("rebooking",),
)
def electives_awaiting_new_date(observed: Observed) -> Observations:
    stays = _cancelled(observed)
    return at_eight(observed, stays.started, stays.ended, stays.patient)
