"""From blueprint to program: the arrays, and what must be drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.program import NONE, WIDTH, Program, Verb
from flowsim.errors import BuildError
from flowsim.pathways.blueprint import Blueprint, Operand
from flowsim.pathways.faults import faults, open_ends, rings, states_of
from flowsim.pathways.reach import reaches
from flowsim.pathways.ways import Ways
from flowsim.sampling.draw_plan import DrawPlan
from flowsim.sampling.laws import AttributeCode, By, Column, Derived, Draw, Product, Value
from flowsim.timeline import to_grid


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
    if found := open_ends(blueprint):
        raise BuildError("\n".join(found))
    ways = Ways(blueprint)
    reached, states = reaches(blueprint, ways), states_of(blueprint, ways)
    if found := faults(blueprint, reached, states):
        raise BuildError("\n".join(found))
    operands = _Operands()
    program = _program(blueprint, operands)
    plan = DrawPlan(
        tuple(blueprint.classes),
        dict(blueprint.levels),
        tuple(operands.columns),
        tuple(operands.is_time),
        frozenset(program.code[program.code[:, 0] == Verb.CLOCK, 2].tolist()),
        tuple(reach.needs for reach in reached),
        tuple(reach.returns for reach in reached),
    )
    return Compiled(program, plan, tuple(rings(blueprint, states)))


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
            constant = float(to_grid(constant))
        return -2 - self.constants.setdefault(constant, len(self.constants))


def _program(blueprint: Blueprint, operands: _Operands) -> Program:
    code = np.full((len(blueprint.instructions), WIDTH), NONE, dtype=np.int32)
    alternatives: list[tuple[int, int, int]] = []
    cumulative: list[float] = []
    targets: list[int] = []
    sites: dict[str, int] = {}
    site = np.full(len(blueprint.instructions), -1, dtype=np.int32)
    for i, x in enumerate(blueprint.instructions):
        ways = [way for way in x.successors if way is not None]
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
