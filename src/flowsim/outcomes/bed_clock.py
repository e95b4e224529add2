"""The bed clock: how full the hospital is at each hour of the day, and who fills its beds."""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flowsim.outcomes.beds import KH03, bed_nights
from flowsim.outcomes.observations import Key, Observations
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import midnight_before
from flowsim.outcomes.registry import PLACE, TIME, Pool, metric
from flowsim.scenario.calendars import DAYS
from flowsim.timeline import HOUR

HOURS = tuple(f"{hour:02}" for hour in range(24))
HOURS_OF_WEEK = tuple(f"{day} {hour}" for day in DAYS for hour in HOURS)


@metric(
    label="Beds occupied on the hour",
    unit="beds",
    direction="neutral",
    definition="Patients in general and acute beds at each full hour of the period, mean.",
    source="ours; after Nuffield Trust, Understanding patient flow in hospitals, 2016",
    pool=Pool.MEAN,
    groups=("hour", "hour_of_week"),
    needs=("ga_beds",),
)
def beds_occupied_on_the_hour(observed: Observed) -> Observations:
    offset = midnight_before(observed.period.origin)
    first, last = (np.ceil((t + offset) / HOUR) for t in (observed.period.begins, observed.period.ends))
    when = np.arange(first, last) * HOUR - offset
    stays = observed.bed_stays
    started, ended = np.sort(stays.started), np.sort(stays.ended)
    # Somebody is there from the moment of coming until just before the moment of going.
    there = np.searchsorted(started, when, side="right") - np.searchsorted(ended, when, side="right")
    since_midnight = ((when + offset) / HOUR).astype(np.int64)
    hour = since_midnight % len(HOURS)
    of_week = (since_midnight + len(HOURS) * observed.period.origin.weekday()) % len(HOURS_OF_WEEK)
    keys = {"hour": Key(hour, HOURS), "hour_of_week": Key(of_week, HOURS_OF_WEEK)}
    return Observations(
        there.astype(np.float64), when, keys=keys, per=Observations(np.ones(len(when)), when, keys=keys)
    )


@metric(
    label="Bed days of those of 65 and over",
    unit="share",
    direction="neutral",
    definition=(
        "Occupied bed days of patients of 65 and over / occupied bed days of patients whose age is known: "
        "all but electives."
    ),
    source=KH03,
    pool=Pool.MEAN,
    groups=(*TIME, *PLACE),
    needs=("ga_beds", "age_band"),
)
def bed_days_of_65_and_over_share(observed: Observed) -> Observations:
    nights = bed_nights(observed)
    assert nights.patient is not None
    known = np.flatnonzero(observed.log.patients.attributes["age_band"][nights.patient] >= 0)
    who = nights.patient[known]
    of_known_age = Observations(np.ones(len(known)), nights.when[known], who)
    return replace(of_known_age, values=observed.of_65_and_over[who].astype(np.float64), per=of_known_age)
