"""Work in processes: nothing is lost, whatever happens to the processes."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flowsim.errors import SimulationError
from flowsim.experiments.work.workers import THREADS, available_cores, perform
from tests.experiments.work import in_a_process


def test_one_process_is_this_one_and_does_them_in_order() -> None:
    assert list(perform(in_a_process.process, [3, 1, 2])) == [(task, os.getpid()) for task in (3, 1, 2)]


def test_processes_do_every_task_once() -> None:
    done = sorted(perform(in_a_process.process, range(9), jobs=2))
    assert [task for task, _ in done] == list(range(9))
    assert os.getpid() not in {process for _, process in done}


def test_a_killed_process_loses_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(in_a_process.MARKER, str(tmp_path / "killed"))
    done = perform(in_a_process.dies_the_first_time, range(5), jobs=2)
    assert sorted(done) == [(number, number) for number in range(5)]
    assert (tmp_path / "killed").exists()


def test_a_task_that_is_lost_twice_is_named() -> None:
    with pytest.raises(SimulationError, match="1 was lost twice") as caught:
        list(perform(in_a_process.dies, [1, 1], jobs=2))
    assert caught.value.exit_code == 1


def test_an_error_in_a_process_is_told_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(perform(in_a_process.fails, range(3), jobs=2))


def test_processes_have_one_thread_and_ours_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS[0], "7")
    monkeypatch.delenv(THREADS[1], raising=False)
    for _, environment in perform(in_a_process.environment, range(2), jobs=2):
        assert [environment[name] for name in THREADS] == ["1"] * len(THREADS)
    assert (os.environ[THREADS[0]], os.environ.get(THREADS[1])) == ("7", None)


def test_another_executor_may_do_the_work() -> None:
    with ThreadPoolExecutor(2) as threads:
        done = sorted(perform(in_a_process.process, range(9), jobs=2, executor=threads))
    assert done == [(task, os.getpid()) for task in range(9)]


class Gone(Executor):
    """A cluster that went away."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        raise BrokenExecutor


def test_an_executor_that_breaks_is_told() -> None:
    with pytest.raises(SimulationError, match="0 was lost"):
        list(perform(in_a_process.process, range(3), jobs=2, executor=Gone()))


def test_there_is_a_core() -> None:
    assert available_cores() >= 1
