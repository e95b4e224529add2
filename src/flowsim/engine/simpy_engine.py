"""The readable engine: a program, interpreted on SimPy.

SimPy keeps the clock and the calendar of events. A patient is not a process: each verb is a function that
does its work and names the next instruction, and a patient runs verb after verb until they must wait. Only
then is one SimPy event scheduled, whose callback takes up the patient where they stopped.

The order of things within one instant is the whole art, and it is here in four rules:

* Events at one time go by phase: capacity table, ends of delays, patience, arrivals; then by order of
  scheduling.
* Nothing is ever scheduled for the present instant: who need not wait goes on at once.
* The patient of the event steps first, then those granted a place meanwhile, first granted first, each to
  their own stop.
* Hence, whenever a verb begins, nobody waits for a resource that has a free place.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import numpy as np
import simpy

from flowsim.engine.log import Log, Places, Stays
from flowsim.engine.program import Program
from flowsim.engine.simpy_state import ARRIVAL, CAPACITY_CHANGE, NAN, Run
from flowsim.engine.simpy_verbs import MAKERS
from flowsim.sampling.cohort import Cohort

Change = tuple[float, list[tuple[int, int]]]
"""An instant of the capacity table: the time, and (resource, level) of what changes then."""


class _Clock(Run):
    """A run with its clock: what comes from outside, the capacity table and the arrivals."""

    def __init__(self, program: Program, cohort: Cohort, end: float) -> None:
        super().__init__(program, cohort, end)
        self.actions = [MAKERS[code[0]](self, i, code) for i, code in enumerate(program.code.tolist())]
        self.coming = iter(np.flatnonzero(np.isfinite(cohort.arrival)).tolist())
        self.arrivals = cohort.arrival.data
        self.on_arrival = [self.arrive]

    def run(self) -> None:
        """Let everything happen that happens before the end."""
        changes = self.capacity_table()
        self.set_capacities(next(changes, (0.0, [])))
        self.schedule_table(changes)
        self.schedule_arrival()
        self.env.run(until=self.end)

    def capacity_table(self) -> Iterator[Change]:
        """Give the capacity table, an instant at a time."""
        program = self.program
        times, starts = np.unique(program.capacity_time, return_index=True)
        ends = np.append(starts, len(program.capacity_time))[1:]
        for time, a, b in zip(times.tolist(), starts.tolist(), ends.tolist(), strict=True):
            pairs = zip(
                program.capacity_resource[a:b].tolist(), program.capacity_level[a:b].tolist(), strict=True
            )
            yield time, list(pairs)

    def schedule_table(self, changes: Iterator[Change]) -> None:
        following = next(changes, None)
        if following is None:
            return

        def at_that_time(event: simpy.Event) -> None:
            self.now = self.env.now
            self.set_capacities(following)
            self.schedule_table(changes)
            self.go_on()

        self.schedule([at_that_time], None, CAPACITY_CHANGE, following[0] - self.now)

    def set_capacities(self, change: Change) -> None:
        """Set all capacities of one instant first, then serve the raised ones in resource order."""
        raised = []
        for resource, level in change[1]:
            self.table[resource] = level
            if self.adjust_capacity(resource):
                raised.append(resource)
        for resource in raised:
            self.serve(resource)

    def schedule_arrival(self) -> None:
        row = next(self.coming, None)
        if row is not None:
            self.schedule(self.on_arrival, row, ARRIVAL, self.arrivals[row] - self.now)

    def arrive(self, event: Any) -> None:
        self.now = self.env.now
        patient = self.enter(event.subject)
        self.schedule_arrival()
        self.go_on(patient, patient.at)

    def log(self) -> Log:
        """Return what happened."""
        program, cohort = self.program, self.cohort
        marks = np.full((len(program.mark_names), len(cohort)), NAN)
        if self.entered:
            marks[:, [p.row for p in self.entered]] = np.array([p.marks for p in self.entered]).T
        changes = np.array(self.changes, dtype=np.float64).reshape(-1, 3)
        return Log.of(
            program,
            cohort,
            self.end,
            started=self.started,
            left=self.left,
            marks=marks,
            stays=Stays(
                np.array(self.stay_patient, dtype=np.int32),
                np.array(self.stay_site, dtype=np.int32),
                np.array(self.stay_resource, dtype=np.int32),
                np.array(self.requested, dtype=np.float64),
                np.array(self.granted, dtype=np.float64),
                np.array(self.ended, dtype=np.float64),
            ),
            places=Places(changes[:, 0], changes[:, 1].astype(np.int32), changes[:, 2].astype(np.int64)),
        )


def simulate(program: Program, cohort: Cohort, end: float) -> Log:
    """Run a program for a cohort until `end` and return the log.

    Parameters
    ----------
    program : Program
    cohort : Cohort
    end : float
        Minutes; what would happen at or after it does not happen.

    Raises
    ------
    SimulationError
        If a pathway loops without taking time.
    """
    run = _Clock(program, cohort, end)
    collecting = gc.isenabled()
    gc.disable()  # there is no garbage before the end, and looking for it costs a third of the run
    try:
        run.run()
    finally:
        if collecting:
            gc.enable()
    log = run.log()
    vars(run).clear()  # what a run holds knows the run: it would stay until somebody looks for cycles
    return log
