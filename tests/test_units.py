"""Durations, shares and counts as a scenario writes them."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from flowsim import units


def from_yaml(kind: object, value: object) -> object:
    return TypeAdapter(kind).validate_json(json.dumps(value))


def refusal(kind: object, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        from_yaml(kind, value)
    return caught.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 s", 0.5),
        ("9 min", 9),
        ("9min", 9),
        ("1 minute", 1),
        ("22 h", 1320),
        ("1 day", 1440),
        ("6.5 days", 9360),
        ("2 weeks", 20160),
        ("1.1 days", 1584),
        ("0.7 days", 1008),
        ("0 min", 0),
        ("-3 h", -180),
    ],
)
def test_a_duration_is_a_number_with_a_unit(text: str, minutes: float) -> None:
    assert units.parse_duration(text) == minutes


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (9, 'must have a unit, such as "9 min"; found the bare number 9'),
        (0.5, 'must have a unit, such as "0.5 min"; found the bare number 0.5'),
        (math.nan, 'must have a unit, such as "9 min"; found the bare number nan'),
        (True, 'must be a duration such as "9 min", "22 h" or "6.5 days"; found true'),
        ("9", 'must be a duration such as "9 min", "22 h" or "6.5 days"; found "9"'),
        ("nan h", 'must be a duration such as "9 min", "22 h" or "6.5 days"; found "nan h"'),
        ("9 months", 'must have a unit out of s, min, h, days, weeks, such as "9 min"; found "9 months"'),
        ("101 years", 'must have a unit out of s, min, h, days, weeks, such as "9 min"; found "101 years"'),
        ("40000 days", 'must be a duration of at most 100 years; found "40000 days"'),
    ],
)
def test_anything_else_is_refused_with_what_was_found(value: object, message: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        units.parse_duration(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (0.5, "30 s"),
        (9, "9 min"),
        (90, "90 min"),
        (1320, "22 h"),
        (864, "14.4 h"),
        (9360, "6.5 days"),
        (1584, "26.4 h"),
        (22488.48, "15.617 days"),
        (1 / 3, "20 s"),
        (0.1234567, "7.407402 s"),
        (math.pi, "3.141592653589793 min"),
    ],
)
def test_a_duration_is_written_in_the_unit_that_reads_best(minutes: float, text: str) -> None:
    assert units.format_duration(minutes) == text


@given(st.floats(0, units.LONGEST_DURATION))
def test_a_written_duration_reads_back_exactly(minutes: float) -> None:
    text = units.format_duration(minutes)
    assert units.parse_duration(text) == minutes


def test_a_number_in_python_is_minutes_and_in_yaml_is_refused() -> None:
    assert TypeAdapter(units.Duration).validate_python(30) == 30.0
    assert refusal(units.Duration, 30) == 'must have a unit, such as "30 min"; found the bare number 30'


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (units.Duration, "14 h", 840.0),
        (units.DurationOrZero, "0 min", 0.0),
        (units.Share, 1, 1.0),
        (units.Share, 0.25, 0.25),
        (units.Multiplier, 0, 0.0),
        (units.NonNegative, 2.5, 2.5),
        (units.Positive, 2.5, 2.5),
        (units.Count, 0, 0),
        (units.PositiveCount, 3, 3),
    ],
)
def test_each_type_accepts_what_it_describes(kind: object, value: object, expected: float) -> None:
    found = from_yaml(kind, value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (units.Duration, "-3 h", 'must be a duration > 0, such as "14 h"; found "-3 h"'),
        (units.Duration, "0 h", 'must be a duration > 0, such as "14 h"; found "0 h"'),
        (units.DurationOrZero, "-3 h", 'must be a duration >= 0, such as "14 h" or "0 min"; found "-3 h"'),
        (units.Share, 1.7, "must be a share from 0 to 1, such as 0.85; found 1.7"),
        (units.Share, -0.2, "must be a share from 0 to 1, such as 0.85; found -0.2"),
        (units.Share, math.nan, "must be a share from 0 to 1, such as 0.85; found nan"),
        (units.Share, "0.5", 'must be a share from 0 to 1, such as 0.85; found "0.5"'),
        (units.Share, True, "must be a share from 0 to 1, such as 0.85; found true"),
        (units.Share, None, "must be a share from 0 to 1, such as 0.85; found nothing"),
        (units.Multiplier, math.inf, "must be a finite multiplier >= 0, such as 1.1; found inf"),
        (units.NonNegative, -1, "must be a finite number >= 0; found -1"),
        (units.Positive, 0, "must be a finite number > 0; found 0"),
        (units.Count, 1.5, "must be a whole number >= 0; found 1.5"),
        (units.Count, math.nan, "must be a whole number >= 0; found nan"),
        (units.Count, True, "must be a whole number >= 0; found true"),
        (units.Count, [], "must be a whole number >= 0; found an empty list"),
        (units.Count, 10**12, "must be a whole number >= 0; found 1000000000000"),
        (units.PositiveCount, 0, "must be a whole number >= 1; found 0"),
    ],
)
def test_each_type_refuses_with_what_is_allowed_and_what_was_found(
    kind: object, value: object, message: str
) -> None:
    assert refusal(kind, value) == message


def test_the_json_schema_says_how_to_write_each_type() -> None:
    duration = TypeAdapter(units.Duration).json_schema()
    assert duration["type"] == "string"
    assert duration["examples"] == ["22 h"]
    assert TypeAdapter(units.Share).json_schema()["maximum"] == 1
    assert TypeAdapter(units.PositiveCount).json_schema()["minimum"] == 1


def test_a_duration_serialises_to_text_again() -> None:
    assert TypeAdapter(units.Duration).dump_python(840.0, mode="json") == "14 h"
