"""Quantities as a scenario writes them: durations, shares, counts and multipliers.

A duration is text such as `9 min`, `22 h` or `6.5 days`, and becomes float minutes; in YAML a bare number is
refused, because nobody can tell its unit. In Python a number is minutes. Each type below checks one value,
says what is allowed and what was found, and describes itself in the JSON Schema.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from flowsim.timeline import DAY, HOUR, WEEK
from flowsim.wording import quoted

UNITS = {
    **dict.fromkeys(("s", "second", "seconds"), Fraction(1, 60)),
    **dict.fromkeys(("min", "minute", "minutes"), Fraction(1)),
    **dict.fromkeys(("h", "hour", "hours"), Fraction(HOUR)),
    **dict.fromkeys(("day", "days"), Fraction(DAY)),
    **dict.fromkeys(("week", "weeks"), Fraction(WEEK)),
}
"""Minutes in each unit that a duration may have; exact, or 1.1 days would be 1584.0000000000002."""

LONGEST_DURATION = 100 * 365.25 * DAY
"""Minutes in a century: within it every time is exact on the grid."""

LARGEST_COUNT = 10**9

_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,400})?"
_DURATION = re.compile(rf"([+-]?{_NUMBER}) ?([A-Za-z]+)")
DURATION_PATTERN = rf"^{_NUMBER} ?(s|seconds?|min|minutes?|h|hours?|days?|weeks?)$"


def parse_duration(text: object) -> float:
    """Return the minutes in a duration such as `9 min`, `22 h`, `6.5 days`, `2 weeks` or `30 s`.

    Parameters
    ----------
    text : object
        A number and a unit; a minus sign is allowed, since a change may shorten a duration.

    Returns
    -------
    float
        Minutes.

    Raises
    ------
    ValueError
        If it is not text, has no unit or an unknown one, or is longer than a century.
    """
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        example = f'"{_plain(float(text))} min"' if math.isfinite(text) else '"9 min"'
        raise ValueError(f"must have a unit, such as {example}; found the bare number {quoted(text)}")
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'must be a duration such as "9 min", "22 h" or "6.5 days"; found {quoted(text)}')
    number, unit = match.groups()
    if unit not in UNITS:
        raise ValueError(
            f'must have a unit out of s, min, h, days, weeks, such as "9 min"; found {quoted(text)}'
        )
    minutes = float(Fraction(number) * UNITS[unit])
    if abs(minutes) > LONGEST_DURATION:
        raise ValueError(f"must be a duration of at most 100 years; found {quoted(text)}")
    return minutes


def format_duration(minutes: float) -> str:
    """Return text that `parse_duration` reads back as exactly these minutes, in the unit that reads best.

    That is the largest of which there are two or more, or one minute; if two decimals do not do there, the
    unit with the fewest digits.
    """
    minutes = float(minutes)
    if minutes == 0:
        return "0 min"
    least = {"days": 2 * DAY, "h": 2 * HOUR, "min": 1.0, "s": 0.0}
    best = next(unit for unit in least if abs(minutes) >= least[unit])
    text = f"{_plain(round(minutes / UNITS[best], 2))} {best}"
    if parse_duration(text) == minutes:
        return text
    texts = [f"{_plain(round(minutes / UNITS[unit], 9))} {unit}" for unit in least]
    exact = [text for text in texts if parse_duration(text) == minutes]
    return min([*exact, f"{_plain(minutes)} min"], key=lambda text: len(text.partition(" ")[0]))


def _plain(number: float) -> str:
    """Return the shortest decimal digits that give this number, without an exponent."""
    if not math.isfinite(number):
        return str(number)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _minutes(allowed: str, *, strictly: bool = False) -> PlainValidator:
    """Return the check of a duration, which is text with a unit in YAML and a number in Python."""

    def check(value: Any, info: ValidationInfo) -> float:
        try:
            number = float(value) if info.mode == "python" and _is_number(value) else parse_duration(value)
        except ValueError as error:
            raise refusal(str(error)) from None
        if not math.isfinite(number) or number < 0 or (strictly and number == 0):
            raise refusal(f"must be {allowed}; found {quoted(value)}")
        return number

    return PlainValidator(check)


def _number(allowed: str, most: float = math.inf, *, strictly: bool = False) -> PlainValidator:
    """Return the check of a plain number from 0 up."""

    def check(value: Any) -> float:
        finite = _is_number(value) and math.isfinite(value)
        if not finite or not 0 <= value <= most or (strictly and value == 0):
            raise refusal(f"must be {allowed}; found {quoted(value)}")
        return float(value)

    return PlainValidator(check)


def _whole(allowed: str, least: int) -> PlainValidator:
    """Return the check of a whole number from `least` up."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST_COUNT:
            raise refusal(f"must be {allowed}; found {quoted(value)}")
        return value

    return PlainValidator(check)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def refusal(message: str) -> PydanticCustomError:
    """Return the error that carries this message, word for word, through pydantic to the user."""
    return PydanticCustomError("flowsim", "{message}", {"message": message})


def _schema(kind: str, description: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, "description": description, **more})


def _text(description: str, example: str) -> WithJsonSchema:
    return _schema("string", description, pattern=DURATION_PATTERN, examples=[example])


Duration = Annotated[
    float,
    _minutes('a duration > 0, such as "14 h"', strictly=True),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    _text("a duration > 0 with its unit (s, min, h, days, weeks)", "22 h"),
]
"""Minutes > 0; in YAML text such as `22 h`."""

DurationOrZero = Annotated[
    float,
    _minutes('a duration >= 0, such as "14 h" or "0 min"'),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    _text("a duration >= 0 with its unit (s, min, h, days, weeks)", "0 min"),
]
"""Minutes >= 0; in YAML text such as `0 min`."""


def _a_minute(minutes: float) -> float:
    if minutes < 1:
        raise refusal(f'must be a duration of at least "1 min"; found {quoted(format_duration(minutes))}')
    return minutes


Rhythm = Annotated[Duration, AfterValidator(_a_minute)]
"""A duration of a minute or more, between looks that go on all the time; shorter ones would fill the run."""

Share = Annotated[
    float,
    _number("a share from 0 to 1, such as 0.85", most=1.0),
    _schema("number", "a share from 0 to 1, never percent", minimum=0, maximum=1),
]
"""A share or probability from 0 to 1."""

Multiplier = Annotated[
    float,
    _number("a finite multiplier >= 0, such as 1.1"),
    _schema("number", "a multiplier >= 0; 1 changes nothing", minimum=0),
]
"""A finite factor >= 0."""

NonNegative = Annotated[
    float,
    _number("a finite number >= 0"),
    _schema("number", "a finite number >= 0", minimum=0),
]
"""A finite number >= 0 whose unit is in the field's name, such as `attendances_per_day` or `bed_day_gbp`."""

Positive = Annotated[
    float,
    _number("a finite number > 0", strictly=True),
    _schema("number", "a finite number > 0", exclusiveMinimum=0),
]
"""A finite number > 0 whose unit is in the field's name."""

Count = Annotated[
    int,
    _whole("a whole number >= 0", 0),
    _schema("integer", "a whole number >= 0", minimum=0, maximum=LARGEST_COUNT),
]
"""A whole number >= 0."""

PositiveCount = Annotated[
    int,
    _whole("a whole number >= 1", 1),
    _schema("integer", "a whole number >= 1", minimum=1, maximum=LARGEST_COUNT),
]
"""A whole number >= 1."""
