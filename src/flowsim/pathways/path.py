"""A path: where some patients have got to, and the verbs that lay the next stretch of their way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict, Unpack

from flowsim.engine.program import Condition, Verb
from flowsim.errors import BuildError
from flowsim.pathways.blueprint import (
    Blueprint,
    Calendar,
    Instruction,
    Label,
    Minutes,
    Operand,
    Preference,
    Question,
    Resource,
    WaitingList,
)
from flowsim.sampling.laws import AttributeCode, Chance, Choice, Column, Draw, Given, Number, Quantile, Value


class Asking(TypedDict, total=False):
    """How a place is asked for."""

    slot: str
    """What the place is held as; the first alternative's name unless given."""
    site: str
    """Name of these stays in the log; the slot unless given."""
    waiting: WaitingList
    """Counts those who wait; by default a list named after the first alternative."""
    priority: Operand
    """A number or a column; small goes first. 0 unless given."""
    patience: Operand | None
    """Minutes of waiting, since asking or since the mark `since`, after which the patient gives up; 0 means
    turned away."""
    closing: Calendar
    """When it opens, those still waiting give up."""
    since: str
    """A mark: the place in line is kept from then."""


class Path:
    """Where some patients have got to; verbs lay the next stretch of their way."""

    def __init__(self, hospital: Blueprint, ends: Sequence[tuple[Instruction, int]] = ()) -> None:
        self.hospital = hospital
        self._ends = list(ends)
        self._labels: list[Label] = []

    def __bool__(self) -> bool:
        """Return whether anybody can get here."""
        return bool(self._ends or self._labels)

    def seize(self, *alternatives: Resource | Preference, **asking: Unpack[Asking]) -> Path:
        """Take a place of the first alternative that is free, or queue for all of them.

        Parameters
        ----------
        alternatives : Resource or Preference
            In order of preference.
        asking : Asking

        Returns
        -------
        Path
            Those who gave up; nobody, unless there is patience or a closing calendar.
        """
        served, given_up = self._seized(alternatives, **asking)
        self._continue([end for path in served for end in path._ends])
        return given_up

    def choose(
        self, *alternatives: Resource | Preference, **asking: Unpack[Asking]
    ) -> tuple[list[Path], Path]:
        """Seize as `seize` does, each alternative with a way of its own.

        Returns
        -------
        list of Path, Path
            Those who got each alternative, and those who gave up; nobody is left on this path.
        """
        served, given_up = self._seized(alternatives, **asking)
        self._continue([])
        return served, given_up

    def _seized(
        self,
        alternatives: Sequence[Resource | Preference],
        *,
        slot: str | None = None,
        site: str | None = None,
        waiting: WaitingList | None = None,
        priority: Operand = 0,
        patience: Operand | None = None,
        closing: Calendar | None = None,
        since: str | None = None,
    ) -> tuple[list[Path], Path]:
        hospital = self.hospital
        preferences = tuple(a if isinstance(a, Preference) else Preference(a) for a in alternatives)
        if not preferences or len({p.resource for p in preferences}) < len(preferences):
            raise BuildError(
                "a seize needs at least one resource, none of them twice; "
                f"found {[p.resource.name for p in preferences]}"
            )
        held_as = slot or preferences[0].resource.name
        counted = waiting or hospital.waiting_list(preferences[0].resource.name)
        leaves = patience is not None or closing is not None
        instruction = Instruction(
            Verb.SEIZE,
            [None] * (len(preferences) + leaves),
            [(priority, False), (patience, True)],
            (
                hospital.slot(held_as),
                counted.index,
                -1 if closing is None else closing.index,
                -1 if since is None else hospital.mark_index(since),
            ),
            preferences,
            site=site or held_as,
        )
        self._append(instruction)
        served = [Path(hospital, [(instruction, k)]) for k in range(len(preferences))]
        return served, Path(hospital, [(instruction, len(preferences))] if leaves else [])

    def release(self, held: str | Resource, turnaround: Minutes | None = None) -> None:
        """Give up the place held in a slot; it can be used again after `turnaround` minutes."""
        slot = held if isinstance(held, str) else held.name
        self._lay(
            Instruction(Verb.RELEASE, [None], [(turnaround, True)], (self.hospital.slot(slot),), site=slot)
        )

    def delay(self, minutes: Minutes) -> None:
        """Let time pass."""
        self._lay(Instruction(Verb.DELAY, [None], [(minutes, True)]))

    def until(self, calendar: Calendar, above: Operand = 0.0) -> None:
        """Wait until the calendar's level is above a number (0, or the patient's uniform)."""
        self._lay(Instruction(Verb.UNTIL, [None], [(above, False)], (calendar.index,)))

    def until_clock(self, minute_of_day: Minutes) -> None:
        """Wait until it is this minute of the day."""
        self._lay(Instruction(Verb.CLOCK, [None], [(minute_of_day, True)]))

    def branch(self, chance: str | Draw, probability: Number) -> Path:
        """Send aside those whose chance says so.

        Parameters
        ----------
        chance : str or Draw
            Name of the stream, or a draw whose uniform is read.
        probability : float or By
            Of going aside.

        Returns
        -------
        Path
            Those who go aside.
        """
        return self.split(chance, [probability])[0]

    def split(self, chance: str | Draw, probabilities: Sequence[Number]) -> list[Path]:
        """Send patients one of several ways; the rest, up to a probability of 1, go on here.

        Returns
        -------
        list of Path
            One for each probability.
        """
        if all(isinstance(p, int | float) for p in probabilities):
            total = math.fsum(float(p) for p in probabilities)  # type: ignore[arg-type]
            if total > 1 + 1e-9 or any(float(p) < 0 for p in probabilities):  # type: ignore[arg-type]
                raise BuildError(
                    f"probabilities of {chance} must lie between 0 and 1 together; "
                    f"found {list(probabilities)}"
                )
            column = Draw(chance, Chance()) if isinstance(chance, str) else _uniform_of(chance)
            running, bounds = 0.0, []
            for p in probabilities:
                running += float(p)  # type: ignore[arg-type]
                bounds.append(running)
        else:
            law = Choice(tuple(probabilities))
            column = Draw(chance, law) if isinstance(chance, str) else chance.through(law)
            bounds = [k + 1.0 for k in range(len(probabilities))]
        return self._branched(column, bounds, chance if isinstance(chance, str) else chance.stream)

    def sort(self, attribute: str) -> dict[str, Path]:
        """Send each patient the way of their level of an attribute; nobody is left on this path."""
        levels = self.hospital.levels[attribute]
        return dict(zip(levels, self.route(AttributeCode(attribute), len(levels), attribute), strict=True))

    def route(self, position: Column, ways: int, site: str = "route") -> list[Path]:
        """Send each patient the way whose number a column holds, from 0; nobody is left on this path."""
        first = self._branched(position, [k + 1.0 for k in range(ways - 1)], site)
        last = Path(self.hospital, self._ends)
        self._continue([])
        return [*first, last]

    def _branched(self, column: Column, bounds: list[float], site: str) -> list[Path]:
        count = len(bounds) + 1
        instruction = Instruction(
            Verb.BRANCH, [None] * count, [(column, False)], bounds=(*bounds, math.inf), site=site
        )
        self._append(instruction)
        self._continue([(instruction, count - 1)])
        return [Path(self.hospital, [(instruction, k)]) for k in range(count - 1)]

    def when(self, question: Question) -> Path:
        """Send aside those for whom the answer is yes at that moment."""
        instruction = Instruction(
            Verb.WHEN,
            [None, None],
            [(question.operand, question.kind == Condition.OPENS_WITHIN)],
            (int(question.kind), question.subject.index),
            site=question.subject.name,
        )
        self._append(instruction)
        self._continue([(instruction, 0)])
        return Path(self.hospital, [(instruction, 1)])

    def mark(self, name: str) -> None:
        """Stamp the time."""
        self._lay(Instruction(Verb.MARK, [None], numbers=(self.hospital.mark_index(name),), site=name))

    def spawn(self, minutes: Minutes) -> None:
        """Let the patient's reserved return begin after so many minutes."""
        self._lay(Instruction(Verb.SPAWN, [None], [(minutes, True)]))

    def capacity(self, resource: Resource, change: int) -> None:
        """Open places of a resource, or close them with a negative change."""
        self._lay(Instruction(Verb.CAPACITY, [None], numbers=(resource.index, change), site=resource.name))

    def leave(self) -> None:
        """Leave for good."""
        self._append(Instruction(Verb.LEAVE, []))
        self._continue([])

    def stay(
        self, resource: Resource, time: Quantile | Minutes, *, turnaround: Minutes | None = None
    ) -> None:
        """Seize, stay, release. A bare distribution is drawn from a stream named after the resource."""
        self.seize(resource)
        is_column = isinstance(time, int | float | Draw | Value) or not hasattr(time, "quantile")
        self.delay(time if is_column else Draw(f"{resource.name}.stay", time))  # type: ignore[arg-type]
        self.release(resource, turnaround)

    def join(self, *others: Path) -> None:
        """Let other paths go on here."""
        for other in others:
            self._ends += other._ends
            self._labels += other._labels
            other._continue([])
            other._labels = []

    def here(self, name: str = "here") -> Label:
        """Return this point, for paths that come back to it."""
        label = Label(name)
        self._labels.append(label)
        return label

    def to(self, label: Label) -> None:
        """Go on at a label; nobody is left on this path."""
        for instruction, way in self._ends:
            if label.instruction is None:
                label.waiting.append((instruction, way))
            else:
                instruction.successors[way] = label.instruction
        for mine in self._labels:
            if label.instruction is None:
                label.followers.append(mine)
            else:
                mine.place(label.instruction)
        self._labels = []
        self._continue([])

    def _continue(self, ends: list[tuple[Instruction, int]]) -> None:
        self._ends = ends

    def _lay(self, instruction: Instruction) -> None:
        self._append(instruction)
        self._continue([(instruction, 0)])

    def _append(self, instruction: Instruction) -> None:
        if not self:
            raise BuildError(
                f"nobody gets to this {instruction.verb.name.lower()} {instruction.site}".rstrip()
            )
        position = self.hospital.lay(instruction)
        for source, way in self._ends:
            source.successors[way] = position
        for label in self._labels:
            label.place(position)
        self._labels = []


def _uniform_of(draw: Draw) -> Draw:
    """Return the column of a draw's uniforms; values written out stand for themselves."""
    return draw if isinstance(draw.law, Given | Chance) else draw.through(Chance())
