"""The levers of the app's form: what there could be more of, and what is uncertain, each with its range.

Nothing is written here about any lever. Labels and units are the schema's, values the scenario's, ranges
those that its `uncertain` gives, sources what its file remarks. Only of capacity, for which nobody gives a
range, the form offers up to twice what there is now.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from flowsim.errors import InputError
from flowsim.scenario.axes import Axis
from flowsim.scenario.capacity import CapacityLever, capacity_levers
from flowsim.scenario.complaints import schemas_at
from flowsim.scenario.levers import Change, get
from flowsim.scenario.loading import Loaded, json_schema, written_out
from flowsim.scenario.remarks import remark_on, remark_on_axis, remarks_of
from flowsim.scenario.schema import Scenario
from flowsim.scenario.yaml_file import Keys
from flowsim.timeline import HOUR
from flowsim.units import parse_duration

Kind = Literal["capacity", "uncertain"]
KINDS: dict[Kind, str] = {"capacity": "more", "uncertain": "try"}
"""What begins the name of a field of each kind."""

LEAST_RANGE = 10
"""Units more that are offered of a capacity of which there is hardly any."""
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One field of the form.

    Parameters
    ----------
    name : str
        Of the field, and in the address.
    kind : str
    section : str
        The scenario's section that it stands in.
    label : str
    paths : tuple of str
        What it moves in the scenario.
    now : float
        The value at which nothing is moved.
    stands : str
        What stands in the scenario now.
    low, high : float
    whole : bool
        Whether only whole numbers will do.
    unit : str
        Of the number in the field.
    source : str
        What the scenario's author remarks; often empty.
    """

    name: str
    kind: Kind
    section: str
    label: str
    paths: tuple[str, ...]
    now: float
    stands: str
    low: float
    high: float
    whole: bool
    unit: str
    source: str
    moves: CapacityLever | Axis

    @property
    def range(self) -> str:
        """What the field takes, in words."""
        if self.now == 0:
            return f"{_signed(self.low)} to {_signed(self.high)}"
        return f"{number(self.low)} to {number(self.high)}"

    @property
    def step(self) -> str:
        """Of the field, as HTML has it."""
        return "1" if self.whole else "any"

    @property
    def notch(self) -> float:
        """Of a slider: a hundredth of the range, or a whole number."""
        return 1.0 if self.whole else float(f"{(self.high - self.low) / 100:.1g}")

    def read(self, written: str) -> float:
        """Return the value of a field.

        Raises
        ------
        InputError
            If it is no number of the range.
        """
        try:
            value = float(written.replace("\N{MINUS SIGN}", "-"))
        except ValueError:
            value = math.nan
        kind = "a whole number" if self.whole else "a number"
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            raise InputError(f"must be {kind} from {self.range}; found “{written.strip()[:20]}”")
        return float(number(value))

    def change(self, value: float) -> tuple[Change, ...]:
        """Return what a value other than `now` changes in the scenario."""
        if isinstance(self.moves, CapacityLever):
            if isinstance(self.moves.value, int):
                # Added rather than set, so that it goes with an intervention that adds, too.
                return (Change(self.moves.path, "add", int(value)),)
            return (self.moves.more(int(value)),)
        operand: Any = int(value) if self.whole else value
        if self.unit == "hours":
            operand = f"{number(value)} h"
        return tuple(Change(path, self.moves.verb, operand) for path in self.moves.paths)

    def says(self, value: float) -> str:
        """Return in words what a value changes."""
        if self.kind == "capacity" or (isinstance(self.moves, Axis) and self.moves.verb == "add"):
            return f"{self.label}: {_signed(value)} {self.unit}"
        if isinstance(self.moves, Axis) and self.moves.verb == "times":
            return f"{self.label}: × {number(value)}"
        return f"{self.label}: {number(value)} {self.unit}".rstrip()


def number(value: float) -> str:
    """Return a number as the form and the address write it."""
    return f"{value:.{DIGITS}g}"


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "\N{MINUS SIGN}") if value else "0"


def levers_of(loaded: Loaded[Scenario]) -> tuple[Lever, ...]:
    """Return the levers of a scenario: capacities in the order of the schema, then what is uncertain."""
    remarks = remarks_of(loaded)
    return (*_capacities(loaded.value, remarks), *_uncertain(loaded, remarks))


def section_title(name: str) -> str:
    """Return what a section of the scenario is called, and what the schema says of it."""
    return f"{name.replace('_', ' ').capitalize()}: {_said((name,))}"


def _capacities(scenario: Scenario, remarks: dict[Keys, str]) -> Iterator[Lever]:
    for one in capacity_levers(scenario):
        if one.why_not:
            continue
        counted = isinstance(one.value, int)
        end = f", {one.end}" if one.end else ""
        moment = "" if counted or one.end else " whenever anybody is there"
        hours = " a day" if one.end else ""
        yield Lever(
            name=f"{KINDS['capacity']}.{one.name}",
            kind="capacity",
            section=one.path.partition(".")[0],
            label=f"{_label(one.path)}{end}",
            paths=(one.path,),
            now=0.0,
            stands=f"{one.units(one.size)}{hours}{' at most' if moment else ''}",
            low=float(min(1 - one.size, 0)) if counted else 0.0,
            high=float(min(max(one.size, LEAST_RANGE), one.most)),
            whole=True,
            unit=f"{one.unit}s{moment}",
            source=remark_on(remarks, tuple(one.path.split("."))),
            moves=one,
        )


def _uncertain(loaded: Loaded[Scenario], remarks: dict[Keys, str]) -> Iterator[Lever]:
    for axis in loaded.value.uncertain.axes if loaded.value.uncertain else ():
        low, high = axis.values
        stands = _stands(loaded, axis.paths[0])
        in_hours = isinstance(low, str)
        if in_hours:
            low, high = (parse_duration(end) / HOUR for end in (low, high))
        now = {"times": 1.0, "add": 0.0}.get(axis.verb)
        if now is None:
            now = parse_duration(stands) / HOUR if in_hours else float(stands)
        unit = {"times": "times what stands there", "add": "more or fewer"}.get(axis.verb, "")
        yield Lever(
            name=f"{KINDS['uncertain']}.{axis.name}",
            kind="uncertain",
            section=axis.paths[0].partition(".")[0],
            label=f"{axis.name.replace('_', ' ').capitalize()} ({_label(axis.paths[0])})",
            paths=axis.paths,
            now=now,
            stands=_shown(stands) + (f", and {len(axis.paths) - 1} like it" if axis.paths[1:] else ""),
            low=min(low, now),
            high=max(high, now),
            whole=all(isinstance(end, int) for end in axis.values),
            unit="hours" if in_hours else unit,
            source=remark_on_axis(remarks, axis),
            moves=axis,
        )


def _stands(loaded: Loaded[Scenario], path: str) -> Any:
    """Return a value as the scenario's author wrote it, or its default."""
    try:
        return get(loaded.tree, path)
    except ValueError:
        return get(written_out(loaded), path)


def _label(path: str) -> str:
    """Return what the schema says of a value, from the outside in, and its key where that is data."""
    keys = path.split(".")
    parts = []
    for n in range(2, len(keys) + 1):
        holders = schemas_at(_schema(), tuple(keys[: n - 1]))
        field = any(keys[n - 1] in one.get("properties", {}) for one in holders)
        parts.append(_said(tuple(keys[:n])) if field else keys[n - 1].replace("_", " "))
    return ": ".join(filter(None, parts))


def _said(keys: Keys) -> str:
    """Return the first sentence that the schema has for a value."""
    said = next((one["description"] for one in schemas_at(_schema(), keys) if "description" in one), "")
    return str(said).split("; ")[0].rstrip(".")


def _shown(value: Any) -> str:
    """Return a value of the scenario in a line: a distribution by its name and its numbers."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    return str(value)


@cache
def _schema() -> dict[str, Any]:
    return json_schema(Scenario)
