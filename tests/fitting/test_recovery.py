"""What a scenario says comes back from the extracts of its own simulation, and nothing else does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowsim.experiments.runs.run import load_scenario, plan
from flowsim.fitting.duration_fit import fit_durations
from flowsim.fitting.durations import Durations
from flowsim.fitting.fit import Fit, fit
from flowsim.fitting.fragment import PROFILE
from flowsim.fitting.model_extract import write_extracts
from flowsim.fitting.values import Z95, Value
from flowsim.pathways.ambulance_service import ambulance_chance
from flowsim.pathways.rates import read_profile
from flowsim.scenario.schema import Scenario
from flowsim.units import parse_duration

UNHINDERED = {
    "run.start": "2016-04-04",
    "run.days": 56,
    "run.warm_up": "0 days",
    # Nobody waits for a bed, nobody's stay is changed by where they are, nobody comes back.
    "wards.beds": {
        "specialty_medicine": 900,
        "older_people": 900,
        "surgery": 900,
        "trauma_orthopaedics": 900,
        "children": 200,
    },
    "acute_medicine.amu_beds": 500,
    "acute_medicine.short_stay_beds": 500,
    "acute_medicine.acute_frailty_beds": 400,
    "acute_medicine.ambulatory_care.hours": "never",
    "wards.pressure.enabled": False,
    "wards.specialty_stay": {"medicine": 1, "surgery": 1, "trauma_orthopaedics": 1},
    "elective.per_day": 0,
    "demand.returning_share": 0,
    "discharge.readmitted": 0,
    "demand.day_cv": 0.1,
}
"""A hospital without queues for beds, so that an acute phase is the time from admission to being ready."""

LAWS = (
    "wards.time_to_medically_ready.under_65",
    "wards.time_to_medically_ready.65_plus_not_frail",
    "wards.time_to_medically_ready.frail",
    "wards.children_stay",
)


@pytest.fixture(scope="module")
def truth() -> Scenario:
    return load_scenario(
        "portsmouth-2016", {path: {"set": value} for path, value in UNHINDERED.items()}
    ).value


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    folder = tmp_path_factory.mktemp("made") / "extracts"
    changes = {path: {"set": value} for path, value in UNHINDERED.items()}
    write_extracts(plan(load_scenario("portsmouth-2016", changes), replications=1, seed=1), folder)
    return fit(folder / "attendances.csv", folder / "spells.csv", name="again", end="2016-05-30")


def values_of(scenario: Scenario) -> dict[str, Any]:
    """Return what a fit should find of a scenario, as numbers."""
    demand, door, wards, leaving = scenario.demand, scenario.front_door, scenario.wards, scenario.discharge
    return {
        "demand.ambulance_share": demand.ambulance_share,
        "demand.age_bands": demand.age_bands,
        "demand.ambulance_odds": dict(ambulance_chance(demand).values),
        "demand.direct_per_day": demand.direct_per_day,
        "demand.day_cv": demand.day_cv,
        "front_door.ambulance_streams": door.ambulance_streams,
        "front_door.walk_in_streams": door.walk_in_streams,
        "front_door.children_to_children": door.children_to_children,
        "wards.zero_day": wards.zero_day,
        "wards.death": wards.death,
        "wards.children_stay": wards.children_stay.to_yaml(),
        **{path: wards.time_to_medically_ready[path.rpartition(".")[2]].to_yaml() for path in LAWS[:3]},
        "discharge.complex": leaving.complex,
        "discharge.pathway": leaving.pathway,
    }


def far_off(fit: Fit, truth: dict[str, Any]) -> set[str]:
    """Return the paths of values more than 4 standard errors from the truth, or of another family."""
    return {path for path, value in truth.items() if any(_far_off(fit.value(path), value))}


def _far_off(found: Value, truth: Any) -> Iterator[bool]:
    if found.path in LAWS:
        ((family, says),) = found.value.items()
        ((true_family, should),) = truth.items()
        yield family != true_family
        for part, number in (
            ("mean", parse_duration(should["mean"])),
            ("cv", should["cv"]),
        ):
            estimate = parse_duration(says["mean"]) if part == "mean" else says["cv"]
            low, high = found.interval[part]
            yield abs(math.log(estimate / number)) > 4 * math.log(high / low) / (2 * Z95)
        return
    parts = truth if isinstance(truth, dict) else {next(iter(found.interval)): truth}
    for part, number in parts.items():
        estimate = found.value[part] if isinstance(found.value, dict) else found.value
        low, high = found.interval[part]
        # A share of 0 has an interval on one side alone.
        error = (high - low) / (2 * Z95)
        yield abs(estimate - number) > 4 * error + 5e-5


def test_what_was_simulated_is_fitted(fitted: Fit, truth: Scenario) -> None:
    assert far_off(fitted, values_of(truth)) == set()


def test_another_truth_is_noticed(fitted: Fit, truth: Scenario) -> None:
    other = values_of(truth) | {
        "demand.ambulance_share": 0.43,
        "demand.day_cv": 0.03,
        "demand.direct_per_day": 41,
        "front_door.children_to_children": 0.9,
        "wards.zero_day": 0.30,
        "wards.time_to_medically_ready.under_65": {"lognormal": {"mean": "7 days", "cv": 1.42}},
        "wards.time_to_medically_ready.frail": {"lognormal": {"mean": "13.1 days", "cv": 1.6}},
        "wards.time_to_medically_ready.65_plus_not_frail": {"gamma": {"mean": "7.75 days", "cv": 1.31}},
        "discharge.pathway": {"P1": 0.45, "P2": 0.30, "P3": 0.25},
    }
    assert far_off(fitted, other) == {
        path for path, value in other.items() if value != values_of(truth)[path]
    }


def test_those_still_in_must_be_counted_as_longer(fitted: Fit, truth: Scenario) -> None:
    # Of eight weeks' admissions the frail still in are the long stays: without them the mean is too short.
    all_of_them = fitted.duration("to_ready", "frail").durations
    ended = np.isfinite(all_of_them.high)
    some = Durations(
        *(column[ended] for column in (all_of_them.low, all_of_them.high, all_of_them.weight)), 720.0
    )
    found = fit_durations(some)
    assert found is not None
    low_by = math.log(truth.wards.time_to_medically_ready["frail"].average() / found.best.mean)
    assert low_by > 4 * found.best.log_mean_error


def test_the_shape_of_the_week_is_fitted(fitted: Fit, truth: Scenario, tmp_path: Path) -> None:
    (tmp_path / PROFILE).write_text(fitted.files[PROFILE])
    for mine, true in zip(
        read_profile(tmp_path / PROFILE), read_profile(truth.demand.arrival_profile), strict=True
    ):
        counts = mine * 8  # weeks
        expected = true / true.sum() * counts.sum()
        # Poisson, the factor of a day, and rounding to 5; less where weekday times hour stand for the cells.
        variance = expected + (0.1 * expected) ** 2 / 8 + 25 / 12
        most = 1 + 4 * math.sqrt(2 / 168)
        assert np.mean((counts - expected) ** 2 / variance) < most
        assert np.mean((counts - np.roll(expected, 2, axis=1)) ** 2 / variance) > most


def test_what_is_fitted_is_a_scenario(fitted: Fit, tmp_path: Path) -> None:
    for name, text in fitted.files.items():
        (tmp_path / name).write_text(text)
    again = load_scenario(tmp_path / "again.yaml").value
    assert again.demand.ambulance_share == fitted.value("demand.ambulance_share").value
    assert far_off(fitted, values_of(again)) == set()
