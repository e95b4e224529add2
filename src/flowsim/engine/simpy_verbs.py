"""The verbs on SimPy: each function makes, from an instruction, the action that does it.

An action gets a patient, changes the state of the run, and returns the next instruction, or `WAIT` where the
patient stops. Operands are read once, when the action is made.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush

from flowsim.engine.program import NONE, Condition, Verb
from flowsim.engine.simpy_state import IMPATIENCE, INF, NAN, WAIT, WAKE, Action, Patient, Request, Run
from flowsim.timeline import DAY


def seize(run: Run, i: int, code: list[int]) -> Action:
    """Take the first alternative with a free place; else queue for all of them, patience running."""
    _, _, start, number, slot, waits, priority_code, patience_code, closing, exit, since_mark, _ = code
    alternatives: list[tuple[int, int, int]] = [
        (int(r), int(offset), int(to)) for r, offset, to in run.program.alternatives[start : start + number]
    ]
    site = int(run.program.site[i])
    preferred = alternatives[0][0]
    priority = run.operand(priority_code)
    patience = None if patience_code == NONE else run.operand(patience_code)
    used, capacity, queues, requested = run.used, run.capacity, run.queues, run.requested

    def action(patient: Patient) -> int:
        now = run.now
        stay = len(requested)
        run.stay_patient.append(patient.row)
        run.stay_site.append(site)
        run.stay_resource.append(preferred)
        requested.append(now)
        run.granted.append(NAN)
        run.ended.append(NAN)
        for resource, _, successor in alternatives:
            if used[resource] < capacity[resource]:
                run.take(patient, slot, resource, stay)
                return successor
        since = now if since_mark == NONE else patient.marks[since_mark]
        until = INF if patience is None else since + patience(patient.row)
        if closing != NONE:
            until = min(until, run.next_above(closing, 0.0))
        if until <= now:
            run.ended[stay] = now
            return exit
        request = Request(patient, stay, slot, alternatives, waits, exit)
        patient.request = request
        run.waiting[waits] += 1
        ticket = next(run.ticket)
        mine = priority(patient.row)
        for resource, offset, _ in alternatives:
            heappush(queues[resource], (mine + offset, since, ticket, request))
        if until < run.end:
            run.schedule(run.on_impatience, request, IMPATIENCE, until - now)
        return WAIT

    return action


def release(run: Run, i: int, code: list[int]) -> Action:
    """End the stay; the place is given to the next in line now, or after its turnaround."""
    _, following, slot, turnaround_code, *_ = code
    turnaround = None if turnaround_code == NONE else run.operand(turnaround_code)

    def action(patient: Patient) -> int:
        held = patient.held[slot]
        assert held is not None
        resource, stay = held
        patient.held[slot] = None
        run.ended[stay] = run.now
        minutes = 0.0 if turnaround is None else turnaround(patient.row)
        if minutes > 0:
            run.schedule(run.on_turnaround_over, resource, WAKE, minutes)
        else:
            run.free(resource)
        return following

    return action


def delay(run: Run, i: int, code: list[int]) -> Action:
    """Let time pass."""
    _, following, minutes_code, *_ = code
    minutes = run.operand(minutes_code)

    def action(patient: Patient) -> int:
        return run.sleep(patient, minutes(patient.row), following)

    return action


def until(run: Run, i: int, code: list[int]) -> Action:
    """Go on when the calendar is above the threshold."""
    _, following, calendar, threshold_code, *_ = code
    threshold = run.operand(threshold_code)

    def action(patient: Patient) -> int:
        return run.sleep(patient, run.next_above(calendar, threshold(patient.row)) - run.now, following)

    return action


def clock(run: Run, i: int, code: list[int]) -> Action:
    """Go on at the next time of day."""
    _, following, minute_code, *_ = code
    minute = run.operand(minute_code)

    def action(patient: Patient) -> int:
        return run.sleep(patient, (minute(patient.row) - run.now) % DAY, following)

    return action


def branch(run: Run, i: int, code: list[int]) -> Action:
    """Go the first way whose cumulative probability is above the uniform."""
    _, _, uniform_code, start, number, *_ = code
    uniform = run.operand(uniform_code)
    ways: list[tuple[float, int]] = list(
        zip(
            run.program.cumulative[start : start + number].tolist(),
            run.program.targets[start : start + number].tolist(),
            strict=True,
        )
    )

    def action(patient: Patient) -> int:
        u = uniform(patient.row)
        for bound, target in ways:
            if u < bound:
                return target
        return ways[-1][1]

    return action


def when(run: Run, i: int, code: list[int]) -> Action:
    """Look at the state now; the patient's own places count as used."""
    _, otherwise, kind, subject, operand_code, target, *_ = code
    operand = run.operand(operand_code)
    question = QUESTIONS[Condition(kind)]

    def action(patient: Patient) -> int:
        return target if question(run, subject, operand(patient.row)) else otherwise

    return action


def _is_open(run: Run, calendar: int, level: float) -> bool:
    return run.level(calendar) > level


def _opens_within(run: Run, calendar: int, minutes: float) -> bool:
    return run.next_above(calendar, 0.0) <= run.now + minutes


def _has_free(run: Run, group: int, places: float) -> bool:
    return sum(max(0, run.capacity[r] - run.used[r]) for r in run.groups[group]) >= places


def _is_waited_for(run: Run, waits: int, patients: float) -> bool:
    return run.waiting[waits] >= patients


def _is_occupied(run: Run, group: int, share: float) -> bool:
    members = run.groups[group]
    return sum(run.used[r] for r in members) >= share * sum(run.capacity[r] for r in members)


QUESTIONS: dict[Condition, Callable[[Run, int, float], bool]] = {
    Condition.OPEN: _is_open,
    Condition.OPENS_WITHIN: _opens_within,
    Condition.FREE: _has_free,
    Condition.WAITING: _is_waited_for,
    Condition.OCCUPIED: _is_occupied,
}


def mark(run: Run, i: int, code: list[int]) -> Action:
    """Stamp the time."""
    _, following, mark, *_ = code

    def action(patient: Patient) -> int:
        patient.marks[mark] = run.now
        return following

    return action


def spawn(run: Run, i: int, code: list[int]) -> Action:
    """Send the reserved row on its way, once."""
    _, following, minutes_code, *_ = code
    minutes = run.operand(minutes_code)

    def action(patient: Patient) -> int:
        row = run.child[patient.row]
        if row >= 0 and not patient.spawned:
            patient.spawned = True
            wait = minutes(patient.row)
            if wait > 0:
                run.schedule(run.on_child, row, WAKE, wait)
            else:
                child = run.enter(row)
                run.ready.append((child, child.at))
        return following

    return action


def change_capacity(run: Run, i: int, code: list[int]) -> Action:
    """Open or close places on top of the table; a rise is served before the next verb."""
    _, following, resource, change, *_ = code

    def action(patient: Patient) -> int:
        run.extra[resource] += change
        if run.adjust_capacity(resource):
            run.serve(resource)
        return following

    return action


def leave(run: Run, i: int, code: list[int]) -> Action:
    """Leave for good."""

    def action(patient: Patient) -> int:
        run.left[patient.row] = run.now
        return WAIT

    return action


MAKERS: dict[int, Callable[[Run, int, list[int]], Action]] = {
    Verb.SEIZE: seize,
    Verb.RELEASE: release,
    Verb.DELAY: delay,
    Verb.UNTIL: until,
    Verb.CLOCK: clock,
    Verb.BRANCH: branch,
    Verb.WHEN: when,
    Verb.MARK: mark,
    Verb.SPAWN: spawn,
    Verb.CAPACITY: change_capacity,
    Verb.LEAVE: leave,
}
