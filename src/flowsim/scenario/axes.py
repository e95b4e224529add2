"""Axes: what is varied, and its values or range: levers moved together, or packages of interventions.

amu_beds: {lever: acute_medicine.amu_beds, add: [4, 8, 12]}
p1_slots: {lever: [community.P1.places.P, community.P1.places.FG], times: [1, 1.15]}
interventions: [none, fit-12x7]
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from flowsim.scenario.levers import Change, Verb
from flowsim.scenario.written import Problems, Written
from flowsim.scenario.yaml_file import Keys
from flowsim.units import format_duration, parse_duration
from flowsim.wording import quoted, unknown

PACKAGES = "interventions"
"""The axis whose values are packages of interventions."""
NONE = "none"
"""A package of nothing."""
DIGITS = 4
"""Digits of a sampled number, so that a table can show it whole."""
LONGEST_LABEL = 24

_VERBS: tuple[Verb, ...] = get_args(Verb)

LIST = {"type": "array", "minItems": 1}
RANGE = {
    "type": "object",
    "properties": {end: {"type": ["number", "string"]} for end in ("from", "to")},
    "required": ["from", "to"],
    "additionalProperties": False,
}


def uncertain_schema() -> dict[str, Any]:
    """Return the JSON Schema of levers with ranges."""
    form = axes_schema(RANGE)
    del form["properties"]
    return form


def axes_schema(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of axes, given that of a verb's values."""
    lever = {
        "description": "a dotted path or a list of them; the axis's own name if not given",
        "anyOf": [{"type": "string"}, {**LIST, "items": {"type": "string"}}],
    }
    axis = {
        "type": "object",
        "description": "levers moved together, and by what",
        "properties": {"lever": lever} | dict.fromkeys(_VERBS, values),
        "oneOf": [{"required": [verb]} for verb in _VERBS],
        "additionalProperties": False,
    }
    packages = {**LIST, "items": {"type": "string"}, "description": f"packages, or {NONE}"}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {PACKAGES: packages},
        "additionalProperties": axis,
    }


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of one thing that is varied.

    Parameters
    ----------
    axis : str
    value : object
        As the file has it, or as it was sampled.
    label : str
        Its part of an arm's name; empty if it changes nothing.
    package : str
        Interventions, such as `a+b`; empty if it moves levers.
    changes : tuple of Change
    keys : tuple
        Where in the file it is written.
    """

    axis: str
    value: Any
    label: str
    package: str = ""
    changes: tuple[Change, ...] = ()
    keys: Keys = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied: levers moved together, or packages of interventions.

    Parameters
    ----------
    name : str
    paths : tuple of str
        Levers; empty for packages.
    verb : str
    values : tuple
        The values in turn; of a range its two ends.
    is_range : bool
    """

    name: str
    paths: tuple[str, ...]
    verb: Verb
    values: tuple[Any, ...]
    is_range: bool = False

    def settings(self, keys: Keys) -> list[Setting]:
        """Return a setting for each value."""
        return [self._setting(i, keys) for i in range(len(self.values))]

    def at(self, u: float, keys: Keys) -> Setting:
        """Return the setting at a uniform number from 0 to 1."""
        if not self.is_range:
            return self._setting(int(u * len(self.values)), keys)
        low, high = self.values
        return self._moved(_between(low, high, u), self.name, keys)

    def to_yaml(self) -> Any:
        """Return the form that reads back to an equal axis."""
        if not self.paths:
            return list(self.values)
        values = {"from": self.values[0], "to": self.values[1]} if self.is_range else list(self.values)
        return {"lever": list(self.paths), self.verb: values}

    def _setting(self, i: int, keys: Keys) -> Setting:
        value = self.values[i]
        if not self.paths:
            package = "" if value == NONE else value
            return Setting(self.name, value, package, package, keys=(*keys, i))
        return self._moved(value, f"{self.name}#{i + 1}", keys)

    def _moved(self, value: Any, otherwise: str, keys: Keys) -> Setting:
        changes = tuple(Change(path, self.verb, value) for path in self.paths)
        label = label_of(self.name.rpartition(".")[2], self.verb, value)
        return Setting(self.name, value, label or otherwise, "", changes, keys)


@dataclass(frozen=True, slots=True)
class Axes(Written):
    """Axes with their values."""

    axes: tuple[Axis, ...]

    DESCRIPTION: ClassVar[str] = "axes, each with its values"
    FORMS: ClassVar[list[dict[str, Any]]] = [axes_schema(LIST)]
    RANGES: ClassVar[bool] = False
    """Whether a range may stand in the place of values."""

    @classmethod
    def parse(cls, written: object) -> Any:
        """Return the axes of a mapping."""
        if not isinstance(written, Mapping) or not written:
            raise ValueError(f"must be a mapping of axes that is not empty; found {quoted(written)}")
        problems = Problems()
        axes = [problems.attempt(cls._axis, item, item[0]) for item in written.items()]
        problems.settle(cls.__name__)
        return cls(tuple(axis for axis in axes if axis))

    def to_yaml(self) -> dict[str, Any]:
        """Return the mapping of axes."""
        return {axis.name: axis.to_yaml() for axis in self.axes}

    @classmethod
    def _axis(cls, item: tuple[str, object]) -> Axis:
        return read_axis(*item, ranges=cls.RANGES)


@dataclass(frozen=True, slots=True)
class Uncertain(Axes):
    """Levers with the range that each may lie in; `flowsim calibrate` and `flowsim sensitivity` move them."""

    DESCRIPTION: ClassVar[str] = "levers moved together, each with the range that its value may lie in"
    FORMS: ClassVar[list[dict[str, Any]]] = [uncertain_schema()]

    @classmethod
    def _axis(cls, item: tuple[str, object]) -> Axis:
        name, written = item
        if name == PACKAGES:
            raise ValueError(f"must be levers; found {PACKAGES}")
        axis = read_axis(name, written, ranges=True)
        if not axis.is_range:
            raise ValueError(
                f'{axis.verb} must be a range such as "{{from: 0.8, to: 1.2}}"; '
                f"found {quoted(list(axis.values))}"
            )
        return axis


@dataclass(frozen=True, slots=True)
class Ranges(Axes):
    """Axes that are sampled: each a range, or values that are equally likely."""

    DESCRIPTION: ClassVar[str] = "axes, each with a range or with values that are equally likely"
    FORMS: ClassVar[list[dict[str, Any]]] = [axes_schema({"anyOf": [LIST, RANGE]})]
    RANGES: ClassVar[bool] = True


def read_axis(name: str, written: object, *, ranges: bool) -> Axis:
    """Return the axis of `{lever: PATH, add: [0, 4]}`, or of a list of packages."""
    if name == PACKAGES:
        if not isinstance(written, list) or not written or not all(isinstance(one, str) for one in written):
            raise ValueError(f"must be a list of packages such as [none, fit-12x7]; found {quoted(written)}")
        return Axis(name, (), "set", tuple(written))
    example = "{lever: acute_medicine.amu_beds, add: [0, 4, 8]}"
    if not isinstance(written, Mapping):
        raise ValueError(f'must be an axis such as "{example}"; found {quoted(written)}')
    odd = [key for key in written if key not in (*_VERBS, "lever")]
    if odd:
        raise ValueError(unknown("key", odd[0], (*_VERBS, "lever")))
    verbs = [verb for verb in _VERBS if verb in written]
    if len(verbs) != 1:
        found = ", ".join(verbs) or "none of them"
        raise ValueError(f'must have exactly one of {", ".join(_VERBS)}, as in "{example}"; found {found}')
    lever = written.get("lever", name)
    paths = tuple(lever) if isinstance(lever, list) else (lever,)
    if not paths or not all(isinstance(path, str) and path for path in paths):
        raise ValueError(f"lever must be a dotted path or a list of them; found {quoted(lever)}")
    values = written[verbs[0]]
    if isinstance(values, list) and values:
        return Axis(name, paths, verbs[0], tuple(values))
    if ranges and isinstance(values, Mapping) and set(values) == {"from", "to"}:
        ends = values["from"], values["to"]
        _between(*ends, 0.5)
        return Axis(name, paths, verbs[0], ends, is_range=True)
    allowed = 'a range such as "{from: 0, to: 12}" or a list of values' if ranges else "a list of values"
    raise ValueError(f"{verbs[0]} must be {allowed} that is not empty; found {quoted(values)}")


def _between(low: Any, high: Any, u: float) -> Any:
    """Return the value at a uniform number between two ends: a whole number, a number or a duration."""
    if all(isinstance(end, str) for end in (low, high)):
        return format_duration(_between(float(parse_duration(low)), float(parse_duration(high)), u))
    if any(isinstance(end, bool) or not isinstance(end, (int, float)) for end in (low, high)):
        raise ValueError(
            f"must be a range of two numbers or two durations; found {quoted(low)} to {quoted(high)}"
        )
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(
            f"must be a range of finite numbers, the first smaller; found {quoted(low)} to {quoted(high)}"
        )
    if isinstance(low, int) and isinstance(high, int):
        return low + min(int(u * (high - low + 1)), high - low)
    return float(f"{low + u * (high - low):.{DIGITS}g}")


def label_of(name: str, verb: Verb, value: Any) -> str:
    """Return what an arm's name says of a value; nothing if it is too long for a name."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if verb == "add":
        label = f"{name}{'' if text.startswith(('-', '+')) else '+'}{text}"
    else:
        label = f"{name}{'=' if verb == 'set' else '×'}{text}"
    return label if len(text) <= LONGEST_LABEL else ""
