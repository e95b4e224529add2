"""The blueprint: what has been laid so far of a hospital, before it is compiled.

Resources, calendars, groups and lists are what verbs work on; an `Instruction` is one laid verb whose
successors are still being found; a `Blueprint` keeps them all by name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flowsim.engine.program import Condition, Verb
from flowsim.errors import BuildError
from flowsim.sampling.draw_plan import PatientClass
from flowsim.sampling.laws import By, Column, Product, Value
from flowsim.timeline import DAY, WEEK, StepFunction

UNLIMITED = 1_000_000_000
"""Places of a resource without a limit."""


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """Places of one kind: beds, cubicles, staff, slots."""

    name: str
    index: int
    places: StepFunction

    def preferred(self, offset: int) -> Preference:
        """Return this resource as an alternative whose queue is joined further back (priority + offset)."""
        return Preference(self, offset)


@dataclass(frozen=True, slots=True, eq=False)
class Preference:
    """One alternative of a seize."""

    resource: Resource
    offset: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """A level over time that pathways can wait for or look at."""

    name: str
    index: int
    levels: StepFunction


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Several resources looked at together, such as all general and acute beds."""

    name: str
    index: int
    members: tuple[Resource, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WaitingList:
    """A named count of those waiting."""

    name: str
    index: int


Minutes = float | Column
"""A time that is the same for everyone, or a drawn one."""

Operand = float | Column | By | Product


@dataclass(frozen=True, slots=True)
class Question:
    """A condition that `when` asks of the state of the hospital."""

    kind: Condition
    subject: Calendar | Group | WaitingList
    operand: Operand


def is_open(calendar: Calendar, above: Operand = 0.0) -> Question:
    """Return whether the calendar's level is above a number (a share, or a patient's uniform)."""
    return Question(Condition.OPEN, calendar, above)


def opens_within(calendar: Calendar, minutes: Operand) -> Question:
    """Return whether the calendar is open now or opens within so many minutes."""
    return Question(Condition.OPENS_WITHIN, calendar, minutes)


def has_free(group: Group, places: int = 1) -> Question:
    """Return whether the group has at least so many free places."""
    return Question(Condition.FREE, group, places)


def is_waited_for(waiting: WaitingList, patients: int) -> Question:
    """Return whether at least so many wait in the list."""
    return Question(Condition.WAITING, waiting, patients)


def is_occupied(group: Group, share: Operand) -> Question:
    """Return whether at least this share of the group's capacity is in use."""
    return Question(Condition.OCCUPIED, group, share)


@dataclass(slots=True)
class Instruction:
    """One laid verb, its successors still being found."""

    verb: Verb
    successors: list[int | None]
    columns: list[tuple[Operand | None, bool]] = field(default_factory=list)
    """The operands that may be columns, each with whether it is a time."""
    numbers: tuple[int, ...] = ()
    alternatives: tuple[Preference, ...] = ()
    bounds: tuple[float, ...] = ()
    site: str = ""


@dataclass(slots=True, eq=False)
class Label:
    """A point of a pathway that other paths can go to."""

    name: str
    instruction: int | None = None
    waiting: list[tuple[Instruction, int]] = field(default_factory=list)
    followers: list[Label] = field(default_factory=list)
    """Labels at the same point."""

    def place(self, instruction: int) -> None:
        """Fix the label at an instruction."""
        self.instruction = instruction
        for source, way in self.waiting:
            source.successors[way] = instruction
        self.waiting.clear()
        for follower in self.followers:
            follower.place(instruction)


class Blueprint:
    """Resources, calendars, classes of patients and laid verbs, by name.

    Parameters
    ----------
    end : float
        Minutes that a run lasts; or give `days`.
    days : float
    """

    def __init__(self, *, end: float | None = None, days: float | None = None) -> None:
        if (end is None) == (days is None):
            raise BuildError("give a hospital either end (minutes) or days")
        self.end = float(end if end is not None else days * DAY)  # type: ignore[operator]
        if not 0 < self.end < math.inf:
            raise BuildError(f"a hospital must run for a time above 0; found {self.end} minutes")
        self.unrolled = self.end + WEEK
        """Calendars are laid out a week beyond the end, or in a run of a weekend nothing would ever open."""
        self.resources: dict[str, Resource] = {}
        self.calendars: dict[str, Calendar] = {}
        self.groups: dict[str, Group] = {}
        self.lists: dict[str, WaitingList] = {}
        self.slots: dict[str, int] = {}
        self.marks: dict[str, int] = {}
        self.levels: dict[str, tuple[str, ...]] = {}
        self.classes: list[PatientClass] = []
        self.entries: list[Label] = []
        self.instructions: list[Instruction] = []
        self._values: dict[int, Value] = {}

    def resource(self, name: str, places: float | StepFunction) -> Resource:
        """Add places of one kind: a whole number, a roster as a step function, or infinity."""
        self._new(name, self.resources, "resource")
        if isinstance(places, StepFunction):
            levels = places
        else:
            levels = StepFunction.constant(UNLIMITED if places == math.inf else places)
        if (levels.levels % 1 != 0).any():
            raise BuildError(
                f"places of {name} must be whole numbers; found {levels.levels[levels.levels % 1 != 0][0]}"
            )
        self.resources[name] = Resource(name, len(self.resources), levels)
        return self.resources[name]

    def calendar(self, name: str, levels: StepFunction) -> Calendar:
        """Add a level over time."""
        self._new(name, self.calendars, "calendar")
        self.calendars[name] = Calendar(name, len(self.calendars), levels)
        return self.calendars[name]

    def group(self, name: str, *members: Resource) -> Group:
        """Add a set of resources to look at together."""
        self._new(name, self.groups, "group")
        self.groups[name] = Group(name, len(self.groups), members)
        return self.groups[name]

    def waiting_list(self, name: str) -> WaitingList:
        """Return the list of that name, a new one if need be."""
        return self.lists.setdefault(name, WaitingList(name, len(self.lists)))

    def attribute(self, name: str, levels: Sequence[str]) -> str:
        """Declare the levels of an attribute of patients."""
        self._new(name, self.levels, "attribute")
        self.levels[name] = tuple(levels)
        return name

    def slot(self, name: str) -> int:
        """Return the position of a slot, a new one if need be."""
        return self.slots.setdefault(name, len(self.slots))

    def mark_index(self, name: str) -> int:
        """Return the position of a mark, a new one if need be."""
        return self.marks.setdefault(name, len(self.marks))

    def lay(self, instruction: Instruction) -> int:
        """Add an instruction and return its position; numbers by attribute become columns, each once."""
        instruction.columns = [(self._column(operand), is_time) for operand, is_time in instruction.columns]
        self.instructions.append(instruction)
        return len(self.instructions) - 1

    def _column(self, operand: Operand | None) -> float | Column | None:
        if isinstance(operand, By | Product):
            return self._values.setdefault(id(operand), Value(operand))
        return operand

    def _new(self, name: str, existing: Mapping[str, object], kind: str) -> None:
        if name in existing:
            raise BuildError(f"another {kind} is named {name} already")
