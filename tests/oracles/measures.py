"""The figures of `oracles.json`, each worked out from a log as a sum and the number it is divided by.

Sums and numbers of several runs may be added, so a figure over many runs is a ratio of totals. A figure at
several instants is an array. Patients count if they come inside the window, and are followed to the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log
from flowsim.timeline import DAY, HOUR

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ratio = tuple[Any, Any]

HOURS_OF_DAY = np.arange(24) * HOUR


@dataclass(frozen=True)
class Stage:
    """One stage's times, a row for each patient; NaN if it did not happen."""

    requested: Floats
    started: Floats
    ended: Floats
    ready: Floats


class Run:
    """One log, seen through a window.

    Parameters
    ----------
    log : Log
    start, stop : float
        Minutes: the window, whole days if the case has slots.
    case : dict
    """

    def __init__(self, log: Log, start: float, stop: float, case: dict[str, Any]) -> None:
        self.log = log
        self.start, self.stop = start, stop
        self.expected = case["expected"]
        self.stages = case["model"].get("stages", [])
        self.arrival = log.patients.started
        self.counted = (start <= self.arrival) & (self.arrival < stop)
        if self.stages:
            self.first = self.stage("bed" if "choice" in case["model"] else self.stages[0]["name"])
            self.reneged = np.isnan(self.first.started) & (self.first.ended > self.first.requested)
            self.served = ~np.isnan(self.first.started)
        if self.stages and "transient" not in case["id"]:
            assert not np.isnan(log.patients.left[self.counted]).any(), "somebody is still there at the end"

    def stage(self, name: str) -> Stage:
        log, stays = self.log, self.log.stays
        rows = np.flatnonzero(stays.site == log.sites.index(name))
        columns = []
        for values in (stays.requested, stays.started, stays.ended):
            column = np.full(len(self.arrival), np.nan)
            column[stays.patient[rows]] = values[rows]
            columns.append(column)
        ready = (
            log.mark(f"{name}.ready") if f"{name}.ready" in log.mark_names else np.full_like(column, np.nan)
        )
        requested, started, ended = columns
        return Stage(requested, started, ended, ready)

    # Sums and what they are divided by

    def mean(self, values: Any, among: Bools) -> Ratio:
        chosen = self.counted & among
        return float(np.asarray(values, dtype=np.float64)[chosen].sum()), int(chosen.sum())

    def average(self, start: Floats, stop: Floats, factor: float = 1.0) -> Ratio:
        """Return the time average of the number inside [start, stop), those without a start left out."""
        there = ~np.isnan(start)
        stop = np.where(np.isnan(stop), np.inf, stop)[there].clip(self.start, self.stop)
        return factor * float((stop - start[there].clip(self.start, self.stop)).sum()), self.stop - self.start

    def number(self, start: Floats, stop: Floats, t: Floats) -> NDArray[np.int64]:
        """Return the number inside at each time, just after any change."""
        starts = np.sort(start[~np.isnan(start)])
        stops = np.sort(stop[~np.isnan(start) & ~np.isnan(stop)])
        return np.searchsorted(starts, t, side="right") - np.searchsorted(stops, t, side="right")

    def by_slot(self, start: Floats, stop: Floats) -> NDArray[np.int64]:
        """Return the number inside at k:00 of each day, shape (days, 24)."""
        days = np.arange(self.start, self.stop, DAY)
        return self.number(start, stop, (days[:, None] + HOURS_OF_DAY).ravel()).reshape(-1, 24)

    def hourly_counts(self, among: Bools) -> NDArray[np.int64]:
        """Return the arrivals in each hour, shape (days, 24)."""
        times = self.arrival[self.counted & among]
        hours = int((self.stop - self.start) / HOUR)
        counts = np.bincount(((times - self.start) // HOUR).astype(int), minlength=hours)
        return counts.reshape(-1, 24)

    @property
    def everyone(self) -> Bools:
        return np.ones(len(self.arrival), dtype=np.bool_)

    @property
    def wait(self) -> Floats:
        """From arrival to the start of stage 1, or to giving up."""
        return np.where(self.served, self.first.started, self.first.ended) - self.arrival

    @property
    def wait_end(self) -> Floats:
        return np.where(self.served, self.first.started, self.first.ended)

    @property
    def total(self) -> Floats:
        return self.log.patients.left - self.arrival

    @property
    def accepted(self) -> Bools:
        return self.served | self.reneged

    def of_class(self, k: int) -> Bools:
        return np.asarray(self.log.patients.attributes["class"] == k - 1)


def over_days(counts: NDArray[Any]) -> Ratio:
    return counts.sum(axis=0), len(counts)


def _transient(quantity: Callable[[Run, Floats], Any]) -> Callable[[Run], Ratio]:
    times = np.array([0.5, 1, 2, 4, 8, 24]) * HOUR
    return lambda run: (quantity(run, times).astype(np.float64), 1)


def _in_system(run: Run, t: Floats) -> NDArray[np.int64]:
    return run.number(run.arrival, run.log.patients.left, t)


def _queue(run: Run, t: Floats) -> NDArray[np.int64]:
    return run.number(run.first.requested, run.wait_end, t)


def _held(run: Run, t: Floats) -> NDArray[np.int64]:
    return run.number(run.first.started, run.first.ended, t)


def _of_choice(run: Run, name: str) -> Bools:
    """Return who got a bed of this kind."""
    got = np.zeros(len(run.arrival), dtype=np.bool_)
    stays = run.log.stays
    got[stays.patient[(stays.resource == run.log.resource(name)) & ~np.isnan(stays.started)]] = True
    return got


def _number_of_choice(run: Run, name: str) -> Ratio:
    got = _of_choice(run, name)
    return run.average(run.first.started[got], run.first.ended[got])


def _spread_of_escalation(run: Run) -> Ratio:
    """Return the time average of the squared distance of the number held from its exact mean."""
    got = _of_choice(run, "Escalation")
    starts, stops = run.first.started[got], run.first.ended[got]
    t = np.unique(np.concatenate([starts, stops, [run.start, run.stop]]).clip(run.start, run.stop))
    off = run.number(starts, stops, t[:-1]) - run.expected["mean_escalation"]
    return float(off**2 @ np.diff(t)), run.stop - run.start


FIGURES: dict[str, Callable[[Run], Ratio]] = {
    "p_wait": lambda r: r.mean(r.wait > 0, r.accepted),
    "p_wait_for_place": lambda r: r.mean(r.wait > 0, r.accepted),
    "p_turned_away": lambda r: r.mean(~r.accepted, r.everyone),
    "p_renege": lambda r: r.mean(r.reneged, r.everyone),
    "mean_wait": lambda r: r.mean(r.wait / HOUR, r.served),
    "mean_wait_for_place": lambda r: r.mean(r.wait / HOUR, r.served),
    "mean_wait_served": lambda r: r.mean(r.wait / HOUR, r.served),
    "mean_wait_reneged": lambda r: r.mean(r.wait / HOUR, r.reneged),
    "mean_wait_all": lambda r: r.mean(r.wait / HOUR, r.accepted),
    "sd_wait": lambda r: r.mean((r.wait / HOUR - r.expected["mean_wait"]) ** 2, r.served),
    "mean_total": lambda r: r.mean(r.total / HOUR, r.served),
    "mean_stay": lambda r: r.mean((r.first.ended - r.arrival) / HOUR, r.served),
    "throughput": lambda r: (int((r.counted & r.served).sum()), (r.stop - r.start) / HOUR),
    "mean_queue": lambda r: r.average(r.first.requested, r.wait_end),
    "mean_in_system": lambda r: r.average(r.first.requested, np.where(r.served, r.first.ended, r.wait_end)),
    "utilisation": lambda r: r.average(r.first.started, r.first.ended, 1 / r.stages[0]["places"]),
    "mean_occupied": lambda r: r.average(r.first.started, r.first.ended),
    "mean_places_occupied": lambda r: r.average(r.first.started, r.first.ended),
    "mean_places_with_patient": lambda r: r.average(r.first.started, r.first.ended),
    "mean_places_in_turnaround": lambda r: r.average(
        r.first.ended[r.served], r.first.ended[r.served] + r.stages[0]["turnaround_h"] * HOUR
    ),
    "mean_boarding": lambda r: _of_stage(r, 1, "mean_blocked_wait_of_those_going_on"),
    "bed_days_per_28_days": lambda r: r.average(r.first.started, r.first.ended, 28),
    "mean_held": lambda r: r.average(r.first.ready, r.first.ended),
    "mean_held_wait": lambda r: r.mean((r.first.ended - r.first.ready) / HOUR, r.served),
    "p_held": lambda r: r.mean(r.first.ended > r.first.ready, r.served),
    "bed_days_lost_per_28_days": lambda r: r.average(r.first.ready, r.first.ended, 28),
    "medically_fit_bed_days_per_28_days": lambda r: r.average(r.first.ready, r.first.ended, 28),
    "share_of_ward_bed_days_medically_fit": lambda r: (
        r.average(r.first.ready, r.first.ended)[0],
        r.average(r.first.started, r.first.ended)[0],
    ),
    "mean_staff_busy": lambda r: r.average(r.stage("doctor").started, r.stage("doctor").ended),
    "mean_wait_for_staff": lambda r: r.mean(
        (r.stage("doctor").started - r.stage("doctor").requested) / HOUR, r.served
    ),
    "mean_occupied_at_slot": lambda r: over_days(r.by_slot(r.first.started, r.first.ended)),
    "mean_occupied_at_slot_hourly_steps": lambda r: over_days(r.by_slot(r.first.started, r.first.ended)),
    "occupied_at_hour": lambda r: over_days(r.by_slot(r.first.started, r.first.ended)),
    "held_at_hour": lambda r: over_days(r.by_slot(r.first.ready, r.first.ended)),
    "mean_in_system_at_slot": lambda r: over_days(r.by_slot(r.arrival, r.log.patients.left)),
    "mean_queue_at_slot": lambda r: over_days(r.by_slot(r.first.requested, r.wait_end)),
    "arrivals_per_day": lambda r: (int(r.counted.sum()), (r.stop - r.start) / DAY),
    "p_primary_full": lambda r: r.mean(~_of_choice(r, "Core"), r.everyone),
    "p_escalated": lambda r: r.mean(_of_choice(r, "Escalation"), r.everyone),
    "share_of_patients_escalated": lambda r: r.mean(_of_choice(r, "Escalation"), r.served),
    "mean_primary": lambda r: _number_of_choice(r, "Core"),
    "mean_escalation": lambda r: _number_of_choice(r, "Escalation"),
    "sd_escalation": _spread_of_escalation,
    "bed_days_share_escalation": lambda r: (
        _number_of_choice(r, "Escalation")[0],
        r.average(r.first.started, r.first.ended)[0],
    ),
    "mean_in_system_at_times": _transient(_in_system),
    "mean_queue_at_times": _transient(_queue),
    "p_all_busy_at_times": _transient(lambda r, t: _held(r, t) >= r.stages[0]["places"]),
    "sd_in_system_at_times": _transient(
        lambda r, t: (_in_system(r, t) - np.array(r.expected["mean_in_system_at_times"])) ** 2
    ),
    "mean_departed_by_times": _transient(
        lambda r, t: np.searchsorted(np.sort(r.log.patients.left), t, side="right")
    ),
    "mean_count_in_slot": lambda r: over_days(r.hourly_counts(r.everyone)),
    "variance_count_in_slot": lambda r: over_days(
        (r.hourly_counts(r.everyone) - np.array(r.expected["mean_count_in_slot"])) ** 2
    ),
    "p_no_arrival_in_slot": lambda r: over_days(r.hourly_counts(r.everyone) == 0),
    "mean_count_class1_in_slot": lambda r: over_days(r.hourly_counts(r.of_class(1))),
    "mean_count_per_period": lambda r: over_days(r.hourly_counts(r.everyone).sum(axis=1)),
    "sd_count_per_period": lambda r: over_days(
        (r.hourly_counts(r.everyone).sum(axis=1) - r.expected["mean_count_per_period"]) ** 2
    ),
}
"""Figures without a number in their name. Of those that begin with `sd` the ratio is a variance."""

WITHIN: dict[str, Callable[[Run, float], Ratio]] = {
    "wait_within": lambda r, t: r.mean(r.wait <= t, r.served),
    "wait_for_place_within": lambda r, t: r.mean(r.wait <= t, r.served),
    "served_within": lambda r, t: r.mean(r.served & (r.wait <= t), r.everyone),
    "department_within": lambda r, t: r.mean(r.total <= t, r.everyone),
    "total_within": lambda r, t: r.mean(r.total <= t, r.served),
    "stay_within": lambda r, t: r.mean(r.first.ended - r.arrival <= t, r.served),
    "p_boarding_over": lambda r, t: r.mean(r.first.ended - r.first.ready > t, _going_on(r, 1)),
}


def _going_on(run: Run, k: int) -> Bools:
    return ~np.isnan(run.stage(run.stages[k]["name"]).requested)


def _of_stage(run: Run, k: int, rest: str) -> Ratio:
    stage = run.stage(run.stages[k - 1]["name"])
    got = ~np.isnan(stage.started)
    if rest == "mean_occupied":
        return run.average(stage.started, stage.ended)
    if rest == "mean_in_treatment":
        return run.average(stage.started, stage.ready)
    if rest == "mean_blocked":
        return run.average(stage.ready, stage.ended)
    if rest == "mean_in_system":
        return run.average(stage.requested, stage.ended)
    if rest == "mean_stay":
        return run.mean((stage.ended - stage.started) / HOUR, got)
    if rest == "mean_wait":
        return run.mean((stage.started - stage.requested) / HOUR, got)
    if rest == "flow":
        inside = (run.start <= stage.started) & (stage.started < run.stop)
        return int(inside.sum()), (run.stop - run.start) / HOUR
    if rest == "p_blocked_of_those_going_on":
        return run.mean(stage.ended > stage.ready, _going_on(run, k))
    if rest == "mean_blocked_wait_of_those_going_on":
        return run.mean((stage.ended - stage.ready) / HOUR, _going_on(run, k))
    raise KeyError(rest)


def _of_one_class(run: Run, k: int, rest: str) -> Ratio:
    mine = run.of_class(k) & run.served
    if rest == "mean_wait":
        return run.mean(run.wait / HOUR, mine)
    hours = float(rest.removeprefix("wait_within_"))
    return run.mean(run.wait <= hours * HOUR, mine)


def measure(run: Run, figure: str) -> Ratio:
    """Return a figure's sum and the number it is divided by."""
    if found := re.fullmatch(r"stage(\d)_(.*)", figure):
        return _of_stage(run, int(found[1]), found[2])
    if found := re.fullmatch(r"class(\d)_(.*)", figure):
        return _of_one_class(run, int(found[1]), found[2])
    if figure == "p95_occupied_at_slot":
        below = np.array(run.expected[figure]) - np.array([[1], [0]])
        counts = run.by_slot(run.first.started, run.first.ended)
        return (counts[:, None, :] <= below).sum(axis=0), len(counts)
    if figure in FIGURES:
        return FIGURES[figure](run)
    name, _, hours = figure.rpartition("_")
    return WITHIN[name](run, float(hours) * HOUR)
