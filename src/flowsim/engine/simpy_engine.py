"""The readable engine: a program, interpreted on SimPy.

SimPy keeps the clock and the calendar of events. A patient is not a process: each verb is a function that does its work
and names the next instruction, and a patient runs verb after verb until they must wait. Only then is one SimPy event
scheduled, whose callback takes up the patient where they stopped.

The order of things within one instant is the whole art, and it is here in four rules:

* Events at one time go by phase: capacity table, ends of delays, patience, arrivals; then by order of scheduling.
* Nothing is ever scheduled for the present instant: who need not wait goes on at once.
* The patient of the event steps first, then those granted a place meanwhile, first granted first, each to their own stop.
* Hence, whenever a verb begins, nobody waits for a resource that has a free place.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from flowsim.engine.log import Log, Patients, Places, Stays
from flowsim.engine.program import NONE, Condition, Program, Verb
from flowsim.errors import SimulationError
from flowsim.sampling.cohort import Cohort
from flowsim.timeline import DAY

CAPACITY_CHANGE, WAKE, IMPATIENCE, ARRIVAL = range(4)
"""The phases of an instant, as SimPy priorities."""

WAIT = -1
"""What a verb returns when the patient stops here."""

VERBS_IN_ONE_INSTANT = 1_000_000

NAN = float("nan")
INF = float("inf")

Action = Callable[["_Patient"], int]
Read = Callable[[int], float]


class _Patient:
    """Somebody on their way: where they are in the program and what they hold."""

    __slots__ = ("at", "held", "marks", "request", "row", "spawned")

    def __init__(self, row: int, at: int, slots: int, marks: int) -> None:
        self.row = row
        self.at = at
        self.held: list[tuple[int, int] | None] = [None] * slots
        """For each slot (resource, row of the stay)."""
        self.marks = [NAN] * marks
        self.request: _Request | None = None
        self.spawned = False


class _Request:
    """A patient in the queues of one or more resources."""

    __slots__ = ("alternatives", "exit", "list", "patient", "slot", "stay")

    def __init__(
        self,
        patient: _Patient,
        stay: int,
        slot: int,
        alternatives: list[tuple[int, int, int]],
        waits: int,
        exit: int,
    ) -> None:
        self.patient = patient
        self.stay = stay
        self.slot = slot
        self.alternatives = alternatives
        self.list = waits
        self.exit = exit


class _Event(simpy.Event):
    """A SimPy event that knows its patient; all that it needs is set here, since millions are made."""

    __slots__ = ("subject",)

    def __init__(
        self, env: simpy.Environment, callbacks: list[Any], subject: Any, phase: int, delay: float
    ) -> None:
        self.env = env
        self.callbacks = callbacks
        self._value = None
        self._ok = True
        self.subject = subject
        env.schedule(self, phase, delay)  # type: ignore[arg-type]  # SimPy types its two priorities only


class _Run:
    """One run of one program: the state, and one method for each verb that makes its action."""

    def __init__(self, program: Program, cohort: Cohort, end: float) -> None:
        self.program = program
        self.cohort = cohort
        self.end = end
        self.env = simpy.Environment()
        self.now = 0.0
        """SimPy's clock, read once an event."""
        resources = len(program.resource_names)
        self.table = [0] * resources
        self.extra = [0] * resources
        self.capacity = [0] * resources
        self.used = [0] * resources
        self.queues: list[list[tuple[float, float, int, _Request]]] = [[] for _ in range(resources)]
        self.waiting = [0] * len(program.list_names)
        self.ticket = count()
        self.ready: deque[tuple[_Patient, int]] = deque()
        self.child = memoryview(cohort.child)
        self.columns = [memoryview(column) for column in cohort.columns]
        self.calendars = [
            (program.calendar_times[a:b].tolist(), program.calendar_levels[a:b].tolist())
            for a, b in zip(program.calendar_start[:-1], program.calendar_start[1:], strict=True)
        ]
        self.pointer = [0] * len(self.calendars)
        self.groups = [
            program.group_members[a:b].tolist()
            for a, b in zip(program.group_start[:-1], program.group_start[1:], strict=True)
        ]
        rows = len(cohort)
        self.started = np.full(rows, NAN)
        self.left = np.full(rows, NAN)
        self.stay_patient: list[int] = []
        self.stay_site: list[int] = []
        self.stay_resource: list[int] = []
        self.requested: list[float] = []
        self.granted: list[float] = []
        self.ended: list[float] = []
        self.changes: list[tuple[float, int, int]] = []
        self.entered: list[_Patient] = []
        self.on_wake = [self.wake]
        self.on_turnaround_over = [self.turnaround_over]
        self.on_impatience = [self.impatience]
        self.on_arrival = [self.arrive]
        self.on_child = [self.child_arrives]
        makers: dict[int, Callable[[int, list[int]], Action]] = {
            Verb.SEIZE: self.seize,
            Verb.RELEASE: self.release,
            Verb.DELAY: self.delay,
            Verb.UNTIL: self.until,
            Verb.CLOCK: self.clock,
            Verb.BRANCH: self.branch,
            Verb.WHEN: self.when,
            Verb.MARK: self.mark,
            Verb.SPAWN: self.spawn,
            Verb.CAPACITY: self.change_capacity,
            Verb.LEAVE: self.leave,
        }
        self.actions = [makers[row[0]](i, row) for i, row in enumerate(program.code.tolist())]

    # The clock

    def run(self) -> None:
        """Let everything happen that happens before the end."""
        changes = self.capacity_table()
        self.set_capacities(next(changes, (0.0, [])))
        self.schedule_table(changes)
        self.coming = iter(np.flatnonzero(np.isfinite(self.cohort.arrival)).tolist())
        self.arrivals = memoryview(self.cohort.arrival)
        self.schedule_arrival()
        self.env.run(until=self.end)

    def schedule(self, callbacks: list[Any], subject: Any, phase: int, delay: float) -> None:
        """Schedule an event for later; what would happen at or after the end is left out."""
        if self.now + delay < self.end:
            _Event(self.env, callbacks, subject, phase, delay)

    def capacity_table(self) -> Iterator[tuple[float, list[tuple[int, int]]]]:
        """Give the capacity table, an instant at a time."""
        program = self.program
        times, starts = np.unique(program.capacity_time, return_index=True)
        ends = np.append(starts, len(program.capacity_time))[1:]
        for time, a, b in zip(times.tolist(), starts.tolist(), ends.tolist(), strict=True):
            pairs = zip(
                program.capacity_resource[a:b].tolist(), program.capacity_level[a:b].tolist(), strict=True
            )
            yield time, list(pairs)

    def schedule_table(self, changes: Iterator[tuple[float, list[tuple[int, int]]]]) -> None:
        following = next(changes, None)
        if following is None:
            return

        def at_that_time(event: simpy.Event) -> None:
            self.now = self.env.now
            self.set_capacities(following)
            self.schedule_table(changes)
            self.go_on()

        self.schedule([at_that_time], None, CAPACITY_CHANGE, following[0] - self.now)

    def set_capacities(self, change: tuple[float, list[tuple[int, int]]]) -> None:
        """Set all capacities of one instant first, then serve the raised ones in resource order."""
        raised = []
        for resource, level in change[1]:
            self.table[resource] = level
            if self.recapacitate(resource):
                raised.append(resource)
        for resource in raised:
            self.serve(resource)

    def recapacitate(self, resource: int) -> bool:
        """Work out a resource's capacity afresh; return whether it rose."""
        before = self.capacity[resource]
        after = max(0, self.table[resource] + self.extra[resource])
        if after != before:
            self.capacity[resource] = after
            self.changes.append((self.now, resource, after))
        return after > before

    def schedule_arrival(self) -> None:
        row = next(self.coming, None)
        if row is not None:
            self.schedule(self.on_arrival, row, ARRIVAL, self.arrivals[row] - self.now)

    def arrive(self, event: Any) -> None:
        self.now = self.env.now
        patient = self.enter(event.subject)
        self.schedule_arrival()
        self.go_on(patient, patient.at)

    def child_arrives(self, event: Any) -> None:
        self.now = self.env.now
        patient = self.enter(event.subject)
        self.go_on(patient, patient.at)

    def enter(self, row: int) -> _Patient:
        self.started[row] = self.now
        entry = int(self.program.entry[self.cohort.klass[row]])
        patient = _Patient(row, entry, self.program.slots, len(self.program.mark_names))
        self.entered.append(patient)
        return patient

    def wake(self, event: Any) -> None:
        self.now = self.env.now
        patient = event.subject
        self.go_on(patient, patient.at)

    def go_on(self, patient: _Patient | None = None, at: int = WAIT) -> None:
        """Step the patient until they stop, then those granted meanwhile, until nobody is ready."""
        actions, ready = self.actions, self.ready
        for _ in range(VERBS_IN_ONE_INSTANT):
            if at < 0:
                if not ready:
                    return
                patient, at = ready.popleft()
            assert patient is not None
            at = actions[at](patient)
        assert patient is not None
        raise SimulationError(
            f"more than {VERBS_IN_ONE_INSTANT:,} verbs in one instant, minute {self.now}: patient {patient.row} "
            f"is at {self.program.describe(max(at, 0))}; a loop of the pathway takes no time"
        )

    # Waiting and places

    def serve(self, resource: int) -> None:
        """Give free places of a resource to the first in line."""
        queue = self.queues[resource]
        while queue and self.used[resource] < self.capacity[resource]:
            request = queue[0][3]
            if request.patient.request is request:
                self.grant(request)
            else:
                heappop(queue)

    def grant(self, request: _Request) -> None:
        """Give a waiting patient their most preferred free alternative; they join the ready ones."""
        patient = request.patient
        patient.request = None
        self.waiting[request.list] -= 1
        for resource, _, successor in request.alternatives:
            if self.used[resource] < self.capacity[resource]:
                self.take(patient, request.slot, resource, request.stay)
                self.ready.append((patient, successor))
                return

    def take(self, patient: _Patient, slot: int, resource: int, stay: int) -> None:
        self.used[resource] += 1
        patient.held[slot] = (resource, stay)
        self.stay_resource[stay] = resource
        self.granted[stay] = self.now

    def free(self, resource: int) -> None:
        """Take a place back, and give it away unless it closes."""
        self.used[resource] -= 1
        self.serve(resource)

    def turnaround_over(self, event: Any) -> None:
        self.now = self.env.now
        self.free(event.subject)
        self.go_on()

    def impatience(self, event: Any) -> None:
        self.now = self.env.now
        request = event.subject
        patient = request.patient
        if patient.request is request:
            patient.request = None
            self.waiting[request.list] -= 1
            self.ended[request.stay] = self.now
            self.go_on(patient, request.exit)

    # Reading operands and calendars

    def operand(self, code: int) -> Read:
        """Return what reads an operand for a row: a constant, or a drawn column."""
        if code >= 0:
            return self.columns[code].__getitem__
        constant = float(self.program.constants[-2 - code])
        return lambda row: constant

    def level(self, calendar: int) -> float:
        """Return the level of a calendar now; time only goes forward, so a pointer moves along."""
        times, levels = self.calendars[calendar]
        i = self.pointer[calendar]
        now = self.now
        while i + 1 < len(times) and times[i + 1] <= now:
            i += 1
        self.pointer[calendar] = i
        return levels[i]

    def next_above(self, calendar: int, threshold: float) -> float:
        """Return the first time from now on at which a calendar is above a threshold, or infinity."""
        if self.level(calendar) > threshold:
            return self.now
        times, levels = self.calendars[calendar]
        for i in range(self.pointer[calendar] + 1, len(times)):
            if levels[i] > threshold:
                return times[i]
        return INF

    # The verbs: each method makes the action of one instruction

    def seize(self, i: int, code: list[int]) -> Action:
        """Take the first alternative with a free place; else queue for all of them, patience running."""
        _, _, start, number, slot, waits, priority_code, patience_code, closing, exit, since_mark, _ = code
        alternatives: list[tuple[int, int, int]] = [
            (int(r), int(offset), int(to))
            for r, offset, to in self.program.alternatives[start : start + number]
        ]
        site = int(self.program.site[i])
        preferred = alternatives[0][0]
        priority = self.operand(priority_code)
        patience = None if patience_code == NONE else self.operand(patience_code)
        used, capacity, queues, requested = self.used, self.capacity, self.queues, self.requested

        def action(patient: _Patient) -> int:
            now = self.now
            stay = len(requested)
            self.stay_patient.append(patient.row)
            self.stay_site.append(site)
            self.stay_resource.append(preferred)
            requested.append(now)
            self.granted.append(NAN)
            self.ended.append(NAN)
            for resource, _, successor in alternatives:
                if used[resource] < capacity[resource]:
                    self.take(patient, slot, resource, stay)
                    return successor
            since = now if since_mark == NONE else patient.marks[since_mark]
            until = INF if patience is None else since + patience(patient.row)
            if closing != NONE:
                until = min(until, self.next_above(closing, 0.0))
            if until <= now:
                self.ended[stay] = now
                return exit
            request = _Request(patient, stay, slot, alternatives, waits, exit)
            patient.request = request
            self.waiting[waits] += 1
            ticket = next(self.ticket)
            mine = priority(patient.row)
            for resource, offset, _ in alternatives:
                heappush(queues[resource], (mine + offset, since, ticket, request))
            if until < self.end:
                self.schedule(self.on_impatience, request, IMPATIENCE, until - now)
            return WAIT

        return action

    def release(self, i: int, code: list[int]) -> Action:
        """End the stay; the place is given to the next in line now, or after its turnaround."""
        _, following, slot, turnaround_code, *_ = code
        turnaround = None if turnaround_code == NONE else self.operand(turnaround_code)

        def action(patient: _Patient) -> int:
            held = patient.held[slot]
            assert held is not None
            resource, stay = held
            patient.held[slot] = None
            self.ended[stay] = self.now
            minutes = 0.0 if turnaround is None else turnaround(patient.row)
            if minutes > 0:
                self.schedule(self.on_turnaround_over, resource, WAKE, minutes)
            else:
                self.free(resource)
            return following

        return action

    def delay(self, i: int, code: list[int]) -> Action:
        """Let time pass."""
        _, following, minutes_code, *_ = code
        minutes = self.operand(minutes_code)

        def action(patient: _Patient) -> int:
            return self.sleep(patient, minutes(patient.row), following)

        return action

    def sleep(self, patient: _Patient, minutes: float, following: int) -> int:
        if minutes <= 0:
            return following
        patient.at = following
        self.schedule(self.on_wake, patient, WAKE, minutes)
        return WAIT

    def until(self, i: int, code: list[int]) -> Action:
        """Go on when the calendar is above the threshold."""
        _, following, calendar, threshold_code, *_ = code
        threshold = self.operand(threshold_code)

        def action(patient: _Patient) -> int:
            return self.sleep(
                patient, self.next_above(calendar, threshold(patient.row)) - self.now, following
            )

        return action

    def clock(self, i: int, code: list[int]) -> Action:
        """Go on at the next time of day."""
        _, following, minute_code, *_ = code
        minute = self.operand(minute_code)

        def action(patient: _Patient) -> int:
            return self.sleep(patient, (minute(patient.row) - self.now) % DAY, following)

        return action

    def branch(self, i: int, code: list[int]) -> Action:
        """Go the first way whose cumulative probability is above the uniform."""
        _, _, uniform_code, start, number, *_ = code
        uniform = self.operand(uniform_code)
        ways = list(
            zip(
                self.program.cumulative[start : start + number].tolist(),
                self.program.targets[start : start + number].tolist(),
                strict=True,
            )
        )

        def action(patient: _Patient) -> int:
            u = uniform(patient.row)
            for bound, target in ways:
                if u < bound:
                    return target
            return ways[-1][1]

        return action

    def when(self, i: int, code: list[int]) -> Action:
        """Look at the state now; the patient's own places count as used."""
        _, otherwise, kind, subject, operand_code, target, *_ = code
        operand = self.operand(operand_code)
        used, capacity = self.used, self.capacity
        holds: Callable[[float], bool]
        if kind == Condition.OPEN:
            holds = lambda x: self.level(subject) > x  # noqa: E731
        elif kind == Condition.OPENS_WITHIN:
            holds = lambda x: self.next_above(subject, 0.0) <= self.now + x  # noqa: E731
        elif kind == Condition.WAITING:
            holds = lambda x: self.waiting[subject] >= x  # noqa: E731
        elif kind == Condition.FREE:
            group = self.groups[subject]
            holds = lambda x: sum(max(0, capacity[r] - used[r]) for r in group) >= x  # noqa: E731
        else:
            group = self.groups[subject]
            holds = lambda x: sum(used[r] for r in group) >= x * sum(capacity[r] for r in group)  # noqa: E731

        def action(patient: _Patient) -> int:
            return target if holds(operand(patient.row)) else otherwise

        return action

    def mark(self, i: int, code: list[int]) -> Action:
        """Stamp the time."""
        _, following, mark, *_ = code

        def action(patient: _Patient) -> int:
            patient.marks[mark] = self.now
            return following

        return action

    def spawn(self, i: int, code: list[int]) -> Action:
        """Send the reserved row on its way, once."""
        _, following, minutes_code, *_ = code
        minutes = self.operand(minutes_code)

        def action(patient: _Patient) -> int:
            row = self.child[patient.row]
            if row >= 0 and not patient.spawned:
                patient.spawned = True
                wait = minutes(patient.row)
                if wait > 0:
                    self.schedule(self.on_child, row, WAKE, wait)
                else:
                    child = self.enter(row)
                    self.ready.append((child, child.at))
            return following

        return action

    def change_capacity(self, i: int, code: list[int]) -> Action:
        """Open or close places on top of the table; a rise is served before the next verb."""
        _, following, resource, change, *_ = code

        def action(patient: _Patient) -> int:
            self.extra[resource] += change
            if self.recapacitate(resource):
                self.serve(resource)
            return following

        return action

    def leave(self, i: int, code: list[int]) -> Action:
        """Leave for good."""

        def action(patient: _Patient) -> int:
            self.left[patient.row] = self.now
            return WAIT

        return action

    def log(self) -> Log:
        """Return what happened."""
        program, cohort = self.program, self.cohort
        marks = np.full((len(program.mark_names), len(cohort)), NAN)
        if self.entered:
            marks[:, [p.row for p in self.entered]] = np.array([p.marks for p in self.entered]).T
        changes = np.array(self.changes, dtype=np.float64).reshape(-1, 3)
        floats: list[NDArray[np.float64]] = [
            np.array(c, dtype=np.float64) for c in (self.requested, self.granted, self.ended)
        ]
        integers: list[NDArray[np.int32]] = [
            np.array(c, dtype=np.int32) for c in (self.stay_patient, self.stay_site, self.stay_resource)
        ]
        return Log(
            Patients(cohort.klass, self.started, self.left, marks, cohort.attributes, cohort.candidate),
            Stays(*integers, *floats),
            Places(changes[:, 0], changes[:, 1].astype(np.int32), changes[:, 2].astype(np.int64)),
            self.end,
            program.resource_names,
            program.mark_names,
            program.class_names,
            program.controllers,
            program.sites,
            cohort.levels,
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
    run = _Run(program, cohort, end)
    collecting = gc.isenabled()
    gc.disable()  # nothing here makes garbage in cycles, and looking for it costs a third of the run
    try:
        run.run()
    finally:
        if collecting:
            gc.enable()
    return run.log()
