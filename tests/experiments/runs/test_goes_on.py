"""A run that was stopped goes on: what was finished is not run again, and the results are the same."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowsim.experiments.runs import run as running
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.run import carry_out, load_scenario, plan
from flowsim.experiments.runs.store import Store
from tests.command_line import flowsim
from tests.experiments.sweeps.small_sweep import files

SMALL = ["portsmouth-2016", "--change", "run.days=2", "--change", "run.warm_up=0 days", "--jobs", "1"]
PATIENCE = 300.0
"""Seconds after which something hangs."""


def refuse(_: str) -> None:
    raise AssertionError("nothing is damaged")


def kept(folder: Path) -> dict[str, tuple[int, int]]:
    """Return each finished replication beside a folder, by what would change if it were written again."""
    found = [file for file in (folder / ".store").rglob("[!.]*") if file.is_file()]
    return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in found}


def test_a_killed_run_goes_on_and_runs_nothing_twice(tmp_path: Path) -> None:
    asked = ["run", *SMALL, "--replications", "6", "--out"]
    killed, unbroken = tmp_path / "killed", tmp_path / "unbroken"
    assert flowsim(*asked, str(unbroken / "out")).exit_code == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "flowsim", *asked, killed / "out"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ends = time.monotonic() + PATIENCE
    while len(kept(killed)) < 2 and process.poll() is None and time.monotonic() < ends:
        time.sleep(0.002)
    process.kill()
    process.wait()
    before = kept(killed)
    assert 2 <= len(before) < 6
    result = flowsim(*asked, str(killed / "out"))
    assert result.exit_code == 0
    assert f"{len(before)} of 6 replications are there already" in result.stderr
    assert {name: kept(killed)[name] for name in before} == before
    assert len(kept(killed)) == 6
    assert files(killed / "out") == files(unbroken / "out")


@pytest.mark.parametrize("asked", [{"replications": 3}, {"precision": "9pp", "max_replications": 10}])
def test_what_is_in_the_store_is_not_run_and_the_rest_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, object]
) -> None:
    store, ran = Store(tmp_path, refuse), []
    loaded = load_scenario("portsmouth-2016", {"run.days": {"set": 2}, "run.warm_up": {"set": "0 days"}})

    def counted(*arguments: object, **more: object) -> object:
        for one in replicate(*arguments, **more):  # type: ignore[arg-type]
            assert isinstance(one, Replication)
            ran.append(one.number)
            yield one

    replicate = running.replicate
    monkeypatch.setattr(running, "replicate", counted)
    carry_out(plan(loaded, replications=2), store)
    planned = plan(loaded, **asked)  # type: ignore[arg-type]
    told: list[int] = []
    results = carry_out(planned, store, told=lambda done: told.append(len(done)))
    assert ran == list(range(len(results.numbers)))
    assert told[0] == 2
    ran.clear()
    alone = carry_out(planned)
    assert ran == list(range(len(results.numbers)))
    np.testing.assert_array_equal(results.values, alone.values)
    assert results.growing == alone.growing
    assert results.warm_up == alone.warm_up


def test_another_seed_engine_or_hospital_takes_nothing_from_the_store(tmp_path: Path) -> None:
    def first(days: int = 2, **asked: Any) -> int:
        told: list[int] = []
        loaded = load_scenario(
            "portsmouth-2016", {"run.days": {"set": days}, "run.warm_up": {"set": "0 days"}}
        )
        planned = plan(loaded, replications=1, **asked)
        carry_out(planned, Store(tmp_path, refuse), told=lambda done: told.append(len(done)))
        return told[0]

    assert [first(), first(), first(seed=1), first(engine="simpy"), first(days=3)] == [0, 1, 0, 0, 0]
