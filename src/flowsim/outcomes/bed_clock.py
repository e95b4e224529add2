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
from flowsim.timeline import DAY, HOUR

HOURS = tuple(f"{hour:02}" for hour in range(24))


@metric(
    label="Beds occupied on the hour",
    unit="beds",
    direction="neutral",
    definition="Patients in general and acute beds at each full hour of the period, mean.",
    source="ours; after Nuffield Trust, Understanding patient flow in hospitals, 2016",
    pool=Pool.MEAN,
    groups=("hour",),
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
    hour = ((when + offset) % DAY / HOUR).astype(np.int64)
    keys = {"hour": Key(hour, HOURS)}
    return Observations(
        there.astype(np.float64), when, keys=keys, per=Observations(np.ones(len(when)), when, keys=keys)
    )


@metric(
    label="Bed days of those of 65 and over",
    unit="share",
    direction="neutral",
    definition="Occupied bed days of patients of 65 and over / occupied bed days.",
    source=KH03,
    pool=Pool.MEAN,
    groups=(*TIME, *PLACE),
    needs=("ga_beds", "age_band"),
)
def bed_days_of_65_and_over_share(observed: Observed) -> Observations:
    nights = bed_nights(observed)
    assert nights.patient is not None
    older = observed.of_65_and_over[nights.patient]
    return replace(nights, values=older.astype(np.float64), per=replace(nights))
