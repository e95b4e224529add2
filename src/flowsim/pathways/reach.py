"""Who can reach what: for each class, which instructions, and what must have been drawn to get there.

A branch is decided by a drawn column, so who takes which way of it is known before the run. Whatever every
way to an instruction has in common is necessary to get there; the sampling core applies the laws of a column
only to those who fulfil it, which for a hospital is a third of the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flowsim.engine.program import Verb
from flowsim.pathways.blueprint import Blueprint
from flowsim.sampling.cohort import Fork
from flowsim.sampling.laws import AttributeCode, Column, Derived, Draw, Value

Guard = frozenset[Fork]


@dataclass(slots=True)
class _Forks:
    """Numbers the forks, so that a guard is one integer and meeting two guards is one operation."""

    known: dict[Fork, int] = field(default_factory=dict)

    def bit(self, fork: Fork) -> int:
        return 1 << self.known.setdefault(fork, len(self.known))

    def guard(self, bits: int) -> Guard:
        return frozenset(fork for fork, position in self.known.items() if bits >> position & 1)


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


def reach_of(blueprint: Blueprint, entry: int) -> Reach:
    """Return what the class with this entry can reach."""
    forks = _Forks()
    necessary = {entry: 0}
    todo = [entry]
    while todo:
        i = todo.pop()
        x = blueprint.instructions[i]
        below = float("-inf")
        for way, following in enumerate(x.successors):
            assert following is not None
            bits = necessary[i]
            if x.verb == Verb.BRANCH:
                column = x.columns[0][0]
                assert isinstance(column, Draw | Derived | AttributeCode | Value)
                bits |= forks.bit(Fork(column, below, x.bounds[way]))
                below = x.bounds[way]
            before = necessary.get(following)
            met = bits if before is None else bits & before
            if met != before:
                necessary[following] = met
                todo.append(following)
    needs: dict[Column, int] = {}
    returns: int | None = None
    for i, bits in necessary.items():
        x = blueprint.instructions[i]
        for operand, _ in x.columns:
            for column in _with_sources(operand):
                needs[column] = needs.get(column, bits) & bits
        if x.verb == Verb.SPAWN:
            returns = bits if returns is None else returns & bits
    return Reach(
        frozenset(necessary),
        {column: forks.guard(bits) for column, bits in needs.items()},
        None if returns is None else forks.guard(returns),
    )


def _with_sources(operand: object) -> list[Column]:
    if isinstance(operand, Derived):
        return [operand, *(column for source in operand.sources for column in _with_sources(source))]
    return [operand] if isinstance(operand, Draw | AttributeCode | Value) else []
