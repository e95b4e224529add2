"""Who can reach what: for each class, which instructions, and what must have been drawn to get there.

A branch is decided by a drawn column, so who takes which way of it is known before the run. Whatever every
way to an instruction has in common is necessary to get there; the sampling core applies the laws of a column
only to those who fulfil it, which for a hospital is a third of the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from flowsim.engine.program import Verb
from flowsim.pathways.blueprint import Blueprint, Instruction
from flowsim.pathways.ways import Step, Ways
from flowsim.sampling.draw_plan import Fork
from flowsim.sampling.laws import AttributeCode, Column, Derived, Draw, Value

Guard = frozenset[Fork]


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """What one class can reach.

    Parameters
    ----------
    instructions : frozenset of int
    needs : Mapping[Column, Guard]
        For each column that the class could read, and each source of one, what is necessary to read it.
    returns : Guard or None
        What is necessary to spawn the reserved return; None if the class never does.
    """

    instructions: frozenset[int]
    needs: Mapping[Column, Guard]
    returns: Guard | None


def reaches(blueprint: Blueprint, ways: Ways) -> list[Reach]:
    """Return what each class can reach; every path must end somewhere."""
    map_ = _Map(blueprint, ways)
    return [map_.reach(entry) for entry in ways.entries]


class _Map:
    """The forks of a blueprint, numbered once for all classes: a guard is the facts of an integer's bits."""

    def __init__(self, blueprint: Blueprint, ways: Ways) -> None:
        self.instructions = blueprint.instructions
        self.ways = ways
        numbers: dict[Fork, int] = {}
        self.steps: dict[int, list[Step]] = {}
        for i in ways.order:
            x = self.instructions[i]
            bits = [1 << numbers.setdefault(fork, len(numbers)) for fork in _forks(x)]
            following = [s for s in x.successors if s is not None]
            self.steps[i] = [
                Step(s, gains=bit) for s, bit in zip(following, bits or [0] * len(following), strict=True)
            ]
        self.forks = list(numbers)
        self.read = {i: _read(self.instructions[i]) for i in ways.order}
        self.guards: dict[int, Guard] = {}

    def reach(self, entry: int) -> Reach:
        """Return what the class with this entry can reach."""
        necessary = self.ways.certain([entry], 0, self.steps)
        needs: dict[Column, int] = {}
        returns: int | None = None
        for i, bits in necessary.items():
            for column in self.read[i]:
                needs[column] = needs.get(column, bits) & bits
            if self.instructions[i].verb == Verb.SPAWN:
                returns = bits if returns is None else returns & bits
        return Reach(
            frozenset(necessary),
            {column: self._guard(bits) for column, bits in needs.items()},
            None if returns is None else self._guard(returns),
        )

    def _guard(self, bits: int) -> Guard:
        if bits not in self.guards:
            self.guards[bits] = frozenset(f for k, f in enumerate(self.forks) if bits >> k & 1)
        return self.guards[bits]


def _forks(x: Instruction) -> list[Fork]:
    """Return the forks that lead to each successor of a branch; none for any other verb."""
    if x.verb != Verb.BRANCH:
        return []
    column = x.columns[0][0]
    assert isinstance(column, Draw | Derived | AttributeCode | Value)
    return [Fork(column, below, to) for below, to in pairwise((float("-inf"), *x.bounds))]


def _read(x: Instruction) -> list[Column]:
    return [column for operand, _ in x.columns for column in _with_sources(operand)]


def _with_sources(operand: object) -> list[Column]:
    if isinstance(operand, Derived):
        return [operand, *(column for source in operand.sources for column in _with_sources(source))]
    return [operand] if isinstance(operand, Draw | AttributeCode | Value) else []
