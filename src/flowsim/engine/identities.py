"""Laws that every run obeys, worked out from its log: everybody is accounted for, no place is held twice.

`check` gives one `Check` for each law. They hold exactly, since times lie on a grid: there is no tolerance.
Turnaround is not in the log, so where it is used the laws of capacity are bounds: they find too many patients
in too few places, but not a place that was given away before it was clean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.intervals import AtResource, Floats, Intervals, by_resource, held, present, waited
from flowsim.engine.log import Log
from flowsim.engine.program import NONE, Program, Verb
from flowsim.timeline import DAY


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
    waits = waited(log.stays)
    holding = by_resource(log, held(log.stays))
    # Most are served at once: a wait of no time adds nothing to any number or area.
    waiting = by_resource(log, waits.where(waits.start != waits.stop))
    return (
        _order(log),
        _entries(log),
        _outcomes(log),
        _requests(log, waits),
        _capacity(log, program, holding),
        _idle(log, program, holding, waits),
        _areas("bed-time", "stays", log, holding),
        replace(_areas("little", "requests", log, waiting), count=len(waits.row)),
        _census(log, holding),
        _flow(log),
    )


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


def _requests(log: Log, waits: Intervals) -> Check:
    """Find a patient who asks for something while waiting for something else."""
    s = log.stays
    order = np.argsort(s.patient, kind="stable")
    stop = waits.stop[order]
    same = s.patient[order][1:] == s.patient[order][:-1]
    broken = same & ~(s.requested[order][1:] >= stop[:-1])
    return _judge("requests", "stays", len(order), log, np.append(False, broken), order)


def _levels(log: Log, resource: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return a resource's changes of capacity, with a 0 before all of them."""
    mine = log.places.resource == resource
    return np.append(-np.inf, log.places.time[mine]), np.append(0, log.places.capacity[mine])


def _capacity(log: Log, program: Program, holding: Sequence[AtResource]) -> Check:
    """Find a start that leaves more held than any capacity of that instant; a fall throws nobody out."""
    count = 0
    first: tuple[float, str] | None = None
    for r, at in enumerate(holding):
        starts = at.start
        count += len(starts)
        times, levels = _levels(log, r)
        last = np.searchsorted(times, starts, side="right") - 1
        allowed = levels[last]
        changed = np.flatnonzero(times[last] == starts)
        table = program.capacity_resource == r
        # A line of the table that says what was so before changes nothing, and nothing is logged of it.
        moved = np.diff(program.capacity_level[table], prepend=0) != 0
        due = program.capacity_time[table][moved]
        before = np.searchsorted(times, starts[changed], side="left") - 1
        for k, i in zip(changed.tolist(), before.tolist(), strict=True):
            # The capacity table goes before everything else, so then what was before no longer counts.
            opening = i + 1 if starts[k] in due else i
            allowed[k] = levels[opening : int(last[k]) + 1].max()
        wrong = np.flatnonzero(present(at, starts) > allowed)
        if len(wrong) and (first is None or starts[wrong[0]] < first[0]):
            first = float(starts[wrong[0]]), f"{_described(log, int(at.row[wrong[0]]))}; no place was free"
    return Check("capacity", "starts", count, None if first is None else first[1])


def _idle(log: Log, program: Program, holding: Sequence[AtResource], waits: Intervals) -> Check:
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
    known = np.isin(log.stays.site, one_way) & ~np.isin(log.stays.resource, list(hidden))
    in_line = by_resource(log, waits.where(known & (waits.start < waits.stop)))
    violation = None
    for r, (waiting, at) in enumerate(zip(in_line, holding, strict=True)):
        if not len(waiting.row):
            continue
        times, levels = _levels(log, r)
        events = np.unique(np.concatenate([waiting.start, at.stops[np.isfinite(at.stops)], times[1:]]))
        capacity = levels[np.searchsorted(times, events, side="right") - 1]
        wrong = (present(waiting, events) > 0) & (present(at, events) < capacity)
        if wrong.any() and violation is None:
            t = events[np.argmax(wrong)]
            row = waiting.row[np.argmax((waiting.start <= t) & (waiting.stop > t))]
            violation = f"{_described(log, int(row))}; a place was free at {t}"
    return Check("idle", "requests", int(known.sum()), violation)


def _areas(name: str, counted: str, log: Log, of: Sequence[AtResource]) -> Check:
    """Compare the area under the number present, walked event by event, with the sum of the times spent."""
    violation = None
    for resource, at in zip(log.resource_names, of, strict=True):
        start, stop = at.start.clip(0, log.end), at.stop.clip(0, log.end)
        t = np.unique(np.concatenate([[0.0, log.end], start, stop]))
        number = present(at, t[:-1])
        area = float(np.maximum(number, 0) @ np.diff(t))
        total = float(np.maximum(stop - start, 0).sum())
        if violation is None and (area != total or (number < 0).any()):
            violation = f"{resource}: {area} minutes by the number present, {total} by the patients"
    return Check(name, counted, sum(len(at.start) for at in of), violation)


def _census(log: Log, holding: Sequence[AtResource]) -> Check:
    """Compare the midnight counts with the midnights that each stay spans."""
    midnights = np.arange(DAY, log.end, DAY)
    counted = 0
    violation = None
    for name, at in zip(log.resource_names, holding, strict=True):
        census = int(np.maximum(present(at, midnights), 0).sum())
        first = np.ceil(np.maximum(at.start, DAY) / DAY)
        beyond = np.minimum(np.ceil(at.stop / DAY), len(midnights) + 1)
        spans = int(np.maximum(beyond - first, 0).sum())
        counted += spans
        if violation is None and census != spans:
            violation = f"{name}: {census} by the midnight counts, {spans} by the stays"
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
