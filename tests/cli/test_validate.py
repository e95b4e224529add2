from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.command_line import flowsim
from tests.validation.small_targets import small_targets

pytestmark = pytest.mark.usefixtures("elsewhere")

SMALL = ["--engine", "simpy", "--change", "run.days=2", "--change", "run.warm_up=0 days", "--jobs", "1"]
FILES = ("report.md", "report.html", "targets.csv", "months.csv", "predictions.csv", "scenario.resolved.yaml")


def validate(*arguments: str) -> Result:
    return flowsim("validate", *arguments)


def test_it_prints_what_was_missed_and_keeps_the_report(tmp_path: Path) -> None:
    targets = str(small_targets(tmp_path))
    result = validate("portsmouth-2016", *SMALL, "--targets", targets, "--replications", "2")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    missed = lines.index("Not within tolerance, the furthest off first")
    assert any(line.startswith("Conversion rate") for line in lines[missed:])
    folder = Path("results/portsmouth-2016-validation")
    assert lines[-1] == f"results are in {folder}"
    assert set(FILES) <= {file.name for file in folder.iterdir()}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["kind"], manifest["targets"]) == ("validation", "targets.csv")
    before = {name: (folder / name).read_bytes() for name in FILES}
    again = validate("portsmouth-2016", *SMALL, "--targets", targets, "--replications", "2", "--json")
    printed = json.loads(again.stdout)
    assert [one["verdict"] for one in printed["targets"]] == ["within", "not within", "not comparable"]
    assert before == {name: (folder / name).read_bytes() for name in FILES}


def test_a_place_without_targets_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    result = validate("derby-2016")
    assert result.exit_code == 2
    assert "targets must be given for derby-2016" in result.stderr
    assert result.stderr.endswith("nothing was run\n")
    assert not list(tmp_path.iterdir())
