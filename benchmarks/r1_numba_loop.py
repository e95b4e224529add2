"""R1 as a loop written by hand for this one hospital, compiled by numba: what is left if nothing is general.

It is the other yardstick: how near a general engine comes to code that can run nothing else. All chance is
drawn beforehand with numpy. Arrivals are read off their sorted array; each stage has a small heap of the
patients being served, and a queue that is an array with two ends.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray
from r1 import ARRIVAL_RATES, DAY, DAYS, FOUR_HOURS, HOUR, STAGES, Outputs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNITS = np.array([stage.units for stage in STAGES])
ED = 1
"""From here on, a patient who goes on keeps the unit until they have the next one."""


@numba.njit(cache=True)
def push(times: Floats, patients: Ints, size: int, time: float, patient: int) -> None:
    """Add a patient to a heap of `size`, in order of the time at which they are done."""
    i = size
    while i > 0:
        above = (i - 1) >> 1
        if times[above] <= time:
            break
        times[i] = times[above]
        patients[i] = patients[above]
        i = above
    times[i] = time
    patients[i] = patient


@numba.njit(cache=True)
def pop(times: Floats, patients: Ints, size: int) -> None:
    """Take the patient who is done first from a heap of `size`; an empty one has an infinite time on top."""
    last = size - 1
    time, patient = times[last], patients[last]
    times[last] = np.inf
    i = 0
    while 2 * i + 1 < last:
        below = 2 * i + 1
        if times[below + 1] < times[below]:
            below += 1
        if time <= times[below]:
            break
        times[i] = times[below]
        patients[i] = patients[below]
        i = below
    if last > 0:
        times[i] = time
        patients[i] = patient


@numba.njit(cache=True)
def run(
    arrival: Floats, reach: Ints, duration: Floats, first: Ints, units: Ints, horizon: float
) -> tuple[int, int, int, Floats, Floats, Ints]:
    """Let everything happen that happens before the horizon.

    Parameters
    ----------
    arrival : NDArray[np.float64]
        Shape (n_patients,), sorted [min].
    reach : NDArray[np.int64]
        Shape (n_patients,): the last stage of each patient.
    duration : NDArray[np.float64]
        Of all stages, one stage after the other, in the order in which patients are served there [min].
    first : NDArray[np.int64]
        Shape (n_stages,): where in `duration` a stage begins.
    units : NDArray[np.int64]
        Shape (n_stages,).
    horizon : float
        Minutes.

    Returns
    -------
    tuple
        Ends of a duration; patients out of the ED; those of them within four hours; and for each stage the
        unit-minutes held, the minutes waited, and the patients who got a unit.
    """
    stages, n = len(units), len(arrival)
    times = np.full((stages, units.max() + 1), np.inf)
    patients = np.zeros((stages, units.max() + 1), np.int64)
    serving = np.zeros(stages, np.int64)
    queued = np.empty((stages, n), np.int64)
    asked = np.empty((stages, n))
    head = np.zeros(stages, np.int64)
    tail = np.zeros(stages, np.int64)
    free = units.copy()
    held = np.zeros(stages)
    waited = np.zeros(stages)
    given = np.zeros(stages, np.int64)
    ended, ed_out, within, coming = 0, 0, 0, 0

    while True:
        now, stage = np.inf, -1
        if coming < n:
            now = arrival[coming]
        for s in range(stages):
            if times[s, 0] < now:
                now, stage = times[s, 0], s
        if now >= horizon:
            break
        if stage < 0:
            patient, wants = coming, 0
            coming += 1
        else:
            patient = patients[stage, 0]
            pop(times[stage], patients[stage], serving[stage])
            serving[stage] -= 1
            ended += 1
            wants = stage + 1 if reach[patient] > stage else -1

        vacated = stage
        if wants >= 0:
            if free[wants] > 0:
                free[wants] -= 1
                held[wants] -= now
                done = now + duration[first[wants] + given[wants]]
                given[wants] += 1
                push(times[wants], patients[wants], serving[wants], done, patient)
                serving[wants] += 1
            else:
                queued[wants, tail[wants]] = patient
                asked[wants, tail[wants]] = now
                tail[wants] += 1
                if stage >= ED:
                    vacated = -1
        while vacated >= 0:
            if vacated == ED:
                ed_out += 1
                within += now - arrival[patient] <= FOUR_HOURS
            if head[vacated] == tail[vacated]:
                held[vacated] += now
                free[vacated] += 1
                break
            # The first in line takes the unit, and may leave that of the stage before.
            patient = queued[vacated, head[vacated]]
            waited[vacated] += now - asked[vacated, head[vacated]]
            head[vacated] += 1
            done = now + duration[first[vacated] + given[vacated]]
            given[vacated] += 1
            push(times[vacated], patients[vacated], serving[vacated], done, patient)
            serving[vacated] += 1
            vacated = vacated - 1 if vacated > ED else -1
    held += horizon * (units - free)
    return ended, ed_out, within, held, waited, given


def replicate(seed: int, days: int = DAYS) -> Outputs:
    """Run one replication of R1.

    Parameters
    ----------
    seed : int
        Seed of the replication's only random stream.
    days : int
        Horizon.

    Returns
    -------
    Outputs
        The replication's outputs.
    """
    rng = np.random.default_rng(seed)
    # Poisson counts placed uniformly in each hour; an hour's times need sorting among themselves only.
    hours = np.repeat(np.arange(24 * days), rng.poisson(np.tile(ARRIVAL_RATES, days) * HOUR))
    arrival = np.sort((hours + rng.random(len(hours))) * HOUR)
    n = len(arrival)
    # One uniform says how far a patient goes: below a product of shares, at least to the stage after them.
    luck = rng.random(n)
    shares = np.cumprod([stage.onward for stage in STAGES[:-1]])
    reach = np.add.reduce([luck < share for share in shares], dtype=np.int64)
    served = [n, *(int(np.count_nonzero(luck < share)) for share in shares)]
    duration = np.concatenate(
        [
            np.exp(stage.mu + stage.sigma * rng.standard_normal(count))
            for stage, count in zip(STAGES, served, strict=True)
        ]
    )
    first = np.cumsum([0, *served[:-1]])
    ended, ed_out, within, held, waited, given = run(arrival, reach, duration, first, UNITS, days * DAY)
    occupied = held / (days * DAY)
    blocked = waited / given
    return Outputs(
        arrivals=n,
        ed_out=ed_out,
        four_hour_pct=100 * within / ed_out,
        **{f"occ_{stage.name}": float(occupied[s]) for s, stage in enumerate(STAGES)},
        **{f"blocked_{stage.name}": float(blocked[s]) for s, stage in enumerate(STAGES) if s > ED},
        events=n + ended,
    )
