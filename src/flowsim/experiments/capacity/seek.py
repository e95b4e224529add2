"""Goal seek: the least of a lever, or the cheapest mix of two or three, for which a target is likely met.

Every value is a scenario with the same patients; `seeking` says how they are judged and which are tried. All
replications go through a store, so that a search that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.capacity.bottlenecks import carry_out_bottlenecks, plan_bottlenecks
from flowsim.experiments.capacity.seek_plan import PROBABILITY, SeekPlan, plan_seek
from flowsim.experiments.capacity.seek_results import Seek
from flowsim.experiments.capacity.seeking import Bools, Index, Search
from flowsim.experiments.capacity.sought import Range
from flowsim.experiments.capacity.worths import MEASURES
from flowsim.experiments.runs.expectations import OPERATORS, Clause
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.run import Changes
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import Store, store_in
from flowsim.experiments.statistics.intervals import Floats
from flowsim.wording import unknown

Tried = Callable[[str], None]
"""Called with a sentence about each value that is being tried."""


def carry_out_seek(
    planned: SeekPlan,
    store: Store | None = None,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    told: Told | None = None,
    tried: Tried | None = None,
    obstacles: Sequence[str] | None = (),
) -> Seek:
    """Search, running what the store has not.

    Parameters
    ----------
    planned : SeekPlan
    store : Store, optional
        If not given, nothing is kept.
    jobs : int
        Processes.
    executor : Executor, optional
        What does the work in place of processes of our own.
    told : callable, optional
        Called after each replication with those done and those to do for the value being tried.
    tried : callable, optional
        Called with a sentence about what is being tried.
    obstacles : sequence of str or None
        Levers of capacity that are looked at where nothing meets the target; all if empty, and nothing is
        looked at if None.
    """
    attempt = _Attempt(planned, Replications(store, jobs=jobs, executor=executor, told=told), tried)
    search = Search(attempt, planned.rule)
    if len(planned.levers) == 1:
        answer = search.first_that_meets(len(planned.levers[0].values))
    else:
        shape = tuple(len(lever.values) for lever in planned.levers)
        costs = np.array([planned.cost(index) for index in np.ndindex(*shape)]).reshape(shape)
        answer = search.cheapest_that_meets(costs)
    points = tuple(search.points[index] for index in sorted(search.points))
    if answer is not None:
        return Seek(planned=planned, points=points, answer=search.points[answer])
    found = Seek(planned=planned, points=points, answer=None)
    if obstacles is None:
        return found
    if tried:
        tried(f"nothing does; looking for what stands in the way at {planned.text(found.best.index)}")
    in_the_way = carry_out_bottlenecks(
        plan_bottlenecks(
            planned.scenario,
            levers=obstacles,
            changes=(*planned.changes, *planned.moves(found.best.index)),
            rank_by=planned.clause.metric if planned.clause.metric in MEASURES else MEASURES[0],
            replications=planned.rule.first,
            seed=planned.baseline.seed,
            engine=planned.baseline.engine,
            most_patients=planned.baseline.most_patients,
        ),
        store,
        jobs=jobs,
        executor=executor,
        told=told,
    )
    return Seek(planned=planned, points=points, answer=None, obstacles=in_the_way)


def seek(
    scenario: str | Path,
    *,
    lever: str | Sequence[str],
    until: str,
    between: Range | Sequence[Range] | Mapping[str, Range] | None = None,
    cost: Mapping[str, float] | None = None,
    probability: float = PROBABILITY,
    changes: Changes = (),
    replications: int | None = None,
    max_replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    jobs: int = 1,
    store: str | Path | None = None,
    most_patients: int = MOST_PATIENTS,
) -> Seek:
    """Return the least of a lever, or the cheapest mix of two or three, for which a target is likely met.

    Parameters
    ----------
    scenario : str or Path
        A file, or the name of a shipped scenario.
    lever : str or sequence of str
        Up to three levers of capacity, such as `acute_medicine.amu_beds` or `frailty.fit_hours.later`, or
        dotted paths of numbers, durations or distributions.
    until : str
        The target, such as `"four_hour_performance >= 0.95"`.
    between : pair, sequence of pairs or mapping, optional
        For each lever its first value and its last, in the direction in which the target comes nearer. A
        lever of capacity has a range without: from what there is now to twice as much.
    cost : mapping, optional
        By lever what one unit costs; needed with several levers.
    probability : float
        Of a year's meeting the target, that is asked for.
    changes : mapping or sequence
        Levers moved in the baseline, and so everywhere.
    replications : int, optional
        Of each value at first; as the scenario says if not given.
    max_replications : int, optional
        Of each value at most; 200 if not given.
    seed : int, optional
        As the scenario says if not given.
    engine : str
    jobs : int
        Processes. With more than one, a script must call this under `if __name__ == "__main__":`.
    store : str or Path, optional
        A folder in which finished replications are kept, so that none is run again. If not given, nothing is
        kept.
    most_patients : int
        A replication that would draw more is refused.

    Returns
    -------
    Seek
        Every value that was tried, with the share of replications that meet the target, and the answer; where
        nothing meets it, no answer and what stands in the way.

    Raises
    ------
    InputError
        If it cannot be run; nothing was.
    """
    planned = plan_seek(
        scenario,
        lever=lever,
        until=until,
        between=between,
        cost=cost,
        probability=probability,
        changes=changes,
        replications=replications,
        max_replications=max_replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    return carry_out_seek(planned, store_in(store), jobs=jobs)


@dataclass(eq=False)
class _Attempt:
    """Runs the replications of a point and says which of them met the target."""

    planned: SeekPlan
    source: Replications
    tried: Tried | None
    arms: dict[Index, Arm] = field(default_factory=dict)

    def __call__(self, index: Index, numbers: Sequence[int]) -> tuple[Floats, Bools]:
        if index not in self.arms:
            self.arms[index] = self.planned.arm(index)
        if self.tried:
            self.tried(f"trying {self.planned.text(index)}, replications {numbers[0]} to {numbers[-1]}")
        clause = self.planned.clause
        arms = [self.arms[index], *([self.planned.baseline] if clause.difference else [])]
        mine, *others = (
            np.array([_figure(one, clause) for one in each]) for each in self.source.of(arms, numbers)
        )
        figures = mine - others[0] if others else mine
        return figures, np.array([OPERATORS[clause.operator](value, clause.limit) for value in figures])


def _figure(replication: Replication, clause: Clause) -> float:
    """Return what a target is about in a replication.

    Raises
    ------
    InputError
        If the hospital has no such figure.
    """
    keys = zip(replication.metric, replication.group, strict=True)
    at = next((i for i, key in enumerate(keys) if key == (clause.metric, clause.group)), None)
    if at is None:
        groups = [
            group
            for metric, group in zip(replication.metric, replication.group, strict=True)
            if metric == clause.metric
        ]
        raise InputError(f"{clause.text}: {unknown(f'group of {clause.metric}', clause.group, groups)}")
    return float(replication.values[at])
