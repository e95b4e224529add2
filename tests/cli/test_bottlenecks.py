"""`flowsim bottlenecks` and `flowsim seek`: what they print and write, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flowsim.cli.progress_bar import Bar
from flowsim.experiments.capacity import seek as seeking
from flowsim.experiments.capacity.bottlenecks import BottleneckPlan, plan_bottlenecks
from flowsim.report.capacity_json import BottlenecksJson, SeekJson
from tests.command_line import flowsim

pytestmark = pytest.mark.usefixtures("unpainted", "elsewhere")

CLINICIANS = "emergency_department.clinicians"
SMALL = ("--change", "run.days=2", "--change", "run.warm_up=0 days", "--jobs", "1")
ONE = ("portsmouth-2016", "--lever", CLINICIANS, *SMALL, "--replications", "2")
TARGET = ("--until", "four_hour_performance >= 0.5", "--max-replications", "2")


def files(folder: str) -> dict[str, bytes]:
    """Return the files of a folder but the manifest, which knows the time."""
    found = {file.name: file.read_bytes() for file in Path(folder).iterdir() if file.is_file()}
    del found["manifest.json"]
    return found


def test_bottlenecks_prints_a_table_and_keeps_results_in_a_folder() -> None:
    result = flowsim("bottlenecks", *ONE)
    assert result.exit_code == 0
    assert "What one unit more is worth" in result.stdout
    assert " 1 clinicians " in result.stdout
    assert result.stdout.endswith("results are in results/portsmouth-2016-bottlenecks\n")
    assert max(map(len, result.stdout.splitlines())) <= 80
    before = files("results/portsmouth-2016-bottlenecks")
    assert set(before) == {
        "binding.csv",
        "binding.png",
        "binding.svg",
        "scenario.resolved.yaml",
        "worths.csv",
        "worths.parquet",
        "worths.png",
        "worths.svg",
    }
    manifest = json.loads(Path("results/portsmouth-2016-bottlenecks/manifest.json").read_text())
    assert (manifest["kind"], manifest["levers"]) == ("bottlenecks", {CLINICIANS: 1})
    assert flowsim("bottlenecks", *ONE).exit_code == 0
    assert files("results/portsmouth-2016-bottlenecks") == before
    other = flowsim("bottlenecks", *ONE, "--units", "2", "--out", "results/portsmouth-2016-bottlenecks")
    assert other.exit_code == 2
    assert "--out must be a new or empty folder" in other.stderr


def test_bottlenecks_json_is_one_object_of_its_form() -> None:
    result = flowsim("bottlenecks", *ONE, "--json")
    found = BottlenecksJson.model_validate_json(result.stdout)
    assert [one.lever for one in found.levers] == [CLINICIANS]
    assert found.levers[0].resources == ["clinicians"]


def test_an_unknown_lever_is_refused_and_nothing_is_written() -> None:
    result = flowsim("bottlenecks", "portsmouth-2016", "--lever", "emergency_department.clinician", *SMALL)
    assert result.exit_code == 2
    assert f'did you mean "{CLINICIANS}"?' in result.stderr
    assert not Path("results").exists()


def test_seek_prints_the_answer_and_keeps_the_curve() -> None:
    result = flowsim("seek", *ONE, *TARGET, "--between", "0", "3")
    assert result.exit_code == 0
    assert "is the first value in range with" in " ".join(result.stdout.split())
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert set(files("results/portsmouth-2016-seek")) == {
        "curve.csv",
        "curve.parquet",
        "curve.png",
        "curve.svg",
        "scenario.resolved.yaml",
    }
    found = SeekJson.model_validate_json(
        flowsim("seek", *ONE, *TARGET, "--between", "0", "3", "--json").stdout
    )
    assert found.answer is not None
    assert found.answer.values == {CLINICIANS: 0}


def test_a_target_out_of_reach_is_exit_code_1_with_what_stands_in_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def of_one_lever(*arguments: Any, **more: Any) -> BottleneckPlan:
        return plan_bottlenecks(*arguments, **{**more, "levers": ["front_door.assessment_nurses"]})

    monkeypatch.setattr(seeking, "plan_bottlenecks", of_one_lever)
    until = ("--until", "four_hour_performance >= 100%", "--max-replications", "2", "--between", "0", "1")
    result = flowsim("seek", *ONE, *until)
    assert result.exit_code == 1
    assert "No value in range gives P(four_hour_performance >= 100%)" in result.stdout
    assert "What stands in the way there: waited for most are" in " ".join(result.stdout.split())
    assert {"worths.csv", "binding.csv", "binding.png"} < set(files("results/portsmouth-2016-seek"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--until", "four_hours >= 0.5"), "until must be a metric"),
        ((*TARGET, "--cost", f"{CLINICIANS}=cheap"), "--cost must be PATH=AMOUNT"),
        (
            (*TARGET, "--between", "0", "1", "--between", "0", "1"),
            "between must be given for each lever in turn",
        ),
        ((*TARGET, "--between", "a", "1"), "must be of whole numbers from 0"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused_in_words(arguments: tuple[str, ...], message: str) -> None:
    result = flowsim("seek", *ONE, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "nothing was run" in result.stderr


def test_an_interrupted_search_says_that_the_same_command_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(seeking, "carry_out_seek", interrupted)
    Path("results/.store").mkdir(parents=True)  # something was finished
    result = flowsim("seek", *ONE, *TARGET)
    assert result.exit_code == 130
    assert "the same command goes on" in result.stderr


def test_what_is_said_beside_a_bar_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar("replications") as bar:
        bar.say("four_hour_performance[month=2016-04] of 80 %")
    assert "four_hour_performance[month=2016-04] of 80 %\n" in capsys.readouterr().err
