"""The pool: processes that stay ready while the app runs; a new one takes the place of one that was lost."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, TypeVar

from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.runs.cohorts import COHORTS
from flowsim.experiments.runs.replications import replicator_of
from flowsim.experiments.work.workers import Processes

Result = TypeVar("Result")


class ProcessPool(Executor):
    """Processes as an executor that outlives the loss of one.

    Parameters
    ----------
    count : int
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._lock = threading.Lock()
        self._processes = Processes(count)

    def submit(self, function: Callable[..., Result], /, *work: Any, **named: Any) -> Future[Result]:
        """Give out work; after a loss to new processes."""
        with self._lock:
            try:
                return self._processes.submit(function, *work, **named)
            except BrokenExecutor:
                self._processes.end(at_once=True)
                self._processes = Processes(self.count)
                return self._processes.submit(function, *work, **named)

    def end(self) -> None:
        """End the processes at once."""
        with self._lock:
            self._processes.end(at_once=True)


def warm(executor: Executor, count: int, baseline: Arm, numbers: Sequence[int]) -> None:
    """Have processes get ready for a scenario: hospital built, engine in machine code, patients drawn.

    Parameters
    ----------
    executor : Executor
    count : int
        Processes.
    baseline : Arm
    numbers : sequence of int
        The replications of a first look, whose patients stay in every process: an arm that draws the same, as
        most do, finds them there.
    """
    setup = pickle.dumps(baseline.setup)
    for each in [executor.submit(ready, setup, numbers) for _ in range(count)]:
        each.result()


def ready(setup: bytes, numbers: Sequence[int]) -> None:
    """Run replications that nobody looks at, in whatever process this is, and keep their patients."""
    for number in numbers:
        replicator_of(setup).simulated(number)
        COHORTS.keep()
