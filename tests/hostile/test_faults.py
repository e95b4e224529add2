"""Faults of the machine that no other room's tests are about; `docs/faults.md` has them all."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flowsim.engine import engines
from flowsim.errors import InputError
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.writing import PARTIAL, remove_forgotten
from flowsim.experiments.runs import size
from tests.command_line import flowsim

SMALL = ["portsmouth-2016", "--change", "run.days=1", "--change", "run.warm_up=0 days", "--replications", "1"]


@pytest.mark.slow
def test_a_reader_who_goes_away_loses_no_results(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "flowsim",
        "run",
        *SMALL,
        "--engine",
        "simpy",
        "--out",
        str(tmp_path / "out"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    told = process.stderr.read()
    assert process.wait() == 1
    assert b"Traceback" not in told
    assert (tmp_path / "out" / "manifest.json").is_file()
    process.stderr.close()


def test_a_clock_that_was_put_back_harms_nothing(tmp_path: Path) -> None:
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    folder = tmp_path / "out"
    question = KeyedFolder(kind="seek", key="k", name="x")
    question.write(folder, {"file": b"content"}, {}, began=tomorrow)
    partial = tmp_path / f".out.1{PARTIAL}"
    partial.mkdir()
    os.utime(partial, (time.time() + 86_400, time.time() + 86_400))
    remove_forgotten(tmp_path, ".out.*")
    assert partial.exists(), "it may be another's who is still writing"
    question.write(folder, {"file": b"content"}, {}, began=tomorrow)
    assert json.loads((folder / "manifest.json").read_text())["key"] == "k"


def test_without_numba_the_other_engine_runs_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    assert "about ten times slower" in (engines.note_on("simpy") or "")
    with pytest.raises(InputError, match="install flowsim with the extra `fast`, or use `--engine simpy`"):
        engines.simulator("compiled")


@pytest.mark.usefixtures("elsewhere")
def test_too_little_memory_is_told_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "free_memory", lambda: 1000.0)
    result = flowsim("run", *SMALL, "--jobs", "1")
    assert result.exit_code == 2
    assert "replications must fit into memory" in result.stderr
    assert result.stderr.endswith("nothing was run\n")
    assert list(Path().iterdir()) == []
