"""The folder of a run's results: complete or absent, the same bytes for the same run, and loadable."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pytest

from flowsim.errors import InputError, ResultsError
from flowsim.experiments.folders.writing import csv_text
from flowsim.experiments.runs.folder import load_results, place_for, write_results
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import carry_out, load_scenario, plan
from tests.experiments.folders.full_disk import full_disk
from tests.experiments.small import small_plan

pytestmark = pytest.mark.usefixtures("elsewhere")

FILES = {"scenario.resolved.yaml", "metrics.parquet", "summary.csv", "manifest.json", "data"}


@cache
def small_results() -> Results:
    return carry_out(small_plan())


@pytest.fixture
def folder() -> Path:
    folder = place_for(small_plan(), None)
    write_results(small_results(), small_plan(), folder)
    return folder


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_folder_is_named_after_the_scenario_and_holds_every_file(folder: Path) -> None:
    assert folder == Path("results/portsmouth-2016")
    assert names(folder) == FILES
    assert names(Path("results")) == {"portsmouth-2016"}


def test_looking_for_a_place_writes_nothing() -> None:
    place_for(small_plan(), Path("deep/er/still"))
    assert names(Path()) == set()


def test_results_load_as_they_were(folder: Path) -> None:
    written, loaded = small_results(), load_results(folder)
    assert (loaded.about, loaded.numbers, loaded.growing) == (written.about, written.numbers, written.growing)
    assert (loaded.metric, loaded.group) == (written.metric, written.group)
    np.testing.assert_array_equal(loaded.values, written.values)
    assert loaded.warm_up == written.warm_up


def test_a_precision_is_kept_with_the_replications_it_took() -> None:
    asked = plan(small_plan().loaded, precision=["20pp", "attendances=0.01%"], max_replications=11, seed=1)
    results = carry_out(asked)
    folder = place_for(asked, None)
    write_results(results, asked, folder)
    loaded = load_results(folder)
    assert len(loaded.numbers) == 11
    assert (loaded.about, loaded.precision) == (results.about, results.precision)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["replications"] == list(range(11))
    assert [one["reached"] for one in manifest["precision"]] == [True, False]
    # The key is that of the replications that were run, however they came to be so many.
    counted = plan(small_plan().loaded, replications=11, seed=1)
    other = Path("other")
    write_results(replace(results, about=counted.about), counted, other)
    assert json.loads((other / "manifest.json").read_text())["run"]["key"] == manifest["run"]["key"]


def test_the_same_question_finds_its_folder_and_another_does_not() -> None:
    loaded = small_plan().loaded
    asked = plan(loaded, precision="20pp", seed=1)
    folder = place_for(asked, None)
    write_results(carry_out(asked), asked, folder)
    assert place_for(plan(loaded, precision="20pp", seed=1), None) == folder
    assert place_for(plan(loaded, replications=10, seed=1), None) == folder
    for other in (
        plan(loaded, precision="19pp", seed=1),
        plan(loaded, precision="20pp", max_replications=50, seed=1),
        plan(loaded, precision="20pp", seed=2),
        plan(loaded, replications=11, seed=1),
    ):
        assert place_for(other, None) != folder


def test_metrics_are_tidy_rows(folder: Path) -> None:
    with duckdb.connect() as database:
        rows = database.execute("SELECT * FROM read_parquet(?)", [str(folder / "metrics.parquet")])
        assert [column[0] for column in rows.description] == [
            "scenario",
            "replication",
            "metric",
            "group",
            "value",
        ]
        assert len(rows.fetchall()) == small_results().values.size


def test_the_scenario_in_the_folder_gives_the_same_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load_scenario(folder / "scenario.resolved.yaml")
    again = plan(loaded, replications=2, seed=1)
    assert again.loaded.value.demand.volumes.parent == (folder / "data").resolve()
    assert place_for(again, None) == folder
    np.testing.assert_array_equal(carry_out(again).values, small_results().values)


def test_the_manifest_tells_where_the_results_come_from(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["run"]["seed"] == 1
    assert manifest["replications"] == [0, 1]
    assert set(manifest["versions"]) >= {"flowsim", "python", "numpy", "scipy", "simpy"}
    assert "scenarios/portsmouth-2016.yaml" in manifest["inputs"]
    assert set(manifest["files"]) == {
        *(FILES - {"manifest.json", "data"}),
        *(f"data/{file.name}" for file in (folder / "data").iterdir()),
    }


def test_the_same_run_replaces_its_folder_as_a_whole(folder: Path) -> None:
    (folder / "summary.csv").unlink()
    assert place_for(small_plan(), folder) == folder
    write_results(small_results(), small_plan(), folder)
    assert names(folder) == FILES
    assert names(Path("results")) == {"portsmouth-2016"}


def test_another_run_gets_a_folder_of_its_own(folder: Path) -> None:
    assert place_for(small_plan(seed=2), None) == Path("results/portsmouth-2016-2")


def test_another_run_is_refused_in_a_folder_that_was_asked_for(folder: Path) -> None:
    with pytest.raises(InputError, match='found results of "portsmouth-2016", seed 1, 2 replications in'):
        place_for(small_plan(seed=2), folder)


def test_a_folder_of_other_files_is_refused_and_an_empty_one_is_used() -> None:
    Path("mine").mkdir()
    assert place_for(small_plan(), Path("mine")) == Path("mine")
    write_results(small_results(), small_plan(), Path("mine"))
    assert names(Path("mine")) == FILES
    Path("letters").mkdir()
    Path("letters/letter.txt").write_text("dear")
    with pytest.raises(InputError, match="found other files in letters"):
        place_for(small_plan(), Path("letters"))
    with pytest.raises(InputError, match="found a file in"):
        place_for(small_plan(), Path("letters/letter.txt"))


@pytest.mark.parametrize("name", ["metrics.parquet", "summary.csv", "scenario.resolved.yaml"])
def test_a_changed_byte_is_noticed(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(InputError, match=f"{name} must be as it was written; it was changed"):
        load_results(folder)


def test_a_missing_file_and_a_folder_without_a_manifest_are_refused(folder: Path) -> None:
    (folder / "summary.csv").unlink()
    with pytest.raises(InputError, match="it was removed"):
        load_results(folder)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(InputError, match="must be a folder of results with a manifest"):
        load_results(folder)


def test_a_full_disk_leaves_nothing_behind() -> None:
    small_results()
    message = r"results cannot be written to full: .*; nothing half-written"
    results = small_results()
    # Data fit, tables do not.
    with pytest.raises(ResultsError, match=message) as caught, full_disk(room=9_000):
        write_results(results, small_plan(), Path("full"))
    assert caught.value.exit_code == 1
    assert names(Path()) == set()


def test_a_place_where_nothing_can_be_written_is_refused_before_the_run() -> None:
    Path("file").write_text("")
    with pytest.raises(ResultsError, match="cannot be written to file/results: Not a directory"):
        place_for(small_plan(), Path("file/results"))


def test_the_summary_has_the_interval_the_unit_and_the_record() -> None:
    rows = list(csv.DictReader(csv_text(small_results().summary()).splitlines()))
    assert list(rows[0]) == ["metric", "group", "mean", "sd", "ci_low", "ci_high", "unit", "published"]
    row = next(row for row in rows if (row["metric"], row["group"]) == ("attendances", "all"))
    figure = small_results().figure("attendances")
    assert float(row["mean"]) == figure.mean
    assert float(row["ci_high"]) == figure.high
    assert (row["unit"], row["published"]) == ("patients", "")
