"""Where results may stand: a folder is replaced if all in it is as flowsim wrote it, and never otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flowsim.errors import InputError, ResultsError
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.place import others_in

pytestmark = pytest.mark.usefixtures("elsewhere")

ASKED = KeyedFolder(kind="question", key="k1", name="small")
FILES = {"words.txt": b"words", "arms/manifest.json": b"{}", "arms/words.txt": b"more words"}


def write(folder: Path) -> None:
    ASKED.write(folder, FILES, {})


@pytest.fixture
def folder() -> Path:
    folder = Path("results/small-question")
    write(folder)
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def put(name: str) -> Callable[[Path], None]:
    """Return what writes a text to a file of that name in a folder."""

    def putting(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text("mine")

    return putting


def link(folder: Path) -> None:
    Path("elsewhere").mkdir()
    (folder / "paper").symlink_to(Path("elsewhere").absolute())


HARM = {
    "a file": (put("notes.txt"), "notes.txt"),
    "a file in a folder": (put("paper/draft/one.tex"), "paper/draft/one.tex"),
    "a hidden file": (put(".store/3f/00001"), ".store/3f/00001"),
    "a link to a folder": (link, "paper"),
    "a changed file": (put("words.txt"), "words.txt (changed)"),
    "a changed file of an arm": (put("arms/manifest.json"), "arms/manifest.json (changed)"),
}


@pytest.mark.parametrize("out", [None, Path("results/small-question")])
@pytest.mark.parametrize("harm", list(HARM))
def test_a_folder_with_something_of_the_users_is_refused_and_left_as_it_is(
    folder: Path, harm: str, out: Path | None
) -> None:
    done, named = HARM[harm]
    done(folder)
    before = everything(Path())
    with pytest.raises(InputError, match="must hold only") as refused:
        ASKED.place(out)
    assert str(refused.value) == (
        "results/small-question must hold only what flowsim wrote there, for it is replaced as a whole; "
        f"found {named}: move them, or give another folder with --out"
    )
    assert everything(Path()) == before


def test_what_came_while_it_ran_is_left_as_it_is_and_no_results_are_written(folder: Path) -> None:
    place = ASKED.place(None)
    put("notes.txt")(folder)
    before = everything(Path())
    with pytest.raises(ResultsError, match=r"found notes.txt: .*; what was to replace it is not written"):
        write(place)
    assert everything(Path()) == before


def test_some_are_named_and_the_rest_counted(folder: Path) -> None:
    for name in "edcba":
        put(name)(folder)
    with pytest.raises(InputError, match=r"found a, b, c and 2 more: move"):
        ASKED.place(None)


@pytest.mark.parametrize("name", [".DS_Store", "arms/Thumbs.db"])
def test_what_a_file_manager_left_or_somebody_removed_does_not_matter(folder: Path, name: str) -> None:
    put(name)(folder)
    (folder / "words.txt").unlink()
    assert ASKED.place(None) == folder
    write(folder)
    assert set(everything(folder)) == {str(folder / one) for one in (*FILES, "manifest.json")}


def test_a_file_whose_name_has_control_characters_is_told_in_plain_text(folder: Path) -> None:
    put("a\x1b[31mb")(folder)
    assert others_in(folder) == ["a<U+001B>[31mb"]


def test_another_process_may_put_its_results_there_while_one_looks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, walk = Path("whole"), os.walk
    write(whole)
    looked: list[object] = []

    def moved(*arguments: object, **others: object) -> object:
        """Take the folder away once it is to be looked at, and put another there."""
        looked.append(arguments)
        if len(looked) == 1:
            (folder / "manifest.json").unlink()
            folder.rename("older")
            whole.rename(folder)
        return walk(*arguments, **others)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "walk", moved)
    assert others_in(folder) == []
    assert len(looked) == 2


def test_another_question_takes_a_number_and_says_so(folder: Path) -> None:
    told: list[str] = []
    other = replace(ASKED, key="k2")
    assert ASKED.place(None, told.append) == folder
    assert told == []
    assert other.place(None, told.append) == Path("results/small-question-2")
    assert told == [
        "results/small-question holds results of a question; these results go to results/small-question-2"
    ]


def test_a_file_and_other_files_in_the_way_are_told_as_such() -> None:
    told: list[str] = []
    Path("results").mkdir()
    Path("results/small-question").touch()
    put("notes.txt")(Path("results/small-question-2"))
    assert ASKED.place(None, told.append) == Path("results/small-question-3")
    assert told[0].startswith("results/small-question holds a file; ")
    with pytest.raises(InputError, match="found other files in results/small-question-2"):
        ASKED.place(Path("results/small-question-2"))


def test_a_manifest_that_flowsim_did_not_write_makes_no_folder_free() -> None:
    Path("odd").mkdir()
    Path("odd/manifest.json").write_text('{"format": 2, "kind": "question", "key": "k1"}')
    with pytest.raises(InputError, match=r"found manifest.json: move"):
        ASKED.place(Path("odd"))
