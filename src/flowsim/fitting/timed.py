"""Durations that are fitted, each with its group and, if the model takes it, its place in a scenario."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flowsim.fitting.duration_fit import DurationFit, fit_durations
from flowsim.fitting.durations import Durations, durations_of
from flowsim.fitting.quality import Checked
from flowsim.timeline import DAY

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LAST_MINUTES = 10.0
"""Width of two windows that are compared: one up to four hours, and one from ten minutes later on [min]."""
FOUR_HOURS = 240.0
HEAPED = 2.0
"""How many times as many must leave in the first window as in the second for it to be said: an assumption."""
FEWEST_TO_COMPARE = 50


@dataclass(frozen=True, slots=True, eq=False)
class Timed:
    """A duration of a group of patients, and its fit.

    Parameters
    ----------
    name : str
        Short, used for files.
    words : str
        From what to what.
    group : str
    durations : Durations
    fit : DurationFit or None
        None if too few have ended.
    path : str
        The value of a scenario that it gives; empty if the model makes such times itself.
    notes : tuple of str
    """

    name: str
    words: str
    group: str
    durations: Durations
    fit: DurationFit | None
    path: str
    notes: tuple[str, ...]


def timed(
    checked: Checked,
    name: str,
    group: str,
    who: Bools,
    *,
    begins: str,
    ends: str,
    ended_at: Floats | None = None,
    waits: Bools | None = None,
    above: float = 0.0,
    path: str = "",
) -> Timed | None:
    """Return a duration of some patients, or None if nobody has one.

    Parameters
    ----------
    checked : Checked
    name, group : str
    who : NDArray[np.bool_]
        Whose.
    begins, ends : str
        Clocks.
    ended_at : NDArray[np.float64], optional
        In place of the clock `ends`.
    waits : NDArray[np.bool_], optional
        Who had not come to its end when the extract ended; none if not given.
    above : float
        As for `durations_of`.
    path : str
    """
    extract = checked.extract
    by_dates = not (extract.has_hours.get(begins, False) and extract.has_hours.get(ends, False))
    start = extract.clock(begins)
    end = extract.clock(ends) if ended_at is None else ended_at
    last = np.full(len(start), checked.end)
    if by_dates:
        start, end, last = (np.floor(t / DAY) * DAY for t in (start, end, last))
        above = math.ceil(above / DAY + 1) * DAY if above else 0.0  # so many nights are longer for sure
    done = who & ~np.isnan(end - start)
    waiting = who & waits & np.isnan(end) & ~np.isnan(start) if waits is not None else np.zeros_like(who)
    if not done.any():
        return None
    lasting = np.maximum(end[done] - start[done], 0.0)
    durations = durations_of(lasting, (last - start)[waiting], by_dates=by_dates, above=above)
    words = f"{begins} to {ends}".replace("_", " ")
    return Timed(
        name,
        words,
        group,
        durations,
        fit_durations(durations),
        path,
        tuple(_notes(durations, lasting, someone_could_wait=waits is not None)),
    )


def whole_days(checked: Checked, group: str, who: Bools) -> Timed | None:
    """Return lengths of stay that are given as a number of nights, without clocks."""
    nights = checked.extract.numbers["length_of_stay_days"]
    some = who & ~np.isnan(nights)
    if not some.any():
        return None
    durations = durations_of(np.floor(nights[some]) * DAY, np.empty(0), by_dates=True, above=2 * DAY)
    notes = ("without clocks nobody is known to be still in",)
    return Timed("length_of_stay", "length of stay", group, durations, fit_durations(durations), "", notes)


def times_in_department(checked: Checked) -> Iterator[Timed]:
    """Yield the parts of attendances of the type 1 department."""
    extract = checked.extract
    everybody = np.ones(len(extract), dtype=np.bool_)
    if "department" in extract.codes:
        everybody = extract.is_code("department", "type1")
    groups = {"all": everybody}
    if "stream" in extract.codes:
        groups |= {one: everybody & extract.is_code("stream", one) for one in extract.kind.codes["stream"]}
    still_in = checked.still_in
    for group, who in groups.items():
        for clock in ("initial_assessment", "first_clinician", "referral", "decision_to_admit"):
            if clock in extract.clocks:
                # Of the later clocks nobody knows who will come to them, so those still in tell nothing.
                waits = still_in if clock in ("initial_assessment", "first_clinician") else None
                yield from _some(
                    timed(checked, f"to_{clock}", group, who, begins="arrival", ends=clock, waits=waits)
                )
    if "departure" in extract.clocks:
        if "decision_to_admit" in extract.clocks:
            yield from _some(
                timed(
                    checked,
                    "boarding",
                    "all",
                    everybody,
                    begins="decision_to_admit",
                    ends="departure",
                    waits=still_in,
                )
            )
        for group, who in groups.items():
            yield from _some(
                timed(
                    checked, "in_department", group, who, begins="arrival", ends="departure", waits=still_in
                )
            )
        for outcome in extract.kind.codes["outcome"]:
            who = everybody & extract.is_code("outcome", outcome)
            yield from _some(
                timed(checked, "in_department", outcome, who, begins="arrival", ends="departure")
            )


def _some(one: Timed | None) -> Iterator[Timed]:
    if one is not None:
        yield one


def _notes(durations: Durations, lasting: Floats, *, someone_could_wait: bool) -> Iterator[str]:
    """Yield what must be known of how durations were recorded."""
    if durations.by_dates:
        yield "known to the day: the chance of each number of nights is fitted, over all times of day alike"
    elif (long := lasting[lasting > 0]).size and (long % DAY == 0).mean() > 0.5:
        yield "most are whole days although the clocks have hours: the hours may be filled in"
    before = int(((lasting > FOUR_HOURS - LAST_MINUTES) & (lasting <= FOUR_HOURS)).sum())
    later = FOUR_HOURS + LAST_MINUTES
    after = int(((lasting > later) & (lasting <= later + LAST_MINUTES)).sum())
    if before >= FEWEST_TO_COMPARE and before > HEAPED * after:
        yield "a heap just before 240 minutes, which no family has"
    if durations.patients > durations.ended:
        yield "those still in count as longer than so far"
    elif someone_could_wait:
        yield "nobody is still in: of finished stays alone the long ones that began late are missing"
