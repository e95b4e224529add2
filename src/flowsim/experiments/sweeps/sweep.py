"""A sweep: many scenarios, each beside one baseline with the same patients; nothing is run twice.

Every replication that is finished is kept in a store, under what it follows from. So a sweep that was
stopped, however that was, goes on where it was, and one whose file was changed runs only what changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import Store, figures_key, store_in
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import Precision, batches
from flowsim.experiments.statistics.selection import FIRST, Selection, select
from flowsim.experiments.sweeps.file import ReadSweep
from flowsim.experiments.sweeps.plan import SweepPlan, plan_sweep
from flowsim.experiments.sweeps.results import Choice, Sweep, SweptArm
from flowsim.experiments.work.cluster import open_cluster
from flowsim.outcomes import METRICS
from flowsim.wording import unknown

AT_A_TIME = 5
"""Replications between two looks at which arm is best."""


def carry_out_sweep(
    planned: SweepPlan,
    store: Store | None = None,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    told: Told | None = None,
) -> Sweep:
    """Run what the store has not, and return the results.

    Parameters
    ----------
    planned : SweepPlan
    store : Store, optional
        If not given, nothing is kept.
    jobs : int
        Processes.
    executor : Executor, optional
        What does the work in place of processes of our own, such as a cluster from `open_cluster`.
    told : callable, optional
        Called after each replication.

    Raises
    ------
    WorkersError
        If those who do the work are gone; what is finished is in the store.
    InputError
        If an expectation is about a figure that the hospital does not have.
    """
    keys = [figures_key(arm.key, arm.seed, arm.engine, planned.only) for arm in planned.arms]
    done: dict[tuple[str, int], Replication] = {}

    def seen(key: str, replication: Replication) -> None:
        if key == keys[0]:
            _refuse_unknown_figures(planned.read, replication)

    source = Replications(store, jobs=jobs, executor=executor, told=told, only=planned.only, seen=seen)
    for numbers, still_in in _batches(planned, keys, done):
        running = [i for i, key in enumerate(keys) if key in still_in]
        found = source.of([planned.arms[i] for i in running], numbers)
        for i, replications in zip(running, found, strict=True):
            done.update(((keys[i], one.number), one) for one in replications)
    return _sweep(planned, keys, done)


def sweep(
    source: str | Path,
    *,
    replications: int | None = None,
    jobs: int = 1,
    dask: str | None = None,
    insecure: bool = False,
    store: str | Path | None = None,
    most_patients: int = MOST_PATIENTS,
) -> Sweep:
    """Run a sweep and return its results.

    Parameters
    ----------
    source : str or Path
        A file, or the name of a shipped sweep such as `board-shortlist`.
    replications : int, optional
        Of each arm, in place of what the file says.
    jobs : int
        Processes. With more than one, a script must call this under `if __name__ == "__main__":`.
    dask : str, optional
        The address of a Dask scheduler whose workers do the work in place of processes here, such as
        `tls://10.0.0.5:8786`.
    insecure : bool
        Whether `dask` may be `tcp://` to another machine, which has no authentication.
    store : str or Path, optional
        A folder in which finished replications are kept, so that no other sweep runs them again; a file in it
        that is damaged is warned of and its replication run again. If not given, nothing is kept.
    most_patients : int
        A replication that would draw more is refused.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        If the sweep cannot be run; nothing was.
    ResultsError
        If a finished replication cannot be kept.
    WorkersError
        If those who do the work are gone.
    """
    with open_cluster(dask, insecure=insecure) if dask else nullcontext() as cluster:
        planned = plan_sweep(source, replications=replications, most_patients=most_patients, jobs=jobs)
        return carry_out_sweep(planned, store_in(store), jobs=jobs, executor=cluster)


def _batches(
    planned: SweepPlan, keys: Sequence[str], done: Mapping[tuple[str, int], Replication]
) -> Iterator[tuple[Sequence[int], set[str]]]:
    """Yield the replications to run next, and the keys of the arms to run, once those before are done."""
    every, numbers = set(keys), planned.numbers
    if planned.indifference is not None:
        count, still_in = FIRST, every
        yield numbers[:count], every
        while count < len(numbers):
            found, _ = _selection(planned, _sweep(planned, keys, done).arms)
            if found.best is not None:
                return
            # The baseline goes on with the others, which are compared with it.
            still_in = {keys[0], *(keys[1 + i] for i in found.still_in.tolist())}
            yield numbers[count : count + AT_A_TIME], still_in
            count += AT_A_TIME
        return

    def reached() -> tuple[Precision, list[Floats]]:
        assert planned.precision is not None
        swept = _sweep(planned, keys, done)
        return planned.precision.of_each(
            [arm.name for arm in swept.arms],
            lambda arm, metric: swept.arm(arm).results.by_replication(metric),
        )

    for some in batches(planned.precision, numbers, reached):
        yield some, every


def _selection(planned: SweepPlan, arms: Sequence[SweptArm]) -> tuple[Selection, float]:
    """Return where the choice of the best arm stands, and the indifference zone in the metric's unit."""
    assert planned.indifference is not None
    metric = planned.indifference.metric
    baseline = arms[0].results.by_replication(metric)
    # That of the first replications, so that it does not change on the way.
    zone = planned.indifference.half_width(float(baseline[:FIRST].mean()))
    better = -1.0 if METRICS[metric].direction == "lower" else 1.0
    figures = [better * arm.results.by_replication(metric) for arm in arms[1:]]
    return select(figures, indifference=zone, confidence=planned.form.confidence), zone


def _choice(planned: SweepPlan, arms: Sequence[SweptArm]) -> Choice | None:
    if planned.indifference is None:
        return None
    found, zone = _selection(planned, arms)
    best = None if found.best is None else arms[1 + found.best].name
    return Choice(zone, planned.form.confidence, best)


def _refuse_unknown_figures(read: ReadSweep, replication: Replication) -> None:
    """Refuse the expectations about what the hospital does not have, as soon as that can be known."""
    there = set(zip(replication.metric, replication.group, strict=True))
    problems = []
    for i, clause in enumerate(one.that for one in read.form.expect):
        if (clause.metric, clause.group) not in there:
            groups = sorted(group for metric, group in there if metric == clause.metric)
            message = f"{clause.text}: {unknown(f'group of {clause.metric}', clause.group, groups)}"
            problems.append(Problem(str(read.place(("expect", i))), f"expect.{i}", message))
    if problems:
        raise InputError(problems)


def _sweep(planned: SweepPlan, keys: Sequence[str], done: Mapping[tuple[str, int], Replication]) -> Sweep:
    """Return the results of the replications there are."""
    given: dict[str, list[int]] = defaultdict(list)
    for key, number in sorted(done):
        given[key].append(number)
    varied = ({}, *({one.axis: one.value for one in cell.settings} for cell in planned.cells))
    arms = [
        SweptArm(
            name=arm.name,
            title=arm.title,
            key=arm.key,
            varied=settings,
            results=arm.results([done[key, number] for number in given[key]]),
        )
        for arm, key, settings in zip(planned.arms, keys, varied, strict=True)
    ]
    return Sweep(
        name=planned.form.name,
        title=planned.form.title,
        arms=tuple(arms),
        rank_by=planned.form.rank_by,
        expect=planned.form.expect,
        choice=_choice(planned, arms),
    )
