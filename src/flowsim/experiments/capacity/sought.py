"""What is sought: a lever, and the values that it may take, going to where the target comes nearer.

    acute_medicine.amu_beds       a count: its values
    emergency_department.clinicians, frailty.fit_hours.later
                                  a roster or hours: how many units more than now
    integrated_discharge.brokerage.P3
                                  a distribution: the factor on it
    winter.stay, integrated_discharge.referral ...
                                  a number, a share or a duration: its values

A count, a roster and hours need no range: it is from what there is now to twice as much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

from flowsim.errors import InputError
from flowsim.experiments.folders.resolved import resolved_tree
from flowsim.scenario.capacity import CapacityLever, capacity_levers
from flowsim.scenario.levers import Change, get, is_distribution
from flowsim.scenario.loading import Loaded
from flowsim.scenario.schema import Scenario
from flowsim.units import format_duration, parse_duration
from flowsim.wording import quoted

MULTIPLE = 2
"""To how many times what there is a range goes that is not given."""

STEPS = 20
"""Of a range that has no whole numbers."""

Range = tuple[Any, Any]

Kind = Literal["count", "more", "factor", "duration", "number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A lever and its values.

    Parameters
    ----------
    name : str
    unit : str
        The word for one; empty where there is none.
    now : float
        What it is now, on the scale of its values.
    values : tuple of float
        In the direction of the range; a duration's are minutes.
    capacity : CapacityLever or None
    kind : str
        `count`, `more`, `factor`, `duration` or `number`.
    """

    name: str
    unit: str
    now: float
    values: tuple[float, ...]
    kind: Kind
    capacity: CapacityLever | None = None

    def change(self, value: float) -> Change:
        """Return the change that sets a value."""
        if self.capacity:
            return self.capacity.more(int(value) - (int(self.now) if self.kind == "count" else 0))
        if self.kind == "factor":
            return Change(self.name, "times", value)
        return Change(self.name, "set", format_duration(value) if self.kind == "duration" else value)

    def text(self, value: float) -> str:
        """Return a value in words, such as `64 beds`, `2 hours more` or `x 0.8`."""
        if self.capacity:
            return self.capacity.units(int(value)) + (" more" if self.kind == "more" else "")
        if self.kind == "duration":
            return format_duration(value)
        return f"{'× ' if self.kind == 'factor' else ''}{value:g}"

    def thinned(self, most: int) -> Sought:
        """Return the lever with at most so many of its values, evenly spread, both ends among them."""
        last = len(self.values) - 1
        if last < most:
            return self
        chosen = [self.values[round(i * last / (most - 1))] for i in range(most)]
        return replace(self, values=tuple(chosen))


def read_sought(loaded: Loaded[Scenario], name: str, between: Range | None = None) -> Sought:
    """Return a lever with its values.

    Parameters
    ----------
    loaded : Loaded
    name : str
        A lever of capacity, or the dotted path of a number, a duration or a distribution.
    between : pair, optional
        The first value and the last; the first may be the larger, where less is better. From now to
        `MULTIPLE` times as much if not given and the lever is one of capacity.

    Raises
    ------
    InputError
        If there is no such lever, or no such range of it.
    """
    levers = {lever.name: lever for lever in capacity_levers(loaded.value)}
    if name in levers:
        return _of_capacity(levers[name], between)
    ends = [lever for lever in levers.values() if lever.path == name]
    if ends:
        raise InputError(
            f"{name} must be one of {', '.join(lever.name for lever in ends)}, an end that moves"
        )
    try:
        value = get(resolved_tree(loaded)[0], name)
    except ValueError as error:
        raise InputError(f"lever {name}: {error}") from None
    if between is None:
        raise InputError(f"{name} must have a range, as --between 1 0.5: nobody can tell how far it might go")
    return _of_path(name, value, between)


def _of_capacity(lever: CapacityLever, between: Range | None) -> Sought:
    count = isinstance(lever.value, int)
    now = lever.size if count else 0
    if lever.why_not:
        raise InputError(f"{lever.name} must be something to add to; {lever.why_not}")
    reach = (MULTIPLE - 1) * max(lever.size, 1)
    first, last = between or (now, now + min(reach, lever.most))
    most = now + lever.most
    for end in (first, last):
        if isinstance(end, bool) or not isinstance(end, int | float) or end % 1 or not 0 <= end <= most:
            what = f"{lever.unit}s" if count else f"{lever.unit}s more than now"
            raise InputError(
                f"the range of {lever.name} must be of whole numbers from 0 to {most:,}, its {what}; "
                f"found {quoted(end)}"
            )
    return Sought(
        name=lever.name,
        unit=lever.unit,
        now=now,
        values=_whole(int(first), int(last), lever.name),
        kind="count" if count else "more",
        capacity=lever,
    )


def _of_path(name: str, value: Any, between: Range) -> Sought:
    if is_distribution(value):
        first, last = map(_number, between)
        return Sought(name=name, unit="", now=1.0, values=_even(first, last, name), kind="factor")
    if isinstance(value, str):
        try:
            now, first, last = (parse_duration(one) for one in (value, *between))
        except ValueError as error:
            raise InputError(f"the range of {name}: {error}") from None
        return Sought(name=name, unit="", now=now, values=_even(first, last, name), kind="duration")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(
            f"{name} must be a number, a duration, a distribution or a lever of capacity; "
            f"found {quoted(value)}"
        )
    first, last = map(_number, between)
    whole = all(isinstance(one, int) for one in (value, *between))
    values = _whole(int(first), int(last), name) if whole else _even(first, last, name)
    return Sought(name=name, unit="", now=float(value), values=values, kind="number")


def _number(end: Any) -> float:
    if isinstance(end, bool) or not isinstance(end, int | float) or not math.isfinite(end):
        raise InputError(f"a range must be of two finite numbers; found {quoted(end)}")
    return end


def _whole(first: int, last: int, name: str) -> tuple[float, ...]:
    _refuse_if_empty(first, last, name)
    step = 1 if last > first else -1
    return tuple(range(first, last + step, step))


def _even(first: float, last: float, name: str) -> tuple[float, ...]:
    _refuse_if_empty(first, last, name)
    between = (first + (last - first) * i / STEPS for i in range(1, STEPS))
    return (first, *(float(f"{value:.6g}") for value in between), last)


def _refuse_if_empty(first: float, last: float, name: str) -> None:
    if first == last:
        raise InputError(f"the range of {name} must have two different ends; found {quoted(first)} twice")
