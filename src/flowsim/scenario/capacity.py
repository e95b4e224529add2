"""Levers of capacity: of what there could be more, as the types of a scenario's sections say.

A field is one if its type is marked with `Capacity`, the word for one unit beside it. What a unit more is
follows from the field: of a count one more; of a roster one more whenever anybody is there; of opening hours
an hour more at one end, so that they are two levers, `.earlier` and `.later`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from flowsim.errors import InputError
from flowsim.scenario.calendars import OpeningHours, Roster
from flowsim.scenario.levers import Change
from flowsim.scenario.sections.section import Capacity
from flowsim.timeline import DAY, HOUR
from flowsim.units import LARGEST_COUNT
from flowsim.wording import unknown

End = Literal["", "earlier", "later"]
ENDS: tuple[End, ...] = ("earlier", "later")
"""The ends at which opening hours can grow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityLever:
    """Something of which there could be more.

    Parameters
    ----------
    path : str
        Where it stands in the scenario.
    unit : str
        The word for one of it.
    value : int, Roster or OpeningHours
        What there is now.
    end : str
        `earlier` or `later` for opening hours, empty for all else.
    """

    path: str
    unit: str
    value: int | Roster | OpeningHours
    end: End = ""

    @property
    def name(self) -> str:
        """The path, and of opening hours the end that moves."""
        return f"{self.path}.{self.end}" if self.end else self.path

    @property
    def size(self) -> int:
        """How many there are now: of a roster the most at any time, of opening hours those of the day."""
        if isinstance(self.value, int):
            return self.value
        if isinstance(self.value, Roster):
            return self.value.most
        return int(max(_length(day) for day in self.value.days) // HOUR)

    @property
    def most(self) -> int:
        """How many more there can be; 0 if there is nothing to add to."""
        if isinstance(self.value, int):
            return LARGEST_COUNT - self.value
        if isinstance(self.value, Roster):
            return LARGEST_COUNT if self.value.most else 0
        return int(max(_room(day, self.end) for day in self.value.days) // HOUR)

    @property
    def why_not(self) -> str:
        """Why there can be no more; empty if there can be."""
        if self.most:
            return ""
        if isinstance(self.value, Roster):
            return "nobody is ever there, so nobody can be added at the hours of the others"
        if isinstance(self.value, OpeningHours) and not any(self.value.days):
            return "it is never open"
        return (
            "it opens at midnight already" if self.end == "earlier" else "it is open until midnight already"
        )

    def more(self, count: int) -> Change:
        """Return the change that gives so many units more than now."""
        if isinstance(self.value, int):
            return Change(self.path, "set", self.value + count)
        if isinstance(self.value, Roster):
            return Change(self.path, "set", self.value.more(count).to_yaml())
        minutes = count * HOUR
        hours = (
            self.value.longer(earlier=minutes) if self.end == "earlier" else self.value.longer(later=minutes)
        )
        return Change(self.path, "set", hours.to_yaml())

    def units(self, count: int) -> str:
        """Return so many units in words, such as `3 beds`."""
        return f"{count:,} {self.unit}{'' if count == 1 else 's'}"


def capacity_levers(section: object) -> tuple[CapacityLever, ...]:
    """Return every lever of capacity in a scenario or a section, in the order of the schema.

    Those that have nothing to add to are among them; `why_not` says why.
    """
    return tuple(_below(type(section), section, ()))


def chosen_levers(levers: Sequence[CapacityLever], names: Sequence[str]) -> tuple[CapacityLever, ...]:
    """Return the levers of some names, each the name of a lever or what the names of several begin with.

    Parameters
    ----------
    levers : sequence of CapacityLever
    names : sequence of str
        Such as `wards.beds` or `community.P1.places.FG`; with none, all levers that can be moved.

    Raises
    ------
    InputError
        If a name is none, or its lever cannot be moved.
    """
    if not names:
        return tuple(lever for lever in levers if lever.most)
    chosen: dict[str, CapacityLever] = {}
    for name in names:
        found = [lever for lever in levers if lever.name == name or lever.name.startswith(f"{name}.")]
        if not found:
            raise InputError(unknown("lever of capacity", name, [lever.name for lever in levers]))
        movable = {lever.name: lever for lever in found if lever.most}
        if not movable:
            raise InputError(f"{found[0].name} must be something to add to; {found[0].why_not}")
        chosen |= movable
    return tuple(chosen.values())


def _below(hint: Any, value: object, keys: tuple[str, ...]) -> Iterator[CapacityLever]:
    """Yield the levers of a value whose type is `hint`."""
    if get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        for mark in marks:
            if isinstance(mark, Capacity):
                yield from _levers(".".join(keys), mark.unit, value)
                return
    if is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        for one in fields(value):
            yield from _below(hints[one.name], getattr(value, one.name), (*keys, one.name))
    elif isinstance(value, Mapping) and get_origin(hint) is dict:
        for key, inner in value.items():
            yield from _below(get_args(hint)[1], inner, (*keys, key))


@cache
def _hints(section: type) -> dict[str, Any]:
    return get_type_hints(section, include_extras=True)


def _levers(path: str, unit: str, value: Any) -> Iterator[CapacityLever]:
    ends: tuple[End, ...] = ENDS if isinstance(value, OpeningHours) else ("",)
    for end in ends:
        yield CapacityLever(path=path, unit=unit, value=value, end=end)


def _length(day: Sequence[tuple[float, float]]) -> float:
    return sum(closes - opens for opens, closes in day)


def _room(day: Sequence[tuple[float, float]], end: End) -> float:
    """Return the minutes by which the hours of a day could grow at an end."""
    if not day:
        return 0.0
    return day[0][0] if end == "earlier" else max(DAY - day[-1][1], 0.0)
