"""Queues that still grow when the period ends, so that figures depend on how long the period was.

The number waiting for each resource, as a mean over each day, is searched for the beginning of a rise that
lasts to the end. A rise counts as growth if it is beyond what chance does to a queue that keeps up:
arrivals and departures each vary by about the square root of their number, so a rise of more than
`SURENESS` standard deviations of their difference, and of at least `LEAST_RISE` patients, in whole weeks,
still rising in its second half.

A wait belongs to the resource that served it, or to the first preference while nothing has.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from flowsim.engine.log import Log
from flowsim.outcomes.census import time_present_by
from flowsim.outcomes.observed import open_ended
from flowsim.outcomes.period import Calendar, Floats, Ints, ReportingPeriod
from flowsim.timeline import DAY

SURENESS = 2.5
"""Standard deviations of arrivals less departures that a rise must exceed. Of 480 M/M/c and M/G/c
queues (1 to 6 patients a day, 90 to 365 days) it found none growing at a load of 85 %, 2 at 95 % and 267 at
120 %, there nearly all of those with 2000 patients: a small queue needs longer to be told from chance."""

LEAST_RISE = 20.0
"""Patients. In M/M/c at 85 % the queue is longer than this less than 4 % of the time."""

WEEK_DAYS = 7
SHORTEST_RISE = 3 * WEEK_DAYS
STILL_RISING = 0.25
"""Share of a rise that its second half must hold; a steady one has a half."""


@dataclass(frozen=True, slots=True)
class Growing:
    """A queue that still grows at the end of the period.

    Parameters
    ----------
    resource : str
        What is waited for.
    since : date
        The first day of the rise.
    per_day : float
        By how many patients a day it grows: see `median_slope`.
    waiting : float
        Mean number waiting on the last whole day.
    """

    resource: str
    since: dt.date
    per_day: float
    waiting: float

    def __str__(self) -> str:
        return (
            f"{self.resource}: the queue has grown by {self.per_day:.2g} a day since {self.since}, "
            f"to {self.waiting:.0f} waiting at the end"
        )


def growing_queues(log: Log, period: ReportingPeriod) -> tuple[Growing, ...]:
    """Return the queues that still grow at the end of the period, in the order of the resources.

    Parameters
    ----------
    log : Log
    period : ReportingPeriod
        Of less than two times `SHORTEST_RISE` whole days nothing can be said, and nothing is returned.
    """
    calendar = Calendar.of(period)
    whole = np.flatnonzero(calendar.share == 1.0)
    if len(whole) < 2 * SHORTEST_RISE:
        return ()
    edges = np.append(calendar.starts[whole], calendar.starts[whole[-1]] + DAY)
    stays = log.stays
    over = open_ended(np.fmin(stays.started, stays.ended))
    patient = ~np.array(log.controllers)[log.patients.klass[stays.patient]]
    kinds = len(log.resource_names)
    waits = np.flatnonzero(patient & (over > stays.requested))
    waiting = time_present_by(
        stays.resource[waits].astype(np.int64), kinds, stays.requested[waits], over[waits], edges
    )
    day = np.floor((stays.requested - edges[0]) / DAY).astype(np.int64)
    asked = np.flatnonzero(patient & (day >= 0) & (day < len(whole)))
    cell = stays.resource[asked] * len(whole) + day[asked]
    demand = np.bincount(cell, minlength=kinds * len(whole)).reshape(kinds, -1)
    found = []
    for name, a_day, asked_a_day in zip(log.resource_names, waiting / DAY, demand, strict=True):
        begins = rise(a_day, asked_a_day)
        if begins is not None:
            slope = median_slope(a_day[begins:])
            found.append(Growing(name, calendar.dates[whole[begins]], slope, float(a_day[-1])))
    return tuple(found)


def rise(waiting: Floats, demand: Ints) -> int | None:
    """Return the day from which the number waiting rises to the end beyond chance, or None.

    Parameters
    ----------
    waiting : NDArray[np.float64]
        Mean number waiting on each day, shape (n,).
    demand : NDArray[np.int64]
        How many asked on each day, shape (n,).
    """
    weekly = np.convolve(waiting, np.full(WEEK_DAYS, 1 / WEEK_DAYS), mode="valid")
    rises = weekly[-1] - weekly[:-SHORTEST_RISE]
    asked = np.cumsum(demand[::-1])[::-1][: len(rises)]
    sureness = rises / np.sqrt(2.0 * np.maximum(asked, 1))
    begins = int(np.argmax(sureness))
    half = (begins + len(weekly) - 1) // 2
    grows = sureness[begins] > SURENESS and rises[begins] >= LEAST_RISE
    still = weekly[-1] - weekly[half] > STILL_RISING * rises[begins]
    return begins if grows and still else None


def median_slope(levels: Floats) -> float:
    """Return the median of the slopes between all pairs of days (Theil-Sen); single bad days do nothing."""
    early, late = np.triu_indices(len(levels), k=1)
    return float(np.median((levels[late] - levels[early]) / (late - early)))
