"""The loop of the compiled engine: the interpreter of programs, for numba.

One function, since a helper that is handed forty arrays costs more than what it does. It follows the SimPy
engine verb by verb; the comments say only what is different here.
"""

from __future__ import annotations

import numpy as np

from flowsim.engine.compiled_calendar import compiled, next_above, pop, push
from flowsim.engine.compiled_state import (
    DONE,
    NO_TIME,
    OUT_OF_CHANGES,
    OUT_OF_EVENTS,
    OUT_OF_NODES,
    OUT_OF_STAYS,
    Arrays,
    State,
)
from flowsim.engine.program import NONE, Condition, Verb
from flowsim.timeline import DAY

SEIZE, RELEASE, DELAY, UNTIL, CLOCK, BRANCH, WHEN, MARK, SPAWN, CAPACITY, LEAVE = (int(v) for v in Verb)
OPEN, OPENS_WITHIN, FREE, WAITING, OCCUPIED = (int(c) for c in Condition)

VERBS_IN_ONE_INSTANT = 1_000_000

PATIENT, CHILD, TURNAROUND = range(3)
"""Whose event it is, packed into the subject of the first heap: subject = 3 x row or resource + kind."""


@compiled
def run(a: Arrays, s: State, arrivals: int, end: float) -> int:
    """Let everything happen that happens before the end; return how it ended."""
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
            pop(wakes, wake_time, wake_number, wake_subject)
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
            pop(impatient, impatience_time, impatience_ticket, impatience_row)
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
                        opens = next_above(
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
                            push(
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
                    opens = next_above(
                        calendar_times, calendar_levels, calendar_start, pointer, subject_of, x, now
                    )
                    holds = opens <= now
                elif kind == OPENS_WITHIN:
                    opens = next_above(
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
                wake = next_above(
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
                    push(wakes, wake_time, wake_number, wake_subject, wake, number, subject)
                    wakes += 1
                    number += 1
            here = following

    outcome[0], outcome[1] = stays, logged
    return DONE
