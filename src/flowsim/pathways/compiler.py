"""From blueprint to program: the arrays, what must be drawn, and what is refused.

Refused: a path that ends nowhere, a seize into a slot that may be full, a release of one that may be empty,
leaving with something in hand, a place in line kept since a mark that may not be there, a fresh draw on a
loop, two draws of one stream, a resource without places that patients must pass, a calendar that never opens.
Warned of: rings, where A is held while waiting for B and B while waiting for A, which deadlock for ever
unless somebody loses patience.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.program import NONE, WIDTH, Condition, Program, Verb
from flowsim.errors import BuildError
from flowsim.pathways.blueprint import Blueprint, Instruction, Operand
from flowsim.pathways.reach import Reach, reaches
from flowsim.sampling.draw_plan import DrawPlan
from flowsim.sampling.laws import AttributeCode, By, Column, Derived, Draw, Product, Value


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A program, what it needs drawn, and what looks unwise about it."""

    program: Program
    plan: DrawPlan
    warnings: tuple[str, ...]


def compile_blueprint(blueprint: Blueprint) -> Compiled:
    """Return the program of a blueprint.

    Raises
    ------
    BuildError
        With every fault found, if no engine could run it.
    """
    faults = [*_open_ends(blueprint)]
    if faults:
        raise BuildError("\n".join(dict.fromkeys(faults)))
    reached = reaches(blueprint)
    by_anybody = frozenset[int]().union(*(reach.instructions for reach in reached))
    faults = [
        *_slot_and_mark_faults(blueprint),
        *_draws_on_loops(blueprint),
        *_shared_streams(blueprint, reached),
        *_dead_ends(blueprint, by_anybody),
    ]
    if faults:
        raise BuildError("\n".join(dict.fromkeys(faults)))
    operands = _Operands()
    program = _program(blueprint, operands)
    plan = DrawPlan(
        tuple(blueprint.classes),
        dict(blueprint.levels),
        tuple(operands.columns),
        tuple(operands.is_time),
        tuple(reach.needs for reach in reached),
        tuple(reach.returns for reach in reached),
    )
    return Compiled(program, plan, tuple(_rings(blueprint)))


def _successors(instruction: Instruction) -> list[int]:
    return [s for s in instruction.successors if s is not None]


def _name(instruction: Instruction) -> str:
    return f"{instruction.verb.name.lower()} {instruction.site}".rstrip()


def _open_ends(blueprint: Blueprint) -> Iterator[str]:
    for label in blueprint.entries:
        if label.instruction is None:
            yield f"the pathway of {label.name} has no verb"
    for instruction in blueprint.instructions:
        if None in instruction.successors:
            yield f"a path ends after {_name(instruction)}: send those patients on, or let them leave"


def _slot_and_mark_faults(blueprint: Blueprint) -> list[str]:
    """Follow what may be held and what must be marked along every way, and judge each verb by it."""
    may_hold: dict[int, int] = {}
    must_hold: dict[int, int] = {}
    marked: dict[int, int] = {}
    entries = [label.instruction for label in blueprint.entries]
    todo: list[tuple[int, int, int, int]] = [(e, 0, 0, 0) for e in entries if e is not None]
    while todo:
        i, may, must, marks = todo.pop()
        if i in may_hold:
            merged = (may | may_hold[i], must & must_hold[i], marks & marked[i])
            if merged == (may_hold[i], must_hold[i], marked[i]):
                continue
            may, must, marks = merged
        may_hold[i], must_hold[i], marked[i] = may, must, marks
        instruction = blueprint.instructions[i]
        for way, following in enumerate(instruction.successors):
            assert following is not None
            now_may, now_must, now_marks = may, must, marks
            if instruction.verb == Verb.SEIZE and way < len(instruction.alternatives):
                now_may |= 1 << instruction.numbers[0]
                now_must |= 1 << instruction.numbers[0]
            elif instruction.verb == Verb.RELEASE:
                now_may &= ~(1 << instruction.numbers[0])
                now_must &= ~(1 << instruction.numbers[0])
            elif instruction.verb == Verb.MARK:
                now_marks |= 1 << instruction.numbers[0]
            todo.append((following, now_may, now_must, now_marks))
    slots = list(blueprint.slots)
    faults = []
    for i, may in may_hold.items():
        instruction = blueprint.instructions[i]
        if instruction.verb == Verb.SEIZE:
            slot, _, _, since = instruction.numbers
            if may >> slot & 1:
                faults.append(f"{_name(instruction)}: the slot {slots[slot]} may be full already")
            if since >= 0 and not marked[i] >> since & 1:
                faults.append(f"{_name(instruction)}: the mark {list(blueprint.marks)[since]} may not be set")
        elif instruction.verb == Verb.RELEASE and not must_hold[i] >> instruction.numbers[0] & 1:
            faults.append(f"{_name(instruction)}: the slot may be empty")
        elif instruction.verb == Verb.LEAVE and may:
            held = [slots[s] for s in range(len(slots)) if may >> s & 1]
            faults.append(f"a patient may leave while holding {', '.join(held)}")
    return faults


def _connected(n: int, edges: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    """Return the strongly connected component of each of n nodes."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not edges:
        return np.arange(n, dtype=np.int32)
    source, target = np.array(edges).T
    graph = coo_array((np.ones(len(edges)), (source, target)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=True, connection="strong")[1])


def _draws_on_loops(blueprint: Blueprint) -> Iterator[str]:
    edges = [(i, s) for i, x in enumerate(blueprint.instructions) for s in _successors(x)]
    component = _connected(len(blueprint.instructions), edges)
    sizes = np.bincount(component)
    for i, instruction in enumerate(blueprint.instructions):
        on_loop = sizes[component[i]] > 1 or i in instruction.successors
        for operand, _ in instruction.columns if on_loop else ():
            if isinstance(operand, Draw | Derived) and not operand.trait:
                yield (
                    f"{_name(instruction)}: a draw on a loop would be the same at every visit; lay the stage "
                    "down once for each visit, or declare the draw a trait"
                )


def _draws(column: object) -> Iterator[Draw]:
    if isinstance(column, Draw):
        yield column
    elif isinstance(column, Derived):
        for source in column.sources:
            yield from _draws(source)


def _shared_streams(blueprint: Blueprint, reached: Sequence[Reach]) -> Iterator[str]:
    """Judge the draws of each class by itself: a stream belongs to one class."""
    names = set()
    for patient_class, reach in zip(blueprint.classes, reached, strict=True):
        owner: dict[str, Draw] = {}
        draws = [draw for column in reach.needs for draw in _draws(column)]
        for draw in draws if patient_class.returning is None else [*draws, patient_class.returning.draw]:
            base = draw.base or draw
            if owner.setdefault(draw.stream, base) is not base:
                yield (
                    f"two draws read the stream {draw.stream}; name them apart, or derive one with `through`"
                )
        names |= set(owner)
    for name in sorted(names & {*blueprint.levels, "accepted"}):
        yield f"the stream {name} has the name of an attribute; name them apart"


def _dead_ends(blueprint: Blueprint, reached: frozenset[int]) -> Iterator[str]:
    opened = {x.numbers[0] for x in blueprint.instructions if x.verb == Verb.CAPACITY and x.numbers[1] > 0}
    for i, x in enumerate(blueprint.instructions):
        if i not in reached:
            continue
        if x.verb == Verb.SEIZE and len(x.successors) == len(x.alternatives):
            resources = [p.resource for p in x.alternatives]
            if not any(r.places.ever_above() or r.index in opened for r in resources):
                yield f"{resources[0].name}: patients must pass here, but there is never a place"
        elif x.verb == Verb.UNTIL:
            calendar = next(c for c in blueprint.calendars.values() if c.index == x.numbers[0])
            if not calendar.levels.ever_above():
                yield f"{calendar.name}: patients must wait for this calendar, but it never opens"


def _rings(blueprint: Blueprint) -> Iterator[str]:
    """Find resources held while waiting, without patience, for one another."""
    held_by_slot: dict[int, set[str]] = {}
    for x in blueprint.instructions:
        if x.verb == Verb.SEIZE:
            held_by_slot.setdefault(x.numbers[0], set()).update(p.resource.name for p in x.alternatives)
    may = _may_hold(blueprint)
    waits: dict[str, set[str]] = {}
    for i, x in enumerate(blueprint.instructions):
        if x.verb == Verb.SEIZE and len(x.successors) == len(x.alternatives):
            for slot, held in held_by_slot.items():
                if may.get(i, 0) >> slot & 1:
                    for resource in held:
                        waits.setdefault(resource, set()).update(p.resource.name for p in x.alternatives)
    names = list(blueprint.resources)
    edges = [(names.index(a), names.index(b)) for a in waits for b in waits[a]]
    component = _connected(len(names), edges)
    for ring in dict.fromkeys(component.tolist()):
        members = [name for name, c in zip(names, component, strict=True) if c == ring]
        if len(members) > 1:
            yield f"{', '.join(members)} are held while waiting for one another: they can wait for ever"
        elif members[0] in waits.get(members[0], ()):
            yield f"{members[0]} is held while waiting for another of its places: that can last for ever"


def _may_hold(blueprint: Blueprint) -> dict[int, int]:
    may: dict[int, int] = {}
    todo = [(label.instruction, 0) for label in blueprint.entries if label.instruction is not None]
    while todo:
        i, held = todo.pop()
        if i in may and may[i] | held == may[i]:
            continue
        may[i] = held = may.get(i, 0) | held
        x = blueprint.instructions[i]
        for way, following in enumerate(x.successors):
            assert following is not None
            now = held
            if x.verb == Verb.SEIZE and way < len(x.alternatives):
                now |= 1 << x.numbers[0]
            elif x.verb == Verb.RELEASE:
                now &= ~(1 << x.numbers[0])
            todo.append((following, now))
    return may


@dataclass(slots=True)
class _Operands:
    """Numbers operands: drawn columns and constants, each once."""

    columns: dict[Column, int] = field(default_factory=dict)
    is_time: list[bool] = field(default_factory=list)
    constants: dict[float, int] = field(default_factory=dict)

    def number(self, operand: Operand | None, is_time: bool) -> int:
        if operand is None:
            return NONE
        if isinstance(operand, Draw | Derived | AttributeCode | Value):
            position = self.columns.setdefault(operand, len(self.columns))
            if position == len(self.is_time):
                self.is_time.append(is_time)
            return position
        assert not isinstance(operand, By | Product)  # the blueprint made columns of them
        constant = float(operand)
        if math.isnan(constant):
            raise BuildError("an operand is not a number")
        if is_time and math.isfinite(constant):
            constant = round(constant * 1024) / 1024
        return -2 - self.constants.setdefault(constant, len(self.constants))


def _program(blueprint: Blueprint, operands: _Operands) -> Program:
    code = np.full((len(blueprint.instructions), WIDTH), NONE, dtype=np.int32)
    alternatives: list[tuple[int, int, int]] = []
    cumulative: list[float] = []
    targets: list[int] = []
    sites: dict[str, int] = {}
    site = np.full(len(blueprint.instructions), -1, dtype=np.int32)
    for i, x in enumerate(blueprint.instructions):
        ways = _successors(x)
        numbers = [operands.number(operand, is_time) for operand, is_time in x.columns]
        if x.site:
            site[i] = sites.setdefault(x.site, len(sites))
        code[i, 0] = x.verb
        code[i, 1] = ways[0] if ways else NONE
        if x.verb == Verb.SEIZE:
            slot, waits, closing, since = x.numbers
            priority, patience = numbers
            exit_ = ways[-1] if len(ways) > len(x.alternatives) else NONE
            count = len(x.alternatives)
            code[i, 2:11] = [len(alternatives), count, slot, waits, priority, patience, closing, exit_, since]
            alternatives += [
                (p.resource.index, p.offset, to) for p, to in zip(x.alternatives, ways, strict=False)
            ]
        elif x.verb == Verb.BRANCH:
            code[i, 2:5] = [numbers[0], len(targets), len(ways)]
            cumulative += x.bounds
            targets += ways
        elif x.verb == Verb.WHEN:
            kind, subject = x.numbers
            code[i, 2:6] = [kind, subject, numbers[0], ways[1]]
        else:
            operands_of_verb = [*x.numbers, *numbers]
            code[i, 2 : 2 + len(operands_of_verb)] = operands_of_verb
    step = [c.levels for c in blueprint.calendars.values()]
    places = [r.places for r in blueprint.resources.values()]
    time = np.concatenate([[], *(p.times for p in places)])
    level = np.concatenate([[], *(p.levels for p in places)]).astype(np.int64)
    owner = np.repeat(np.arange(len(places), dtype=np.int32), [len(p.times) for p in places])
    order = np.lexsort((owner, time))
    members = [[r.index for r in g.members] for g in blueprint.groups.values()]
    return Program(
        code=code,
        constants=np.array(list(operands.constants), dtype=np.float64),
        alternatives=np.array(alternatives, dtype=np.int32).reshape(-1, 3),
        cumulative=np.array(cumulative, dtype=np.float64),
        targets=np.array(targets, dtype=np.int32),
        calendar_times=np.concatenate([[], *(s.times for s in step)]),
        calendar_levels=np.concatenate([[], *(s.levels for s in step)]),
        calendar_start=_starts([len(s.times) for s in step]),
        capacity_time=time[order],
        capacity_resource=owner[order],
        capacity_level=level[order],
        group_members=np.array([r for g in members for r in g], dtype=np.int32),
        group_start=_starts([len(g) for g in members]),
        entry=np.array([label.instruction for label in blueprint.entries], dtype=np.int32),
        site=site,
        slots=len(blueprint.slots),
        resource_names=tuple(blueprint.resources),
        mark_names=tuple(blueprint.marks),
        list_names=tuple(blueprint.lists),
        class_names=tuple(c.name for c in blueprint.classes),
        controllers=tuple(c.controller for c in blueprint.classes),
        sites=tuple(sites),
    )


def _starts(lengths: Sequence[int]) -> NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)


__all__ = ["Compiled", "Condition", "compile_blueprint"]
