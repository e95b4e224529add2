"""Where patients are during one day: how many hold each place and how many wait for it, hour by hour.

It is one replication, so one day that could have been; the figures are in the answer, not here.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim import words
from flowsim.engine.log import Log
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.runs.replications import Task, replicator_of
from flowsim.outcomes import ReportingPeriod
from flowsim.timeline import HOUR

HOURS = 24
NUMBER = 0
"""The replication that is shown."""
REMEMBERED = 8
"""Arms whose days are kept."""

DEPARTMENT = (
    "assessment_bays",
    "minors_spaces",
    "majors_spaces",
    "resus_spaces",
    "children_spaces",
    "childrens_observation",
    "decision_unit",
    "aec",
)
"""Places in the department; beds and community slots are known to the reporting period."""
GROUPS = (
    "In the department",
    "In hospital beds",
    "In discharge-to-assess services",
    "With staff or services",
)

Counts = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Every reported hour of one replication; n places, m hours.

    Parameters
    ----------
    names : tuple of str
        Of the places, as people call them.
    group : tuple of int
        Position of each place in `GROUPS`; who is with staff holds a place, too, as a rule.
    inside, waiting, open : NDArray[np.int32]
        Shape (n, m): who holds a place, who waits for one, and how many there are.
    """

    names: tuple[str, ...]
    group: tuple[int, ...]
    inside: Counts
    waiting: Counts
    open: Counts


class DaysOf:
    """Where the days of any arm come from; those asked for lately are remembered.

    Parameters
    ----------
    executor : Executor
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self._found: OrderedDict[Task, Days] = OrderedDict()

    def __call__(self, *arms: Arm) -> list[Days]:
        """Return the days of each arm's first replication."""
        tasks = [Task.several(arm.setup, [NUMBER])[0] for arm in arms]
        coming = {
            task: self.executor.submit(carry_out_days, task) for task in tasks if task not in self._found
        }
        self._found |= {task: future.result() for task, future in coming.items()}
        several = [self._found[task] for task in tasks]
        while len(self._found) > REMEMBERED:
            self._found.popitem(last=False)
        return several


def carry_out_days(task: Task) -> Days:
    """Return the days of a replication, in whatever process this is."""
    replicator = replicator_of(task.setup)
    return counted(replicator.simulated(task.number).log, replicator.period)


def counted(log: Log, period: ReportingPeriod) -> Days:
    """Return how many held and awaited each place at every full hour of a period."""
    hours = np.arange(period.begins, period.ends, HOUR)
    stays = log.stays
    patient = ~np.array(log.controllers)[log.patients.klass[stays.patient]]
    names, group, inside, waiting, room = [], [], [], [], []
    for i, name in enumerate(log.resource_names):
        if name in (period.opel, period.closed_beds, period.cancelled, period.put_off):
            continue  # a level, a count and two lists, not places
        mine = patient & (stays.resource == i)
        asked, began, left = (column[mine] for column in (stays.requested, stays.started, stays.ended))
        held = ~np.isnan(began)
        inside.append(_between(began[held], left[held], hours))
        # Who gave up has an end and no start; who still waits has neither.
        waiting.append(_between(asked, np.where(held, began, left), hours))
        room.append(_open(log, i, hours))
        names.append(words.resource(name))
        group.append(_group(name, period))
    tables = (np.array(table, dtype=np.int32) for table in (inside, waiting, room))
    return Days(tuple(names), tuple(group), *tables)


def _group(name: str, period: ReportingPeriod) -> int:
    known = (DEPARTMENT, period.ga_beds, period.d2a)
    return next((i for i, several in enumerate(known) if name in several), len(known))


def _open(log: Log, resource: int, hours: Any) -> Any:
    """Return how many places of a resource there are at each hour."""
    changes = log.places.resource == resource
    time, capacity = log.places.time[changes], log.places.capacity[changes]
    at = np.searchsorted(time, hours, side="right") - 1
    return np.where(at >= 0, capacity[np.maximum(at, 0)], 0) if len(time) else np.zeros(len(hours))


def _between(began: Any, ended: Any, hours: Any) -> Any:
    """Return how many had begun and not ended at each hour; an end of NaN is after all of them."""
    return np.searchsorted(np.sort(began), hours, side="right") - np.searchsorted(
        np.sort(ended[~np.isnan(ended)]), hours, side="right"
    )
