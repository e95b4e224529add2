"""Random hospitals, laid with the public builder, small and full of ties.

Times are a few steps of a coarse grid, so that much happens in the same instant; places are few, so that
everybody waits. Every path is legal by the way it is laid: `_Way` knows what is held and what is marked,
a path that goes back takes time, and whoever leaves gives up all places first. Rings of patients who wait for
one another for ever are allowed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np
from hypothesis import strategies as st

from flowsim.pathways.blueprint import (
    Calendar,
    Group,
    Label,
    Minutes,
    Operand,
    Question,
    Resource,
    has_free,
    is_occupied,
    is_open,
    is_waited_for,
    opens_within,
)
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.draw_plan import Drawn, Returning
from flowsim.sampling.laws import By, Chance, Derived, Draw, Given
from flowsim.timeline import GRID, StepFunction

Chosen = TypeVar("Chosen")

MOST_ROWS = 16
"""Patients of one class."""

MOST_LOOPS = 25
"""How often a row can go round within a run."""

BANDS = {"band": Drawn((0.4, 0.3))}
UNITS = (1.0, 5.0, 15.0, 1 / GRID)
SLOTS = ("bay", "bed", "staff")
MARKS = ("asked", "seen")
STEPS = (0, 1, 1, 2, 3, 5, 9)
"""Lengths of delays, patience and turnarounds, in units."""

VERBS = (
    *("seize",) * 5,
    *("release",) * 3,
    *("delay",) * 3,
    *("when",) * 3,
    *("branch",) * 2,
    *("mark",) * 2,
    *("spawn",) * 2,
    *("until_clock",) * 2,
    *("until", "capacity", "here", "back"),
)
"""What is laid next, the usual verbs more often."""


@cache
def _up_to(most: int) -> st.SearchStrategy[int]:
    """Return whole numbers from 0; made once each, since making a strategy takes longer than drawing."""
    return st.integers(0, most)


@dataclass(frozen=True, slots=True)
class _Way:
    """What whoever is on a path holds and was marked with."""

    held: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


class _Layer:
    """Lays one random hospital."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.unit = self.one_of(UNITS)
        self.hospital = Hospital(end=draw(st.integers(200, 3000)))
        self.changes = [1 + self.draw(_up_to(30)) for _ in range(4)]
        """When rosters and calendars change, in units: often several at once."""
        self.starts_closed = self.perhaps(2)
        """Whether all resources open in one instant."""
        self.all_waiting = self.hospital.waiting_list("all")
        self.streams = 0
        self.heads: list[tuple[Label, _Way]] = []
        """Points that paths may go back to."""
        self.resources: list[Resource] = []
        self.calendars: list[Calendar] = []
        self.groups: list[Group] = []

    def one_of(self, options: Sequence[Chosen]) -> Chosen:
        return options[self.draw(_up_to(len(options) - 1))]

    def some_of(self, options: Sequence[Chosen], most: int) -> list[Chosen]:
        """Return one or more of the options, in any order, none twice."""
        left = list(options)
        return [
            left.pop(self.draw(_up_to(len(left) - 1))) for _ in range(self.number_of(min(most, len(left))))
        ]

    def number_of(self, most: int, least: int = 1) -> int:
        return least + self.draw(_up_to(most - least))

    def perhaps(self, most: int = 1) -> bool:
        """Return yes once in `most` + 1 times."""
        return self.draw(_up_to(most)) == most

    def minutes(self, steps: int) -> float:
        """Return so many steps of the grid; a fine one lies around whole minutes."""
        return steps * self.unit if self.unit >= 1 else steps // 3 + steps % 3 * self.unit

    # The hospital

    def lay(self) -> Hospital:
        hospital = self.hospital
        hospital.attribute("band", ["green", "amber", "red"])
        for k in range(self.number_of(4, self.one_of((2, 2, 1)))):
            self.resources.append(hospital.resource(f"R{k}", self.roster()))
        for k in range(self.number_of(3)):
            self.calendars.append(hospital.calendar(f"C{k}", self.opening()))
        for k in range(self.number_of(2)):
            members = self.some_of(self.resources, 4)
            self.groups.append(hospital.group(f"G{k}", *members))
        returning = Returning(
            as_class="again",
            draw=Draw("return", Chance(), trait=True),
            below=self.one_of((1.0, 0.5)),
            times=self.one_of((1, 2)),
        )
        paths = [
            hospital.arrivals(f"class {k}", at=self.times(MOST_ROWS), attributes=BANDS, returning=returning)
            for k in range(self.number_of(3))
        ]
        again = hospital.arrivals("again", returning=returning)
        if self.perhaps():
            paths[0].join(again)
        else:
            paths.append(again)
        for path in paths:
            self.walk(path, self.mark(path, _Way()) if self.perhaps() else _Way(), self.number_of(12, 3))
        for k in range(self.number_of(2, 0)):
            team = hospital.arrivals(f"team {k}", at=self.times(3), attributes=BANDS, controller=True)
            self.control(team)
        return hospital

    def times(self, most: int) -> list[float]:
        return [self.minutes(k) for k in sorted(self.draw(_up_to(12)) for _ in range(self.number_of(most)))]

    def steps(self, levels: Sequence[float]) -> StepFunction:
        """Return a level that changes up to four times."""
        after = sorted({self.one_of(self.changes) for _ in range(self.number_of(4, 0))})
        return StepFunction(
            np.array([self.minutes(k) for k in (0, *after)]),
            np.array([self.one_of(levels) for _ in range(len(after) + 1)]),
        )

    def roster(self) -> float | StepFunction:
        """Return places: fixed, opening in the same instant as others', or changing now and then."""
        kind = "opening" if self.starts_closed else self.one_of(("fixed", "opening", "changing"))
        if kind == "fixed":
            return self.one_of((1, 1, 1, 2, 2, math.inf))
        if kind == "opening":
            times = [0.0, self.minutes(self.changes[0])]
            return StepFunction(np.array(times), np.array([0.0, self.one_of((1.0, 2.0))]))
        return self.steps((1, 0, 1, 2, 3))

    def opening(self) -> StepFunction:
        levels = self.steps((0, 0, 1, 0.4, 0.65))
        return levels if levels.ever_above() else StepFunction.constant(1)

    # Operands

    def column(self, values: Sequence[float]) -> Draw:
        """Return a drawn column of a few values, over and over."""
        self.streams += 1
        pattern = [self.one_of(values) for _ in range(self.number_of(4))]
        return Draw(f"given.{self.streams}", Given(tuple(pattern) * MOST_ROWS), trait=True)

    def number(self, values: Sequence[float]) -> Operand:
        """Return a number: the same for all, by attribute, or drawn."""
        kind = self.one_of(("fixed", "by", "drawn"))
        if kind == "by":
            return By(
                "band", {"green": self.one_of(values), "amber": self.one_of(values)}, otherwise=values[0]
            )
        return self.one_of(values) if kind == "fixed" else self.column(values)

    def time(self, steps: Sequence[int] = STEPS) -> Minutes:
        values = [self.minutes(k) for k in steps]
        return self.one_of(values) if self.perhaps() else self.column(values)

    def uniform(self) -> Draw:
        """Return uniforms, truly drawn or such as meet the bounds of branches and the levels of calendars."""
        self.streams += 1
        if self.perhaps():
            return Draw(f"u.{self.streams}", Chance(), trait=True)
        return self.column((0.0, 0.25, 0.4, 0.5, 0.65, 0.75))

    def question(self) -> Question:
        kind = self.one_of(("waiting", "open", "soon", "free", "occupied", "waiting"))
        if kind == "open":
            return is_open(
                self.one_of(self.calendars), self.one_of((0.0, 0.4)) if self.perhaps() else self.uniform()
            )
        if kind == "soon":
            return opens_within(self.one_of(self.calendars), self.time())
        if kind == "free":
            return has_free(self.one_of(self.groups), self.one_of((1, 2, 0)))
        if kind == "waiting":
            others = list(self.hospital.lists.values())
            waiting = self.all_waiting if self.perhaps() else self.one_of(others)
            return is_waited_for(waiting, self.one_of((2, 3, 1, 4)))
        return is_occupied(self.one_of(self.groups), self.number((1.0, 0.5, 0.0)))

    # Ways

    def walk(self, path: Path, way: _Way, verbs: int) -> None:
        """Lay so many verbs and the end, unless nobody is left before."""
        for _ in range(verbs):
            way = getattr(self, self.one_of(VERBS))(path, way)
            if not path:
                return
        for slot in sorted(way.held):
            path.release(slot)
        path.leave()

    def heads_of(self, way: _Way) -> list[Label]:
        """Return the points to which those on a path may go back."""
        return [label for label, then in self.heads if then.held == way.held and then.marks <= way.marks]

    def aside(self, arm: Path, main: Path | None, way: _Way) -> None:
        """Lay the way of those who were sent aside: back to the main path, round again, or out."""
        heads = self.heads_of(way)
        kind = self.one_of(("join", "out", "back"))
        if kind == "back" and heads:
            self.pause(arm)
            arm.to(self.one_of(heads))
        elif kind == "join" and main:
            arm.delay(self.time())
            main.join(arm)
        else:
            self.walk(arm, way, self.number_of(3, 0))

    def pause(self, path: Path) -> None:
        """Let so much time pass that a loop of this length is gone round a bounded number of times."""
        least = math.ceil(self.hospital.end / MOST_LOOPS / max(self.unit, 1))
        path.delay(max(self.unit, 1) * (least + self.one_of(STEPS)))

    # Verbs: each lays itself on a path and returns what is held and marked behind it

    def seize(self, path: Path, way: _Way) -> _Way:
        slots = [slot for slot in SLOTS if slot not in way.held]
        if not slots:
            return self.release(path, way)
        slot = self.one_of(slots)
        wanted = self.some_of(self.resources, 1 if self.perhaps(2) else 3)
        alternatives = [resource.preferred(self.one_of((0, 0, 1))) for resource in wanted]
        if self.perhaps():
            served, late = path.choose(*alternatives, slot=slot, **self.terms(wanted, way))
            for other in served:
                other.delay(self.time())
            path.join(*served)
        else:
            late = path.seize(*alternatives, slot=slot, **self.terms(wanted, way))
        if late and self.perhaps():
            # Once more, with another patience and perhaps the place in line kept.
            given_up = late.seize(*alternatives, slot=slot, **self.terms(wanted, way))
            path.join(late)
            late = given_up
        if late:
            self.aside(late, None, way)
        if not self.perhaps(3):
            path.delay(self.time())
        return _Way(way.held | {slot}, way.marks)

    def terms(self, wanted: Sequence[Resource], way: _Way) -> dict[str, Any]:
        """Return how patients queue; where there might never be a place, they may give up."""
        terms: dict[str, Any] = {"priority": self.number((0, 1, 2)) if self.perhaps() else 0}
        if not self.perhaps(2):
            terms["waiting"] = self.all_waiting
        if way.marks and self.perhaps():
            terms["since"] = self.one_of(sorted(way.marks))
        if self.perhaps(3):
            terms["closing"] = self.one_of(self.calendars)
        elif self.perhaps(2) or not any(r.places.ever_above() for r in wanted):
            terms["patience"] = self.patience()
        return terms

    def patience(self) -> Operand:
        kind = self.one_of(("time", "smaller", "for ever"))
        if kind == "smaller":
            sources = tuple(self.column([self.minutes(k) for k in STEPS]) for _ in range(2))
            return Derived(sources, np.minimum)
        if kind == "for ever":
            return self.column((math.inf, self.minutes(2), self.minutes(5)))
        return self.time()

    def release(self, path: Path, way: _Way) -> _Way:
        if not way.held:
            return self.delay(path, way)
        slot = self.one_of(sorted(way.held))
        path.release(slot, turnaround=self.time() if self.perhaps() else None)
        way = _Way(way.held - {slot}, way.marks)
        return self.seize(path, way) if self.perhaps(2) else way

    def delay(self, path: Path, way: _Way) -> _Way:
        path.delay(self.time())
        return way

    def until(self, path: Path, way: _Way) -> _Way:
        path.until(self.one_of(self.calendars), above=0.0 if self.perhaps() else self.uniform())
        return way

    def until_clock(self, path: Path, way: _Way) -> _Way:
        path.until_clock(self.time((12, 9, 6, 3, 0, 24)))
        return way

    def branch(self, path: Path, way: _Way) -> _Way:
        kind = self.one_of(("branch", "split", "sort"))
        if kind == "branch":
            arms = [path.branch(self.uniform(), self.one_of((0.5, 0.25)))]
        elif kind == "split":
            arms = path.split(self.uniform(), [0.25, 0.25])
        else:
            sorted_out = path.sort("band")
            path.join(sorted_out.pop("green"))
            arms = list(sorted_out.values())
        for arm in arms:
            self.aside(arm, path, way)
        return way

    def when(self, path: Path, way: _Way) -> _Way:
        self.aside(path.when(self.question()), path, way)
        return way

    def mark(self, path: Path, way: _Way) -> _Way:
        name = self.one_of(MARKS)
        path.mark(name)
        return _Way(way.held, way.marks | {name})

    def spawn(self, path: Path, way: _Way) -> _Way:
        path.spawn(self.time())
        return way

    def capacity(self, path: Path, way: _Way) -> _Way:
        path.capacity(self.one_of(self.resources), self.one_of((1, -1)))
        return way

    def here(self, path: Path, way: _Way) -> _Way:
        self.heads.append((path.here(), way))
        return way

    def back(self, path: Path, way: _Way) -> _Way:
        heads = self.heads_of(way)
        if heads:
            self.pause(path)
            path.to(self.one_of(heads))
        return way

    # Controllers

    def control(self, team: Path) -> None:
        """Lay looks at the state that open and close places, or a closure for a time."""
        resource, change = self.one_of(self.resources), self.one_of((1, 2, -1, -2))
        if self.perhaps():
            if self.perhaps():
                team.capacity(self.one_of(self.resources), change)
            team.capacity(resource, change)
            team.delay(self.time())
            team.capacity(resource, -change)
            team.leave()
            return
        look = team.here("look")
        self.pause(team)
        yes = team.when(self.question())
        team.to(look)
        yes.capacity(resource, change)
        self.pause(yes)
        if self.perhaps():
            yes.capacity(resource, -change)
        yes.to(look)


@st.composite
def hospitals(draw: st.DrawFn) -> Hospital:
    """Draw a hospital that any engine can run."""
    return _Layer(draw).lay()


def listed(hospital: Hospital) -> str:
    """Return all that was laid, for a failing test to show."""
    lines = [
        f"end {hospital.end:g}, groups {[[r.name for r in g.members] for g in hospital.groups.values()]}"
    ]
    levels = {r.name: r.places for r in hospital.resources.values()}
    levels |= {c.name: c.levels for c in hospital.calendars.values()}
    for name, steps in levels.items():
        lines.append(f"{name}: {list(zip(steps.times.tolist(), steps.levels.tolist(), strict=True))}")
    for klass, entry in zip(hospital.classes, hospital.entries, strict=True):
        lines.append(f"{klass.name} from {entry.instruction}: {klass.arrivals}, {klass.returning}")
    for i, x in enumerate(hospital.instructions):
        operands = [operand for operand, _ in x.columns]
        wanted = [(p.resource.name, p.offset) for p in x.alternatives]
        lines.append(
            f"{i} {x.verb.name} {x.site} {wanted} {x.numbers} {operands} {x.bounds} -> {x.successors}"
        )
    return "\n".join(lines)
