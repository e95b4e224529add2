"""The fast engine: the same interpreter, compiled by numba.

It reads the arrays of a program and gives the log that the SimPy engine gives, bit for bit; that engine is
the place to read what the verbs mean. Here the calendar of events is two binary heaps, one for the ends of
delays and one for patience; arrivals and the capacity table are read off their sorted columns; a queue is a
linked list. All memory is allocated before the loop; where it does not suffice, the run begins again with
twice as much.
"""

from __future__ import annotations

import numpy as np

from flowsim.engine.compiled_calendar import LONGEST, MOST_NUMBERS
from flowsim.engine.compiled_loop import run
from flowsim.engine.compiled_state import (
    NO_TIME,
    OUT_OF_CHANGES,
    OUT_OF_EVENTS,
    OUT_OF_STAYS,
    TOO_MANY,
    allocate,
    arrays_of,
)
from flowsim.engine.log import Log, Places, Stays
from flowsim.engine.program import Program
from flowsim.errors import SimulationError
from flowsim.sampling.cohort import Cohort
from flowsim.timeline import DAY


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
        If a pathway loops without taking time, or the run is too long.
    """
    if end > LONGEST:
        raise SimulationError(
            f"the compiled engine runs at most {LONGEST / DAY:,.0f} days; found {end / DAY:,.0f}"
        )
    arrays = arrays_of(program, cohort)
    rows = len(cohort)
    arrivals = int(np.isfinite(cohort.arrival).sum())
    room = {
        OUT_OF_STAYS: 4 * rows + 1024,
        OUT_OF_EVENTS: rows + 65_536,
        OUT_OF_CHANGES: len(program.capacity_time) + 4096,
    }
    while True:
        state = allocate(program, rows, *room.values())
        outcome = run(arrays, state, arrivals, float(end))
        if outcome not in room:
            break
        room[outcome] *= 2
    if outcome == NO_TIME:
        raise program.endless(state.instant[0], int(state.outcome[2]), int(state.outcome[3]))
    if outcome == TOO_MANY:
        raise SimulationError(f"the compiled engine holds at most {MOST_NUMBERS:,} delays in one run")
    n, c = int(state.outcome[0]), int(state.outcome[1])
    return Log.of(
        program,
        cohort,
        end,
        started=state.started,
        left=state.left,
        marks=state.marks,
        stays=Stays(
            state.stay_patient[:n],
            state.stay_site[:n],
            state.stay_resource[:n],
            state.requested[:n],
            state.granted[:n],
            state.ended[:n],
        ),
        places=Places(state.change_time[:c], state.change_resource[:c], state.change_capacity[:c]),
    )
