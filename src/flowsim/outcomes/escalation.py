"""Escalation: how long the hospital was at each level of pressure.

The level is a resource whose places are its number, so that the log has every change.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

import numpy as np

from flowsim.outcomes.census import open_time, time_present_by
from flowsim.outcomes.observations import Key, Observations, per_day
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.registry import TIME, Pool, metric
from flowsim.timeline import DAY

OPEL = "NHS England, Operational Pressures Escalation Levels framework, 2016; triggers are the scenario's"
LEVELS = ("1", "2", "3", "4")


@metric(
    label="Days at each escalation level",
    unit="days",
    direction="lower",
    definition="Time at OPEL 1 to 4 within the period, in days; all levels together are the period.",
    source=OPEL,
    pool=Pool.TOTAL,
    groups=(*TIME, "opel"),
    needs=("opel",),
)
def opel_days(observed: Observed) -> Observations:
    assert observed.period.opel is not None
    places = observed.log.places
    mine = places.resource == observed.log.resource(observed.period.opel)
    since, level = places.time[mine], places.capacity[mine]
    until = np.append(since[1:], np.inf)[: len(since)]
    minutes = time_present_by(level - 1, len(LEVELS), since, until, observed.calendar.edges)
    days = observed.calendar.starts
    codes = np.repeat(np.arange(len(LEVELS)), len(days))
    return Observations(
        (minutes / DAY).ravel(), np.tile(days, len(LEVELS)), keys={"opel": Key(codes, LEVELS)}
    )


@metric(
    label="Escalation level, mean",
    unit="level",
    direction="lower",
    definition="Mean over time of the OPEL level, 1 to 4.",
    source=OPEL,
    pool=Pool.MEAN,
    needs=("opel",),
)
def opel_level_mean(observed: Observed) -> Observations:
    assert observed.period.opel is not None
    resource = observed.log.resource(observed.period.opel)
    levels = open_time(observed.log, resource, observed.calendar.edges) / DAY
    return Observations(levels, observed.calendar.starts, per=per_day(observed))
