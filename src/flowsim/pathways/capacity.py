"""Whose capacity differs between two hospitals: what a lever of capacity gives more of."""

from __future__ import annotations

import numpy as np

from flowsim.engine.program import Verb
from flowsim.pathways.blueprint import Blueprint
from flowsim.timeline import StepFunction


def resources_that_differ(one: Blueprint, other: Blueprint) -> tuple[str, ...]:
    """Return the resources with other places, by their calendar or by what a controller opens of them."""
    opened, opened_there = _opened(one), _opened(other)
    return tuple(
        name
        for name, resource in one.resources.items()
        if not _same(resource.places, other.resources[name].places)
        or opened.get(resource.index) != opened_there.get(resource.index)
    )


def _same(one: StepFunction, other: StepFunction) -> bool:
    return np.array_equal(one.times, other.times) and np.array_equal(one.levels, other.levels)


def _opened(blueprint: Blueprint) -> dict[int, list[int]]:
    """Return for each resource the changes of its capacity that are laid, in order."""
    changes: dict[int, list[int]] = {}
    for instruction in blueprint.instructions:
        if instruction.verb is Verb.CAPACITY:
            resource, change = instruction.numbers
            changes.setdefault(resource, []).append(change)
    return changes
