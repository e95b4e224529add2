"""Runs of the shipped baseline with some levers moved, and how tests read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.engines import DEFAULT, simulator
from flowsim.engine.log import Log, Stays
from flowsim.pathways.builder import Hospital
from flowsim.pathways.horizon import horizon_of
from flowsim.pathways.hospital import build
from flowsim.sampling.cohort import Cohort
from flowsim.sampling.laws import Column, Derived, Draw
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario
from flowsim.timeline import DAY, HOUR

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Levers = Mapping[str, Any]

BEDS = (
    "amu",
    "short_stay",
    "acute_frailty_unit",
    "specialty_medicine",
    "older_people",
    "surgery",
    "trauma_orthopaedics",
    "childrens_ward",
    "escalation",
)


def beds(
    *, amu: int, short_stay: int, frailty: int, specialty: int, older: int, surgery: int, trauma: int
) -> dict[str, Any]:
    """Return the levers that set the beds of adults."""
    return {
        "acute_medicine.amu_beds": amu,
        "acute_medicine.short_stay_beds": short_stay,
        "acute_medicine.acute_frailty_beds": frailty,
        "wards.beds.specialty_medicine": specialty,
        "wards.beds.older_people": older,
        "wards.beds.surgery": surgery,
        "wards.beds.trauma_orthopaedics": trauma,
    }


def all_beds(number: int) -> dict[str, Any]:
    """Return the levers that set every group of adults' beds to a number."""
    names = ("amu", "short_stay", "frailty", "specialty", "older", "surgery", "trauma")
    return beds(**dict.fromkeys(names, number))


def slots(number: int) -> dict[str, Any]:
    """Return the levers that set the Discharge-to-Assess slots of every pathway and locality."""
    return {f"community.P{k}.places.{x}": number for k in (1, 2, 3) for x in ("P", "FG", "SEH")}


def scenario(days: int, levers: Levers = {}, *, warm_up: int = 10) -> Scenario:  # noqa: B006
    """Return the baseline for a short run with levers set."""
    changes = {"run.warm_up": f"{warm_up} days", "run.days": days - warm_up, **levers}
    return load("portsmouth-2016", Scenario, {path: {"set": value} for path, value in changes.items()}).value


def run(days: int, levers: Levers = {}, *, warm_up: int = 10, seed: int = 1) -> Run:  # noqa: B006
    """Return a run of the baseline with levers set: `days` in all, the reported ones from 1 April 2016."""
    asked = scenario(days, levers, warm_up=warm_up)
    return Run.of(asked, seed=seed)


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """The stays at one site of those who were served, by patient; NaN and -1 for everybody else."""

    requested: Floats
    started: Floats
    ended: Floats
    resource: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run with all that went into it."""

    scenario: Scenario
    hospital: Hospital
    cohort: Cohort
    log: Log

    @classmethod
    def of(cls, asked: Scenario, *, seed: int, engine: str = DEFAULT) -> Run:
        hospital = build(asked)
        cohort = hospital.sample(seed=seed)
        log = simulator(engine)(hospital.compiled.program, cohort, hospital.end)
        return cls(asked, hospital, cohort, log)

    @property
    def origin(self) -> dt.datetime:
        """The midnight at minute 0."""
        return horizon_of(self.scenario).origin

    def mark(self, name: str) -> Floats:
        return self.log.mark(name)

    def is_level(self, attribute: str, *levels: str) -> Bools:
        names = self.log.levels[attribute]
        return np.isin(self.log.patients.attributes[attribute], [names.index(level) for level in levels])

    def is_class(self, *names: str) -> Bools:
        return np.isin(self.log.patients.klass, [self.log.class_names.index(name) for name in names])

    def came(self) -> Bools:
        """Return which rows are patients who came."""
        controllers = np.array(self.log.controllers)
        return ~np.isnan(self.log.patients.started) & ~controllers[self.log.patients.klass]

    def on_foot(self) -> Bools:
        """Return who came to the type 1 ED other than by ambulance."""
        return ~np.isnan(self.mark("ed_arrival")) & np.isnan(self.mark("ambulance_arrival"))

    def draw(self, stream: str) -> Floats:
        """Return the one column drawn from a stream as it is."""
        plan = self.hospital.compiled.plan
        found = [
            k for k, c in enumerate(plan.columns) if isinstance(c, Draw) and c.stream == stream and not c.base
        ]
        assert len(found) == 1, f"{len(found)} columns of {stream}"
        return self.cohort.columns[found[0]]

    def worked_out(self, *streams: str, is_time: bool) -> Floats:
        """Return the one column worked out from these streams that is, or is not, a time."""
        plan = self.hospital.compiled.plan
        found = [
            k
            for k, (c, time) in enumerate(zip(plan.columns, plan.is_time, strict=True))
            if isinstance(c, Derived) and streams_of(c) == set(streams) and time == is_time
        ]
        assert len(found) == 1, f"{len(found)} columns from {streams}"
        return self.cohort.columns[found[0]]

    def stays(self, site: str) -> Stays:
        """Return every stay and wait at a site, in order of asking."""
        s = self.log.stays
        here = s.site == self.log.sites.index(site)
        return Stays(
            s.patient[here], s.site[here], s.resource[here], s.requested[here], s.started[here], s.ended[here]
        )

    def served(self, site: str) -> Served:
        """Return the served stays at a site by patient; nobody may have two."""
        s = self.stays(site)
        got = ~np.isnan(s.started)
        assert np.bincount(s.patient[got]).max(initial=0) <= 1, f"somebody was served twice at {site}"
        n = len(self.log.patients.klass)
        table = [np.full(n, np.nan) for _ in range(3)]
        for column, values in zip(table, (s.requested, s.started, s.ended), strict=True):
            column[s.patient[got]] = values[got]
        resource = np.full(n, -1)
        resource[s.patient[got]] = s.resource[got]
        return Served(*table, resource)

    def is_in(self, served: Served, *resources: str) -> Bools:
        """Return who was served by one of these resources."""
        return np.isin(served.resource, [self.log.resource(name) for name in resources])

    def capacity(self, resource: str) -> tuple[list[float], list[int]]:
        """Return the times and levels of a resource's places."""
        p = self.log.places
        mine = p.resource == self.log.resource(resource)
        return p.time[mine].tolist(), p.capacity[mine].tolist()

    def weekday(self, t: Floats) -> NDArray[np.int64]:
        """Return the day of the week, Monday 0; -1 where there is no time."""
        day = np.nan_to_num(np.floor(t / DAY), nan=0).astype(np.int64)
        return np.where(np.isnan(t), -1, (day + self.origin.weekday()) % 7)

    @staticmethod
    def hour(t: Floats) -> Floats:
        """Return the hour of the day, with its fraction."""
        return t % DAY / HOUR


def streams_of(column: Column) -> set[str]:
    """Return the streams, or the attribute, that a column reads."""
    if isinstance(column, Draw):
        return {column.stream}
    if isinstance(column, Derived):
        return set().union(*map(streams_of, column.sources))
    return {getattr(column, "attribute", "")}


def waiting_at(stays: Stays, t: Floats) -> NDArray[np.int64]:
    """Return how many wait at each time, who come or go at that very time not counted."""
    stop = np.where(np.isnan(stays.started), stays.ended, stays.started)
    stop = np.sort(np.where(np.isnan(stop), np.inf, stop))
    return np.searchsorted(np.sort(stays.requested), t, side="left") - np.searchsorted(stop, t, side="right")
