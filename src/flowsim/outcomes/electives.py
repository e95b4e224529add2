"""Electives: cancelled, rebooked, and waiting for a new date.

Whoever is cancelled, or put off by a pause, stands in a list, a resource without a limit, from then until the
new date; who is given none leaves it at once.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

import numpy as np

from flowsim.outcomes.observations import Observations, at_eight, of_patients
from flowsim.outcomes.observed import Intervals, Observed
from flowsim.outcomes.registry import TIME, Pool, metric


def _without_a_date(observed: Observed) -> Intervals:
    return observed.stays(tuple(filter(None, (observed.period.cancelled, observed.period.put_off))))


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
    definition=(
        "Dates of elective patients cancelled in the period for lack of a bed, ahead or on the day, each "
        "counted; those that a pause of planned work took are not."
    ),
    source="ours",
    pool=Pool.TOTAL,
    groups=(*TIME, "locality"),
    needs=("cancelled",),
)
def elective_cancellations(observed: Observed) -> Observations:
    assert observed.period.cancelled is not None
    stays = observed.stays((observed.period.cancelled,))
    rows = np.flatnonzero(observed.within(stays.started))
    return Observations(np.ones(len(rows)), stays.started[rows], stays.patient[rows])


@metric(
    label="Electives come again after a cancellation",
    unit="patients",
    direction="neutral",
    definition="New dates of elective patients cancelled or put off that fell in the period, each counted.",
    source="ours",
    pool=Pool.TOTAL,
    groups=(*TIME, "locality"),
    needs=("cancelled",),
)
def electives_rebooked(observed: Observed) -> Observations:
    stays = _without_a_date(observed)
    rows = np.flatnonzero(observed.within(stays.ended) & (stays.ended > stays.started))
    return Observations(np.ones(len(rows)), stays.ended[rows], stays.patient[rows])


@metric(
    label="Electives waiting for a new date",
    unit="patients",
    direction="lower",
    definition="Elective patients cancelled or put off whose new date is still to come, at 08:00, mean.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, "locality"),
    needs=("cancelled",),
)
def electives_awaiting_new_date(observed: Observed) -> Observations:
    stays = _without_a_date(observed)
    return at_eight(observed, stays.started, stays.ended, stays.patient)
