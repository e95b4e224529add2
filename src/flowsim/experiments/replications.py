"""Many replications, one after the other or in processes, each given back as soon as it is there.

A process is told the setup once and builds its hospital once. It ends when its parent does, however that
ends: it holds one end of a pipe, the lifeline, and dies when the other end is closed. A replication whose
process was killed is run once more, by itself; lost again, it is named.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

from flowsim.errors import SimulationError
from flowsim.experiments.replication import Replication, Replicator, Setup

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""Each process works alone on its replication; more threads would only be in one another's way."""

STOPPED = 1

_replicator: Replicator


def available_cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def replicate(setup: Setup, numbers: Sequence[int], *, jobs: int = 1) -> Generator[Replication]:
    """Yield replications as they come, in any order.

    Parameters
    ----------
    setup : Setup
    numbers : sequence of int
        Which replications.
    jobs : int
        Processes; with 1 they are run in this one.

    Raises
    ------
    SimulationError
        If a replication's process was killed twice.
    """
    if min(jobs, len(numbers)) <= 1:
        replicator = Replicator(setup)
        yield from map(replicator.replicate, numbers)
        return
    waiting = deque(numbers)
    while waiting:
        for number in (yield from _in_processes(setup, waiting, jobs)):
            if (yield from _in_processes(setup, deque([number]), 1)):
                raise SimulationError(
                    f"replication {number} was lost twice: its process was killed, maybe for lack of memory; "
                    'try fewer --jobs. (In a script, call flowsim.run under `if __name__ == "__main__":`.)'
                )


def _in_processes(setup: Setup, waiting: deque[int], jobs: int) -> Generator[Replication, None, list[int]]:
    """Yield replications until none waits or a process is killed; return the numbers lost with it."""
    context = get_context("spawn")
    held, lifeline = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(jobs, len(waiting)), context, _begin, (setup, held))
    running: dict[Future[Replication], int] = {}
    lost: list[int] = []
    try:
        while (waiting and not lost) or running:
            while waiting and not lost and len(running) < jobs:
                number = waiting.popleft()
                with _as_children_should_be():
                    running[pool.submit(_one, number)] = number
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost.append(number)
    finally:
        if running:
            lifeline.close()
        pool.shutdown(wait=True, cancel_futures=True)
        lifeline.close()
        held.close()
    return sorted(lost)


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


def _begin(setup: Setup, lifeline: Connection) -> None:
    """Make a new process ready."""
    global _replicator
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    _replicator = Replicator(setup)


def _end_with_parent(lifeline: Connection) -> None:
    try:
        lifeline.recv()
    except EOFError:
        os._exit(STOPPED)


def _one(number: int) -> Replication:
    return _replicator.replicate(number)
