"""`flowsim calibrate` on a hospital of two days, as a user would call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flowsim.calibration import calibrate as module
from flowsim.calibration.ensemble import read_ensemble
from flowsim.cli import main
from flowsim.errors import InputError
from flowsim.experiments.runs.run import load_scenario
from flowsim.units import parse_duration
from tests.blank_pictures import blank_pictures

SCENARIO = """\
extends: portsmouth-2016
name: own
changes: {run.days: {set: 2}, run.warm_up: {set: 0 days}}
uncertain:
  tests: {lever: emergency_department.investigations, times: {from: 0.5, to: 1.5}}
"""
OBSERVED = "metric,group,value,tolerance,low,high,source\ntime_in_department_median,all,115,5,,,made up\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a calibration was run, its answer in `out.json`."""
    folder = tmp_path_factory.mktemp("calibrate")
    (folder / "own.yaml").write_text(SCENARIO, encoding="utf-8")
    (folder / "observed.csv").write_text(OBSERVED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched, blank_pictures():
        patched.setattr(module, "MEMBERS", 4)
        patched.setattr(module, "CENTRAL_WITH", 2)
        for name in ("out", "again"):
            result = called(folder, folder / name)
            assert result.exit_code == 0, result.output
            (folder / f"{name}.json").write_text(result.stdout, encoding="utf-8")
    return folder


def called(folder: Path, out: Path, *others: str) -> Result:
    arguments = [str(folder / "own.yaml"), "--observed", str(folder / "observed.csv"), "--out", str(out)]
    options = ["--parameter", "tests", "--runs", "20", "--seed", "3", "--jobs", "1", "--json"]
    return CliRunner().invoke(main, ["calibrate", *arguments, *options, *others])


def test_it_prints_one_object_and_keeps_a_folder(folder: Path) -> None:
    form = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert form["parameters"][0]["name"] == "tests"
    assert form["runs"] == 20
    assert {file.name for file in (folder / "out").iterdir()} >= {
        "ensemble.json",
        "fitted.yaml",
        "parameters.csv",
        "figures.csv",
        "runs.csv",
        "calibration.png",
        "scenario.resolved.yaml",
        "manifest.json",
    }


def test_the_same_again_runs_nothing_and_gives_the_same_bytes(folder: Path) -> None:
    for file in (folder / "out").rglob("*"):
        if file.is_file() and file.name != "manifest.json":
            assert file.read_bytes() == (folder / "again" / file.relative_to(folder / "out")).read_bytes()
    assert len(list((folder / ".store").glob("*/*/*"))) == 20 + 4 * 2 + 2


def test_the_fitted_scenario_is_one_to_run(folder: Path) -> None:
    form = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    fitted, written = (
        load_scenario(file).value for file in (folder / "out" / "fitted.yaml", folder / "own.yaml")
    )
    medians = [
        parse_duration(one.emergency_department.investigations.to_yaml()["lognormal"]["median"])
        for one in (fitted, written)
    ]
    assert medians[0] / medians[1] == pytest.approx(form["parameters"][0]["central"], rel=1e-3)
    assert fitted.run.days == written.run.days


def test_the_ensemble_is_read_back_and_one_that_was_changed_is_refused(folder: Path) -> None:
    ensemble = read_ensemble(folder / "out")
    assert len(ensemble) == 4
    assert ensemble.changes(0)[0].path == "emergency_department.investigations"
    file = folder / "again" / "ensemble.json"
    file.write_text(file.read_text(encoding="utf-8").replace("tests", "texts"), encoding="utf-8")
    with pytest.raises(InputError, match="as it was written"):
        read_ensemble(folder / "again")


def test_a_wrong_file_is_told_and_nothing_is_written(folder: Path) -> None:
    (folder / "observed.csv").write_text(OBSERVED.replace("115", "many"), encoding="utf-8")
    result = called(folder, folder / "other")
    assert result.exit_code == 2
    assert "observed.csv:2" in result.output
    assert not (folder / "other").exists()
