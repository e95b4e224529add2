"""`flowsim sweep`: what it prints and writes, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result

import flowsim
from flowsim.cli import main
from flowsim.errors import InputError
from flowsim.experiments.runs.run import load_scenario
from tests.experiments.sweeps.small_sweep import ARMS, TEXT, write


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a sweep was carried out."""
    folder = tmp_path_factory.mktemp("sweep")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(write(folder).parent)
        assert sweep("small.yaml").exit_code == 0
    return folder


@pytest.fixture
def there(done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a copy of that folder."""
    shutil.copytree(done, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sweep(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sweep", *arguments, "--jobs", "1"])


def test_a_table_on_stdout_progress_on_stderr_and_results_in_a_folder(there: Path) -> None:
    result = sweep("small.yaml")
    assert result.exit_code == 0
    assert result.stdout.startswith("A small sweep\n1 April 2016 to 2 April 2016, 3 replications, seed 1\n")
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert result.stdout.endswith("results are in results/small\n")
    assert "12 of 12 replications are there already" in result.stderr
    assert {file.name for file in (there / "results" / "small").iterdir()} == {
        "arms",
        "arms.csv",
        "differences.csv",
        "differences.parquet",
        "expectations.csv",
        "manifest.json",
        "metrics.parquet",
        "summary.csv",
        "sweep.yaml",
    }


def test_json_is_one_object_and_nothing_else(there: Path) -> None:
    result = sweep("small.yaml", "--json")
    found = json.loads(result.stdout)
    assert [arm["arm"] for arm in found["arms"]] == ARMS
    assert sorted(found["ranking"]) == sorted(ARMS[1:])
    assert found["arms"][0]["differences"] == {}
    assert found["ok"] is True


def test_an_unmet_expectation_is_exit_code_1_and_all_is_written(there: Path) -> None:
    write(there, TEXT.replace(">= 10%", ">= 99.9%"))
    result = sweep("small.yaml", "--junit", "out/expected.xml", "--markdown", "out/moved.md")
    assert result.exit_code == 1
    assert "0 of 3 expectations met:" in result.stdout
    assert ElementTree.parse("out/expected.xml").getroot()[0].get("failures") == "3"
    assert Path("out/moved.md").read_text(encoding="utf-8").startswith("### A small sweep\n")
    assert "three" not in result.stderr
    assert json.loads(Path("results/small/manifest.json").read_text())["ok"] is False


def test_against_says_what_a_change_moved(there: Path) -> None:
    shutil.move("results/small", "before")
    assert sweep("small.yaml", "--against", "before", "--markdown", "moved.md").exit_code == 0
    assert "This change moves nothing:" in Path("moved.md").read_text(encoding="utf-8")
    write(there, TEXT.replace("seed: 1", "seed: 1\nrank_by: bed_occupancy").replace("set: 2}", "set: 3}"))
    assert sweep("small.yaml", "--against", "before", "--markdown", "moved.md").exit_code == 0
    text = Path("moved.md").read_text(encoding="utf-8")
    assert "This change moves bed occupancy, midnight by +" in text


def test_results_load_as_they_were(there: Path) -> None:
    loaded = flowsim.load_sweep("results/small")
    swept = flowsim.sweep("small.yaml", store="results/.store")
    assert [arm.name for arm in loaded.arms] == [arm.name for arm in swept.arms]
    for one, other in zip(loaded.arms, swept.arms, strict=True):
        assert (one.title, one.key, dict(one.varied)) == (other.title, other.key, dict(other.varied))
        assert (one.results.metric, one.results.group) == (other.results.metric, other.results.group)
        np.testing.assert_array_equal(one.results.values, other.results.values)
    assert loaded.ranked().equals(swept.ranked())


@pytest.mark.parametrize("name", ["metrics.parquet", "arms.csv", "arms/001.yaml"])
def test_a_changed_file_is_noticed_when_results_are_loaded(there: Path, name: str) -> None:
    with (there / "results" / "small" / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(InputError, match=f"{name} must be as it was written; it was changed"):
        flowsim.load_sweep("results/small")


def test_every_arm_in_the_folder_is_a_scenario_that_can_be_run(there: Path) -> None:
    beds = [load_scenario(f"results/small/arms/{i:03}.yaml").value.acute_medicine.amu_beds for i in range(4)]
    assert beds == [58, 58, 38, 64]


def test_a_mistake_is_exit_code_2_and_nothing_is_run(there: Path) -> None:
    write(there, TEXT.replace("fit-12x7", "fit-12x8"))
    result = sweep("small.yaml", "--out", "other")
    assert result.exit_code == 2
    assert result.stderr.endswith("nothing was run\n")
    assert 'did you mean "fit-12x7"' in result.stderr
    assert not Path("other").exists()


def test_an_unknown_sweep_is_told_with_the_nearest(there: Path) -> None:
    result = sweep("board-shortlst")
    assert result.exit_code == 2
    assert 'unknown sweep "board-shortlst"; did you mean "board-shortlist"?' in result.stderr


def test_a_file_that_cannot_be_written_is_named(there: Path) -> None:
    Path("file").write_text("")
    result = sweep("small.yaml", "--junit", "file/expected.xml")
    assert result.exit_code == 2
    assert "file/expected.xml cannot be written: Not a directory\nnothing was run\n" in result.stderr
