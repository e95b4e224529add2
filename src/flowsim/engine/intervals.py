"""When places were held and when somebody waited, as intervals of time read from a log."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log, Stays

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Times spent at resources: [start, stop), infinite beyond the run, each with the row of its stay."""

    resource: NDArray[np.int32]
    start: Floats
    stop: Floats
    row: NDArray[np.int64]

    def where(self, which: NDArray[np.bool_]) -> Intervals:
        """Return some of them."""
        return Intervals(self.resource[which], self.start[which], self.stop[which], self.row[which])


@dataclass(frozen=True, slots=True, eq=False)
class AtResource:
    """The intervals of one resource, in order of start."""

    start: Floats
    stop: Floats
    row: NDArray[np.int64]
    stops: Floats
    """The same as `stop`, sorted."""


def held(stays: Stays) -> Intervals:
    """Return when places were held."""
    rows = np.flatnonzero(~np.isnan(stays.started))
    stop = np.where(np.isnan(stays.ended[rows]), np.inf, stays.ended[rows])
    return Intervals(stays.resource[rows], stays.started[rows], stop, rows)


def waited(stays: Stays) -> Intervals:
    """Return when somebody waited, under the resource of the stay."""
    got = ~np.isnan(stays.started)
    stop = np.where(got, stays.started, stays.ended)
    stop = np.where(np.isnan(stop), np.inf, stop)
    return Intervals(stays.resource, stays.requested, stop, np.arange(len(got)))


def by_resource(log: Log, intervals: Intervals) -> list[AtResource]:
    """Return the intervals of each resource."""
    order = np.argsort(intervals.resource, kind="stable")
    bounds = np.searchsorted(intervals.resource[order], np.arange(len(log.resource_names) + 1))
    found = []
    for a, b in pairwise(bounds):
        mine = order[a:b]
        mine = mine[np.argsort(intervals.start[mine], kind="stable")]
        stop = intervals.stop[mine]
        found.append(AtResource(intervals.start[mine], stop, intervals.row[mine], np.sort(stop)))
    return found


def present(at: AtResource, t: Floats) -> NDArray[np.int64]:
    """Return how many intervals hold each time, once all that happens at that time has happened."""
    return np.searchsorted(at.start, t, side="right") - np.searchsorted(at.stops, t, side="right")
