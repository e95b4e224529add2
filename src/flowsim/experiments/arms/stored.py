"""Replications of many scenarios: remembered, taken from a store, or run; none is run twice."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace

from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.runs.hospitals import MOST_HOSPITALS
from flowsim.experiments.runs.replication import Replication, Setup
from flowsim.experiments.runs.replications import Task, carry_out_task
from flowsim.experiments.runs.size import refuse_if_memory_is_short
from flowsim.experiments.runs.store import Store, figures_key
from flowsim.experiments.work.workers import perform
from flowsim.wording import quoted

Told = Callable[[int, int], None]
"""Called with how many replications there are, and how many there will be."""


class Replications:
    """Where the replications of any arms come from.

    Parameters
    ----------
    store : Store, optional
        If not given, nothing is kept when this is gone.
    jobs : int
        Processes.
    executor : Executor, optional
        What does the work in place of processes of our own.
    told : callable, optional
        Called after each replication.
    only : sequence of (str, str)
        The figures that are wanted, if not all; see `Setup`.
    pooled : sequence of (str, str)
        Figures of several months together that are wanted besides, if not those of the arms.
    seen : callable, optional
        Called with each replication that was run, and the key of its figures, before it is told of.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        jobs: int = 1,
        executor: Executor | None = None,
        told: Told | None = None,
        only: Sequence[tuple[str, str]] = (),
        pooled: Sequence[tuple[str, str]] = (),
        seen: Callable[[str, Replication], None] | None = None,
    ) -> None:
        if jobs < 1:
            raise InputError(f"jobs must be a whole number >= 1; found {quoted(jobs)}")
        self.store, self.jobs, self.executor, self.told, self.seen = store, jobs, executor, told, seen
        self.only, self.pooled = tuple(only), tuple(pooled)
        self.run = 0
        """How many were run, being neither remembered nor in the store."""
        self._done: dict[tuple[str, int], Replication] = {}
        self._words: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of(self, arms: Sequence[Arm], numbers: Sequence[int]) -> list[list[Replication]]:
        """Return for each arm its replications of these numbers, those not there being run."""
        keys = [self._key(arm) for arm in arms]
        missing = []
        for key, arm, number in _in_order(arms, keys, numbers):
            if (key, number) not in self._done and not self._found(key, number):
                missing.append((key, arm, number))
        if missing and self.executor is None:
            largest = max(arm.planned.patients for _, arm, _ in missing)
            refuse_if_memory_is_short(largest, min(self.jobs, len(missing)))
        wanted = len(self._done) + len(missing)
        self._tell(wanted)
        # Closed whatever happens, so that no process outlives an interruption.
        with closing(self._run_missing(missing)) as coming:
            for key, replication in coming:
                self._kept(key, replication)
                if self.seen:
                    self.seen(key, replication)
                self._tell(wanted)
        return [[self._done[key, number] for number in numbers] for key in keys]

    def _run_missing(self, missing: Sequence[tuple[str, Arm, int]]) -> Generator[tuple[str, Replication]]:
        """Yield replications with their keys as they come, in any order."""
        pickled = {key: pickle.dumps(self._setup(arm)) for key, arm, _ in missing}
        key_of = {setup: key for key, setup in pickled.items()}
        tasks = [Task(pickled[key], number) for key, _, number in missing]
        for task, replication in perform(carry_out_task, tasks, jobs=self.jobs, executor=self.executor):
            yield key_of[task.setup], replication

    def _setup(self, arm: Arm) -> Setup:
        if self.only:
            return replace(arm.setup, only=self.only, pooled=())
        return replace(arm.setup, pooled=self.pooled) if self.pooled else arm.setup

    def _key(self, arm: Arm) -> str:
        return figures_key(arm.key, arm.seed, arm.engine, self.only, self.pooled)

    def keep(self, arm: Arm, replication: Replication) -> None:
        """Keep a replication of an arm that was run elsewhere."""
        self._kept(self._key(arm), replication)

    def _kept(self, key: str, replication: Replication) -> None:
        if self.store:
            self.store.put(key, replication)
        self._remember(key, replication)
        self.run += 1

    def _found(self, key: str, number: int) -> bool:
        """Return whether the store has a replication, which is then remembered."""
        found = self.store.get(key, number) if self.store else None
        if found is not None:
            self._remember(key, found)
        return found is not None

    def _remember(self, key: str, replication: Replication) -> None:
        """Keep a replication; it shares its words with those before, so that thousands stay small."""
        metric, group = (self._words.setdefault(one, one) for one in (replication.metric, replication.group))
        self._done[key, replication.number] = replace(replication, metric=metric, group=group)

    def _tell(self, wanted: int) -> None:
        if self.told:
            self.told(len(self._done), wanted)


def _in_order(
    arms: Sequence[Arm], keys: Sequence[str], numbers: Sequence[int]
) -> Iterator[tuple[str, Arm, int]]:
    """Yield every replication of every scenario once.

    The arms of one replication follow one another, as many as a process keeps ready, since they have the same
    patients.
    """
    scenarios = list(dict(zip(keys, arms, strict=True)).items())
    for first in range(0, len(scenarios), MOST_HOSPITALS):
        for number in numbers:
            for key, arm in scenarios[first : first + MOST_HOSPITALS]:
                yield key, arm, number
