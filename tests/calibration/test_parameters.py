from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flowsim.calibration.calibrate import as_written
from flowsim.calibration.parameters import Parameters, cube, read_parameters
from flowsim.errors import InputError
from flowsim.experiments.runs.run import load_scenario
from flowsim.scenario.axes import Uncertain
from flowsim.scenario.levers import Change
from tests.experiments.small import small

PARAMETERS = Parameters(
    Uncertain.parse(
        {
            "beds": {"lever": ["a.beds", "b.beds"], "add": {"from": -1, "to": 2}},
            "stay": {"lever": "a.stay", "times": {"from": 0.5, "to": 1.5}},
            "after": {"lever": "a.after", "set": {"from": "8 h", "to": "12 h"}},
        }
    ).axes
)


def test_a_point_is_a_value_of_each_parameter_and_moves_each_of_its_levers() -> None:
    values = PARAMETERS.values(np.array([0.99, 0.25, 0.5]))
    assert values == {"beds": 2, "stay": 0.75, "after": "10 h"}
    assert PARAMETERS.changes(values) == [
        Change("a.beds", "add", 2),
        Change("b.beds", "add", 2),
        Change("a.stay", "times", 0.75),
        Change("a.after", "set", "10 h"),
    ]


def test_whole_numbers_are_steps_with_their_points_in_the_middle() -> None:
    # Four values, -1 to 2: each is a quarter of the side.
    points = np.array([[0.01, 0.25, 0.5], [0.3, 0.25, 0.5], [0.99, 0.25, 0.5]])
    assert PARAMETERS.snapped(points)[:, 0].tolist() == [0.125, 0.375, 0.875]
    assert PARAMETERS.snapped(points)[:, 1:].tolist() == points[:, 1:].tolist()


@pytest.mark.parametrize("seed", [0, 1])
def test_values_and_points_lead_to_one_another(seed: int) -> None:
    for point in PARAMETERS.snapped(cube(16, 3, seed)):
        np.testing.assert_allclose(PARAMETERS.point(PARAMETERS.values(point)), point, atol=1e-3)


def test_every_part_of_the_cube_is_met_alike() -> None:
    counts = np.histogramdd(cube(64, 3, 5), bins=(2, 2, 2), range=[(0, 1)] * 3)[0]
    assert (counts == 8).all()


def test_unknown_parameters_are_all_told_with_what_there_is() -> None:
    assert PARAMETERS.only(["stay"]).names == ("stay",)
    assert PARAMETERS.only([]) == PARAMETERS
    with pytest.raises(InputError, match='did you mean "stay"') as caught:
        PARAMETERS.only(["stays", "chairs"])
    assert len(caught.value.problems) == 2


def test_the_shipped_ranges_can_be_taken_at_both_ends_and_hold_what_is_written() -> None:
    loaded = load_scenario("portsmouth-2016")
    parameters = read_parameters(loaded)
    written = as_written(parameters, loaded)
    values = parameters.values(parameters.snapped(written[None])[0])
    for axis in parameters.axes:
        neutral = {"add": 0, "times": 1.0}.get(axis.verb)
        if neutral is not None:
            assert values[axis.name] == pytest.approx(neutral), axis.name


def scenario(folder: Path, uncertain: str) -> Path:
    file = folder / "own.yaml"
    file.write_text(f"extends: portsmouth-2016\nname: own\nuncertain:\n  {uncertain}\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("turnaround: {lever: wards.cleening, times: {from: 0.5, to: 2}}", "did you mean"),
        ("share: {lever: wards.zero_day, set: {from: 0.5, to: 2.5}}", "uncertain.share"),
    ],
)
def test_a_range_that_the_scenario_cannot_take_is_refused(tmp_path: Path, written: str, told: str) -> None:
    name = written.partition(":")[0]
    with pytest.raises(InputError, match=told):
        read_parameters(load_scenario(scenario(tmp_path, written)), [name])


def test_of_the_ranges_only_those_that_are_wanted_are_tried(tmp_path: Path) -> None:
    good, bad = (
        "good: {lever: wards.cleaning, times: {from: 0.9, to: 1.1}}",
        "bad: {lever: wards.zero_day, set: {from: 0.5, to: 2.5}}",
    )
    loaded = load_scenario(scenario(tmp_path, f"{good}\n  {bad}"))
    assert read_parameters(loaded, ["good"]).names == ("good",)
    with pytest.raises(InputError, match=r"uncertain\.bad"):
        read_parameters(loaded, ["bad"])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("turnaround: {lever: wards.cleaning, times: [0.5, 2]}", "must be a range such as"),
        ("interventions: [fit-12x7]", "must be levers"),
        ("turnaround: {lever: wards.cleaning, times: {from: 2, to: 0.5}}", "the first smaller"),
    ],
)
def test_what_is_no_range_is_told_with_its_line(tmp_path: Path, written: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        load_scenario(scenario(tmp_path, written))
    assert "own.yaml:4" in caught.value.problems[0].where


def test_a_scenario_without_ranges_says_what_one_looks_like(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must say what is uncertain"):
        read_parameters(small(uncertain=None))
