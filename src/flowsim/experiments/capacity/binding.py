"""Which resource binds, by hour of the week: when somebody waits for it, and how much of it is in use.

No engine lets a place stand free while somebody waits for it. So while anybody waits, every place is in use,
being made ready for the next patient, or shut; the time during which anybody waits is the time during which
the resource binds. A wait belongs to the resource that ended it, or to the first preference if nothing did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes.census import open_time, time_present_by
from flowsim.outcomes.observed import open_ended
from flowsim.outcomes.period import ReportingPeriod, midnight_before
from flowsim.scenario.calendars import DAYS
from flowsim.timeline import DAY, HOUR

if TYPE_CHECKING:
    import pandas as pd

HOURS = 168
"""Of the week, the first from Monday 00:00."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binding:
    """Minutes of each hour of the week, over all replications; r resources.

    Parameters
    ----------
    resources : tuple of str
    minutes : NDArray[np.float64]
        How long was looked at, shape (168,); 0 for hours that did not come.
    waited : NDArray[np.float64]
        How long anybody waited, shape (r, 168).
    waiting : NDArray[np.float64]
        The minutes of all who waited together, shape (r, 168).
    used, places : NDArray[np.float64]
        The minutes of places in use, and of places there were, shape (r, 168).
    """

    resources: tuple[str, ...]
    minutes: Floats
    waited: Floats
    waiting: Floats
    used: Floats
    places: Floats

    def __add__(self, other: Binding) -> Binding:
        assert self.resources == other.resources
        return Binding(
            resources=self.resources,
            minutes=self.minutes + other.minutes,
            waited=self.waited + other.waited,
            waiting=self.waiting + other.waiting,
            used=self.used + other.used,
            places=self.places + other.places,
        )

    @property
    def share(self) -> Floats:
        """Share of each hour of the week in which anybody waits, shape (r, 168); NaN if it did not come."""
        return _divided(self.waited, self.minutes)

    @property
    def share_in_all(self) -> Floats:
        """Share of the whole time in which anybody waits, shape (r,)."""
        return _divided(self.waited.sum(axis=1), self.minutes.sum())

    @property
    def queue(self) -> Floats:
        """Mean number who wait in each hour of the week, shape (r, 168)."""
        return _divided(self.waiting, self.minutes)

    @property
    def queue_in_all(self) -> Floats:
        """Mean number who wait, shape (r,)."""
        return _divided(self.waiting.sum(axis=1), self.minutes.sum())

    @property
    def utilisation(self) -> Floats:
        """Places in use / places there are, shape (r, 168); NaN where there are none.

        It is above 1 while places that were closed still keep their patient.
        """
        return _divided(self.used, self.places)

    @property
    def utilisation_in_all(self) -> Floats:
        """The same of the whole time, shape (r,)."""
        return _divided(self.used.sum(axis=1), self.places.sum(axis=1))

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: resource, weekday, hour, waited_share, mean_waiting, utilisation."""
        import pandas as pd

        hours = np.arange(HOURS)
        return pd.DataFrame(
            {
                "resource": np.repeat(np.array(self.resources, dtype=object), HOURS),
                "weekday": np.tile(np.array(DAYS, dtype=object)[hours // 24], len(self.resources)),
                "hour": np.tile(hours % 24, len(self.resources)),
                "waited_share": self.share.ravel(),
                "mean_waiting": self.queue.ravel(),
                "utilisation": self.utilisation.ravel(),
            }
        )


def binding(log: Log, period: ReportingPeriod) -> Binding:
    """Return what binds in the reporting period of one replication; patients only."""
    edges = np.append(np.arange(period.begins, period.ends, HOUR), period.ends)
    monday = period.origin.weekday() * DAY + midnight_before(period.origin)
    hour = np.floor((edges[:-1] + monday) / HOUR).astype(np.int64) % HOURS
    stays, kinds = log.stays, len(log.resource_names)
    patient = ~np.array(log.controllers)[log.patients.klass[stays.patient]]
    resource = stays.resource.astype(np.int64)
    served = open_ended(np.fmin(stays.started, stays.ended))
    waits = np.flatnonzero(patient & (served > stays.requested))
    held = np.flatnonzero(patient & ~np.isnan(stays.started))
    together = (resource[waits], kinds, stays.requested[waits], served[waits])
    kind, begins, ends = _united(*together)
    return Binding(
        resources=log.resource_names,
        minutes=_by_hour(np.diff(edges)[None, :], hour)[0],
        waited=_by_hour(time_present_by(kind, kinds, begins, ends, edges), hour),
        waiting=_by_hour(time_present_by(*together, edges), hour),
        used=_by_hour(
            time_present_by(resource[held], kinds, stays.started[held], open_ended(stays.ended[held]), edges),
            hour,
        ),
        places=_by_hour(np.stack([open_time(log, i, edges) for i in range(kinds)]), hour),
    )


def _united(
    kind: NDArray[np.int64], kinds: int, begins: Floats, ends: Floats
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the spans that the intervals of each kind cover together, none overlapping another."""
    parts = []
    for i in range(kinds):
        mine = np.flatnonzero(kind == i)
        mine = mine[np.argsort(begins[mine], kind="stable")]
        if len(mine):
            until = np.maximum.accumulate(ends[mine])
            first = np.flatnonzero(np.append(True, begins[mine][1:] > until[:-1]))
            last = np.append(first[1:] - 1, len(mine) - 1)
            parts.append((np.full(len(first), i), begins[mine][first], until[last]))
    if not parts:
        return np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)
    which, since, until = (np.concatenate(column) for column in zip(*parts, strict=True))
    return which, since, until


def _by_hour(minutes: Floats, hour: NDArray[np.int64]) -> Floats:
    """Return the sums over equal hours of the week, from shape (r, n) to (r, 168)."""
    return np.stack([np.bincount(hour, each, minlength=HOURS) for each in minutes]).astype(np.float64)


def _divided(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)
