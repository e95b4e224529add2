"""The loop of the compiled engine: the interpreter of programs, for numba.

One function, since a helper that is handed forty arrays costs more than what it does: one of nine, which put
somebody in line, made a Portsmouth year 15 % slower. It follows the SimPy engine verb by verb; the comments
say only what is different here.
"""

from __future__ import annotations

import numpy as np

from flowsim.engine.compilation import Ints, compiled
from flowsim.engine.compiled_calendar import MOST_NUMBERS, key_of, next_above, pop, push, time_of
from flowsim.engine.compiled_state import (
    AFTER,
    ASKING,
    AT,
    BEFORE,
    DONE,
    FIRST,
    HELD,
    KNOWN,
    LAST,
    NO_TIME,
    NODE,
    OUT_OF_CHANGES,
    OUT_OF_EVENTS,
    OUT_OF_STAYS,
    QUEUE,
    RANK,
    RANKS,
    ROW,
    SIBLING,
    STAY,
    TICKET,
    TOO_MANY,
    Arrays,
    State,
)
from flowsim.engine.program import NONE, VERBS_IN_ONE_INSTANT, Condition, Verb
from flowsim.timeline import DAY, HOUR

SEIZE, RELEASE, DELAY, UNTIL, CLOCK, BRANCH, WHEN, MARK, SPAWN, CAPACITY, LEAVE = (int(v) for v in Verb)
OPEN, OPENS_WITHIN, FREE, WAITING, OCCUPIED = (int(c) for c in Condition)

PATIENT, CHILD, TURNAROUND = range(3)
"""Whose event it is, packed into the subject of a heap: subject = 4 x row or resource + kind."""

LATE = 12 * HOUR
"""Longer delays have a heap of their own: most events are sooner, and then never sift through long stays."""


CACHE_LINE = 8
"""Numbers that the processor fetches together."""


@compiled
def withdraw(node: int, free: int, lines: Ints, last_of_rank: Ints, nodes: Ints) -> int:
    """Take a node and its siblings out of their lines and return the first of the free nodes."""
    while node >= 0:
        before, after, queue = nodes[node, BEFORE], nodes[node, AFTER], nodes[node, QUEUE]
        rank = nodes[node, RANK]
        if rank >= 0 and last_of_rank[queue, rank] == node:
            last_of_rank[queue, rank] = before if before >= 0 and nodes[before, RANK] == rank else -1
        if before < 0:
            lines[queue, FIRST] = after
        else:
            nodes[before, AFTER] = after
        if after < 0:
            lines[queue, LAST] = before
        else:
            nodes[after, BEFORE] = before
        nodes[node, AFTER] = free
        free = node
        node = nodes[node, SIBLING]
    return free


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
    first = a.first
    kinds = a.kind
    place = a.place
    drawn = a.drawn
    table = s.table
    extra = s.extra
    capacity = s.capacity
    used = s.used
    waiting = s.waiting
    pointer = s.pointer
    lines = s.lines
    ranks = s.rank
    last_of_rank = s.last_of_rank
    nodes = s.nodes
    urgency = s.urgency
    person = s.person
    spawned = s.spawned
    ready_row = s.ready_row
    ready_at = s.ready_at
    soon = s.soon
    soon_subject = s.soon_subject
    late = s.late
    late_subject = s.late_subject
    impatience = s.impatience
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
    soons, lates, impatient, number, ticket = 0, 0, 0, 0, 0
    stays, used_nodes, free_node, logged = 0, 0, -1, 0
    ready_from, ready_to = 0, 0
    first_raised, last_raised = 0, 0
    serving = -1
    fetched = 0.0

    while True:
        # The next event, by time and phase.
        now, phase = np.inf, -1
        if change < changes:
            now, phase = capacity_time[change], 0
        is_late = lates > 0 and (soons == 0 or late[0] < soon[0])
        if soons > 0 or lates > 0:
            wake = time_of(late[0] if is_late else soon[0])
            if wake < now:
                now, phase = wake, 1
        if impatient > 0 and time_of(impatience[0]) < now:
            now, phase = time_of(impatience[0]), 2
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
            if is_late:
                subject = late_subject[0]
                pop(lates, late, late_subject)
                lates -= 1
            else:
                subject = soon_subject[0]
                pop(soons, soon, soon_subject)
                soons -= 1
            kind, row = subject & 3, subject >> 2
            if kind == PATIENT:
                here = person[row, AT]
            elif kind == CHILD:
                started[row] = now
                person[row, ASKING] = -1
                here = entry[klass[row]]
            else:
                used[row] -= 1
                serving = row
        elif phase == 2:
            row, its_ticket = impatience_row[0], impatience[0] & (MOST_NUMBERS - 1)
            pop(impatient, impatience, impatience_row)
            impatient -= 1
            if person[row, ASKING] < 0 or person[row, TICKET] != its_ticket:
                continue
            here = code[person[row, ASKING], 9]
            ended[person[row, STAY]] = now
            waiting[code[person[row, ASKING], 5]] -= 1
            person[row, ASKING] = -1
            free_node = withdraw(person[row, NODE], free_node, lines, last_of_rank, nodes)
        else:
            row = coming
            coming += 1
            started[row] = now
            person[row, ASKING] = -1
            here = entry[klass[row]]
            # What they will read is fetched while it lies in order, beside their neighbours'.
            for k in range(first[row], first[row + 1], CACHE_LINE):
                fetched += drawn[k]

        # The patient of the event steps to their stop, then those granted a place meanwhile, first granted
        # first.
        verbs = 0
        while True:
            # Before the next verb, whatever has become free is given to the first in line.
            while serving >= 0 or first_raised < last_raised:
                if serving < 0:
                    serving = change_resource[first_raised]
                    first_raised += 1
                if lines[serving, FIRST] < 0 or used[serving] >= capacity[serving]:
                    serving = -1
                    continue
                granted_row = nodes[lines[serving, FIRST], ROW]
                seize = person[granted_row, ASKING]
                waiting[code[seize, 5]] -= 1
                person[granted_row, ASKING] = -1
                free_node = withdraw(person[granted_row, NODE], free_node, lines, last_of_rank, nodes)
                start = code[seize, 2]
                for k in range(start, start + code[seize, 3]):
                    resource = alternatives[k, 0]
                    if used[resource] < capacity[resource]:
                        stay = person[granted_row, STAY]
                        used[resource] += 1
                        person[granted_row, HELD + 2 * code[seize, 4]] = resource
                        person[granted_row, HELD + 2 * code[seize, 4] + 1] = stay
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
            mine, its = first[row], kinds[row]
            # What each verb may want scheduled: the patient, their child or a turnaround.
            wake, subject = now, 4 * row + PATIENT
            if verb == DELAY:
                operand = code[here, 2]
                wake = now + (drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand])
            elif verb == MARK:
                marks[code[here, 2], row] = now
            elif verb == BRANCH:
                operand = code[here, 2]
                u = drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand]
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
                        person[row, HELD + 2 * code[here, 4]] = resource
                        person[row, HELD + 2 * code[here, 4] + 1] = stays
                        stay_resource[stays] = resource
                        granted[stays] = now
                        following = alternatives[k, 2]
                        break
                if following < 0:
                    mark, operand, closing = code[here, 10], code[here, 7], code[here, 8]
                    since = now if mark < 0 else marks[mark, row]
                    until = np.inf
                    if operand != NONE:
                        until = since + (
                            drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand]
                        )
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
                        own = drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand]
                        person[row, ASKING] = here
                        person[row, STAY] = stays
                        person[row, TICKET] = ticket
                        waiting[code[here, 5]] += 1
                        sibling = -1
                        for k in range(start, stop):
                            if free_node >= 0:
                                node = free_node
                                free_node = nodes[node, AFTER]
                            else:
                                node = used_nodes
                                used_nodes += 1
                            queue = alternatives[k, 0]
                            priority = own + alternatives[k, 1]
                            known = lines[queue, KNOWN]
                            rank = 0
                            while rank < min(known, RANKS) and ranks[queue, rank] != priority:
                                rank += 1
                            if rank == known:
                                known += 1
                                lines[queue, KNOWN] = known
                                if rank < RANKS:
                                    ranks[queue, rank] = priority
                            if rank >= RANKS:
                                rank = -1
                            before = lines[queue, LAST]
                            if known <= RANKS:
                                # Nobody who is less urgent is met: behind the last of the others it begins.
                                before = -1
                                for each in range(known):
                                    node_of = last_of_rank[queue, each]
                                    if (
                                        node_of >= 0
                                        and ranks[queue, each] <= priority
                                        and (before < 0 or ranks[queue, each] > urgency[before, 0])
                                    ):
                                        before = node_of
                            while before >= 0 and (
                                urgency[before, 0] > priority
                                or (urgency[before, 0] == priority and urgency[before, 1] > since)
                            ):
                                before = nodes[before, BEFORE]
                            after = lines[queue, FIRST] if before < 0 else nodes[before, AFTER]
                            urgency[node, 0] = priority
                            urgency[node, 1] = since
                            nodes[node, ROW] = row
                            nodes[node, QUEUE] = queue
                            nodes[node, SIBLING] = sibling
                            nodes[node, RANK] = rank
                            if rank >= 0 and (after < 0 or nodes[after, RANK] != rank):
                                last_of_rank[queue, rank] = node
                            nodes[node, BEFORE] = before
                            nodes[node, AFTER] = after
                            if before < 0:
                                lines[queue, FIRST] = node
                            else:
                                nodes[before, AFTER] = node
                            if after < 0:
                                lines[queue, LAST] = node
                            else:
                                nodes[after, BEFORE] = node
                            sibling = node
                        person[row, NODE] = sibling
                        if until < end:
                            if impatient >= len(impatience):
                                return OUT_OF_EVENTS
                            if ticket >= MOST_NUMBERS:
                                return TOO_MANY
                            push(impatient, impatience, impatience_row, key_of(until, ticket), row)
                            impatient += 1
                        ticket += 1
                stays += 1
                here = following
                continue
            elif verb == RELEASE:
                resource = person[row, HELD + 2 * code[here, 2]]
                ended[person[row, HELD + 2 * code[here, 2] + 1]] = now
                operand = code[here, 3]
                minutes = 0.0
                if operand != NONE:
                    minutes = drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand]
                if minutes > 0:
                    wake, subject = now + minutes, 4 * resource + TURNAROUND
                else:
                    used[resource] -= 1
                    serving = resource
            elif verb == WHEN:
                kind, subject_of, operand = code[here, 2], code[here, 3], code[here, 4]
                x = drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand]
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
                x = drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand]
                wake = next_above(
                    calendar_times, calendar_levels, calendar_start, pointer, code[here, 2], x, now
                )
            elif verb == CLOCK:
                operand = code[here, 2]
                x = drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand]
                wake = now + (x - now) % DAY
            elif verb == SPAWN:
                its_child = child[row]
                if its_child >= 0 and not spawned[row]:
                    spawned[row] = True
                    operand = code[here, 2]
                    minutes = drawn[mine + place[its, operand]] if operand >= 0 else constants[-2 - operand]
                    if minutes > 0:
                        wake, subject = now + minutes, 4 * its_child + CHILD
                    else:
                        started[its_child] = now
                        person[its_child, ASKING] = -1
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
                if subject & 3 == PATIENT:
                    person[row, AT] = following
                    following = -1
                if wake < end:
                    if max(soons, lates) >= len(soon):
                        return OUT_OF_EVENTS
                    if number >= MOST_NUMBERS:
                        return TOO_MANY
                    if wake - now < LATE:
                        push(soons, soon, soon_subject, key_of(wake, number), subject)
                        soons += 1
                    else:
                        push(lates, late, late_subject, key_of(wake, number), subject)
                        lates += 1
                    number += 1
            here = following

    outcome[0], outcome[1] = stays, logged
    instant[0] = fetched  # used, or else the compiler leaves it out
    return DONE
