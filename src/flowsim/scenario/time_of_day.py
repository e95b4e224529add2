"""Times of day, and shapes of the day: a level for each hour, chances of clock bands."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from flowsim.scenario.written import Problems, Written
from flowsim.timeline import DAY, HOUR, StepFunction
from flowsim.units import refusal
from flowsim.wording import quoted

CLOCK_PATTERN = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"


def parse_clock(text: object) -> float:
    """Return the minute of the day of `HH:MM`, up to 24:00."""
    if not isinstance(text, str) or not re.fullmatch(CLOCK_PATTERN, text.strip()):
        raise ValueError(f'must be a time such as "08:30", up to "24:00"; found {quoted(text)}')
    hours, minutes = text.strip().split(":")
    return int(hours) * HOUR + int(minutes)


def format_clock(minute: float) -> str:
    """Return a minute of the day as `HH:MM`."""
    return f"{int(minute // HOUR):02d}:{int(minute % HOUR):02d}"


def _clock_time(value: Any, info: ValidationInfo) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if info.mode == "python" and number and 0 <= value <= DAY:
        return float(value)
    try:
        return parse_clock(value)
    except ValueError as error:
        raise refusal(str(error)) from None


ClockTime = Annotated[
    float,
    PlainValidator(_clock_time),
    PlainSerializer(format_clock, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "description": "a time of day", "pattern": CLOCK_PATTERN}),
]
"""A minute of the day; in YAML text such as `08:30`."""


@dataclass(frozen=True, slots=True)
class HourProfile(Written):
    """The shape of a day: 24 numbers >= 0, the first for 00:00 to 01:00. All zero: nothing happens."""

    hours: tuple[float, ...]

    DESCRIPTION: ClassVar[str] = "24 numbers >= 0, the first for 00:00 to 01:00"
    FORMS: ClassVar[list[dict[str, Any]]] = [
        {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 24, "maxItems": 24}
    ]

    @classmethod
    def parse(cls, written: object) -> HourProfile:
        """Return the profile of a list of 24 numbers."""
        problems = Problems()
        if not isinstance(written, Sequence) or isinstance(written, str) or len(written) != 24:
            many = isinstance(written, Sequence) and not isinstance(written, str)
            found = f"{len(written)} of them" if many else quoted(written)  # type: ignore[arg-type]
            problems.add(f"must be 24 numbers >= 0, one an hour from 00:00; found {found}")
            written = []
        hours = []
        for i, value in enumerate(written):
            try:
                hours.append(read_level(value))
            except ValueError as error:
                problems.add(str(error), i)
        problems.settle(cls.__name__)
        return cls(tuple(hours))

    def to_yaml(self) -> list[float]:
        """Return the 24 numbers."""
        return list(self.hours)

    def normalised(self) -> HourProfile:
        """Return the same shape with mean 1; a profile of zeros stays as it is."""
        mean = math.fsum(self.hours) / 24
        return HourProfile(tuple(hour / mean for hour in self.hours)) if mean else self

    def over(self, start: dt.datetime, end_minutes: float) -> StepFunction:
        """Return the level of each hour from `start` until at least `end_minutes`."""
        midnight = dt.datetime.combine(start.date(), dt.time())
        now = (start.replace(tzinfo=None) - midnight).total_seconds() / 60
        first, late = divmod(now, HOUR)
        hours = [*self.hours[int(first) :], *self.hours[: int(first)]]
        repeated = StepFunction.repeating(hours, step=HOUR, end=end_minutes + HOUR)
        times = np.maximum(repeated.times - late, 0.0)
        return StepFunction(times, repeated.levels)


@dataclass(frozen=True, slots=True)
class ClockShares(Written):
    """Chances of clock bands that cover the day; within a band every minute is alike."""

    starts: tuple[float, ...]
    """Minute of the day at which each band begins, the first one 0; the last band ends at midnight."""
    weights: tuple[float, ...]
    """Weight of each band; only their proportions matter."""

    DESCRIPTION: ClassVar[str] = "weights of clock bands from 00:00 to 24:00, one after another"
    FORMS: ClassVar[list[dict[str, Any]]] = [
        {"type": "object", "examples": [{"00:00-08:00": 2, "08:00-20:00": 10, "20:00-24:00": 1}]}
    ]

    @classmethod
    def parse(cls, written: object) -> ClockShares:
        """Return the bands of a mapping such as `{"00:00-08:00": 2, "08:00-24:00": 4}`."""
        problems = Problems()
        if not isinstance(written, Mapping) or not written:
            form = '"{00:00-08:00: 2, 08:00-24:00: 4}"'
            problems.add(f"must map clock bands to numbers, such as {form}; found {quoted(written)}")
            written = {}
        starts, weights, reached = [], [], 0.0
        for key, value in written.items():
            weights.append(problems.attempt(read_level, value, str(key)) or 0.0)
            starts.append(reached)
            try:
                begin, _, end = str(key).partition("-")
                if parse_clock(begin) != reached or parse_clock(end) <= reached:
                    raise ValueError(
                        f"must be a band that starts at {format_clock(reached)}; found {quoted(key)}"
                    )
                reached = parse_clock(end)
            except ValueError as error:
                problems.add(str(error), str(key))
        if not problems.found and reached != DAY:
            problems.add(f"must cover the day to 24:00; found an end at {format_clock(reached)}")
        if not problems.found and not any(weights):
            problems.add("must have a number above 0; found only 0")
        problems.settle(cls.__name__)
        return cls(tuple(starts), tuple(weights))

    def to_yaml(self) -> dict[str, float]:
        """Return the mapping of bands to weights."""
        ends = (*self.starts[1:], DAY)
        names = (f"{format_clock(a)}-{format_clock(b)}" for a, b in zip(self.starts, ends, strict=True))
        return dict(zip(names, self.weights, strict=True))

    def quantile(self, u: ArrayLike) -> NDArray[np.float64]:
        """Return the minute of the day before which a share `u` falls, shape of `u`."""
        shares = np.concatenate([[0.0], np.cumsum(self.weights)]) / math.fsum(self.weights)
        return np.asarray(np.interp(np.asarray(u, dtype=np.float64), shares, [*self.starts, DAY]))


def read_level(value: object) -> float:
    """Return a finite number >= 0."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value < 0:  # type: ignore[arg-type, operator]
        raise ValueError(f"must be a finite number >= 0; found {quoted(value)}")
    return float(value)  # type: ignore[arg-type]
