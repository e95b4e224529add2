"""Sweep files: the arms they ask for, and every mistake told at once with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.experiments.sweeps import file as sweep_file
from flowsim.experiments.sweeps.file import Cell, read_sweep, sweep_schema
from flowsim.scenario.shipped import find_sweep, shipped_interventions, shipped_sweeps

HEAD = "name: s\ntitle: S\nbaseline: portsmouth-2016\n"


def cells(folder: Path, vary: str) -> list[Cell]:
    file = folder / "s.yaml"
    file.write_text(f"{HEAD}vary:\n{vary}", encoding="utf-8")
    return list(read_sweep(file).cells)


def refusal(folder: Path, text: str) -> str:
    file = folder / "s.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_sweep(file)
    assert caught.value.exit_code == 2
    return str(caught.value).replace(f"{file}", "s.yaml")


def test_a_grid_has_every_combination(tmp_path: Path) -> None:
    found = cells(tmp_path, "  grid:\n    a: {add: [0, 1]}\n    interventions: [none, fit]\n")
    assert [cell.name for cell in found] == ["a+0", "a+0, fit", "a+1", "a+1, fit"]
    assert [package for package, _ in found[3].packages] == ["fit"]
    assert [(change.path, change.operand) for change, _ in found[3].changes] == [("a", 1)]


def test_a_combination_that_changes_nothing_is_the_baseline_and_no_arm(tmp_path: Path) -> None:
    assert [cell.name for cell in cells(tmp_path, "  grid: {interventions: [none, fit]}\n")] == ["fit"]


def test_a_list_has_what_is_written_out_under_its_name(tmp_path: Path) -> None:
    found = cells(
        tmp_path,
        "  list:\n"
        "    - {name: more, interventions: a+b, changes: {x.beds: {set: 70}}}\n"
        "    - {changes: {x.beds: {add: 1}, y: {times: 2}}}\n",
    )
    assert [cell.name for cell in found] == ["more", "beds+1, y×2"]
    assert found[0].packages[0][0] == "a+b"


def test_all_ways_to_make_arms_may_be_used_together(tmp_path: Path) -> None:
    found = cells(
        tmp_path, "  interventions: [a]\n  grid: {b: {set: [1]}}\n  list: [{changes: {c: {set: 1}}}]\n"
    )
    assert [cell.name for cell in found] == ["a", "b=1", "c=1"]


SAMPLE = """
  sample:
    size: 20
    seed: %d
    over: {x: {add: {from: 0.0, to: 1.0}}, y: {set: {from: 10.0, to: 30.0}}}
"""


def test_a_latin_hypercube_meets_every_layer_of_every_axis_once(tmp_path: Path) -> None:
    found = cells(tmp_path, SAMPLE % 1)
    values = np.array([[setting.value for setting in cell.settings] for cell in found])
    layers = np.floor((values - [0, 10]) / [1, 20] * 20)
    assert [sorted(column) for column in layers.T] == [list(range(20))] * 2


def test_a_sample_is_that_of_its_seed(tmp_path: Path) -> None:
    first, again, other = (cells(tmp_path, SAMPLE % seed) for seed in (1, 1, 2))
    assert first == again != other


def test_an_arm_that_is_sampled_twice_is_one_arm(tmp_path: Path) -> None:
    found = cells(tmp_path, "  sample: {size: 9, over: {x: {add: {from: 1, to: 3}}}}\n")
    assert sorted(cell.name for cell in found) == ["x+1", "x+2", "x+3"]


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    message = refusal(
        tmp_path,
        "name: A b\n"
        "titel: x\n"
        "baseline: portsmouth-2016\n"
        "replications: 0\n"
        "vary:\n"
        "  grid:\n"
        "    a: {lever: x, plus: [4, 8]}\n"
        "    interventions: none\n"
        "  sample: {size: 5, over: {x: {add: {from: 2, to: 1}}}}\n"
        "expect:\n"
        "  - difference(four_hour_performace) >= 0.5pp\n"
        "  - {that: four_hour_performance >= , on: men}\n"
        "rank_by: bed_ocupancy\n",
    )
    for line in (
        "s.yaml:1  name\n  must be a name",
        's.yaml:2  titel\n  unknown key "titel"; did you mean "title"?',
        "s.yaml:4  replications\n  must be a whole number >= 1; found 0",
        's.yaml:7  vary.grid.a\n  unknown key "plus"',
        "s.yaml:8  vary.grid.interventions\n  must be a list of packages",
        "s.yaml:9  vary.sample.over.x\n  must be a range",
        's.yaml:11  expect.0\n  must be a metric; found "four_hour_performace"; did you mean "four_hour_',
        "             ^ character 12",
        "s.yaml:12  expect.1.that\n  must have a number here",
        's.yaml:12  expect.1.on\n  must be one of bound, mean; found "men"; did you mean "mean"?',
        's.yaml:13  rank_by\n  unknown metric "bed_ocupancy"; did you mean "bed_occupancy"?',
    ):
        assert line in message


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ("vary: {}\n", "s.yaml:4  vary\n  must have interventions, a grid, a list or a sample; found none"),
        ("vary: {interventions: [a, a]}\n", 'must make arms of different names; found "a" twice'),
        ("vary: {list: [{}]}\n", "must make arms of different names; found one that changes nothing"),
        ("vary: {list: [{name: x}]}\n", "found one that changes nothing"),
        (
            "vary: {grid: {a: {add: [1, 2]}, b: {add: [1, 2]}}}\n",
            "must make at most 2 arms, or 3 if figures names those to keep; found 4",
        ),
        (
            "figures: [mffd_patients]\nvary: {grid: {a: {add: [1, 2]}, b: {add: [1, 2]}}}\n",
            "must make at most 3 arms; found 4",
        ),
        (
            "figures: [mffd_patient]\nvary: {list: [{}]}\n",
            's.yaml:4  figures.0\n  unknown metric "mffd_patient"; did you mean "mffd_patients"',
        ),
    ],
)
def test_arms_that_cannot_be_told_apart_or_are_too_many_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vary: str, message: str
) -> None:
    monkeypatch.setattr(sweep_file, "MOST_ARMS", 3)
    monkeypatch.setattr(sweep_file, "MOST_WHOLE_ARMS", 2)
    assert message in refusal(tmp_path, HEAD + vary)


@pytest.mark.parametrize("name", shipped_sweeps())
def test_every_shipped_sweep_can_be_read_and_is_called_as_its_file(name: str) -> None:
    assert read_sweep(find_sweep(name)).form.name == name


def test_the_boards_shortlist_has_every_shipped_intervention() -> None:
    cells = read_sweep(find_sweep("board-shortlist")).cells
    assert sorted(cell.name for cell in cells) == shipped_interventions()


def test_the_schema_knows_every_key() -> None:
    tree = sweep_schema()
    assert {"name", "baseline", "vary", "expect", "rank_by", "precision"} <= tree["properties"].keys()
    assert tree["required"] == ["name", "title", "baseline", "vary"]
