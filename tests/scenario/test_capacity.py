from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.experiments.runs.run import load_scenario
from flowsim.pathways.blueprint import UNLIMITED
from flowsim.pathways.builder import Hospital
from flowsim.pathways.capacity import resources_that_differ
from flowsim.pathways.hospital import build
from flowsim.scenario import sections
from flowsim.scenario.calendars import OpeningHours, Roster
from flowsim.scenario.capacity import CapacityLever, capacity_levers, chosen_levers
from flowsim.scenario.levers import get
from flowsim.scenario.loading import Loaded
from flowsim.scenario.schema import Scenario

BASELINE = load_scenario("portsmouth-2016")
LEVERS = capacity_levers(BASELINE.value)
MOVABLE = tuple(lever for lever in LEVERS if lever.most)
"""All but those of services that are closed in the baseline."""


@cache
def with_one_more(lever: CapacityLever) -> tuple[Loaded[Scenario], tuple[str, ...]]:
    """Return the baseline with one unit more, and the resources that have other places there."""
    more = load_scenario("portsmouth-2016", [lever.more(1)])
    return more, resources_that_differ(baseline(), build(more.value))


@cache
def baseline() -> Hospital:
    return build(BASELINE.value)


OPENS_A_WAY = ("acute_medicine.ambulatory_care.hours.earlier", "acute_medicine.ambulatory_care.hours.later")
"""Hours in which patients are taken; the chairs are there all day."""


def test_every_marked_field_of_the_sections_is_found_in_the_baseline() -> None:
    marked = sum(
        len(re.findall(r"Capacity\(\"", file.read_text(encoding="utf-8")))
        for file in Path(str(sections.__path__[0])).glob("*.py")
    )
    fields = {re.sub(r"^community\.P[123]\.places\.\w+$", "places", lever.path) for lever in LEVERS}
    assert len(fields) == marked
    assert len(LEVERS) == len({lever.name for lever in LEVERS})


def test_a_lever_in_a_mapping_is_there_for_each_key() -> None:
    names = [lever.name for lever in LEVERS]
    assert {f"community.P{i}.places.{where}" for i in (1, 2, 3) for where in ("P", "FG", "SEH")} < set(names)
    assert {"frailty.fit_hours.earlier", "frailty.fit_hours.later"} < set(names)


@pytest.mark.parametrize("lever", MOVABLE, ids=lambda lever: lever.name)
def test_one_unit_more_loads_and_builds_and_changes_only_that(lever: CapacityLever) -> None:
    more, differ = with_one_more(lever)
    assert get(BASELINE.tree, lever.path) != get(more.tree, lever.path)
    moved = next(one for one in capacity_levers(more.value) if one.name == lever.name)
    assert moved.size == lever.size + 1
    untouched = [one for one in capacity_levers(more.value) if one.path != lever.path]
    assert untouched == [one for one in LEVERS if one.path != lever.path]
    assert len(differ) == (0 if lever.name in OPENS_A_WAY else 1)


def test_every_resource_of_the_hospital_with_a_limit_has_a_lever() -> None:
    moved = {name for lever in MOVABLE for name in with_one_more(lever)[1]}
    limited = {name for name, one in baseline().resources.items() if one.places.levels.max() < UNLIMITED}
    assert moved == limited - {"opel", "closed_beds"}  # numbers that the log keeps, not capacity


def test_a_roster_has_one_more_whenever_anybody_is_there() -> None:
    roster = Roster.parse({"Mon-Fri": {"00:00": 0, "09:00": 12, "17:00": 3}, "Sat-Sun": {"00:00": 0}})
    lever = CapacityLever(path="ids", unit="assessor", value=roster)
    assert lever.size == 12
    assert lever.more(2).operand == {
        "Mon-Fri": {"00:00": 0, "09:00": 14, "17:00": 5},
        "Sat-Sun": {"00:00": 0},
    }


def test_hours_grow_at_one_end_on_days_that_have_any_and_stop_at_midnight() -> None:
    hours = OpeningHours.parse({"Mon": "08:00-12:00, 14:00-20:00", "Tue-Sat": "09:00-23:30", "Sun": "closed"})
    earlier, later = (
        CapacityLever(path="fit", unit="hour", value=hours, end=end) for end in ("earlier", "later")
    )
    assert (earlier.most, later.most) == (9, 4)
    assert earlier.more(1).operand == {
        "Mon": "07:00-12:00, 14:00-20:00",
        "Tue-Sat": "08:00-23:30",
        "Sun": "closed",
    }
    assert later.more(2).operand == {
        "Mon": "08:00-12:00, 14:00-22:00",
        "Tue-Sat": "09:00-24:00",
        "Sun": "closed",
    }
    assert OpeningHours.parse("22:00-06:00").longer(later=60).to_yaml() == {"Mon-Sun": "22:00-06:00"}


@pytest.mark.parametrize(
    ("value", "end", "why"),
    [
        (Roster.parse(0), "", "nobody is ever there, so nobody can be added at the hours of the others"),
        (OpeningHours.parse("never"), "later", "it is never open"),
        (OpeningHours.parse("always"), "earlier", "it opens at midnight already"),
        (OpeningHours.parse("always"), "later", "it is open until midnight already"),
    ],
)
def test_what_has_nothing_to_add_to_says_why(value: Roster | OpeningHours, end: str, why: str) -> None:
    lever = CapacityLever(path="x", unit="hour", value=value, end=end)  # type: ignore[arg-type]
    assert lever.most == 0
    assert lever.why_not == why
    assert chosen_levers([lever], ()) == ()
    with pytest.raises(InputError, match=f"must be something to add to; {why}"):
        chosen_levers([lever], [lever.name])


def test_levers_are_chosen_by_name_or_by_what_their_names_begin_with() -> None:
    assert chosen_levers(LEVERS, ()) == MOVABLE
    found = chosen_levers(LEVERS, ["community.P1", "frailty.fit_hours", "community.P1.places.FG"])
    assert [lever.name for lever in found] == [
        "community.P1.places.P",
        "community.P1.places.FG",
        "community.P1.places.SEH",
        "frailty.fit_hours.earlier",
        "frailty.fit_hours.later",
    ]
    with pytest.raises(InputError, match=r'unknown lever of capacity "wards.beds.surgry"; did you mean'):
        chosen_levers(LEVERS, ["wards.beds.surgry"])
