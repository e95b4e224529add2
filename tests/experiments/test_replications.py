"""Many replications in processes: nothing is lost, whatever happens to the processes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowsim.errors import SimulationError
from flowsim.experiments import replications
from flowsim.experiments.replications import THREADS, available_cores, replicate
from tests.experiments import in_a_process
from tests.experiments.small import small_plan


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Return what runs a function for each number in two processes, in the place of replications."""

    def run(function: Callable[[int], object], numbers: range) -> list[Any]:
        monkeypatch.setattr(replications, "_begin", in_a_process.ready)
        monkeypatch.setattr(replications, "_one", function)
        nothing: Any = None
        return list(replicate(nothing, numbers, jobs=2))

    return run


def test_one_process_is_this_one_and_gives_them_in_order() -> None:
    assert [one.number for one in replicate(small_plan().setup, [1, 0])] == [1, 0]


def test_processes_give_every_replication_once(in_processes: Callable[..., list[Any]]) -> None:
    assert sorted(in_processes(in_a_process.number_itself, range(9))) == list(range(9))


def test_a_killed_process_loses_nothing(
    in_processes: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(in_a_process.MARKER, str(tmp_path / "killed"))
    assert sorted(in_processes(in_a_process.dies_the_first_time, range(5))) == list(range(5))
    assert (tmp_path / "killed").exists()


def test_a_replication_that_is_lost_twice_is_named(in_processes: Callable[..., list[Any]]) -> None:
    with pytest.raises(SimulationError, match="replication 1 was lost twice") as caught:
        in_processes(in_a_process.dies, range(2))
    assert caught.value.exit_code == 1


def test_processes_have_one_thread_and_ours_keeps_its_own(
    in_processes: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(THREADS[0], "7")
    monkeypatch.delenv(THREADS[1], raising=False)
    for environment in in_processes(in_a_process.environment, range(2)):
        assert [environment[name] for name in THREADS] == ["1"] * len(THREADS)
    assert (os.environ[THREADS[0]], os.environ.get(THREADS[1])) == ("7", None)


def test_there_is_a_core() -> None:
    assert available_cores() >= 1
