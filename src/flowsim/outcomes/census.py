"""Who is there when: intervals counted at moments, beds open at moments, and time spent within days.

An interval whose end is infinite goes on beyond the run. At midnight the convention is the bed day's (in
before, out at 24:00 or later, so that the nights of a spell are its difference of dates); at any other
moment somebody is there from the moment of coming until just before the moment of going.
"""

from __future__ import annotations

import numpy as np

from flowsim.engine.log import Log
from flowsim.outcomes.period import Floats, Ints
from flowsim.timeline import DAY


def present(begins: Floats, ends: Floats, moments: Floats, *, midnight: bool = False) -> tuple[Ints, Ints]:
    """Return each presence of an interval at a moment.

    Parameters
    ----------
    begins, ends : NDArray[np.float64]
        Minutes, shape (n,), no NaN.
    moments : NDArray[np.float64]
        One a day, at the same time of day.
    midnight : bool
        Count begins < moment <= ends instead of begins <= moment < ends.

    Returns
    -------
    which, when : NDArray[np.int64]
        Position in `begins` and in `moments`, one row a presence.
    """
    if not len(moments):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    first = _passed(begins, moments, included=midnight)
    count = np.maximum(_passed(ends, moments, included=midnight) - first, 0)
    which = np.repeat(np.arange(len(begins)), count)
    before = np.cumsum(count) - count
    return which, np.arange(len(which)) + (first - before)[which]


def _passed(times: Floats, moments: Floats, *, included: bool) -> Ints:
    """Return how many moments lie before each time, or at it if included."""
    days = (times - moments[0]) / DAY
    passed = np.floor(days) + 1 if included else np.ceil(days)
    return np.asarray(np.clip(passed, 0, len(moments)), dtype=np.int64)


def capacity_at(log: Log, resource: int, moments: Floats, *, midnight: bool = False) -> Ints:
    """Return a resource's places at each moment; at midnight those of the day that ends."""
    mine = log.places.resource == resource
    capacities = np.concatenate([[0], log.places.capacity[mine]])
    return capacities[np.searchsorted(log.places.time[mine], moments, side="left" if midnight else "right")]


def time_present(begins: Floats, ends: Floats, edges: Floats) -> Floats:
    """Return the minutes that all intervals together spend between each edge and the next, shape (k - 1,)."""
    nobody = np.zeros(len(begins), dtype=np.int64)
    return np.asarray(time_present_by(nobody, 1, begins, ends, edges)[0])


def time_present_by(kind: Ints, kinds: int, begins: Floats, ends: Floats, edges: Floats) -> Floats:
    """Return the same for each kind of interval, shape (kinds, k - 1).

    Parameters
    ----------
    kind : NDArray[np.int64]
        Of each interval, 0 to `kinds` - 1.
    """
    over = np.isfinite(ends)
    since = _since(kind, kinds, begins, edges) - _since(kind[over], kinds, ends[over], edges)
    return np.asarray(np.diff(since, axis=1))


def _since(kind: Ints, kinds: int, times: Floats, edges: Floats) -> Floats:
    """Return for each kind and edge the sum of the minutes gone by since each earlier time."""
    width = len(edges) + 1
    cell = kind * width + np.searchsorted(edges, times, side="right")
    count = np.bincount(cell, minlength=kinds * width).reshape(kinds, width)
    total = np.bincount(cell, times, minlength=kinds * width).reshape(kinds, width)
    since: Floats = count.cumsum(axis=1)[:, :-1] * edges - total.cumsum(axis=1)[:, :-1]
    return since


def open_time(log: Log, resource: int, edges: Floats) -> Floats:
    """Return the place minutes of a resource between each edge and the next, shape (k - 1,)."""
    mine = log.places.resource == resource
    return _between(log.places.time[mine], log.places.capacity[mine].astype(np.float64), edges)


def empty_time(log: Log, resource: int, begins: Floats, ends: Floats, edges: Floats) -> Floats:
    """Return the place minutes of a resource that stood empty between each edge and the next, shape (k - 1,).

    A place that closes under its patient is no empty place; nor does it make another one less empty.

    Parameters
    ----------
    begins, ends : NDArray[np.float64]
        Of the stays in it.
    """
    mine = log.places.resource == resource
    ended = ends[np.isfinite(ends)]
    times = np.concatenate([log.places.time[mine], begins, ended])
    opened = np.diff(log.places.capacity[mine], prepend=0)
    change = np.concatenate([opened, np.full(len(begins), -1), np.ones(len(ended), dtype=np.int64)])
    order = np.argsort(times, kind="stable")
    return _between(times[order], np.maximum(np.cumsum(change[order]), 0).astype(np.float64), edges)


def _between(times: Floats, levels: Floats, edges: Floats) -> Floats:
    """Return the area under levels, each from its time on and 0 before, between each edge and the next."""
    times, levels = np.append(0.0, times), np.append(0.0, levels)
    area = np.append(0.0, np.cumsum(levels[:-1] * np.diff(times)))
    i = np.searchsorted(times, edges, side="right") - 1
    return np.asarray(np.diff(area[i] + levels[i] * (edges - times[i])))
