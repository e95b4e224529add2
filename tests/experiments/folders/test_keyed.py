"""A folder known by kind and key: found again by them alone, and whole or absent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from flowsim.errors import InputError
from flowsim.experiments.folders.folder import read_manifest, refuse_if_changed
from flowsim.experiments.folders.keyed import KeyedFolder

pytestmark = pytest.mark.usefixtures("elsewhere")

ASKED = KeyedFolder(kind="question", key="k1", name="small", title="A small hospital")
TABLE = pd.DataFrame({"metric": ["waits", "=1"], "value": [0.5, float("nan")]})


def test_the_same_question_has_the_same_place_and_another_the_next() -> None:
    folder = ASKED.place(None)
    assert folder == Path("results/small-question")
    ASKED.write(folder, {}, {})
    assert ASKED.place(None) == folder
    assert replace(ASKED, key="k2").place(None) == Path("results/small-question-2")
    assert replace(ASKED, kind="answer").place(None) == Path("results/small-answer")
    with pytest.raises(InputError, match="found results of a question in"):
        replace(ASKED, key="k2").place(folder)


def test_its_manifest_says_what_it_is_what_the_verb_adds_and_the_hash_of_every_file() -> None:
    files = {"table.csv": TABLE, "table.parquet": TABLE, "data/words.txt": b"words"}
    with ASKED.written(Path("out"), files, {"seed": 7}) as staging:
        (staging / "more.txt").write_text("written later")
    manifest = read_manifest(Path("out"), "question")
    assert list(manifest)[:6] == ["format", "kind", "name", "title", "key", "seed"]
    assert list(manifest["files"]) == ["data/words.txt", "more.txt", "table.csv", "table.parquet"]
    refuse_if_changed(Path("out"), manifest)
    assert Path("out/table.csv").read_text() == "metric,value\nwaits,0.5\n'=1,\n"


def test_without_a_title_its_manifest_names_no_scenario() -> None:
    replace(ASKED, title=None).write(Path("out"), {}, {"arms": []})
    assert list(json.loads(Path("out/manifest.json").read_text()))[:4] == ["format", "kind", "key", "arms"]


def test_what_is_refused_while_it_is_written_leaves_nothing() -> None:
    with pytest.raises(InputError), ASKED.written(Path("out"), {"words.txt": b"words"}, {}):
        raise InputError("it is no hospital")
    assert not list(Path().iterdir())
