"""Many replications, one after the other or in processes, each given back as soon as it is there.

A process builds a hospital once for all the replications it is given of it.
"""

from __future__ import annotations

import pickle
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flowsim.experiments.runs.hospitals import MOST_HOSPITALS
from flowsim.experiments.runs.replication import Replication, Replicator, Setup
from flowsim.experiments.work.workers import perform


@dataclass(frozen=True, slots=True)
class Task:
    """One replication to do.

    Parameters
    ----------
    setup : bytes
        A setup pickled, about 8 kB: the same bytes for the same setup, so that a process knows it again.
    number : int
    """

    setup: bytes
    number: int

    def __str__(self) -> str:
        return f"replication {self.number}"

    @classmethod
    def several(cls, setup: Setup, numbers: Sequence[int]) -> list[Task]:
        """Return a task for each number."""
        pickled = pickle.dumps(setup)
        return [cls(pickled, number) for number in numbers]


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
    for _, replication in perform(carry_out_task, Task.several(setup, numbers), jobs=jobs):
        yield replication


def carry_out_task(task: Task) -> Replication:
    """Return the replication of a task, in whatever process this is."""
    return replicator_of(task.setup).replicate(task.number)


@lru_cache(maxsize=MOST_HOSPITALS)
def replicator_of(setup: bytes) -> Replicator:
    """Return what runs the replications of a pickled setup; built once a process, while there is room."""
    return Replicator(pickle.loads(setup))
