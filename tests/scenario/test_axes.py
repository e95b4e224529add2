"""Axes: what is varied, the values it takes, and what an arm is then called."""

from __future__ import annotations

from typing import Any

import pytest

from flowsim.scenario.axes import Axes, Axis, Ranges, label_of, read_axis
from flowsim.scenario.levers import Change


def test_an_axis_moves_its_levers_together_by_each_value() -> None:
    axis = read_axis("beds", {"lever": ["wards.a", "wards.b"], "add": [0, 4]}, ranges=False)
    first, second = axis.settings(("vary",))
    assert (first.label, second.label) == ("beds+0", "beds+4")
    assert second.changes == (Change("wards.a", "add", 4), Change("wards.b", "add", 4))


def test_the_name_of_an_axis_is_its_lever_if_none_is_given() -> None:
    axis = read_axis("acute_medicine.amu_beds", {"set": [64]}, ranges=False)
    assert axis.settings(())[0].changes == (Change("acute_medicine.amu_beds", "set", 64),)
    assert axis.settings(())[0].label == "amu_beds=64"


def test_packages_are_an_axis_and_none_of_them_changes_nothing() -> None:
    nothing, package = read_axis("interventions", ["none", "a+b"], ranges=False).settings(())
    assert (nothing.label, nothing.package, nothing.changes) == ("", "", ())
    assert (package.label, package.package) == ("a+b", "a+b")


@pytest.mark.parametrize(
    ("verb", "value", "label"),
    [
        ("set", 64, "x=64"),
        ("set", "10 h", "x=10 h"),
        ("add", 4, "x+4"),
        ("add", -4, "x-4"),
        ("add", "-30 min", "x-30 min"),
        ("times", 1.15, "x×1.15"),
        ("set", {"Mon-Sun": "08:00-20:00", "hol": "closed"}, ""),
    ],
)
def test_a_label_says_what_is_done(verb: Any, value: object, label: str) -> None:
    assert label_of("x", verb, value) == label


def test_a_value_too_long_for_a_label_is_called_by_its_position() -> None:
    weeks = [{"Mon-Sun": "08:00-20:00"}, {"Mon-Fri": "08:00-20:00"}]
    axis = read_axis("hours", {"set": weeks}, ranges=False)
    assert [setting.label for setting in axis.settings(())] == ["hours#1", "hours#2"]


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [
        (0, 3, [0, 1, 2, 3]),
        (0.5, 1.5, [0.5, 0.75, 1.0, 1.25]),
        ("10 h", "30 h", ["10 h", "15 h", "20 h", "25 h"]),
    ],
)
def test_a_range_is_whole_numbers_numbers_or_durations(low: Any, high: Any, values: list[Any]) -> None:
    axis = read_axis("x", {"set": {"from": low, "to": high}}, ranges=True)
    assert [axis.at(u, ()).value for u in (0, 0.25, 0.5, 0.75)] == values
    assert axis.at(0.9999999999, ()).value in (high, 1.5, "30 h")


def test_values_in_a_sample_are_equally_likely() -> None:
    axis = read_axis("interventions", ["none", "a", "b"], ranges=True)
    assert [axis.at(u, ()).value for u in (0, 0.3, 0.34, 0.66, 0.67, 0.99)] == [
        "none",
        "none",
        "a",
        "a",
        "b",
        "b",
    ]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (3, "must be an axis such as"),
        ({}, "must have exactly one of set, add, times, as in .*; found none of them"),
        ({"set": [1], "add": [1]}, "found set, add"),
        ({"sett": [1]}, 'unknown key "sett"; did you mean "set"'),
        ({"set": []}, "set must be a list of values that is not empty; found an empty list"),
        ({"set": {"from": 0, "to": 1}}, "set must be a list of values that is not empty; found a mapping"),
        ({"lever": 3, "set": [1]}, "lever must be a dotted path or a list of them; found 3"),
        ({"lever": [], "set": [1]}, "lever must be a dotted path or a list of them; found an empty list"),
    ],
)
def test_an_axis_that_is_none_is_refused(written: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_axis("x", written, ranges=False)


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (1, 1, "must be a range of finite numbers, the first smaller; found 1 to 1"),
        (0, float("inf"), "found 0 to inf"),
        (0, "3 h", 'must be a range of two numbers or two durations; found 0 to "3 h"'),
        (True, 2, "found true to 2"),
        ("3", "4 h", "must be a duration such as"),
    ],
)
def test_a_range_that_is_none_is_refused(low: object, high: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_axis("x", {"set": {"from": low, "to": high}}, ranges=True)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Axes, {"x": {"lever": ["a", "b"], "times": [1, 1.5]}, "interventions": ["none", "a"]}),
        (
            Ranges,
            {"x": {"lever": ["a"], "set": {"from": "1 h", "to": "2 h"}}, "y": {"lever": ["y"], "add": [1]}},
        ),
    ],
)
def test_what_was_read_is_written_as_it_was(kind: type[Axes], written: dict[str, Any]) -> None:
    assert kind.parse(written).to_yaml() == written


def test_an_axis_is_found_by_its_name() -> None:
    assert Axes.parse({"interventions": ["a"]}) == Axes((Axis("interventions", (), "set", ("a",)),))
