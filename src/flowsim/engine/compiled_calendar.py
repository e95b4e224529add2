"""The calendar of events and the calendars of opening hours, for the compiled loop.

A heap keeps events in order of (time, number); what an event is about is one whole number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from flowsim.engine.compiled_state import Floats, Ints

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile when first called, and keep the result on disk where some folder can be written."""
    machine: Any
    try:
        machine = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # numba found no folder for its cache
        machine = numba.njit(nogil=True, error_model="numpy")(function)
    result: Function = machine
    return result


@compiled
def push(
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


@compiled
def pop(size: int, times: Floats, numbers: Ints, subjects: Ints) -> None:
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
