"""`--ensemble` of `flowsim run` and `flowsim compare`: what they print and write, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from flowsim.calibration.ensemble import CALIBRATION, ENSEMBLE, Ensemble
from flowsim.experiments.folders.folder import FORMAT, hashes_of, write_files, write_manifest
from flowsim.report.ensemble_json import EnsembleJson
from tests.command_line import flowsim
from tests.sensitivity.test_over_ensemble import ensemble_of
from tests.sensitivity.two_days import scenario

SLOWER = """\
name: slower
title: Tests half as long again
changes: {emergency_department.investigations: {times: 1.5}}
"""


@pytest.fixture(autouse=True)
def prepared(elsewhere: None, tmp_path: Path) -> None:
    keep(ensemble_of(scenario(tmp_path)), Path("fitted"))
    Path("slower.yaml").write_text(SLOWER, encoding="utf-8")


def keep(ensemble: Ensemble, folder: Path) -> None:
    folder.mkdir()
    write_files(folder, {ENSEMBLE: ensemble.to_json()})
    write_manifest(folder, {"format": FORMAT, "kind": CALIBRATION, "files": hashes_of(folder)})


def test_compare_over_an_ensemble_prints_and_keeps_what_dominates() -> None:
    result = flowsim("compare", "own.yaml", "slower.yaml", "--ensemble", "fitted", "--jobs", "1")
    assert result.exit_code == 0, result.stderr
    assert "3 plausible parameter sets, 2 replications of each" in result.stdout
    assert "What slower changes" in result.stdout
    assert "Within four hours, type 1: parameters make" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    folder = Path("results/own-ensemble")
    assert {file.name for file in folder.iterdir()} == {
        *("ensemble.json", "manifest.json", "runs.csv", "summary.csv"),
    }
    assert json.loads((folder / "manifest.json").read_text())["arms"] == ["slower"]
    # The baseline's runs are in the store: only what is asked differs.
    again = flowsim("run", "own.yaml", "--ensemble", "fitted", "--jobs", "1", "--json")
    form = EnsembleJson.model_validate_json(again.stdout)
    assert (form.members, form.replications_of_each) == (3, 2)
    assert {one.arm for one in form.figures} == {"own"}


def test_what_does_not_go_with_an_ensemble_is_refused() -> None:
    keep(replace(ensemble_of(Path("own.yaml")), scenario="elsewhere"), Path("other"))
    for arguments, told in (
        (("run", "own.yaml", "--ensemble", "other"), 'found one of "elsewhere"'),
        (("run", "own.yaml", "--ensemble", "nowhere"), "must be a folder of results"),
        (("run", "own.yaml", "--ensemble", "fitted", "--precision", "1pp"), "--precision must not"),
        (("compare", "own.yaml", "sure.yaml", "--ensemble", "fitted"), "a scenario of its own"),
    ):
        result = flowsim(*arguments)
        assert result.exit_code == 2
        assert told in result.stderr
    assert not Path("results").exists()
