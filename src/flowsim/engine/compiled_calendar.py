"""The calendar of events and the calendars of opening hours, for the compiled loop.

A heap keeps events in order of (time, number), both in one whole number, the key: times lie on the grid. What
an event is about is another whole number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.compilation import Floats, Ints, compiled
from flowsim.timeline import GRID

NUMBER_BITS = 27
"""Of a key: 134 million events; what is left is time, 127 years."""

LONGEST = float(1 << (63 - NUMBER_BITS)) / GRID
MOST_NUMBERS = 1 << NUMBER_BITS


@compiled
def key_of(time: float, number: int) -> int:
    """Return the key of an event; `time` is on the grid."""
    return (int(time * GRID) << NUMBER_BITS) | number


@compiled
def time_of(key: int) -> float:
    """Return the time of an event."""
    return (key >> NUMBER_BITS) / GRID


@compiled
def push(size: int, keys: Ints, subjects: Ints, key: int, subject: int) -> None:
    """Add an event to a heap of `size` events."""
    i = size
    while i > 0:
        above = (i - 1) >> 1
        if keys[above] < key:
            break
        keys[i] = keys[above]
        subjects[i] = subjects[above]
        i = above
    keys[i] = key
    subjects[i] = subject


@compiled
def pop(size: int, keys: Ints, subjects: Ints) -> None:
    """Take the first event from a heap of `size` events."""
    last = size - 1
    key, subject = keys[last], subjects[last]
    i = 0
    while True:
        below = 2 * i + 1
        if below >= last:
            break
        # Added, not branched upon: which of two is smaller cannot be guessed by the processor.
        below += below + 1 < last and keys[below + 1] < keys[below]
        if key < keys[below]:
            break
        keys[i] = keys[below]
        subjects[i] = subjects[below]
        i = below
    keys[i] = key
    subjects[i] = subject


@compiled
def next_above(
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
