"""`flowsim new` on the command line: what it says, and that what it makes is a hospital."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import flowsim

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_a_new_place_can_be_checked_at_once_and_says_what_it_still_needs() -> None:
    made = flowsim("new", "--from", "portsmouth-2016", "--trust", "R1F", "--name", "wight-2016")
    assert made.exit_code == 0
    assert made.stdout.startswith("wight-2016 holds wight-2016.yaml, attendances.csv, record.csv, beds.csv\n")
    assert "  0.378  type 1 attendances a day, 2016-04 to 2017-03\n" in made.stdout
    assert "Still to be supplied by those who know the place" in made.stdout
    command = made.stdout.splitlines()[-1]
    assert command == "Try: flowsim run wight-2016/wight-2016.yaml --replications 4"
    checked = flowsim("check", command.split()[3])
    assert checked.exit_code == 0
    assert checked.stdout.startswith("wight-2016/wight-2016.yaml: ok")


def test_the_trusts_are_listed_with_their_names() -> None:
    lines = flowsim("new", "--list").stdout.splitlines()
    assert len(lines) == 138
    assert "RTG  Derby Teaching Hospitals NHS Foundation Trust" in lines


def test_what_is_not_given_is_asked_for() -> None:
    result = flowsim("new")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "--trust must be given, such as --trust RTG",
        "--name must be given, such as --name derby-2016",
        "nothing was run",
    ]


def test_an_existing_folder_is_never_written_over() -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    result = flowsim("new", "--trust", "RTG", "--name", "derby-2016", "--out", "mine")
    assert result.exit_code == 2
    assert "mine must not exist yet; nothing is ever written over" in result.stderr
    assert [file.name for file in Path("mine").iterdir()] == ["notes.txt"]
