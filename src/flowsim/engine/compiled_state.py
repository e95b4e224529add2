"""The memory of a compiled run: the program and the cohort as the loop reads them, and all that changes.

Everything is allocated before the loop and never grown inside it; when some kind of room is used up, the loop
says of which kind.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.program import Program
from flowsim.sampling.cohort import Cohort

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DONE, OUT_OF_STAYS, OUT_OF_NODES, OUT_OF_EVENTS, OUT_OF_CHANGES, NO_TIME = range(6)
"""How the loop ended: done, out of room of some kind, or in a pathway that takes no time."""


class State(NamedTuple):
    """Everything that changes during a run: resources, queues, patients, events, the log."""

    table: Ints
    extra: Ints
    capacity: Ints
    used: Ints
    waiting: Ints
    pointer: Ints
    head: Ints
    tail: Ints
    node_priority: Floats
    node_since: Floats
    node_row: Ints
    node_resource: Ints
    node_before: Ints
    node_after: Ints
    node_sibling: Ints
    at: Ints
    asking: Ints
    asking_stay: Ints
    asking_ticket: Ints
    asking_node: Ints
    held_resource: Ints
    held_stay: Ints
    spawned: NDArray[np.bool_]
    ready_row: Ints
    ready_at: Ints
    wake_time: Floats
    wake_number: Ints
    wake_subject: Ints
    impatience_time: Floats
    impatience_ticket: Ints
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
    columns: Floats


def arrays_of(program: Program, cohort: Cohort) -> Arrays:
    """Return what the loop reads, without copying."""
    names = Arrays._fields
    of_program = names[: names.index("arrival")]
    return Arrays(
        *(getattr(program, name) for name in of_program),
        *(getattr(cohort, name) for name in names[len(of_program) :]),
    )


def allocate(program: Program, rows: int, stays: int, nodes: int, events: int, changes: int) -> State:
    """Allocate a run's memory; the unwritten parts are never read."""
    resources, slots = len(program.resource_names), max(1, program.slots)

    def ints(*shape: int) -> Ints:
        return np.empty(shape, dtype=np.int64)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    def none(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    return State(
        table=zeros(resources),
        extra=zeros(resources),
        capacity=zeros(resources),
        used=zeros(resources),
        waiting=zeros(len(program.list_names)),
        pointer=program.calendar_start[:-1].astype(np.int64),
        head=none(resources),
        tail=none(resources),
        node_priority=np.empty(nodes),
        node_since=np.empty(nodes),
        node_row=ints(nodes),
        node_resource=ints(nodes),
        node_before=ints(nodes),
        node_after=ints(nodes),
        node_sibling=ints(nodes),
        at=ints(rows),
        asking=none(rows),
        asking_stay=ints(rows),
        asking_ticket=ints(rows),
        asking_node=ints(rows),
        held_resource=ints(rows, slots),
        held_stay=ints(rows, slots),
        spawned=np.zeros(rows, dtype=np.bool_),
        ready_row=ints(rows + 1),
        ready_at=ints(rows + 1),
        wake_time=np.empty(events),
        wake_number=ints(events),
        wake_subject=ints(events),
        impatience_time=np.empty(events),
        impatience_ticket=ints(events),
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
