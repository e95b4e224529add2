"""A hospital of two days as a function of its uncertain parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowsim.calibration.hospital_runs import HospitalRuns
from flowsim.calibration.parameters import Parameters
from flowsim.experiments.runs.replication import Replicator, Setup
from flowsim.experiments.runs.run import load_scenario
from flowsim.experiments.runs.store import Store
from flowsim.scenario.axes import Uncertain
from flowsim.scenario.levers import read_changes
from tests.experiments.small import SMALL

FIGURES = (("time_in_department_median", "all"), ("attendances", "month=2016-04"), ("attendances", "all"))
PARAMETERS = Parameters(
    Uncertain.parse(
        {
            "tests": {"lever": "emergency_department.investigations", "times": {"from": 0.5, "to": 1.5}},
            "beds": {"lever": "acute_medicine.amu_beds", "add": {"from": -4, "to": 4}},
        }
    ).axes
)


def runs(**others: Any) -> HospitalRuns:
    return HospitalRuns(
        source="portsmouth-2016",
        parameters=PARAMETERS,
        figures=FIGURES,
        changes=read_changes(SMALL),
        seed=1,
        **others,
    )


def test_figures_are_those_of_the_scenario_with_the_values_of_the_point() -> None:
    found = runs()(np.array([[0.5, 0.5], [1.0, 0.5]]), [[0, 3], [1, 2]])
    assert found.shape == (2, 2, 3)
    changes = {**SMALL, "emergency_department.investigations": {"times": 1.5}}
    slow = load_scenario("portsmouth-2016", changes).value
    whole = Replicator(Setup(scenario=slow, engine="simpy", seed=1)).replicate(2)
    figures = dict(zip(zip(whole.metric, whole.group, strict=True), whole.values, strict=True))
    assert found[1, 1].tolist() == [figures["time_in_department_median", "all"]] + 2 * [
        figures["attendances", "all"]
    ]


def test_what_the_store_has_is_not_run_again_and_is_the_same(tmp_path: Path) -> None:
    points, numbers = np.array([[0.2, 0.5], [0.9, 0.1]]), [[0, 1], [2, 3]]
    told: list[int] = []
    first = runs(store=Store(tmp_path, told.append), told=told.append)
    found = first(points, numbers)
    assert (first.run, first.done, told) == (4, 4, [1, 2, 3, 4])
    again = runs(store=Store(tmp_path, told.append))
    np.testing.assert_array_equal(again(points, numbers), found)
    assert (again.run, again.done) == (0, 4)
    elsewhere = runs(store=Store(tmp_path, told.append))
    elsewhere(points + 0.05, numbers)
    assert elsewhere.run == 4


def test_replications_of_some_figures_do_not_pass_for_those_of_others(tmp_path: Path) -> None:
    store = Store(tmp_path, print)
    runs(store=store)(np.array([[0.5, 0.5]]), [[0]])
    other = runs(store=store)
    other.figures = FIGURES[:1]
    assert other(np.array([[0.5, 0.5]]), [[0]]).shape == (1, 1, 1)
    assert other.run == 1


def test_equal_points_are_run_once() -> None:
    model = runs()
    found = model(np.array([[0.5, 0.5], [0.5, 0.51]]), [[0], [0]])  # the same number of beds
    assert model.run == 1
    assert model.done == 2
    np.testing.assert_array_equal(found[0], found[1])


@pytest.mark.slow  # their tasks are a run's, whose processes are tried in tests/test_cli.py
def test_the_number_of_processes_does_not_matter() -> None:
    points, numbers = np.array([[0.25, 0.5], [0.75, 0.5]]), [[0], [1]]
    np.testing.assert_array_equal(runs(jobs=2)(points, numbers), runs()(points, numbers))
