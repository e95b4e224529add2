"""Writing: a folder is complete or absent, however many write it; tables are what they were."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from flowsim.errors import InputError, ResultsError
from flowsim.experiments.folders.writing import (
    csv_text,
    refuse_if_it_cannot_be_written,
    refuse_unless_file,
    refuse_unless_new,
    write_parquet,
    written_whole,
)
from flowsim.experiments.work.workers import perform
from tests.experiments.folders.locked import lock
from tests.experiments.work import in_a_process


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_text_that_would_be_a_formula_is_neutralised(text: str) -> None:
    assert csv_text(pd.DataFrame({"a": [text]})) == f"a\n'{text}\n"


def test_a_number_is_written_as_it_is_and_a_missing_one_not_at_all() -> None:
    assert csv_text(pd.DataFrame({"a": [-1.5, float("nan")], "b": [1, 2]})) == "a,b\n-1.5,1\n,2\n"


def test_a_table_comes_back_from_parquet(tmp_path: Path) -> None:
    frame = pd.DataFrame({"group": pd.Categorical(["a", "b"]), "n": [1, 2], "x": [0.1, -0.0]})
    write_parquet(frame, tmp_path / "a'b.parquet")
    with duckdb.connect() as database:
        found = database.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "a'b.parquet")])
        assert [(column[0], str(column[1])) for column in found.description] == [
            ("group", "VARCHAR"),
            ("n", "BIGINT"),
            ("x", "DOUBLE"),
        ]
        assert found.fetchall() == [("a", 1, 0.1), ("b", 2, 0.0)]


def write(folder: Path, text: str) -> None:
    with written_whole(folder) as staging:
        (staging / "file").write_text(text)


def test_a_folder_takes_its_place_and_that_of_an_older_one(tmp_path: Path) -> None:
    for text in ("one", "two"):
        write(tmp_path / "results", text)
    assert (tmp_path / "results" / "file").read_text() == "two"
    assert os.listdir(tmp_path) == ["results"]


def test_a_failure_leaves_the_older_folder_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path / "results", "one")
    with (
        pytest.raises(ResultsError, match="results: No space left"),
        written_whole(tmp_path / "results") as staging,
    ):
        (staging / "file").write_text("two")
        raise OSError(28, "No space left on device")
    assert (tmp_path / "results" / "file").read_text() == "one"
    assert os.listdir(tmp_path) == ["results"]


def test_what_a_killed_process_left_is_removed_when_it_is_old(tmp_path: Path) -> None:
    old, new, other = (tmp_path / f".{name}.partial" for name in ("results.1", "results.2", "others.1"))
    for folder in (old, new, other):
        (folder / "half").mkdir(parents=True)
    for folder in (old, other):
        os.utime(folder, (0, 0))
    write(tmp_path / "results", "one")
    assert sorted(os.listdir(tmp_path)) == [".others.1.partial", ".results.2.partial", "results"]


def test_several_processes_may_write_the_same_folder_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    assert len(list(perform(in_a_process.write_often, [folder] * 3, jobs=3))) == 3
    assert (folder / "file").read_text() == "whole"
    assert os.listdir(tmp_path) == ["results"]


TOO_LONG = "x" * 300


@pytest.mark.parametrize(
    ("name", "reason"), [("locked/results", "Permission denied"), (f"new/{TOO_LONG}", "File name too long")]
)
def test_a_place_that_nobody_may_look_at_or_name_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    lock(tmp_path / "locked", monkeypatch)
    place = tmp_path / name
    for refuse in (refuse_if_it_cannot_be_written, refuse_unless_new):
        with pytest.raises(ResultsError, match=f"results cannot be written to .*: {reason}; nothing"):
            refuse(place)
    with pytest.raises(InputError, match=f"cannot be written: {reason}"):
        refuse_unless_file(place.with_name(f"{place.name}.csv"), "--out", ".csv")
    assert os.listdir(tmp_path) == ["locked"]


def test_a_new_folder_is_one_that_is_not_there_not_even_as_a_broken_link(tmp_path: Path) -> None:
    refuse_unless_new(tmp_path / "new")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="link must not exist yet; nothing is ever written over"):
        refuse_unless_new(tmp_path / "link")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("south.yaml", 'found "south.yaml"'),
        ("south", 'found "south"'),
        ("folder.csv", 'found the folder "folder.csv"'),
        ("south.yaml/x.csv", "south.yaml/x.csv cannot be written: Not a directory"),
    ],
)
def test_a_file_to_write_has_its_ending_and_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, found: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("south.yaml").write_text("name: south")
    Path("folder.csv").mkdir()
    with pytest.raises(InputError) as refused:
        refuse_unless_file(Path(name), "--out", ".csv")
    assert str(refused.value) == f"--out must be a file to write whose name ends in .csv; {found}"
    for fit in ("new.csv", "deep/er/NEW.CSV"):
        refuse_unless_file(Path(fit), "--out", ".csv")
    assert sorted(os.listdir()) == ["folder.csv", "south.yaml"]
