"""Paired work: a replication of the baseline and of some arms, in one process, so that no log travels.

Each log is looked at and dropped before the next arm is run; of the baseline stays what became of each
patient. So memory does not grow with replications or arms.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flowsim.experiments.comparisons.fates import Fates, fates_of, labels_of
from flowsim.experiments.comparisons.who_changed import Words, who_changed, words_of
from flowsim.experiments.runs.replication import Replication, Setup
from flowsim.experiments.runs.replications import replicator_of
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.work.workers import AHEAD


@dataclass(frozen=True, slots=True)
class PairedTask:
    """One replication to do.

    Parameters
    ----------
    baseline : bytes
        A pickled setup.
    arms : tuple of (int, bytes)
        Some arms, by their position, each with its pickled setup.
    number : int
    """

    baseline: bytes
    arms: tuple[tuple[int, bytes], ...]
    number: int

    def __str__(self) -> str:
        return f"replication {self.number}"

    @classmethod
    def several(
        cls, baseline: Setup, arms: Sequence[Setup], missing: Mapping[int, Sequence[int]], *, jobs: int
    ) -> list[PairedTask]:
        """Return the tasks of some replications; there are fewer arms in each if there are more processes.

        Parameters
        ----------
        baseline : Setup
        arms : sequence of Setup
        missing : Mapping[int, sequence of int]
            The replications to do, and the positions of the arms in each.
        jobs : int
        """
        if not missing:
            return []
        first, *others = (pickle.dumps(setup) for setup in (baseline, *arms))
        tasks = []
        for number, positions in missing.items():
            parts = min(len(positions), math.ceil(AHEAD * jobs / len(missing))) if jobs > 1 else 1
            placed = [(position, others[position]) for position in positions]
            tasks += [cls(first, tuple(placed[part::parts]), number) for part in range(parts)]
        return tasks


@dataclass(frozen=True, slots=True, eq=False)
class PairedReplication:
    """One replication of the baseline and of some arms.

    Parameters
    ----------
    baseline : Replication
    arms : tuple of (int, Replication, NDArray[np.float64])
        By position, with who changed, shape (n_rows, 4).
    words : tuple of (str, str)
        The rows of who changed.
    """

    baseline: Replication
    arms: tuple[tuple[int, Replication, Floats], ...]
    words: Words


def carry_out_paired(task: PairedTask) -> PairedReplication:
    """Return the replication of a task, in whatever process this is."""
    baseline, before, labels = _seen(task.baseline, task.number)
    arms = []
    for position, setup in task.arms:
        replication, after, _ = _seen(setup, task.number)
        arms.append((position, replication, who_changed(before, after, labels)))
    return PairedReplication(baseline, tuple(arms), words_of(labels))


def _seen(setup: bytes, number: int) -> tuple[Replication, Fates, dict[str, tuple[str, ...]]]:
    """Return a replication's figures, what became of everybody, and what they are grouped by."""
    replicator = replicator_of(setup)
    run = replicator.simulated(number)
    fates = fates_of(run.log, replicator.period, run.child)
    return replicator.measured(run), fates, labels_of(run.log)
