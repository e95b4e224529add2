"""Times of day, and shapes of the day."""

# ruff: noqa: E501 -- a message is compared whole, on one line of its table
from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from flowsim.scenario.time_of_day import ClockShares, ClockTime, HourProfile, format_clock, parse_clock
from flowsim.timeline import DAY, HOUR

MONDAY = dt.datetime(2016, 10, 3)
BANDS = {"00:00-08:00": 2, "08:00-10:00": 4, "10:00-12:00": 0, "12:00-24:00": 2}


def problems(kind: object, tree: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_json(json.dumps(tree))
    return [(".".join(map(str, error["loc"])), error["msg"]) for error in caught.value.errors()]


def test_a_clock_time_is_a_minute_of_the_day() -> None:
    assert parse_clock("08:30") == 510
    assert parse_clock("24:00") == DAY
    assert format_clock(510) == "08:30"
    assert TypeAdapter(ClockTime).validate_json('"08:30"') == 510.0
    assert TypeAdapter(ClockTime).dump_python(510.0, mode="json") == "08:30"


@pytest.mark.parametrize("value", ["8:30", "08:60", "24:01", 510, None, ""])
def test_anything_else_is_no_time(value: object) -> None:
    assert problems(ClockTime, value)[0][1].startswith(
        'must be a time such as "08:30", up to "24:00"; found '
    )


def test_a_profile_holds_each_level_for_its_hour() -> None:
    level = HourProfile.parse(list(range(24))).over(MONDAY, 2 * DAY)
    assert level.at([0, 59, 60, 23 * HOUR, DAY, DAY + 5 * HOUR]).tolist() == [0, 0, 1, 23, 0, 5]


def test_a_profile_starts_at_the_hour_of_the_start() -> None:
    level = HourProfile.parse(list(range(24))).over(MONDAY + dt.timedelta(hours=22, minutes=30), DAY)
    assert level.times[:4].tolist() == [0, 30, 90, 150]
    assert level.levels[:4].tolist() == [22, 23, 0, 1]
    assert level.at(DAY) == 22


def test_a_normalised_profile_has_mean_one_and_zeros_stay_zeros() -> None:
    assert sum(HourProfile.parse([1, 3] * 12).normalised().hours) / 24 == 1
    nothing = HourProfile.parse([0] * 24)
    assert nothing.normalised() == nothing


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ([1] * 23, [("", "must be 24 numbers >= 0, one an hour from 00:00; found 23 of them")]),
        ("flat", [("", 'must be 24 numbers >= 0, one an hour from 00:00; found "flat"')]),
        ([1] * 22 + [-1, True], [("22", "must be a finite number >= 0; found -1"), ("23", "must be a finite number >= 0; found true")]),
    ],
)  # fmt: skip
def test_a_profile_of_other_things_is_refused(tree: object, found: list[tuple[str, str]]) -> None:
    assert problems(HourProfile, tree) == found


def test_clock_shares_fall_in_their_bands_and_evenly_within() -> None:
    shares = ClockShares.parse(BANDS)
    np.testing.assert_allclose(shares.quantile([0, 0.125, 0.25, 0.5, 0.75, 1]), [0, 240, 480, 540, 720, 1440])
    minutes = shares.quantile((np.arange(8000) + 0.5) / 8000)
    assert np.all(np.diff(minutes) > 0)
    counts = np.histogram(minutes, [0, 480, 600, 720, 1440])[0]
    assert counts.tolist() == [2000, 4000, 0, 2000]


def test_the_yaml_forms_read_back_to_equal_values() -> None:
    assert ClockShares.parse(ClockShares.parse(BANDS).to_yaml()) == ClockShares.parse(BANDS)
    assert HourProfile.parse(HourProfile.parse([1, 2] * 12).to_yaml()) == HourProfile.parse([1, 2] * 12)


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ({}, [("", 'must map clock bands to numbers, such as "{00:00-08:00: 2, 08:00-24:00: 4}"; found an empty mapping')]),
        ({"00:00-08:00": 1}, [("", "must cover the day to 24:00; found an end at 08:00")]),
        ({"00:00-08:00": 1, "09:00-24:00": 1}, [("09:00-24:00", 'must be a band that starts at 08:00; found "09:00-24:00"')]),
        ({"00:00-24:00": 0}, [("", "must have a number above 0; found only 0")]),
        ({"00:00-24:00": -1}, [("00:00-24:00", "must be a finite number >= 0; found -1")]),
        ({"night": 1}, [("night", 'must be a time such as "08:30", up to "24:00"; found "night"')]),
    ],
)  # fmt: skip
def test_bands_that_do_not_cover_the_day_are_refused(tree: object, found: list[tuple[str, str]]) -> None:
    assert problems(ClockShares, tree) == found
