"""The ways through a blueprint, and what is certain of everybody who gets to a place, by whatever way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from flowsim.pathways.blueprint import Blueprint, Instruction


class Step(NamedTuple):
    """From an instruction to one that follows it. Facts are bits of an integer.

    Parameters
    ----------
    to : int
    keeps : int
        Facts that are still certain there, of those that were before.
    gains : int
        Facts that become certain by this step.
    """

    to: int
    keeps: int = -1
    gains: int = 0


class Ways:
    """The instructions that patients can reach, each before what follows it but for loops."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.entries = [label.instruction for label in blueprint.entries if label.instruction is not None]
        self.order = _forwards(blueprint.instructions, self.entries)
        self._place = {i: place for place, i in enumerate(self.order)}

    def certain(
        self, entries: Iterable[int], facts: int, steps: Mapping[int, Sequence[Step]]
    ) -> dict[int, int]:
        """Return the facts that are certain at each instruction that can be reached: what all ways share.

        Parameters
        ----------
        entries : iterable of int
            Instructions at which patients begin.
        facts : int
            What is certain there.
        steps : Mapping[int, sequence of Step]
            From each instruction.
        """
        order, place_of = self.order, self._place
        known = dict.fromkeys(entries, facts)
        # Nearest to the entries first: then hardly anything but a loop is met twice.
        todo = sorted(place_of[i] for i in known)
        waiting = set(todo)
        while todo:
            place = heappop(todo)
            waiting.remove(place)
            i = order[place]
            before = known[i]
            for following, keeps, gains in steps[i]:
                shared = before & keeps | gains
                earlier = known.get(following)
                if earlier is not None:
                    shared &= earlier
                if shared != earlier:
                    known[following] = shared
                    place = place_of[following]
                    if place not in waiting:
                        waiting.add(place)
                        heappush(todo, place)
        return known


def _forwards(instructions: Sequence[Instruction], entries: Sequence[int]) -> list[int]:
    finished: list[int] = []
    seen: set[int] = set()
    for entry in entries:
        todo = [(entry, False)]
        while todo:
            i, done = todo.pop()
            if done:
                finished.append(i)
            elif i not in seen:
                seen.add(i)
                todo.append((i, True))
                todo += [(s, False) for s in instructions[i].successors if s is not None]
    return finished[::-1]
