"""Laws that every run obeys, worked out from its log: everybody is accounted for, no place is held twice.

`check` gives one `Check` for each law. They hold exactly, since times lie on a grid: there is no tolerance.
Turnaround is not in the log, so where it is used the laws of capacity are bounds: they find too many patients
in too few places, but not a place that was given away before it was clean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log, Stays
from flowsim.engine.program import NONE, Program, Verb
from flowsim.timeline import DAY

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Check:
    """One law of one run.

    Parameters
    ----------
    name : str
    counted : str
        What was looked at, in the plural.
    count : int
        How many of them.
    violation : str or None
        The first one that breaks the law, in words.
    """

    name: str
    counted: str
    count: int
    violation: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the law held."""
        return self.violation is None


def check(log: Log, program: Program) -> tuple[Check, ...]:
    """Return whether a log obeys each law.

    Parameters
    ----------
    log : Log
    program : Program
        The one that was run: its capacity table says which changes were due.

    Returns
    -------
    tuple of Check
        `order`, `entries`, `outcomes`, `requests`: each patient enters once, asks for one thing at a time and
        leaves at most once, with nothing in hand. `capacity`: nobody starts where no place is free. `idle`:
        nobody waits beside a free place. `bed-time`, `little`: the area under the number held (waiting) is
        the sum of the stays (waits). `census`: midnight counts are the midnights of the stays. `flow`: the
        number present is entries less exits.

    Notes
    -----
    Little's law on a path over [0, T], for any order of service: the mean number is (patients / T) x the mean
    time, which is the sum of the times / T.

    References
    ----------
    Little, "Little's law as viewed on its 50th anniversary", Operations Research 59(3), 2011.
    """
    return (
        _order(log),
        _entries(log),
        _outcomes(log),
        _requests(log),
        _capacity(log, program),
        _idle(log, program),
        _areas("bed-time", "stays", log, held(log.stays)),
        _areas("little", "requests", log, waited(log.stays)),
        _census(log),
        _flow(log),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Times spent at resources: [start, stop), infinite beyond the run, each with the row of its stay."""

    resource: NDArray[np.int32]
    start: Floats
    stop: Floats
    row: NDArray[np.int64]


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


def _judge(
    name: str, counted: str, count: int, log: Log, broken: NDArray[np.bool_], rows: NDArray[np.int64] | None
) -> Check:
    """Describe the first broken row of `stays`, or of `patients` if there are no rows."""
    where = np.flatnonzero(broken)
    if not len(where):
        return Check(name, counted, count)
    if rows is None:
        patient = where[0]
        times = log.patients.started[patient], log.patients.left[patient]
        return Check(name, counted, count, "patient {}: started {}, left {}".format(patient, *times))
    return Check(name, counted, count, _described(log, int(rows[where[0]])))


def _described(log: Log, row: int) -> str:
    s = log.stays
    return (
        f"stay {row} of patient {s.patient[row]} ({log.resource_names[s.resource[row]]}): "
        f"requested {s.requested[row]}, started {s.started[row]}, ended {s.ended[row]}"
    )


def _order(log: Log) -> Check:
    """Find a grant before its asking, a release before its grant, or a time outside the run."""
    s = log.stays
    backwards = (s.started < s.requested) | (s.ended < s.started) | (s.ended < s.requested)
    latest = np.fmax(np.fmax(s.requested, s.started), s.ended)
    outside = ~(s.requested >= 0) | (latest >= log.end)
    return _judge("order", "stays", len(outside), log, backwards | outside, np.arange(len(outside)))


def _entries(log: Log) -> Check:
    """Find somebody who left before they came, or asked for something while they were not there."""
    p, s = log.patients, log.stays
    broken = (~np.isnan(p.left) & ~(p.started <= p.left)) | (np.fmax(p.started, p.left) >= log.end)
    outside = ~(s.requested >= p.started[s.patient]) | (s.requested > p.left[s.patient])
    broken |= np.bincount(s.patient[outside], minlength=len(broken)) > 0
    return _judge("entries", "patients", int((~np.isnan(p.started)).sum()), log, broken, None)


def _outcomes(log: Log) -> Check:
    """Find a stay or a wait of somebody who has left."""
    s = log.stays
    broken = ~np.isnan(log.patients.left[s.patient]) & ~(s.ended <= log.patients.left[s.patient])
    return _judge("outcomes", "stays", len(broken), log, broken, np.arange(len(broken)))


def _requests(log: Log) -> Check:
    """Find a patient who asks for something while waiting for something else."""
    s = log.stays
    order = np.argsort(s.patient, kind="stable")
    stop = waited(s).stop[order]
    same = s.patient[order][1:] == s.patient[order][:-1]
    broken = same & ~(s.requested[order][1:] >= stop[:-1])
    return _judge("requests", "stays", len(order), log, np.append(False, broken), order)


def _by_resource(log: Log, intervals: Intervals) -> Iterator[tuple[int, Floats, Floats, NDArray[np.int64]]]:
    """Give each resource's sorted starts, sorted stops, and the rows in order of start."""
    order = np.argsort(intervals.start, kind="stable")
    order = order[np.argsort(intervals.resource[order], kind="stable")]
    bounds = np.searchsorted(intervals.resource[order], np.arange(len(log.resource_names) + 1))
    for r, (a, b) in enumerate(pairwise(bounds)):
        mine = order[a:b]
        yield r, intervals.start[mine], np.sort(intervals.stop[mine]), intervals.row[mine]


def _present(starts: Floats, stops: Floats, t: Floats) -> NDArray[np.int64]:
    """Return how many intervals hold each time, once all that happens at that time has happened."""
    return np.searchsorted(starts, t, side="right") - np.searchsorted(stops, t, side="right")


def _levels(log: Log, resource: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return a resource's changes of capacity, with a 0 before all of them."""
    mine = log.places.resource == resource
    return np.append(-np.inf, log.places.time[mine]), np.append(0, log.places.capacity[mine])


def _capacity(log: Log, program: Program) -> Check:
    """Find a start that leaves more held than any capacity of that instant; a fall throws nobody out."""
    count = 0
    first: tuple[float, str] | None = None
    for r, starts, stops, rows in _by_resource(log, held(log.stays)):
        count += len(starts)
        times, levels = _levels(log, r)
        last = np.searchsorted(times, starts, side="right") - 1
        allowed = levels[last]
        changed = np.flatnonzero(times[last] == starts)
        due = program.capacity_time[program.capacity_resource == r]
        before = np.searchsorted(times, starts[changed], side="left") - 1
        for k, i in zip(changed.tolist(), before.tolist(), strict=True):
            # The capacity table goes before everything else, so then what was before no longer counts.
            opening = i + 1 if starts[k] in due else i
            allowed[k] = levels[opening : int(last[k]) + 1].max()
        wrong = np.flatnonzero(_present(starts, stops, starts) > allowed)
        if len(wrong) and (first is None or starts[wrong[0]] < first[0]):
            first = float(starts[wrong[0]]), f"{_described(log, int(rows[wrong[0]]))}; no place was free"
    return Check("capacity", "starts", count, None if first is None else first[1])


def _idle(log: Log, program: Program) -> Check:
    """Find a free place beside somebody who waits for it and nothing else; only without turnarounds."""
    code = program.code
    cleaned = code[(code[:, 0] == Verb.RELEASE) & (code[:, 3] != NONE), 2]
    wanted: dict[int, set[tuple[int, ...]]] = {}
    hidden: set[int] = set()
    for i in np.flatnonzero(code[:, 0] == Verb.SEIZE).tolist():
        start, number, slot = code[i, 2:5].tolist()
        resources = tuple(program.alternatives[start : start + number, 0].tolist())
        # A stay is logged under what was taken: only without a choice is it also what was waited for.
        wanted.setdefault(int(program.site[i]), set()).add(resources)
        if slot in cleaned:
            hidden.update(resources)
    one_way = [site for site, ways in wanted.items() if all(len(way) == 1 for way in ways)]
    waits = waited(log.stays)
    known = np.isin(log.stays.site, one_way) & ~np.isin(log.stays.resource, list(hidden))
    waits = Intervals(waits.resource[known], waits.start[known], waits.stop[known], waits.row[known])
    violation = None
    for (r, w_starts, w_stops, rows), (_, starts, stops, _) in zip(
        _by_resource(log, waits), _by_resource(log, held(log.stays)), strict=True
    ):
        times, levels = _levels(log, r)
        events = np.unique(np.concatenate([w_starts, stops[np.isfinite(stops)], times[1:]]))
        capacity = levels[np.searchsorted(times, events, side="right") - 1]
        wrong = (_present(w_starts, w_stops, events) > 0) & (_present(starts, stops, events) < capacity)
        if wrong.any() and violation is None:
            t = events[np.argmax(wrong)]
            row = rows[np.argmax((w_starts <= t) & (waits.stop[np.searchsorted(waits.row, rows)] > t))]
            violation = f"{_described(log, int(row))}; a place was free at {t}"
    return Check("idle", "requests", int(known.sum()), violation)


def _areas(name: str, counted: str, log: Log, intervals: Intervals) -> Check:
    """Compare the area under the number present, walked event by event, with the sum of the times spent."""
    violation = None
    for r, starts, stops, _ in _by_resource(log, intervals):
        t = np.unique(np.concatenate([[0.0, log.end], starts, stops]).clip(0, log.end))
        number = _present(starts, stops, t[:-1])
        area = float(np.maximum(number, 0) @ np.diff(t))
        mine = intervals.resource == r
        times = intervals.stop[mine].clip(0, log.end) - intervals.start[mine].clip(0, log.end)
        total = float(np.maximum(times, 0).sum())
        if violation is None and (area != total or (number < 0).any()):
            violation = (
                f"{log.resource_names[r]}: {area} minutes by the number present, {total} by the patients"
            )
    return Check(name, counted, len(intervals.start), violation)


def _census(log: Log) -> Check:
    """Compare the midnight counts with the midnights that each stay spans."""
    midnights = np.arange(DAY, log.end, DAY)
    counted = 0
    violation = None
    intervals = held(log.stays)
    for r, starts, stops, _ in _by_resource(log, intervals):
        census = int(np.maximum(_present(starts, stops, midnights), 0).sum())
        mine = intervals.resource == r
        first = np.ceil(np.maximum(intervals.start[mine], DAY) / DAY)
        beyond = np.minimum(np.ceil(intervals.stop[mine] / DAY), len(midnights) + 1)
        spans = int(np.maximum(beyond - first, 0).sum())
        counted += spans
        if violation is None and census != spans:
            violation = f"{log.resource_names[r]}: {census} by the midnight counts, {spans} by the stays"
    return Check("census", "midnights of stays", counted, violation)


def _flow(log: Log) -> Check:
    """Compare those present, asked one by one, with entries less exits, at eight times of the run."""
    started = log.patients.started
    left = np.where(np.isnan(log.patients.left), np.inf, log.patients.left)
    times = log.end * np.arange(1, 9) / 8
    violation = None
    for t in times.tolist():
        present = int(((started <= t) & (left > t)).sum())
        entries, exits = int((started <= t).sum()), int((left <= t).sum())
        if violation is None and present != entries - exits:
            violation = f"{present} present at {t}, but {entries} entries and {exits} exits"
    return Check("flow", "times", len(times), violation)
