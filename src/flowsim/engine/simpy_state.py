"""Who waits for what: the state of a run on SimPy, and the rules by which places are given.

Three of the engine's four rules live here: what is scheduled goes by phase, nothing is scheduled for the
present instant, and after every event the patient steps first, then those granted a place meanwhile. The
verbs, which change the state, are in `simpy_verbs`; the clock is in `simpy_engine`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop
from itertools import count
from typing import Any

import numpy as np
import simpy

from flowsim.engine.program import VERBS_IN_ONE_INSTANT, Program
from flowsim.sampling.cohort import Cohort

CAPACITY_CHANGE, WAKE, IMPATIENCE, ARRIVAL = range(4)
"""The phases of an instant, as SimPy priorities."""

WAIT = -1
"""What a verb returns when the patient stops here."""

NAN = float("nan")
INF = float("inf")

Action = Callable[["Patient"], int]
Read = Callable[[int], float]


class Patient:
    """Somebody on their way: where they are in the program and what they hold."""

    __slots__ = ("at", "held", "marks", "request", "row", "spawned")

    def __init__(self, row: int, at: int, slots: int, marks: int) -> None:
        self.row = row
        self.at = at
        self.held: list[tuple[int, int] | None] = [None] * slots
        """For each slot (resource, row of the stay)."""
        self.marks = [NAN] * marks
        self.request: Request | None = None
        self.spawned = False


class Request:
    """A patient in the queues of one or more resources."""

    __slots__ = ("alternatives", "exit", "list", "patient", "slot", "stay")

    def __init__(
        self,
        patient: Patient,
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


class Event(simpy.Event):
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


class Run:
    """The state of one run; `actions` are the program's instructions, ready to be done."""

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
        self.queues: list[list[tuple[float, float, int, Request]]] = [[] for _ in range(resources)]
        self.waiting = [0] * len(program.list_names)
        self.ticket = count()
        self.ready: deque[tuple[Patient, int]] = deque()
        self.child = cohort.child.data
        self.columns = [column.data for column in cohort.columns]
        self.calendars: list[tuple[list[float], list[float]]] = [
            (program.calendar_times[a:b].tolist(), program.calendar_levels[a:b].tolist())
            for a, b in zip(program.calendar_start[:-1], program.calendar_start[1:], strict=True)
        ]
        self.pointer = [0] * len(self.calendars)
        self.groups: list[list[int]] = [
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
        self.entered: list[Patient] = []
        self.on_wake = [self.wake]
        self.on_turnaround_over = [self.turnaround_over]
        self.on_impatience = [self.impatience]
        self.on_child = [self.child_arrives]
        self.actions: list[Action] = []

    def schedule(self, callbacks: list[Any], subject: Any, phase: int, delay: float) -> None:
        """Schedule an event for later; what would happen at or after the end is left out."""
        if self.now + delay < self.end:
            Event(self.env, callbacks, subject, phase, delay)

    def adjust_capacity(self, resource: int) -> bool:
        """Work out a resource's capacity afresh; return whether it rose."""
        before = self.capacity[resource]
        after = max(0, self.table[resource] + self.extra[resource])
        if after != before:
            self.capacity[resource] = after
            self.changes.append((self.now, resource, after))
        return after > before

    def child_arrives(self, event: Any) -> None:
        """Let a returning patient enter."""
        self.now = self.env.now
        patient = self.enter(event.subject)
        self.go_on(patient, patient.at)

    def enter(self, row: int) -> Patient:
        """Return the patient of a row, at the entry of their class."""
        self.started[row] = self.now
        entry = int(self.program.entry[self.cohort.klass[row]])
        patient = Patient(row, entry, self.program.slots, len(self.program.mark_names))
        self.entered.append(patient)
        return patient

    def wake(self, event: Any) -> None:
        """Take up a patient whose time is over."""
        self.now = self.env.now
        patient = event.subject
        self.go_on(patient, patient.at)

    def go_on(self, patient: Patient | None = None, at: int = WAIT) -> None:
        """Step the patient until they stop, then those granted meanwhile, until nobody is ready."""
        actions, ready = self.actions, self.ready
        here = at
        for _ in range(VERBS_IN_ONE_INSTANT + 1):
            if at < 0:
                if not ready:
                    return
                patient, at = ready.popleft()
            assert patient is not None
            here = at
            at = actions[here](patient)
        assert patient is not None
        raise self.program.endless(self.now, patient.row, here)

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

    def grant(self, request: Request) -> None:
        """Give a waiting patient their most preferred free alternative; they join the ready ones."""
        patient = request.patient
        patient.request = None
        self.waiting[request.list] -= 1
        for resource, _, successor in request.alternatives:
            if self.used[resource] < self.capacity[resource]:
                self.take(patient, request.slot, resource, request.stay)
                self.ready.append((patient, successor))
                return

    def take(self, patient: Patient, slot: int, resource: int, stay: int) -> None:
        """Give a free place to a patient."""
        self.used[resource] += 1
        patient.held[slot] = (resource, stay)
        self.stay_resource[stay] = resource
        self.granted[stay] = self.now

    def free(self, resource: int) -> None:
        """Take a place back, and give it away unless it closes."""
        self.used[resource] -= 1
        self.serve(resource)

    def turnaround_over(self, event: Any) -> None:
        """Let a place be used again."""
        self.now = self.env.now
        self.free(event.subject)
        self.go_on()

    def impatience(self, event: Any) -> None:
        """Let a patient give up, unless a place came first."""
        self.now = self.env.now
        request = event.subject
        patient = request.patient
        if patient.request is request:
            patient.request = None
            self.waiting[request.list] -= 1
            self.ended[request.stay] = self.now
            self.go_on(patient, request.exit)

    def sleep(self, patient: Patient, minutes: float, following: int) -> int:
        """Let time pass before the following instruction; no time, no event."""
        if minutes <= 0:
            return following
        patient.at = following
        self.schedule(self.on_wake, patient, WAKE, minutes)
        return WAIT

    # Reading operands and calendars

    def operand(self, code: int) -> Read:
        """Return what reads an operand for a row: a constant, or a drawn column."""
        if code >= 0:
            read: Read = self.columns[code].__getitem__
            return read
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
