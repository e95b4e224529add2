from __future__ import annotations

from typing import Any

import pytest

from flowsim.errors import InputError
from flowsim.experiments.capacity.sought import STEPS, read_sought
from flowsim.experiments.runs.run import load_scenario
from flowsim.scenario.levers import Change, Verb, get

BASELINE = load_scenario("portsmouth-2016")


@pytest.mark.parametrize(
    ("name", "between", "values", "last"),
    [
        ("acute_medicine.amu_beds", None, tuple(range(58, 117)), 116),
        ("acute_medicine.amu_beds", (58, 50), tuple(range(58, 49, -1)), 50),
        ("elective.cancelled_when_waiting", (13, 15), (13, 14, 15), 15),
        ("frailty.fit_hours.later", None, tuple(range(8)), {"Mon-Fri": "09:00-24:00", "Sat-Sun": "closed"}),
        ("front_door.assessment_nurses", (0, 1), (0, 1), {"Mon-Sun": {"00:00": 3, "08:00": 4, "22:00": 3}}),
    ],
)
def test_a_count_a_roster_and_hours_take_whole_numbers(
    name: str, between: Any, values: tuple[int, ...], last: Any
) -> None:
    lever = read_sought(BASELINE, name, between)
    assert lever.values == values
    path = name.removesuffix(".later")
    assert lever.change(lever.values[-1]) == Change(path, "set", last)
    load_scenario("portsmouth-2016", [lever.change(lever.values[-1])])


def test_the_first_value_of_a_default_range_is_what_there_is_now() -> None:
    for name in ("acute_medicine.amu_beds", "frailty.fit_hours.later", "emergency_department.clinicians"):
        lever = read_sought(BASELINE, name)
        assert lever.values[0] == lever.now
        unchanged = load_scenario("portsmouth-2016", [lever.change(lever.values[0])])
        assert unchanged.value == BASELINE.value


def test_more_of_a_roster_or_of_hours_is_added_to_what_there_is() -> None:
    later = read_sought(BASELINE, "frailty.fit_hours.later")
    assert later.text(2) == "2 hours more"
    assert later.change(2).operand == {"Mon-Fri": "09:00-19:00", "Sat-Sun": "closed"}


@pytest.mark.parametrize(
    ("name", "between", "verb"),
    [
        ("integrated_discharge.brokerage.P3", (1, 0.5), "times"),
        ("acute_medicine.short_stay_limit", ("72 h", "2 days"), "set"),
        ("frailty.fit_avoids", (0.18, 0.3), "set"),
    ],
)
def test_what_is_no_whole_number_has_even_steps_and_can_be_loaded(
    name: str, between: Any, verb: Verb
) -> None:
    lever = read_sought(BASELINE, name, between)
    assert len(lever.values) == STEPS + 1
    assert lever.change(lever.values[-1]) == Change(name, verb, between[1])
    changed = load_scenario("portsmouth-2016", [lever.change(lever.values[7])])
    assert get(changed.tree, name) != get(BASELINE.tree, name)


def test_a_thinned_lever_keeps_both_ends() -> None:
    lever = read_sought(BASELINE, "acute_medicine.amu_beds", (58, 82)).thinned(7)
    assert lever.values == (58, 62, 66, 70, 74, 78, 82)
    assert lever.thinned(7) is lever


@pytest.mark.parametrize(
    ("name", "between", "message"),
    [
        ("frailty.fit_hours", None, "must be one of frailty.fit_hours.earlier, frailty.fit_hours.later"),
        ("frailty.fit_hour", None, 'did you mean "frailty.fit_hours"?'),
        ("frailty.fit_avoids", None, "must have a range"),
        (
            "winter.months",
            (1, 2),
            "must be a number, a duration, a distribution or a lever of capacity",
        ),
        ("acute_medicine.amu_beds", (58, 58), "must have two different ends; found 58 twice"),
        ("acute_medicine.amu_beds", (58, 60.5), "must be of whole numbers from 0 .* its beds; found 60.5"),
        ("emergency_department.clinicians", (-1, 2), "its clinicians more than now; found -1"),
        ("frailty.fit_hours.later", (0, 9), "whole numbers from 0 to 7, its hours more than now; found 9"),
        ("acute_medicine.short_stay_limit", (1, 2), "must have a unit"),
        ("frailty.fit_avoids", ("a", 1), 'must be of two finite numbers; found "a"'),
    ],
)
def test_what_cannot_be_sought_is_refused(name: str, between: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_sought(BASELINE, name, between)
