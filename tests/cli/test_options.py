"""Options that name a file to write: with another ending, which an input may have, nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import flowsim

pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.mark.parametrize(
    "command",
    [
        ("together", "portsmouth-2016", "south.yaml", "--share", "P1", "--out"),
        ("sweep", "south.yaml", "--markdown"),
        ("sweep", "south.yaml", "--junit"),
        ("report", "results/south", "--out"),
    ],
)
def test_a_scenario_is_never_taken_for_a_file_to_write(command: tuple[str, ...]) -> None:
    Path("south.yaml").write_text("name: south")
    result = flowsim(*command, "south.yaml")
    assert result.exit_code == 2
    assert f"{command[-1]} must be a file to write whose name ends in ." in result.stderr
    assert result.stderr.endswith('; found "south.yaml"\nnothing was run\n')
    assert Path("south.yaml").read_text() == "name: south"


@pytest.mark.parametrize(
    "command", [("extract", "portsmouth-2016"), ("new", "--trust", "RTG", "--name", "x")]
)
def test_a_folder_that_is_there_is_not_written_to(command: tuple[str, ...]) -> None:
    Path("there").mkdir()
    result = flowsim(*command, "--out", "there")
    assert result.exit_code == 2
    assert result.stderr == "there must not exist yet; nothing is ever written over\nnothing was run\n"
