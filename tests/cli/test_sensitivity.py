"""`flowsim sensitivity`: what it prints and writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowsim.calibration import extra
from flowsim.report.sensitivity_json import SensitivityJson
from tests.command_line import flowsim
from tests.sensitivity.two_days import METRICS, scenario

FOLDER = Path("results/own-sensitivity")


@pytest.fixture(autouse=True)
def prepared(unpainted: None, elsewhere: None, tmp_path: Path) -> None:
    scenario(tmp_path)


ASKED = (
    *("sensitivity", "own.yaml", "--parameter", "tests", "--metric", METRICS[0], "--metric", METRICS[1]),
    *("--trajectories", "2", "--replications", "2", "--points", "20", "--jobs", "1"),
)


def test_it_prints_a_table_keeps_a_folder_and_prints_json() -> None:
    result = flowsim(*ASKED)
    assert result.exit_code == 0, result.stderr
    assert "What to measure next" in result.stdout
    assert " 1 tests " in result.stdout
    assert "tests: D: the critical path; fitted, was 55 min" in " ".join(result.stdout.split())
    assert "Share of the variance that each makes" in result.stdout
    assert result.stdout.endswith(f"results are in {FOLDER}\n")
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert {file.name for file in FOLDER.iterdir() if file.is_file()} == {
        *("effects.csv", "ends.csv", "indices.csv", "variance.csv"),
        *("manifest.json", "scenario.resolved.yaml"),
        *(f"tornado-{metric}.{kind}" for metric in METRICS for kind in ("png", "svg")),
    }
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    assert (manifest["kind"], manifest["trajectories"]) == ("sensitivity", 2)
    before = (FOLDER / "effects.csv").read_bytes()
    again = flowsim(*ASKED, "--json")
    assert (FOLDER / "effects.csv").read_bytes() == before
    form = SensitivityJson.model_validate_json(again.stdout)
    effect = form.parameters[0].effects[METRICS[0]]
    # Two trajectories suggest it but are too few to be sure.
    assert effect.p_holm is not None and 0.05 < effect.p_holm < 0.2 and not effect.beyond_chance
    # The one parameter makes all that parameters make.
    assert form.parameters[0].indices[METRICS[0]].total == pytest.approx(1, abs=0.05)
    made = form.variance[METRICS[0]]
    assert made.share_low and made.share_high
    assert 0 < made.share_low < made.share_high < 1
    assert form.parameters[0].high_end[METRICS[0]].value == 1.5


def test_a_scenario_that_calls_nothing_uncertain_is_told_how() -> None:
    result = flowsim("sensitivity", "sure.yaml")
    assert result.exit_code == 2
    assert "must say what is uncertain" in result.stderr
    assert not Path("results").exists()


def test_without_the_extra_packages_it_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    result = flowsim(*ASKED)
    assert result.exit_code == 1
    assert "pip install 'patient-flowsim[analysis]'" in result.stderr
