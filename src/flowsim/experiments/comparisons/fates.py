"""Fates: what became of each patient of a replication, to compare the same patients in two arms.

A patient is known by class, line of returns and candidate: what they were drawn as, whatever happens to them.
A lever that moves the times of arrivals makes other people of them, so the arrival must be the same, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes import METRICS, Observed, ReportingPeriod
from flowsim.outcomes.breaches import WAITS, longest_wait_of_breaches
from flowsim.outcomes.period import Ints, midnight_before
from flowsim.timeline import DAY, HOUR

COUNTED = {
    "patients": "Patients who came",
    "breaches": "Type 1 four-hour breaches",
    "waits_over_12h": "Waits over 12 h for a bed",
    "admissions": "Admissions via type 1",
    "bed_days": METRICS["occupied_bed_days"].label,
}
"""What is counted of each patient within the reporting period, with its label."""

METRIC_OF = {
    "breaches": "four_hour_performance_type1",
    "waits_over_12h": "dta_waits_over_12h",
    "admissions": "emergency_admissions",
    "bed_days": "occupied_bed_days",
}
"""The metric that says who has how much of it; a breach is what its metric does not count."""

ATTRIBUTES = ("stream", "frailty", "locality")
NONE = "none"
"""The level of those who have no such attribute, such as electives without a stream."""

HOURS = tuple(f"{hour:02}" for hour in range(24))
AWAITED = (*WAITS, "treatment")
"""Where the time of a breach had gone: its longest single wait, or treatment if there was no wait."""

RETURNS = 16
"""More than anybody comes back."""
CANDIDATES = 1 << 26
"""More than there are in a class: with them and a name's 32 bits a patient is known by one number."""


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """Everybody who came in one replication; n patients, in order of `who`.

    Parameters
    ----------
    who : NDArray[np.int64]
        Each once.
    came : NDArray[np.float64]
        When the patient came for the first time [min].
    counts : Mapping[str, NDArray[np.float64]]
        By what is counted, shape (n,).
    groups : Mapping[str, NDArray[np.int64]]
        By key, each patient's position in the labels of that key, shape (n,).
    awaited : NDArray[np.int64]
        Position in `AWAITED`; -1 for those who did not breach.
    """

    who: Ints
    came: Floats
    counts: Mapping[str, Floats]
    groups: Mapping[str, Ints]
    awaited: Ints


def labels_of(log: Log) -> dict[str, tuple[str, ...]]:
    """Return the keys that patients are grouped by, with their labels."""
    attributes = {name: (*log.levels[name], NONE) for name in ATTRIBUTES if name in log.levels}
    return {**attributes, "hour": HOURS}


def fates_of(log: Log, period: ReportingPeriod, child: NDArray[np.int32]) -> Fates:
    """Return what became of everybody in a replication.

    Parameters
    ----------
    log : Log
    period : ReportingPeriod
    child : NDArray[np.int32]
        `Cohort.child`: for each patient the row of their return, or -1.
    """
    observed = Observed(log, period, child)
    who, came = _identities(log, child)
    here = np.flatnonzero(observed.is_patient)
    here = here[np.argsort(who[here])]
    counts = {name: _count(observed, name)[here] for name in COUNTED}
    breaches, longest = longest_wait_of_breaches(observed)
    awaited = np.full(len(who), -1)
    awaited[breaches] = np.where(longest < 0, len(WAITS), longest)
    groups: dict[str, Ints] = {}
    for name, labels in labels_of(log).items():
        if name == "hour":
            since_midnight = log.patients.started[here] + midnight_before(period.origin)
            groups[name] = (since_midnight % DAY // HOUR).astype(np.int64)
        else:
            codes = log.patients.attributes[name][here].astype(np.int64)
            groups[name] = np.where(codes < 0, len(labels) - 1, codes)
    return Fates(who[here], came[here], counts, groups, awaited[here])


def matched(one: Fates, other: Fates) -> tuple[Ints, Ints]:
    """Return the rows of the same patients in each of two arms."""
    _, mine, theirs = np.intersect1d(one.who, other.who, assume_unique=True, return_indices=True)
    same = one.came[mine] == other.came[theirs]
    return mine[same], theirs[same]


def _identities(log: Log, child: NDArray[np.int32]) -> tuple[Ints, Floats]:
    """Return who each row is, and when that patient came for the first time."""
    patients = log.patients
    # By its name, for with another class before it a class has another position in another arm.
    names = np.array([crc32(name.encode()) for name in log.class_names], dtype=np.int64)
    root = names[patients.klass]
    returns = np.zeros(len(root), dtype=np.int64)
    came = patients.started.copy()
    back = np.zeros(len(root), dtype=np.bool_)
    back[child[child >= 0]] = True
    rows = np.flatnonzero(~back & (child >= 0))
    while len(rows):
        later = child[rows].astype(np.int64)
        root[later], returns[later], came[later] = root[rows], returns[rows] + 1, came[rows]
        rows = later[child[later] >= 0]
    return (root * RETURNS + returns) * CANDIDATES + patients.candidate, came


def _count(observed: Observed, name: str) -> Floats:
    """Return what a patient has of a counted thing, for each row of the log."""
    if name == "patients":
        came = observed.within(observed.log.patients.started) & ~observed.kept_away
        return came.astype(np.float64)
    metric = METRICS[METRIC_OF[name]]
    if not all(map(observed.knows, metric.needs)):
        return np.zeros(len(observed.is_patient))
    seen = metric.function(observed)
    assert seen.patient is not None
    values = 1.0 - seen.values if name == "breaches" else seen.values
    return np.bincount(seen.patient, values, minlength=len(observed.is_patient)).astype(np.float64)
