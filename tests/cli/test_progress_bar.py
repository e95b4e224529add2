"""Progress where no bar can move: a line now and then, and none on a terminal."""

from __future__ import annotations

import pytest

from flowsim.cli import progress_bar
from flowsim.cli.progress import planning
from flowsim.cli.progress_bar import EVERY_SECONDS, Bar


def test_a_log_is_told_once_a_minute_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = [0.0]
    monkeypatch.setattr(progress_bar, "monotonic", lambda: clock[0])
    with Bar("replications") as bar:
        task = bar.add_task("run", total=2000)
        for done in range(1, 241):
            clock[0] += 1.0
            bar.update(task, completed=done)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{60 * n} of 2,000 replications after {n} min" for n in range(1, 5)]
    assert EVERY_SECONDS == 60


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar("replications") as bar:
        bar.update(bar.add_task("run", total=2), completed=2)
    assert capsys.readouterr().err == ""


def test_planning_tells_of_each_step_by_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = [0.0]
    monkeypatch.setattr(progress_bar, "monotonic", lambda: clock[0])
    with planning() as told:
        for step in ("scenarios read", "hospitals built"):
            for done in range(1, 4):
                clock[0] += 40.0
                told(step, done, 3)
    assert capsys.readouterr().err.splitlines() == [
        "reading and building the scenarios",
        "3 of 3 scenarios read after 1 min",
        "3 of 3 hospitals built after 1 min",
    ]
