"""A program: a hospital's pathways as plain arrays, ready for any engine.

One row of `code` is one instruction: the verb, its successor, then its operands. A column operand c >= 0 is
the drawn column c, c <= -2 is the constant number -2 - c, and -1 is none. What each verb does is written in
the docs ("What the verbs mean") and, as code, in the SimPy engine.

    verb      2            3         4          5      6         7         8         9     10
    SEIZE     alternatives count     slot       list   priority  patience  closing   exit  since
    RELEASE   slot         turnaround
    DELAY     minutes
    UNTIL     calendar     threshold                   at the first level above the threshold
    CLOCK     minute of the day
    BRANCH    uniform      options   count
    WHEN      kind         subject   operand    target
    MARK      mark
    SPAWN     minutes
    CAPACITY  resource     change
    LEAVE
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import SimulationError

WIDTH = 12
NONE = -1

VERBS_IN_ONE_INSTANT = 1_000_000
"""More of them are a loop that takes no time, and end the run."""


class Verb(IntEnum):
    """The verbs. `until` has two forms, a level and a clock time, which are two codes."""

    SEIZE = 0
    RELEASE = 1
    DELAY = 2
    UNTIL = 3
    CLOCK = 4
    BRANCH = 5
    WHEN = 6
    MARK = 7
    SPAWN = 8
    CAPACITY = 9
    LEAVE = 10


class Condition(IntEnum):
    """What `when` can ask."""

    OPEN = 0
    """The calendar's level is above the operand."""
    OPENS_WITHIN = 1
    """The calendar is open now or opens within the operand's minutes."""
    FREE = 2
    """The group has at least so many free places."""
    WAITING = 3
    """At least so many wait in the list."""
    OCCUPIED = 4
    """At least this share of the group's capacity is in use; a group of capacity 0 is full."""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The arrays; i instructions, r resources.

    Parameters
    ----------
    code : NDArray[np.int32]
        Shape (i, 12).
    constants : NDArray[np.float64]
    alternatives : NDArray[np.int32]
        Rows (resource, priority offset, successor), stretches of which belong to one seize.
    cumulative, targets : NDArray
        For branches: upper bounds of the uniform, and where to go; the last bound of each branch is infinite.
    calendar_times, calendar_levels, calendar_start : NDArray
        Step functions end to end; calendar k is calendar_start[k] to calendar_start[k + 1].
    capacity_time, capacity_resource, capacity_level : NDArray
        The capacity table, sorted by time, then resource; every resource has an entry at 0.
    group_members, group_start : NDArray[np.int32]
    entry : NDArray[np.int32]
        First instruction of each class.
    slots : int
        How many things a patient can hold.
    controllers : tuple of bool
        Which classes are not patients.
    site : NDArray[np.int32]
        For each instruction the position in `sites` of the name under which its stays are logged, or -1.
    """

    code: NDArray[np.int32]
    constants: NDArray[np.float64]
    alternatives: NDArray[np.int32]
    cumulative: NDArray[np.float64]
    targets: NDArray[np.int32]
    calendar_times: NDArray[np.float64]
    calendar_levels: NDArray[np.float64]
    calendar_start: NDArray[np.int32]
    capacity_time: NDArray[np.float64]
    capacity_resource: NDArray[np.int32]
    capacity_level: NDArray[np.int64]
    group_members: NDArray[np.int32]
    group_start: NDArray[np.int32]
    entry: NDArray[np.int32]
    site: NDArray[np.int32]
    slots: int
    resource_names: tuple[str, ...]
    mark_names: tuple[str, ...]
    list_names: tuple[str, ...]
    class_names: tuple[str, ...]
    controllers: tuple[bool, ...]
    sites: tuple[str, ...]

    def describe(self, instruction: int) -> str:
        """Return an instruction in words, for messages."""
        verb = Verb(self.code[instruction, 0]).name.lower()
        site = self.site[instruction]
        return f"{verb} {self.sites[site]}" if site >= 0 else f"{verb} (instruction {instruction})"

    def endless(self, minute: float, patient: int, instruction: int) -> SimulationError:
        """Return the error that ends a run in which there are too many verbs in one instant."""
        return SimulationError(
            f"more than {VERBS_IN_ONE_INSTANT:,} verbs in one instant, minute {minute}: patient {patient} "
            f"is at {self.describe(instruction)}; a loop of the pathway takes no time"
        )
