"""Levers: changing one value of a scenario by its dotted path, on the plain tree that YAML gives.

A path such as `community.p1.places.FG` is the keys that lead to a value; an item of a list is its position.
The verbs are `set`, `add` and `times`; `times` on a distribution stretches all its durations.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from flowsim.errors import InputError, Problem
from flowsim.sampling.distributions import REGISTRY
from flowsim.scenario.yaml_file import IN_PYTHON, Keys, Place
from flowsim.units import format_duration, parse_duration
from flowsim.wording import quoted, unknown

Verb = Literal["set", "add", "times"]
VERBS = ("add", "set", "times")


@dataclass(frozen=True, slots=True)
class Change:
    """One lever, moved."""

    path: str
    """Dotted path of a value that exists."""
    verb: Verb
    operand: Any
    """The new value, what to add (a number, or a duration such as `-3 h`), or the factor."""


def read_changes(written: object) -> list[Change]:
    """Return the changes in `{a.b: {set: 47}, a.c: {times: 0.9}}`, or in a list of such mappings.

    Raises
    ------
    InputError
        With every change that is not exactly one verb with its operand.
    """
    problems: list[Problem] = []
    changes = [change for change, _ in placed_changes(written, {}, problems)]
    if problems:
        raise InputError(problems)
    return changes


def placed_changes(
    written: object, places: Mapping[Keys, Place], problems: list[Problem]
) -> list[tuple[Change, Place]]:
    """Return the changes that a file has under `changes`, or Python's, each with its place.

    Those that are none are added to the problems.
    """
    found = []
    for keys, one in each_lever(written):
        place = places.get(("changes", *keys), IN_PYTHON)
        try:
            found.append((read_lever(one), place))
        except ValueError as error:
            path = next((key for key in reversed(keys) if isinstance(key, str)), "changes")
            problems.append(Problem(str(place), path, str(error)))
    return found


def each_lever(written: object) -> Iterator[tuple[Keys, object]]:
    """Yield each lever as a form of its own, with the keys that lead to it."""
    if isinstance(written, (list, tuple)):
        for i, item in enumerate(written):
            for keys, one in each_lever(item):
                yield (i, *keys), one
    elif isinstance(written, Mapping):
        for path, verbs in written.items():
            yield (str(path),), {path: verbs}
    else:
        yield (), written


def read_lever(written: object) -> Change:
    """Return the change that is written as `{a.b: {set: 47}}`; ValueError if it is none."""
    if isinstance(written, Change):
        return Change(written.path, written.verb, plain(written.operand))
    if not isinstance(written, Mapping):
        raise ValueError(
            f'must be a mapping such as "{{acute_medicine.amu_beds: {{set: 64}}}}"; found {quoted(written)}'
        )
    ((path, verbs),) = written.items()
    if not isinstance(verbs, Mapping) or len(verbs) != 1 or next(iter(verbs)) not in VERBS:
        found = ", ".join(map(str, verbs)) if isinstance(verbs, Mapping) and verbs else quoted(verbs)
        raise ValueError(f"must have exactly one of {', '.join(VERBS)}, as in {{set: 64}}; found {found}")
    ((verb, operand),) = verbs.items()
    return Change(str(path), verb, plain(operand))


def plain(value: Any) -> Any:
    """Return a Python value as YAML would give it: distributions and calendars by their YAML form."""
    return json.loads(
        json.dumps(value, default=lambda odd: odd.to_yaml() if hasattr(odd, "to_yaml") else str(odd))
    )


def find(tree: Any, path: str) -> tuple[str | int, ...]:
    """Return the keys of a dotted path; a key may itself hold dots.

    Raises
    ------
    ValueError
        If nothing stands there, with the nearest name.
    """
    keys: list[str | int] = []
    words = path.split(".")
    while words:
        if isinstance(tree, list):
            if not (words[0].isascii() and words[0].isdigit() and int(words[0]) < len(tree)):
                allowed = f"0 to {len(tree) - 1}" if tree else "nothing, the list is empty"
                raise ValueError(f"unknown position {quoted(words[0])}. Allowed here: {allowed}")
            key: str | int = int(words.pop(0))
        elif isinstance(tree, dict):
            length = next((n for n in range(len(words), 0, -1) if ".".join(words[:n]) in tree), 0)
            if not length:
                raise ValueError(unknown("path", ".".join([*map(str, keys), words[0]]), _paths(keys, tree)))
            key, words = ".".join(words[:length]), words[length:]
        else:
            before = ".".join(map(str, keys))
            raise ValueError(f"must lead to a value; found {quoted(tree)} at {before}, with nothing below it")
        keys.append(key)
        tree = tree[key]
    return tuple(keys)


def get(tree: Any, path: str) -> Any:
    """Return the value at a dotted path."""
    for key in find(tree, path):
        tree = tree[key]
    return tree


def apply(tree: Any, change: Change) -> tuple[str | int, ...]:
    """Change a tree in place and return the keys of what was changed.

    Raises
    ------
    ValueError
        If nothing stands at the path, or the verb does not fit the value there.
    """
    keys = find(tree, change.path)
    for key in keys[:-1]:
        tree = tree[key]
    tree[keys[-1]] = changed(tree[keys[-1]], change.verb, change.operand)
    return keys


def changed(value: Any, verb: Verb, operand: Any) -> Any:
    """Return what a verb makes of a value: of a number, a duration, or `times` of a distribution."""
    if verb == "set":
        return operand
    if verb == "times":
        if not _is_number(operand) or operand < 0:
            raise ValueError(f"must be multiplied by a finite number >= 0; found {quoted(operand)}")
        if is_distribution(value):
            return _stretched(value, operand)
    if _is_number(value):
        if not _is_number(operand):
            raise ValueError(f"must be a number to {verb} to {quoted(value)}; found {quoted(operand)}")
        result = _reckoned(value, verb, operand)
        whole = isinstance(value, int) and math.isfinite(result) and abs(result - round(result)) < 1e-9
        return round(result) if whole else result
    try:
        before = parse_duration(value)
    except ValueError:
        raise ValueError(f"must be a number or a duration for {verb}; found {quoted(value)}") from None
    return format_duration(_reckoned(before, verb, parse_duration(operand) if verb == "add" else operand))


def _reckoned(value: float, verb: Verb, operand: float) -> float:
    """Return a sum or a product in decimals, as on paper: 0.55 times 1.2 is 0.66."""
    before, by = Decimal(str(value)), Decimal(str(operand))
    return float(before + by if verb == "add" else before * by)


def is_distribution(value: object) -> bool:
    """Return whether a value is the one-key mapping of a distribution."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in REGISTRY


def _stretched(value: Any, factor: float) -> Any:
    """Return a part of a distribution with every duration multiplied."""
    if isinstance(value, dict):
        return {key: _stretched(inner, factor) for key, inner in value.items()}
    if isinstance(value, list):
        return [_stretched(inner, factor) for inner in value]
    return changed(value, "times", factor) if isinstance(value, str) else value


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _paths(keys: Sequence[str | int], tree: Mapping[str, Any]) -> list[str]:
    return [".".join([*map(str, keys), key]) for key in tree]
