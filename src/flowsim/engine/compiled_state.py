"""The memory of a compiled run: the program and the cohort as the loop reads them, and all that changes.

Everything is allocated before the loop and never grown inside it; when some kind of room is used up, the loop
says of which kind.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.compilation import Floats, Ints
from flowsim.engine.compiled_draws import by_patient
from flowsim.engine.program import Program, Verb
from flowsim.sampling.cohort import Cohort

FIRST, LAST, KNOWN = range(3)
BEFORE, AFTER, ROW, QUEUE, SIBLING, RANK = range(6)
"""Of a place in a line: its neighbours, whose it is, the resource, another place of the same asking, and
which of the line's priorities it has, or -1."""

RANKS = 8
"""Priorities of a line whose last nodes are known, so that a newcomer begins behind the last as urgent one;
a line that has seen more, such as one by length of service, is walked from its end."""

AT, ASKING, STAY, TICKET, NODE, HELD = range(6)
"""Of a patient: the next instruction; the seize they wait for or -1, with its stay, ticket and place in line;
from HELD on what they hold, for each slot the resource and the stay."""

DONE, OUT_OF_STAYS, OUT_OF_EVENTS, OUT_OF_CHANGES, NO_TIME, TOO_MANY = range(6)
"""How it ended: done, out of room of some kind, in a loop that takes no time, or with too many events."""


class State(NamedTuple):
    """Everything that changes during a run: resources, queues, patients, events, the log."""

    table: Ints
    extra: Ints
    capacity: Ints
    used: Ints
    waiting: Ints
    pointer: Ints
    lines: Ints
    """Of each resource: the first and the last node of those who wait, and how many priorities it has seen,
    at most `RANKS` and one."""
    rank: Floats
    """Of each resource: the first `RANKS` priorities that it has seen."""
    last_of_rank: Ints
    """The last node that waits with each of them, or -1."""
    nodes: Ints
    """A place in a line: see `BEFORE` and the others."""
    urgency: Floats
    """Of each node: priority, and since when."""
    person: NDArray[np.int32]
    """A row a patient: see `AT` and the others."""
    spawned: NDArray[np.bool_]
    ready_row: Ints
    ready_at: Ints
    soon: Ints
    soon_subject: Ints
    late: Ints
    late_subject: Ints
    impatience: Ints
    impatience_row: Ints
    started: Floats
    left: Floats
    marks: Floats
    stay_patient: NDArray[np.int32]
    stay_site: NDArray[np.int32]
    stay_resource: NDArray[np.int32]
    requested: Floats
    granted: Floats
    ended: Floats
    change_time: Floats
    change_resource: NDArray[np.int32]
    change_capacity: Ints
    outcome: Ints
    """Stays and changes logged, then the patient and the instruction of an error."""
    instant: Floats


class Arrays(NamedTuple):
    """The program and the cohort, as the loop reads them."""

    code: NDArray[np.int32]
    constants: Floats
    alternatives: NDArray[np.int32]
    cumulative: Floats
    targets: NDArray[np.int32]
    calendar_times: Floats
    calendar_levels: Floats
    calendar_start: NDArray[np.int32]
    capacity_time: Floats
    capacity_resource: NDArray[np.int32]
    capacity_level: Ints
    group_members: NDArray[np.int32]
    group_start: NDArray[np.int32]
    entry: NDArray[np.int32]
    site: NDArray[np.int32]
    arrival: Floats
    klass: NDArray[np.int32]
    child: NDArray[np.int32]
    first: Ints
    kind: NDArray[np.int32]
    place: NDArray[np.int16]
    drawn: Floats
    """From `first` on: see `ByPatient`."""


def arrays_of(program: Program, cohort: Cohort) -> Arrays:
    """Return what the loop reads; of the program without copying."""
    of_cohort: dict[str, Any] = {
        "arrival": cohort.arrival,
        "klass": cohort.klass,
        "child": cohort.child,
        **by_patient(cohort.draws)._asdict(),
    }
    of_program = {name: getattr(program, name) for name in Arrays._fields if name not in of_cohort}
    return Arrays(**of_program, **of_cohort)


def allocate(program: Program, rows: int, stays: int, events: int, changes: int) -> State:
    """Allocate a run's memory; the unwritten parts are never read."""
    resources = len(program.resource_names)
    # Everybody in as many lines as one can be in: memory that is not touched costs nothing.
    most_lines = int(program.code[program.code[:, 0] == Verb.SEIZE, 3].max(initial=0))
    nodes = rows * most_lines

    def ints(*shape: int) -> Ints:
        return np.empty(shape, dtype=np.int64)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return State(
        table=zeros(resources),
        extra=zeros(resources),
        capacity=zeros(resources),
        used=zeros(resources),
        waiting=zeros(len(program.list_names)),
        pointer=program.calendar_start[:-1].astype(np.int64),
        lines=np.full((resources, 3), (-1, -1, 0), dtype=np.int64),
        rank=np.empty((resources, RANKS)),
        last_of_rank=np.full((resources, RANKS), -1, dtype=np.int64),
        nodes=ints(nodes, 6),
        urgency=np.empty((nodes, 2)),
        person=np.empty((rows, HELD + 2 * program.slots), dtype=np.int32),
        spawned=np.zeros(rows, dtype=np.bool_),
        ready_row=ints(rows + 1),
        ready_at=ints(rows + 1),
        soon=ints(events),
        soon_subject=ints(events),
        late=ints(events),
        late_subject=ints(events),
        impatience=ints(events),
        impatience_row=ints(events),
        started=np.full(rows, np.nan),
        left=np.full(rows, np.nan),
        marks=np.full((len(program.mark_names), rows), np.nan),
        stay_patient=np.empty(stays, dtype=np.int32),
        stay_site=np.empty(stays, dtype=np.int32),
        stay_resource=np.empty(stays, dtype=np.int32),
        requested=np.empty(stays),
        granted=np.empty(stays),
        ended=np.empty(stays),
        change_time=np.empty(changes),
        change_resource=np.empty(changes, dtype=np.int32),
        change_capacity=ints(changes),
        outcome=zeros(4),
        instant=np.zeros(1),
    )
