"""A calibration of a hospital of two days, from its file to its ensemble."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from flowsim.calibration import calibrate as module
from flowsim.calibration.calibrate import CHECKED_WITH, calibrate, plan_calibration
from flowsim.calibration.results import Calibration
from flowsim.errors import InputError
from flowsim.experiments.runs.run import run
from flowsim.units import parse_duration

UNCERTAIN = """\
extends: portsmouth-2016
name: own
changes:
  run.days: {set: 2}
  run.warm_up: {set: 0 days}
  emergency_department.investigations: {set: {lognormal: {median: 60 min, cv: 0.47}}}
  emergency_department.clinicians: {set: {"Mon-Sun": {"00:00": 25}}}
uncertain:
  tests: {lever: emergency_department.investigations, times: {from: 0.5, to: 1.5}}
  telephone: {lever: nhs_111.walk_ins, set: {from: 0.05, to: 0.15}}
"""
MEMBERS, CENTRAL_WITH = 10, 4
OWN = ("tests", "telephone")
HEAD = "metric,group,value,tolerance,low,high,source\n"


def scenario(folder: Path) -> Path:
    file = folder / "own.yaml"
    file.write_text(UNCERTAIN, encoding="utf-8")
    return file


def observed(folder: Path, *lines: str) -> Path:
    file = folder / "observed.csv"
    file.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return file


@cache
def truth() -> float:
    """Return what is observed where tests take 1.3 times as long: 78 min, with clinicians for all."""
    changes = {
        "run.days": {"set": 2},
        "run.warm_up": {"set": "0 days"},
        "emergency_department.investigations": {"set": {"lognormal": {"median": "78 min", "cv": 0.47}}},
        "emergency_department.clinicians": {"set": {"Mon-Sun": {"00:00": 25}}},
    }
    slow = run("portsmouth-2016", changes=changes, replications=4, seed=99)
    return slow.figure("time_in_department_median").mean


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    folder = tmp_path_factory.mktemp("calibration")
    figures = observed(
        folder, f"time_in_department_median,all,{truth():.2f},1,,,a run with tests 1.3 times as long"
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "MEMBERS", MEMBERS)
        patched.setattr(module, "CENTRAL_WITH", CENTRAL_WITH)
        return calibrate(scenario(folder), figures, parameters=OWN, runs=50, seed=5)


def test_what_the_figures_depend_on_is_found_and_what_they_do_not_is_not(found: Calibration) -> None:
    table = found.of_parameters().set_index("parameter")
    tests = table.loc["tests"]
    assert tests["plausible_5"] < 1.3 < tests["plausible_95"]
    assert tests["spread_left"] < 0.7
    assert table.loc["telephone", "verdict"] == "not identified"


def test_the_ensemble_is_run_with_replications_that_no_wave_had(found: Calibration) -> None:
    assert len(found.ensemble) == MEMBERS
    assert found.checked.shape == (MEMBERS, CHECKED_WITH, 1)
    assert found.of_central.shape == (CENTRAL_WITH, 1)
    row = found.of_figures().iloc[0]
    assert row["inside"]
    assert row["year_5"] < row["mean"] < row["year_95"]
    assert abs(found.of_central.mean() - truth()) < 10


def test_a_member_sets_each_lever_to_what_it_had_in_the_runs(found: Calibration) -> None:
    (tests, telephone) = found.ensemble.changes(0)
    assert (tests.path, tests.verb) == ("emergency_department.investigations", "set")
    assert (telephone.path, telephone.verb) == ("nhs_111.walk_ins", "set")
    # What a lever is set to is what the scenario says, 60 min, times the member's factor.
    median = parse_duration(tests.operand["lognormal"]["median"])
    assert median == pytest.approx(60 * found.ensemble.members[0]["tests"], rel=1e-3)
    assert telephone.operand == found.ensemble.members[0]["telephone"]


@pytest.mark.parametrize(
    ("lines", "options", "told"),
    [
        (["attendances,month=2019-04,1,1,,,x"], {}, "months that the scenario runs whole"),
        (["attendances,all,1,1,,,x"], {"parameters": ["test"]}, 'did you mean "tests"'),
        (["attendances,all,1,1,,,x"], {"parameters": OWN, "runs": 10}, "at least 40"),
    ],
)
def test_what_cannot_be_calibrated_is_refused_before_a_run(
    tmp_path: Path, lines: list[str], options: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        plan_calibration(scenario(tmp_path), observed(tmp_path, *lines), **options)  # type: ignore[arg-type]


def test_only_the_days_that_are_compared_are_run(tmp_path: Path) -> None:
    lines, one = ["attendances,months=2016-04 to 2016-05,1,1,,,x"], ("investigations",)
    planned = plan_calibration("portsmouth-2016", observed(tmp_path, *lines), parameters=one)
    assert planned.loaded.value.run.days == 30 + 31
    also_all = observed(tmp_path, *lines, "attendances,all,1,1,,,x")
    whole = plan_calibration("portsmouth-2016", also_all, parameters=one)
    assert whole.loaded.value.run.days == 365
    assert planned.key != whole.key
