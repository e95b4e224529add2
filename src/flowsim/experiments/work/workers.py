"""Work in processes: a function done for many tasks, each result given back as soon as it is there.

A process ends when its parent does, however that ends: it holds one end of a pipe, the lifeline, and dies
when the other end is closed. A task whose process was killed is done once more, by itself; lost again, it is
named.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import closing, contextmanager
from functools import partial
from math import ceil
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any, TypeVar

from flowsim.errors import WorkersError

Task = TypeVar("Task")
Result = TypeVar("Result")

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""Each process works alone on its task; more threads would only be in one another's way."""

AHEAD = 2
"""Tasks given out for each process, so that none waits for its parent."""

WORTH_SENDING = 4.0
"""Seconds of work that are sent to an executor at once: sending costs nothing beside them, and arms of one
replication, which follow one another, are together and draw the patients that they share once."""

STOPPED = 1


def available_cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def perform(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    jobs: int = 1,
    executor: Executor | None = None,
) -> Generator[tuple[Task, Result]]:
    """Yield each task with its result as they come, in any order.

    Parameters
    ----------
    function : callable
        Of one task; of a module, so that another process finds it by name.
    tasks : sequence
        What can be sent to another process; `str` of a task names it in a message.
    jobs : int
        Processes; with 1 the tasks are done in this one, in order.
    executor : Executor, optional
        What does them in place of processes of our own, several tasks at a time if they are short. `jobs` is
        then how much it does at once; a cluster knows that itself.

    Raises
    ------
    WorkersError
        If a task's process was killed twice, or the executor broke.
    """
    waiting = deque(tasks)
    if executor is not None:
        yield from _in_chunks(executor, function, waiting, jobs)
        return
    if min(jobs, len(tasks)) <= 1:
        for task in tasks:
            yield task, function(task)
        return
    while waiting:
        for task in (yield from _in_processes(function, waiting, jobs)):
            if (yield from _in_processes(function, deque([task]), 1)):
                raise WorkersError(
                    f"{task} was lost twice: its process was killed, maybe for lack of memory; "
                    'try fewer --jobs. (In a script, call flowsim under `if __name__ == "__main__":`.)'
                )


class Processes(ProcessPoolExecutor):
    """Processes that stay ready until `end`, with their parent's lifeline.

    Parameters
    ----------
    count : int
    """

    def __init__(self, count: int) -> None:
        context = get_context("spawn")
        self._held, self._lifeline = context.Pipe(duplex=False)
        super().__init__(count, context, _begin, (self._held,))

    def submit(self, *work: Any, **named: Any) -> Future[Any]:
        """Give out work; it starts the processes."""
        with _as_children_should_be():
            return super().submit(*work, **named)

    def end(self, *, at_once: bool) -> None:
        """End the processes, when their work is done or at once."""
        if at_once:
            self._lifeline.close()
        self.shutdown(wait=True, cancel_futures=True)
        self._lifeline.close()
        self._held.close()


def _in_processes(
    function: Callable[[Task], Result], waiting: deque[Task], jobs: int
) -> Generator[tuple[Task, Result], None, list[Task]]:
    """Yield results until no task waits or a process is killed; return the tasks lost with it."""
    processes = Processes(min(jobs, len(waiting)))
    finished = False
    lost: list[tuple[Task, BrokenExecutor]] = []

    def take() -> Task | None:
        return waiting.popleft() if waiting else None

    try:
        yield from _in_executor(processes.submit, function, take, lambda: jobs * AHEAD, lost)
        finished = True
    finally:
        processes.end(at_once=not finished)
    return [task for task, _ in lost]


def _in_chunks(
    executor: Executor, function: Callable[[Task], Result], waiting: deque[Task], jobs: int
) -> Generator[tuple[Task, Result]]:
    """Yield results of an executor that is given several tasks at a time, until none waits or it breaks."""
    # Not above: a process of ours imports this module, and a cluster's needs NumPy and SciPy.
    from flowsim.experiments.work.cluster import Cluster

    seconds = WORTH_SENDING
    lost: list[tuple[list[Task], BrokenExecutor]] = []

    def at_once() -> int:
        return AHEAD * (executor.threads if isinstance(executor, Cluster) else jobs)

    def take() -> list[Task] | None:
        # Towards the end shorter, so that all have something to do.
        size = min(int(WORTH_SENDING / seconds), ceil(len(waiting) / at_once()))
        return [waiting.popleft() for _ in range(max(1, size))] if waiting else None

    work = partial(_one_by_one, function)
    with closing(_in_executor(executor.submit, work, take, at_once, lost)) as coming:
        for chunk, (results, took) in coming:
            seconds = max(took / len(chunk), 1e-6)
            yield from zip(chunk, results, strict=True)
    for chunk, error in lost:
        raise WorkersError(f"{chunk[0]} was lost: {error}")


def _one_by_one(function: Callable[[Task], Result], tasks: Sequence[Task]) -> tuple[list[Result], float]:
    """Return the result of each task and the seconds that all took."""
    began = perf_counter()
    return [function(task) for task in tasks], perf_counter() - began


def _in_executor(
    submit: Callable[..., Future[Result]],
    function: Callable[[Task], Result],
    take: Callable[[], Task | None],
    at_once: Callable[[], int],
    lost: list[tuple[Task, BrokenExecutor]],
) -> Generator[tuple[Task, Result]]:
    """Yield results of an executor until no task is left or it breaks; note the tasks lost with it."""
    running: dict[Future[Result], Task] = {}
    try:
        while True:
            while not lost and len(running) < at_once() and (task := take()) is not None:
                try:
                    running[submit(function, task)] = task
                except BrokenExecutor as error:
                    lost.append((task, error))
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                try:
                    result = future.result()
                except BrokenExecutor as error:
                    lost.append((task, error))
                else:
                    yield task, result
    finally:
        for future in running:
            future.cancel()


@contextmanager
def _as_children_should_be() -> Iterator[None]:
    """Start processes with one thread each, and deaf to the Ctrl-C that is meant for their parent."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    can_mask = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if can_mask else set()
    try:
        yield
    finally:
        if can_mask:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin(lifeline: Connection) -> None:
    """Make a new process ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()


def _end_with_parent(lifeline: Connection) -> None:
    try:
        lifeline.recv()
    except EOFError:
        os._exit(STOPPED)
