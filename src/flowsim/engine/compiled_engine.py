"""The fast engine: the same interpreter, compiled by numba.

It reads the arrays of a program and gives the log that the SimPy engine gives, bit for bit; that engine is
the place to read what the verbs mean. Here the calendar of events is two binary heaps, one for the ends of
delays and one for patience; arrivals and the capacity table are read off their sorted columns; a queue is a
linked list. All memory is allocated before the loop; where it does not suffice, the run begins again with
twice as much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log, Patients, Places, Stays
from flowsim.engine.program import NONE, Condition, Program, Verb
from flowsim.errors import SimulationError
from flowsim.sampling.cohort import Cohort
from flowsim.timeline import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEIZE, RELEASE, DELAY, UNTIL, CLOCK, BRANCH, WHEN, MARK, SPAWN, CAPACITY, LEAVE = (int(v) for v in Verb)
OPEN, OPENS_WITHIN, FREE, WAITING, OCCUPIED = (int(c) for c in Condition)

VERBS_IN_ONE_INSTANT = 1_000_000

DONE, OUT_OF_STAYS, OUT_OF_NODES, OUT_OF_EVENTS, OUT_OF_CHANGES, NO_TIME = range(6)
"""How the loop ended: done, out of room of some kind, or in a pathway that takes no time."""

PATIENT, CHILD, TURNAROUND = range(3)
"""Whose event it is, packed into the subject of the first heap: subject = 3 x row or resource + kind."""


class _State(NamedTuple):
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


class _Arrays(NamedTuple):
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


Function = TypeVar("Function", bound=Callable[..., Any])


def _compiled(function: Function) -> Function:
    """Compile when first called, and keep the result on disk where some folder can be written."""
    compiled: Any
    try:
        compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # numba found no folder for its cache
        compiled = numba.njit(nogil=True, error_model="numpy")(function)
    result: Function = compiled
    return result


@_compiled
def _push(
    size: int,
    times: Floats,
    numbers: Ints,
    subjects: Ints,
    time: float,
    number: int,
    subject: int,
) -> None:
    """Add an event to a heap of `size` events in order of (time, number)."""
    i = size
    while i > 0:
        above = (i - 1) >> 1
        if times[above] < time or (times[above] == time and numbers[above] < number):
            break
        times[i] = times[above]
        numbers[i] = numbers[above]
        subjects[i] = subjects[above]
        i = above
    times[i] = time
    numbers[i] = number
    subjects[i] = subject


@_compiled
def _pop(size: int, times: Floats, numbers: Ints, subjects: Ints) -> None:
    """Take the first event from a heap of `size` events."""
    last = size - 1
    time, number, subject = times[last], numbers[last], subjects[last]
    i = 0
    while True:
        below = 2 * i + 1
        if below >= last:
            break
        right = below + 1
        if right < last and (
            times[right] < times[below] or (times[right] == times[below] and numbers[right] < numbers[below])
        ):
            below = right
        if time < times[below] or (time == times[below] and number < numbers[below]):
            break
        times[i] = times[below]
        numbers[i] = numbers[below]
        subjects[i] = subjects[below]
        i = below
    times[i] = time
    numbers[i] = number
    subjects[i] = subject


@_compiled
def _next_above(
    times: Floats,
    levels: Floats,
    start: NDArray[np.int32],
    pointer: Ints,
    calendar: int,
    threshold: float,
    now: float,
) -> float:
    """Return the first time from now on with a level above the threshold, or infinity.

    Time only goes forward, so a pointer moves along each calendar.
    """
    i = pointer[calendar]
    stop = start[calendar + 1]
    while i + 1 < stop and times[i + 1] <= now:
        i += 1
    pointer[calendar] = i
    if levels[i] > threshold:
        return now
    for k in range(i + 1, stop):
        if levels[k] > threshold:
            opens: float = times[k]
            return opens
    return np.inf


@_compiled
def _run(a: _Arrays, s: _State, arrivals: int, end: float) -> int:
    """Let everything happen that happens before the end.

    One function, since a helper that is handed forty arrays costs more than what it does.
    """
    code = a.code
    constants = a.constants
    alternatives = a.alternatives
    cumulative = a.cumulative
    targets = a.targets
    calendar_times = a.calendar_times
    calendar_levels = a.calendar_levels
    calendar_start = a.calendar_start
    capacity_time = a.capacity_time
    capacity_resource = a.capacity_resource
    capacity_level = a.capacity_level
    group_members = a.group_members
    group_start = a.group_start
    entry = a.entry
    site = a.site
    arrival = a.arrival
    klass = a.klass
    child = a.child
    columns = a.columns
    table = s.table
    extra = s.extra
    capacity = s.capacity
    used = s.used
    waiting = s.waiting
    pointer = s.pointer
    head = s.head
    tail = s.tail
    node_priority = s.node_priority
    node_since = s.node_since
    node_row = s.node_row
    node_resource = s.node_resource
    node_before = s.node_before
    node_after = s.node_after
    node_sibling = s.node_sibling
    at = s.at
    asking = s.asking
    asking_stay = s.asking_stay
    asking_ticket = s.asking_ticket
    asking_node = s.asking_node
    held_resource = s.held_resource
    held_stay = s.held_stay
    spawned = s.spawned
    ready_row = s.ready_row
    ready_at = s.ready_at
    wake_time = s.wake_time
    wake_number = s.wake_number
    wake_subject = s.wake_subject
    impatience_time = s.impatience_time
    impatience_ticket = s.impatience_ticket
    impatience_row = s.impatience_row
    started = s.started
    left = s.left
    marks = s.marks
    stay_patient = s.stay_patient
    stay_site = s.stay_site
    stay_resource = s.stay_resource
    requested = s.requested
    granted = s.granted
    ended = s.ended
    change_time = s.change_time
    change_resource = s.change_resource
    change_capacity = s.change_capacity
    outcome = s.outcome
    instant = s.instant

    changes, rooms = len(capacity_time), len(ready_row)
    coming, change = 0, 0
    wakes, impatient, number, ticket = 0, 0, 0, 0
    stays, nodes, free_node, logged = 0, 0, -1, 0
    ready_from, ready_to = 0, 0
    first_raised, last_raised = 0, 0
    serving = -1

    while True:
        # The next event, by time and phase.
        now, phase = np.inf, -1
        if change < changes:
            now, phase = capacity_time[change], 0
        if wakes > 0 and wake_time[0] < now:
            now, phase = wake_time[0], 1
        if impatient > 0 and impatience_time[0] < now:
            now, phase = impatience_time[0], 2
        if coming < arrivals and arrival[coming] < now:
            now, phase = arrival[coming], 3
        if not now < end:
            break

        row, here = 0, -1
        if phase == 0:
            # All capacities of the instant are set before any raised one is served.
            first_raised = logged
            while change < changes and capacity_time[change] == now:
                resource = capacity_resource[change]
                table[resource] = capacity_level[change]
                change += 1
                level = max(0, table[resource] + extra[resource])
                if level != capacity[resource]:
                    if logged >= len(change_time):
                        return OUT_OF_CHANGES
                    capacity[resource] = level
                    change_time[logged] = now
                    change_resource[logged] = resource
                    change_capacity[logged] = level
                    logged += 1
            last_raised = logged
        elif phase == 1:
            subject = wake_subject[0]
            _pop(wakes, wake_time, wake_number, wake_subject)
            wakes -= 1
            kind, row = subject % 3, subject // 3
            if kind == PATIENT:
                here = at[row]
            elif kind == CHILD:
                started[row] = now
                here = entry[klass[row]]
            else:
                used[row] -= 1
                serving = row
        elif phase == 2:
            row, its_ticket = impatience_row[0], impatience_ticket[0]
            _pop(impatient, impatience_time, impatience_ticket, impatience_row)
            impatient -= 1
            if asking[row] < 0 or asking_ticket[row] != its_ticket:
                continue
            here = code[asking[row], 9]
            ended[asking_stay[row]] = now
            waiting[code[asking[row], 5]] -= 1
            asking[row] = -1
            node = asking_node[row]
            while node >= 0:
                before, after, queue = node_before[node], node_after[node], node_resource[node]
                if before < 0:
                    head[queue] = after
                else:
                    node_after[before] = after
                if after < 0:
                    tail[queue] = before
                else:
                    node_before[after] = before
                node_after[node] = free_node
                free_node = node
                node = node_sibling[node]
        else:
            row = coming
            coming += 1
            started[row] = now
            here = entry[klass[row]]

        # The patient of the event steps to their stop, then those granted a place meanwhile, first granted
        # first.
        verbs = 0
        while True:
            # Before the next verb, whatever has become free is given to the first in line.
            while serving >= 0 or first_raised < last_raised:
                if serving < 0:
                    serving = change_resource[first_raised]
                    first_raised += 1
                if head[serving] < 0 or used[serving] >= capacity[serving]:
                    serving = -1
                    continue
                granted_row = node_row[head[serving]]
                seize = asking[granted_row]
                waiting[code[seize, 5]] -= 1
                asking[granted_row] = -1
                node = asking_node[granted_row]
                while node >= 0:
                    before, after, queue = node_before[node], node_after[node], node_resource[node]
                    if before < 0:
                        head[queue] = after
                    else:
                        node_after[before] = after
                    if after < 0:
                        tail[queue] = before
                    else:
                        node_before[after] = before
                    node_after[node] = free_node
                    free_node = node
                    node = node_sibling[node]
                start = code[seize, 2]
                for k in range(start, start + code[seize, 3]):
                    resource = alternatives[k, 0]
                    if used[resource] < capacity[resource]:
                        stay = asking_stay[granted_row]
                        used[resource] += 1
                        held_resource[granted_row, code[seize, 4]] = resource
                        held_stay[granted_row, code[seize, 4]] = stay
                        stay_resource[stay] = resource
                        granted[stay] = now
                        ready_row[ready_to] = granted_row
                        ready_at[ready_to] = alternatives[k, 2]
                        ready_to = ready_to + 1 if ready_to + 1 < rooms else 0
                        break

            if here < 0:
                if ready_from == ready_to:
                    break
                row, here = ready_row[ready_from], ready_at[ready_from]
                ready_from = ready_from + 1 if ready_from + 1 < rooms else 0
            if verbs == VERBS_IN_ONE_INSTANT:
                outcome[2], outcome[3], instant[0] = row, here, now
                return NO_TIME
            verbs += 1

            verb, following = code[here, 0], code[here, 1]
            # What each verb may want scheduled: the patient, their child or a turnaround.
            wake, subject = now, 3 * row + PATIENT
            if verb == DELAY:
                operand = code[here, 2]
                wake = now + (columns[operand, row] if operand >= 0 else constants[-2 - operand])
            elif verb == MARK:
                marks[code[here, 2], row] = now
            elif verb == BRANCH:
                operand = code[here, 2]
                u = columns[operand, row] if operand >= 0 else constants[-2 - operand]
                way = code[here, 3]
                last_way = way + code[here, 4] - 1
                while way < last_way and u >= cumulative[way]:
                    way += 1
                following = targets[way]
            elif verb == SEIZE:
                if stays >= len(requested):
                    return OUT_OF_STAYS
                start, stop = code[here, 2], code[here, 2] + code[here, 3]
                stay_patient[stays] = row
                stay_site[stays] = site[here]
                stay_resource[stays] = alternatives[start, 0]
                requested[stays] = now
                granted[stays] = np.nan
                ended[stays] = np.nan
                following = -1
                for k in range(start, stop):
                    resource = alternatives[k, 0]
                    if used[resource] < capacity[resource]:
                        used[resource] += 1
                        held_resource[row, code[here, 4]] = resource
                        held_stay[row, code[here, 4]] = stays
                        stay_resource[stays] = resource
                        granted[stays] = now
                        following = alternatives[k, 2]
                        break
                if following < 0:
                    mark, operand, closing = code[here, 10], code[here, 7], code[here, 8]
                    since = now if mark < 0 else marks[mark, row]
                    until = np.inf
                    if operand != NONE:
                        until = since + (columns[operand, row] if operand >= 0 else constants[-2 - operand])
                    if closing != NONE:
                        opens = _next_above(
                            calendar_times, calendar_levels, calendar_start, pointer, closing, 0.0, now
                        )
                        until = min(until, opens)
                    if until <= now:
                        ended[stays] = now
                        following = code[here, 9]
                    else:
                        operand = code[here, 6]
                        urgency = columns[operand, row] if operand >= 0 else constants[-2 - operand]
                        asking[row] = here
                        asking_stay[row] = stays
                        asking_ticket[row] = ticket
                        waiting[code[here, 5]] += 1
                        sibling = -1
                        for k in range(start, stop):
                            queue = alternatives[k, 0]
                            priority = urgency + alternatives[k, 1]
                            if free_node >= 0:
                                node = free_node
                                free_node = node_after[node]
                            else:
                                if nodes >= len(node_row):
                                    return OUT_OF_NODES
                                node = nodes
                                nodes += 1
                            before = tail[queue]
                            while before >= 0 and (
                                node_priority[before] > priority
                                or (node_priority[before] == priority and node_since[before] > since)
                            ):
                                before = node_before[before]
                            after = head[queue] if before < 0 else node_after[before]
                            node_priority[node] = priority
                            node_since[node] = since
                            node_row[node] = row
                            node_resource[node] = queue
                            node_sibling[node] = sibling
                            node_before[node] = before
                            node_after[node] = after
                            if before < 0:
                                head[queue] = node
                            else:
                                node_after[before] = node
                            if after < 0:
                                tail[queue] = node
                            else:
                                node_before[after] = node
                            sibling = node
                        asking_node[row] = sibling
                        if until < end:
                            if impatient >= len(impatience_time):
                                return OUT_OF_EVENTS
                            _push(
                                impatient,
                                impatience_time,
                                impatience_ticket,
                                impatience_row,
                                until,
                                ticket,
                                row,
                            )
                            impatient += 1
                        ticket += 1
                stays += 1
                here = following
                continue
            elif verb == RELEASE:
                resource = held_resource[row, code[here, 2]]
                ended[held_stay[row, code[here, 2]]] = now
                operand = code[here, 3]
                minutes = 0.0
                if operand != NONE:
                    minutes = columns[operand, row] if operand >= 0 else constants[-2 - operand]
                if minutes > 0:
                    wake, subject = now + minutes, 3 * resource + TURNAROUND
                else:
                    used[resource] -= 1
                    serving = resource
            elif verb == WHEN:
                kind, subject_of, operand = code[here, 2], code[here, 3], code[here, 4]
                x = columns[operand, row] if operand >= 0 else constants[-2 - operand]
                holds = False
                if kind == OPEN:
                    opens = _next_above(
                        calendar_times, calendar_levels, calendar_start, pointer, subject_of, x, now
                    )
                    holds = opens <= now
                elif kind == OPENS_WITHIN:
                    opens = _next_above(
                        calendar_times, calendar_levels, calendar_start, pointer, subject_of, 0.0, now
                    )
                    holds = opens <= now + x
                elif kind == WAITING:
                    holds = waiting[subject_of] >= x
                else:
                    free_places, in_use, places = 0, 0, 0
                    for k in range(group_start[subject_of], group_start[subject_of + 1]):
                        resource = group_members[k]
                        free_places += max(0, capacity[resource] - used[resource])
                        in_use += used[resource]
                        places += capacity[resource]
                    holds = free_places >= x if kind == FREE else in_use >= x * places
                if holds:
                    following = code[here, 5]
            elif verb == UNTIL:
                operand = code[here, 3]
                x = columns[operand, row] if operand >= 0 else constants[-2 - operand]
                wake = _next_above(
                    calendar_times, calendar_levels, calendar_start, pointer, code[here, 2], x, now
                )
            elif verb == CLOCK:
                operand = code[here, 2]
                x = columns[operand, row] if operand >= 0 else constants[-2 - operand]
                wake = now + (x - now) % DAY
            elif verb == SPAWN:
                its_child = child[row]
                if its_child >= 0 and not spawned[row]:
                    spawned[row] = True
                    operand = code[here, 2]
                    minutes = columns[operand, row] if operand >= 0 else constants[-2 - operand]
                    if minutes > 0:
                        wake, subject = now + minutes, 3 * its_child + CHILD
                    else:
                        started[its_child] = now
                        ready_row[ready_to] = its_child
                        ready_at[ready_to] = entry[klass[its_child]]
                        ready_to = ready_to + 1 if ready_to + 1 < rooms else 0
            elif verb == CAPACITY:
                resource = code[here, 2]
                extra[resource] += code[here, 3]
                level = max(0, table[resource] + extra[resource])
                if level != capacity[resource]:
                    if logged >= len(change_time):
                        return OUT_OF_CHANGES
                    capacity[resource] = level
                    change_time[logged] = now
                    change_resource[logged] = resource
                    change_capacity[logged] = level
                    logged += 1
                    serving = resource
            else:
                left[row] = now
                following = -1

            if wake > now:
                if subject % 3 == PATIENT:
                    at[row] = following
                    following = -1
                if wake < end:
                    if wakes >= len(wake_time):
                        return OUT_OF_EVENTS
                    _push(wakes, wake_time, wake_number, wake_subject, wake, number, subject)
                    wakes += 1
                    number += 1
            here = following

    outcome[0], outcome[1] = stays, logged
    return DONE


def _state(program: Program, rows: int, stays: int, nodes: int, events: int, changes: int) -> _State:
    """Allocate a run's memory; the unwritten parts are never read."""
    resources, slots = len(program.resource_names), max(1, program.slots)

    def ints(*shape: int) -> Ints:
        return np.empty(shape, dtype=np.int64)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    def none(*shape: int) -> Ints:
        return np.full(shape, -1, dtype=np.int64)

    return _State(
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
    arrays = _Arrays(
        *(getattr(program, name) for name in _Arrays._fields[:15]),
        *(getattr(cohort, name) for name in _Arrays._fields[15:]),
    )
    rows = len(cohort)
    arrivals = int(np.isfinite(cohort.arrival).sum())
    room = {
        OUT_OF_STAYS: 4 * rows + 1024,
        OUT_OF_NODES: 16_384,
        OUT_OF_EVENTS: 65_536,
        OUT_OF_CHANGES: len(program.capacity_time) + 4096,
    }
    while True:
        state = _state(program, rows, *room.values())
        outcome = _run(arrays, state, arrivals, float(end))
        if outcome not in room:
            break
        room[outcome] *= 2
    if outcome == NO_TIME:
        row, at = int(state.outcome[2]), int(state.outcome[3])
        raise SimulationError(
            f"more than {VERBS_IN_ONE_INSTANT:,} verbs in one instant, minute {state.instant[0]}: "
            f"patient {row} is at {program.describe(at)}; a loop of the pathway takes no time"
        )
    n, c = int(state.outcome[0]), int(state.outcome[1])
    return Log(
        Patients(cohort.klass, state.started, state.left, state.marks, cohort.attributes, cohort.candidate),
        Stays(
            state.stay_patient[:n].copy(),
            state.stay_site[:n].copy(),
            state.stay_resource[:n].copy(),
            state.requested[:n].copy(),
            state.granted[:n].copy(),
            state.ended[:n].copy(),
        ),
        Places(state.change_time[:c], state.change_resource[:c], state.change_capacity[:c]),
        end,
        program.resource_names,
        program.mark_names,
        program.class_names,
        program.controllers,
        program.sites,
        cohort.levels,
    )
