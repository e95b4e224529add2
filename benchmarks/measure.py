"""The measuring side: engines in processes of their own, taking turns, one replication in flight at a time.

Turns are interleaved because a shared machine changes its speed by the minute: a ratio is taken within a
round, and the reported one is the median over rounds. Nothing here looks at whether the outputs are right.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from engines import Engine
from r1 import Outputs

SHORTEST_TURN = 0.5
"""Processor seconds that a timed turn lasts at least, lest a fast engine be measured with cold caches."""

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
"""Environment that keeps an engine's libraries on one core."""


@dataclass(slots=True)
class Measurement:
    """What one engine did; filled in as the turns go by."""

    engine: Engine
    cold_cpu: float
    """Processor seconds from the start of the process to its first outputs, with imports and compilation."""
    cpu: list[float] = field(default_factory=list)
    """Processor seconds of a warm replication, one value a round."""
    wall: list[float] = field(default_factory=list)
    outputs: list[Outputs] = field(default_factory=list)
    """One a replication."""
    peak_mb: float = 0.0

    @property
    def us_an_event(self) -> list[float]:
        """Processor time by the events of R1 that the replication had, one value a round [µs]."""
        return [1e6 * cpu / outputs.events for cpu, outputs in zip(self.cpu, self.outputs, strict=False)]

    def times_faster_than(self, other: Measurement) -> float:
        """Return how many times less an event costs here than there; the median over rounds."""
        pairs = zip(other.us_an_event, self.us_an_event, strict=True)
        return median(theirs / ours for theirs, ours in pairs)


class EngineError(Exception):
    """An engine's process ended before it answered."""


class Worker:
    """A running process of one module."""

    def __init__(self, module: str, process: subprocess.Popen[str]) -> None:
        self.module = module
        self.process = process

    def receive(self) -> dict[str, Any]:
        """Return the next answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise EngineError(f"{self.module} stopped without an answer; its own message is above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ready(self) -> dict[str, Any]:
        """Wait for the first replication and return its answer.

        Raises
        ------
        EngineError
            If a module that it needs is not installed, or it fails.
        """
        answer = self.receive()
        if "missing" in answer:
            raise EngineError(f"{self.module} cannot run: no module named {answer['missing']}")
        return answer

    def replicate(self, seed: int, *, at_least: float = 0.0) -> dict[str, Any]:
        """Run one seed as often as fills `at_least` processor seconds, and return the answer."""
        assert self.process.stdin is not None
        print(json.dumps({"seed": seed, "at_least": at_least}), file=self.process.stdin, flush=True)
        return self.receive()


@contextmanager
def started(
    module: str, options: Mapping[str, Any], *, environment: Mapping[str, str] | None = None
) -> Iterator[Worker]:
    """Yield a worker that calls `replicate` of a module with these options, and end it afterwards."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("worker.py")),
        module,
        json.dumps(dict(options)),
    ]
    surroundings = {**os.environ, **ONE_THREAD, **(environment or {})}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings
    ) as process:
        try:
            yield Worker(module, process)
        finally:
            process.terminate()


def take_turn(worker: Worker, measurement: Measurement, seed: int, *, timed: bool) -> None:
    """Run one replication and add what it gave to the measurement; only a timed turn counts for speed."""
    answer = worker.replicate(seed, at_least=SHORTEST_TURN if timed else 0.0)
    measurement.outputs.append(Outputs(**answer["outputs"]))
    measurement.peak_mb = answer["peak_mb"]
    if timed:
        measurement.cpu.append(median(answer["cpu"]))
        measurement.wall.append(median(answer["wall"]))


def measure(
    engines: Sequence[Engine], *, replications: int, rounds: int, say: Callable[[str], None]
) -> list[Measurement]:
    """Run every engine on the seeds 1, 2, … in rounds; the first rounds are timed.

    Parameters
    ----------
    engines : Sequence[Engine]
        In the order of the table. Each round starts with another one.
    replications : int
        Seeds that every engine runs; at least `rounds` of them are run in any case.
    rounds : int
        Rounds that are timed.
    say : Callable[[str], None]
        Told of progress, a line at a time.

    Returns
    -------
    list[Measurement]
        One an engine, in the order given; an engine whose packages are not installed is said and left out.

    Raises
    ------
    EngineError
        If an engine fails.
    """
    with ExitStack() as stack:
        workers: list[tuple[Worker, Measurement]] = []
        for engine in engines:
            say(f"starting {engine.name}")
            worker = stack.enter_context(started(engine.module, {"days": engine.days}))
            first = worker.receive()
            if "missing" in first:
                say(f"{engine.name} left out: no module named {first['missing']}")
            else:
                workers.append((worker, Measurement(engine, first["cold_cpu"])))
        if not workers:
            return []
        for number in range(max(rounds, replications)):
            timed = number < rounds
            say(f"seed {number + 1} of {max(rounds, replications)}{', timed' if timed else ''}")
            offset = number % len(workers)
            for worker, measurement in workers[offset:] + workers[:offset]:
                take_turn(worker, measurement, number + 1, timed=timed)
    return [measurement for _, measurement in workers]
