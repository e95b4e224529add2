"""Levers on a plain tree."""

# ruff: noqa: E501 -- each case stands on one line of its table
from __future__ import annotations

import math
from typing import Any

import pytest

from flowsim.errors import InputError
from flowsim.scenario.levers import Change, apply, changed, find, get, read_changes


def tree() -> dict[str, Any]:
    return {
        "wards": {"amu": {"beds": 58, "los": {"gamma": {"mean": "2 h", "cv": 0.5}}}, "a.b": {"beds": 1}},
        "list": [1, 2],
    }


def test_a_path_leads_through_mappings_lists_and_keys_with_dots() -> None:
    assert get(tree(), "wards.amu.beds") == 58
    assert get(tree(), "list.1") == 2
    assert find(tree(), "wards.a.b.beds") == ("wards", "a.b", "beds")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("wards.amu.bedz", 'unknown path "wards.amu.bedz"; did you mean "wards.amu.beds"? Allowed here: wards.amu.beds, wards.amu.los'),
        ("list.2", 'unknown position "2". Allowed here: 0 to 1'),
        ("wards.amu.beds.open", "must lead to a value; found 58 at wards.amu.beds, with nothing below it"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_refused_with_the_nearest(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"unknown|must") as caught:
        find(tree(), path)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "verb", "operand", "expected"),
    [
        (58, "set", "other", "other"),
        (58, "add", -3, 55),
        (58, "times", 0.5, 29),
        (58, "times", 0.9, 52.2),
        (0.5, "add", 0.25, 0.75),
        ("22 h", "add", "30 min", "22.5 h"),
        ("22 h", "add", "-30 min", "21.5 h"),
        ("22 h", "times", 0.5, "11 h"),
        (0.55, "times", 1.2, 0.66),
        (60, "times", 1 / 3, 20),
        (58, "times", 1e308, math.inf),
        ("16.1 days", "times", 0.97, "15.617 days"),
        ({"gamma": {"mean": "2 h", "cv": 0.5}}, "times", 2, {"gamma": {"mean": "4 h", "cv": 0.5}}),
        ({"mixture": {"weights": [1, 2], "parts": [{"fixed": {"value": "1 h"}}]}}, "times", 2, {"mixture": {"weights": [1, 2], "parts": [{"fixed": {"value": "2 h"}}]}}),
        ({"empirical": {"quantiles": {"0": "0 min", "1": "3 h"}}}, "times", 3, {"empirical": {"quantiles": {"0": "0 min", "1": "9 h"}}}),
    ],
)  # fmt: skip
def test_each_verb_does_what_it_says(value: Any, verb: Any, operand: Any, expected: Any) -> None:
    found = changed(value, verb, operand)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "verb", "operand", "message"),
    [
        ("medicine", "add", 3, 'must be a number or a duration for add; found "medicine"'),
        (True, "add", 3, "must be a number or a duration for add; found true"),
        ({"amu": 3}, "times", 3, "must be a number or a duration for times; found a mapping"),
        (58, "add", "3 h", 'must be a number to add to 58; found "3 h"'),
        (58, "times", -1, "must be multiplied by a finite number >= 0; found -1"),
        (58, "times", float("nan"), "must be multiplied by a finite number >= 0; found nan"),
        ("22 h", "add", 3, 'must have a unit, such as "3 min"; found the bare number 3'),
    ],
)
def test_a_verb_that_does_not_fit_is_refused(value: Any, verb: Any, operand: Any, message: str) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        changed(value, verb, operand)
    assert str(caught.value) == message


def test_a_change_touches_its_value_alone() -> None:
    after = tree()
    assert apply(after, Change("wards.amu.beds", "add", 2)) == ("wards", "amu", "beds")
    assert after["wards"]["amu"].pop("beds") == 60
    before = tree()
    before["wards"]["amu"].pop("beds")
    assert after == before


def test_changes_are_read_in_their_order() -> None:
    assert read_changes([{"a.b": {"set": 1}}, {"c": {"times": 2}, "d": {"add": 3}}]) == [
        Change("a.b", "set", 1),
        Change("c", "times", 2),
        Change("d", "add", 3),
    ]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"a.b": 47}, "a.b\n  must have exactly one of add, set, times, as in {set: 64}; found 47"),
        ({"a.b": {"put": 47}}, "a.b\n  must have exactly one of add, set, times, as in {set: 64}; found put"),
        (
            [{"a.b": {"set": 1, "add": 2}}, {"a": None}],
            "a.b\n  must have exactly one of add, set, times, as in {set: 64}; found set, add\n"
            "a\n  must have exactly one of add, set, times, as in {set: 64}; found nothing",
        ),
        (
            "a.b=3",
            'changes\n  must be a mapping such as "{acute_medicine.amu_beds: {set: 64}}"; found "a.b=3"',
        ),
    ],
)
def test_changes_of_another_shape_are_refused(written: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_changes(written)
    assert str(caught.value) == message
