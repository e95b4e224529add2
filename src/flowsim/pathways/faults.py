"""What a blueprint is refused for, and what it is warned of, before it is compiled.

Refused: a path that ends nowhere, a seize into a slot that may be full, a release of one that may be empty,
leaving with something in hand, a place in line kept since a mark that may not be there, a fresh draw on a
loop, two draws of one stream, a column read as minutes and as a number, an infinite minute of the day, a
resource without places that patients must pass, a calendar that never opens.
Warned of: rings, where A is held while waiting for B and B while waiting for A, which deadlock for ever
unless somebody loses patience.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.program import Verb
from flowsim.pathways.blueprint import Blueprint, Instruction
from flowsim.pathways.reach import Reach
from flowsim.pathways.ways import Step, Ways
from flowsim.sampling.laws import AttributeCode, Column, Derived, Draw, Value, name_of


def faults(blueprint: Blueprint, reached: Sequence[Reach], states: Mapping[int, State]) -> list[str]:
    """Return why no engine could run a blueprint without open ends; nothing if one could.

    Parameters
    ----------
    blueprint : Blueprint
    reached : sequence of Reach
        Of each class.
    states : Mapping[int, State]
        At each instruction.
    """
    by_anybody = frozenset[int]().union(*(reach.instructions for reach in reached))
    found = [
        *_slot_and_mark_faults(blueprint, states),
        *_draws_on_loops(blueprint),
        *_shared_streams(blueprint, reached),
        *_read_in_two_ways(blueprint),
        *_infinite_clocks(blueprint),
        *_dead_ends(blueprint, by_anybody),
    ]
    return list(dict.fromkeys(found))


def open_ends(blueprint: Blueprint) -> list[str]:
    """Return where a path ends before its patients leave."""
    return list(dict.fromkeys(_open_ends(blueprint)))


def _open_ends(blueprint: Blueprint) -> Iterator[str]:
    for label in blueprint.entries:
        if label.instruction is None:
            yield f"the pathway of {label.name} has no verb"
    for instruction in blueprint.instructions:
        if None in instruction.successors:
            yield f"a path ends after {_name(instruction)}: send those patients on, or let them leave"


def rings(blueprint: Blueprint, states: Mapping[int, State]) -> Iterator[str]:
    """Yield which resources are held while waiting, without patience, for one another."""
    held_by_slot: dict[int, set[str]] = {}
    for x in blueprint.instructions:
        if x.verb == Verb.SEIZE:
            held_by_slot.setdefault(x.numbers[0], set()).update(p.resource.name for p in x.alternatives)
    waits: dict[str, set[str]] = {}
    for i, state in states.items():
        x = blueprint.instructions[i]
        if x.verb == Verb.SEIZE and len(x.successors) == len(x.alternatives):
            for slot, held in held_by_slot.items():
                if state.may_hold >> slot & 1:
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


@dataclass(frozen=True, slots=True)
class State:
    """What is known of everybody who gets to an instruction: bits of slots, and of marks."""

    may_hold: int
    must_hold: int
    marked: int


def states_of(blueprint: Blueprint, ways: Ways) -> dict[int, State]:
    """Return the state in which each instruction is reached."""
    # Bits of one integer: a slot is surely empty, a slot is surely full, a mark is surely set.
    n = len(blueprint.slots)
    all_slots = (1 << n) - 1

    def steps(x: Instruction) -> Iterator[Step]:
        for way, following in enumerate(_successors(x)):
            if x.verb == Verb.SEIZE and way < len(x.alternatives):
                empty = 1 << x.numbers[0]
                yield Step(following, keeps=~empty, gains=empty << n)
            elif x.verb == Verb.RELEASE:
                empty = 1 << x.numbers[0]
                yield Step(following, keeps=~(empty << n), gains=empty)
            elif x.verb == Verb.MARK:
                yield Step(following, gains=1 << 2 * n + x.numbers[0])
            else:
                yield Step(following)

    laid = {i: list(steps(blueprint.instructions[i])) for i in ways.order}
    return {
        i: State(~facts & all_slots, facts >> n & all_slots, facts >> 2 * n)
        for i, facts in ways.certain(ways.entries, all_slots, laid).items()
    }


def _slot_and_mark_faults(blueprint: Blueprint, states: Mapping[int, State]) -> Iterator[str]:
    """Judge each verb by what may be held and what must be marked."""
    slots, marks = list(blueprint.slots), list(blueprint.marks)
    for i, state in states.items():
        x = blueprint.instructions[i]
        if x.verb == Verb.SEIZE:
            slot, _, _, since = x.numbers
            if state.may_hold >> slot & 1:
                yield f"{_name(x)}: the slot {slots[slot]} may be full already"
            if since >= 0 and not state.marked >> since & 1:
                yield f"{_name(x)}: the mark {marks[since]} may not be set"
        elif x.verb == Verb.RELEASE and not state.must_hold >> x.numbers[0] & 1:
            yield f"{_name(x)}: the slot may be empty"
        elif x.verb == Verb.LEAVE and state.may_hold:
            held = [name for k, name in enumerate(slots) if state.may_hold >> k & 1]
            yield f"a patient may leave while holding {', '.join(held)}"


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


def _read_in_two_ways(blueprint: Blueprint) -> Iterator[str]:
    """Judge what each column is read as: minutes lie on the grid, and numbers, which decide ways, do not."""
    readers: dict[Column, dict[bool, Instruction]] = {}
    for x in blueprint.instructions:
        for operand, is_time in x.columns:
            if isinstance(operand, Draw | Derived | AttributeCode | Value):
                readers.setdefault(operand, {}).setdefault(is_time, x)
    for column, by_use in readers.items():
        if len(by_use) == 2:
            yield (
                f"{name_of(column)} is read as minutes ({_name(by_use[True])}) and as a number "
                f"({_name(by_use[False])}); derive a column of its own for one of them"
            )


def _infinite_clocks(blueprint: Blueprint) -> Iterator[str]:
    for x in blueprint.instructions:
        if x.verb == Verb.CLOCK and isinstance(x.columns[0][0], int | float) and math.isinf(x.columns[0][0]):
            yield f"{_name(x)}: a minute of the day must be finite; found {x.columns[0][0]}"


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


def _connected(n: int, edges: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    """Return the strongly connected component of each of n nodes."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not edges:
        return np.arange(n, dtype=np.int32)
    source, target = np.array(edges).T
    graph = coo_array((np.ones(len(edges)), (source, target)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=True, connection="strong")[1])


def _successors(instruction: Instruction) -> list[int]:
    return [s for s in instruction.successors if s is not None]


def _name(instruction: Instruction) -> str:
    return f"{instruction.verb.name.lower()} {instruction.site}".rstrip()
