from __future__ import annotations

from typing import Any

import pytest

from flowsim.outcomes import METRICS
from flowsim.pathways.hospital import build
from flowsim.scenario.capacity import capacity_levers
from flowsim.scenario.caveats import CAVEATS, said, standing
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario

FIT = CAVEATS["fit_hours"]
TWELVE_HOURS = {"frailty.fit_hours": {"set": {"Mon-Sun": "08:00-20:00"}}}


def stands(scenario: str = "portsmouth-2016", changes: Any = ()) -> dict[str, str]:
    return standing(load(scenario, Scenario, changes).value)


@pytest.fixture(scope="module")
def baseline() -> dict[str, str]:
    return stands()


@pytest.mark.parametrize("scenario", ["portsmouth-2016", "southampton-2016", "derby-2016"])
def test_the_fits_hours_are_our_assumption_in_the_baseline_and_in_places_made_from_it(scenario: str) -> None:
    assert list(stands(scenario)) == ["fit_hours"]


def test_it_says_what_is_assumed_and_by_whom() -> None:
    assert "8 h × 5 d, are our assumption" in FIT.text


def test_other_hours_are_no_assumption_of_ours() -> None:
    assert stands(changes=TWELVE_HOURS) == {}


def test_its_figures_are_metrics_groups_that_they_have_or_resources() -> None:
    resources = build(load("portsmouth-2016", Scenario).value).resources
    for figure in FIT.figures:
        metric, _, group = figure.partition("[")
        key = group.partition("=")[0]
        assert metric in resources or (metric in METRICS and key in ("", *METRICS[metric].groups))


def test_its_levers_are_those_of_the_team_and_no_others() -> None:
    levers = [lever.name for lever in capacity_levers(load("portsmouth-2016", Scenario).value)]
    brought_up = [name for name in levers if FIT.is_about((), [name])]
    assert brought_up == ["frailty.fit_hours.earlier", "frailty.fit_hours.later", "frailty.fit_assessors"]


@pytest.mark.parametrize(
    ("figures", "levers", "there"),
    [
        (["four_hour_performance"], [], False),
        (["fit_seen_per_day"], [], True),
        (["fit_seen_per_day[locality=P]"], [], True),
        (["conversion_rate"], [], False),
        (["conversion_rate[stream=majors]"], [], False),
        (["conversion_rate[frailty=frail]"], [], True),
        (["specialty_medicine"], ["wards.beds.surgery"], False),
        (["fit"], [], True),
        ([], ["frailty.fit_assessors"], True),
        ([], ["frailty.crisis_support_places"], False),
    ],
)
def test_it_is_said_of_its_own_figures_and_levers_only(
    baseline: dict[str, str], figures: list[str], levers: list[str], there: bool
) -> None:
    assert said([baseline], figures, levers) == ([FIT.text] if there else [])


def test_it_is_said_of_an_arm_that_moves_one_of_its_levers_whatever_is_shown(
    baseline: dict[str, str],
) -> None:
    assert said([baseline, baseline], ["four_hour_performance"]) == []
    for changes in (TWELVE_HOURS, {"frailty.fit_assessors": {"add": 2}}):
        assert said([baseline, stands(changes=changes)], ["four_hour_performance"]) == [FIT.text]
    other_beds = stands(changes={"acute_medicine.amu_beds": {"set": 70}})
    assert said([baseline, other_beds], ["four_hour_performance"]) == []


def test_it_is_not_said_where_no_arm_has_the_hours_assumed() -> None:
    longer = stands(changes=TWELVE_HOURS)
    assert said([longer, longer], ["fit_seen_per_day"], ["frailty.fit_assessors"]) == []
