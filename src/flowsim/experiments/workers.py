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
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

from flowsim.errors import SimulationError

Task = TypeVar("Task")
Result = TypeVar("Result")

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""Each process works alone on its task; more threads would only be in one another's way."""

AHEAD = 2
"""Tasks given out for each process, so that none waits for its parent."""

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
        What does them in place of processes of our own; `jobs` is then how many it does at once.

    Raises
    ------
    SimulationError
        If a task's process was killed twice.
    """
    waiting = deque(tasks)
    if executor is not None:
        lost = yield from _in_executor(executor, function, waiting, jobs * AHEAD)
        if lost:
            raise SimulationError(f"{lost[0]} was lost: those who did the work are gone")
        return
    if min(jobs, len(tasks)) <= 1:
        for task in tasks:
            yield task, function(task)
        return
    while waiting:
        for task in (yield from _in_processes(function, waiting, jobs)):
            if (yield from _in_processes(function, deque([task]), 1)):
                raise SimulationError(
                    f"{task} was lost twice: its process was killed, maybe for lack of memory; "
                    'try fewer --jobs. (In a script, call flowsim under `if __name__ == "__main__":`.)'
                )


def _in_processes(
    function: Callable[[Task], Result], waiting: deque[Task], jobs: int
) -> Generator[tuple[Task, Result], None, list[Task]]:
    """Yield results until no task waits or a process is killed; return the tasks lost with it."""
    context = get_context("spawn")
    held, lifeline = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(jobs, len(waiting)), context, _begin, (held,))
    finished = False
    try:
        lost = yield from _in_executor(pool, function, waiting, jobs * AHEAD)
        finished = True
    finally:
        if not finished:
            lifeline.close()
        pool.shutdown(wait=True, cancel_futures=True)
        lifeline.close()
        held.close()
    return lost


def _in_executor(
    executor: Executor, function: Callable[[Task], Result], waiting: deque[Task], at_once: int
) -> Generator[tuple[Task, Result], None, list[Task]]:
    """Yield results of an executor until no task waits or it breaks; return the tasks lost with it."""
    running: dict[Future[Result], Task] = {}
    lost: list[Task] = []
    try:
        while (waiting and not lost) or running:
            while waiting and not lost and len(running) < at_once:
                task = waiting.popleft()
                try:
                    with _as_children_should_be():
                        running[executor.submit(function, task)] = task
                except BrokenExecutor:
                    lost.append(task)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                try:
                    result = future.result()
                except BrokenExecutor:
                    lost.append(task)
                else:
                    yield task, result
    finally:
        for future in running:
            future.cancel()
    return lost


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
