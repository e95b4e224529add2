"""The folder of a comparison: whole or absent, read back equal, the same bytes for the same comparison."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flowsim.errors import InputError, ResultsError
from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.experiments.comparisons.comparison import carry_out_comparison
from flowsim.experiments.comparisons.folder import comparison_folder, load_comparison, write_comparison
from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.runs.folder import load_results
from flowsim.experiments.runs.run import run
from flowsim.scenario.interventions import Intervention
from tests.experiments.small import SMALL

pytestmark = pytest.mark.usefixtures("elsewhere")

SPACES = Intervention.of("spaces", "More spaces", {"emergency_department.spaces.majors": {"set": 40}})
NURSES = Intervention.of("nurses", "More nurses", {"front_door.assessment_nurses": {"set": 9}})
PACKAGE = "spaces+nurses"


@cache
def arms(seed: int = 1) -> tuple[Arm, ...]:
    changes = {**SMALL, "emergency_department.spaces.majors": {"set": 12}}
    asked = [(SPACES, NURSES)]
    return read_arms("portsmouth-2016", asked, changes=changes, parts=True, replications=2, seed=seed)


@cache
def compared() -> Comparison:
    return carry_out_comparison(arms())


def write(folder: Path) -> Path:
    write_comparison(compared(), arms(), folder, extra={"differences.png": b"picture"})
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("written") / "out")


@pytest.fixture
def folder(written: Path) -> Path:
    """Return a copy of the folder, to be changed."""
    return Path(shutil.copytree(written, "out"))


def test_a_folder_holds_every_arm_the_differences_and_who_changed(written: Path) -> None:
    names = {file.relative_to(written).as_posix() for file in written.rglob("*") if file.is_file()}
    every = {"portsmouth-2016", PACKAGE, "spaces", "nurses"}
    assert {f"arms/{name}/metrics.parquet" for name in every} <= names
    assert {name for name in names if "/" not in name} == {
        *("differences.parquet", "differences.csv", "who_changed.parquet", "who_changed.csv"),
        *("manifest.json", "differences.png"),
    }


def test_a_comparison_is_read_back_as_it_was(written: Path) -> None:
    again = load_comparison(written)
    assert again.summary().equals(compared().summary())
    assert again.who_changed_by_replication().equals(compared().who_changed_by_replication())
    assert [(arm.name, arm.title, arm.parts) for arm in again.arms] == [
        (arm.name, arm.title, arm.parts) for arm in compared().arms
    ]
    assert again.packages[0].name == PACKAGE
    assert again.words == compared().words


def test_each_arm_can_be_read_and_run_alone(written: Path) -> None:
    folder = written / "arms" / "spaces"
    alone = load_results(folder)
    assert alone.about.name == "spaces"
    again = run(folder / "scenario.resolved.yaml", replications=2, seed=1)
    assert np.array_equal(again.values, alone.values, equal_nan=True)


def test_all_but_the_manifests_has_the_same_bytes_again(written: Path) -> None:
    first, second = written, Path("second")
    write_comparison(carry_out_comparison(arms()), arms(), second, extra={"differences.png": b"picture"})
    names = [file.relative_to(first) for file in first.rglob("*") if file.is_file()]
    compared_bytes = [name for name in names if name.name != "manifest.json"]
    assert len(compared_bytes) > 15
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in compared_bytes)


def test_the_tables_are_those_of_the_comparison(written: Path) -> None:
    differences = pd.read_csv(written / "differences.csv")
    assert list(differences.columns) == list(compared().summary().columns)
    assert len(pd.read_csv(written / "who_changed.csv")) == len(compared().who_changed())


def test_a_manifest_says_what_was_compared(written: Path) -> None:
    manifest = json.loads((written / "manifest.json").read_text())
    assert manifest["kind"] == "comparison"
    assert [(arm["name"], arm["parts"]) for arm in manifest["arms"]] == [
        ("portsmouth-2016", []),
        (PACKAGE, ["spaces", "nurses"]),
        ("spaces", []),
        ("nurses", []),
    ]
    assert (manifest["seed"], manifest["replications"]) == (1, [0, 1])


def test_the_same_comparison_takes_its_own_place_and_another_does_not() -> None:
    place = comparison_folder(arms(), None).place(None)
    assert place == Path("results/portsmouth-2016-comparison")
    write_comparison(compared(), arms(), place)
    assert comparison_folder(arms(), None).place(None) == place
    assert comparison_folder(arms(seed=2), None).place(None) == Path("results/portsmouth-2016-comparison-2")
    with pytest.raises(InputError, match="found results of a comparison"):
        comparison_folder(arms(seed=2), None).place(place)


def test_other_files_are_left_alone() -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    with pytest.raises(InputError, match="must be a new or empty folder"):
        comparison_folder(arms(), None).place(Path("mine"))
    assert Path("mine/notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda folder: (folder / "who_changed.parquet").unlink(), "who_changed.parquet must be as it was"),
        (lambda folder: (folder / "differences.csv").write_text(""), "differences.csv must be as it was"),
        (
            lambda folder: (folder / "arms/spaces/manifest.json").unlink(),
            "arms/spaces/manifest.json must be as",
        ),
        (lambda folder: (folder / "manifest.json").write_text("{"), "out must be a folder of results"),
    ],
)
def test_a_folder_that_was_changed_is_refused(
    folder: Path, harm: Callable[[Path], object], said: str
) -> None:
    harm(folder)
    with pytest.raises(InputError, match=said):
        load_comparison(folder)


def test_a_runs_folder_is_no_comparison_and_a_comparison_no_run(written: Path) -> None:
    with pytest.raises(InputError, match="it is of a run, not of a comparison"):
        load_comparison(written / "arms" / "spaces")
    with pytest.raises(InputError, match="it is of a comparison, not of a run"):
        load_results(written)


def test_nothing_half_written_is_left_where_writing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flowsim.experiments.folders.keyed.write_manifest", full)
    with pytest.raises(ResultsError, match="No space left on device"):
        write(Path("out"))
    assert list(Path().iterdir()) == []
