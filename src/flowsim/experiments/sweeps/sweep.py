"""A sweep: many scenarios, each beside one baseline with the same patients; nothing is run twice.

Every replication that is finished is kept in a store, under what it follows from. So a sweep that was
stopped, however that was, goes on where it was, and one whose file was changed runs only what changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.experiments.arms.arms import Arm, Asked, read_arms
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.runs.expectations import Expectation
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import load_scenario
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import Store, figures_key, store_in
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import MOST, Precision, Target, batches, read_precision
from flowsim.experiments.statistics.selection import FIRST, Selection, select
from flowsim.experiments.sweeps.file import Cell, ReadSweep, SweepFile, read_sweep
from flowsim.experiments.sweeps.results import Choice, Sweep, SweptArm
from flowsim.experiments.work.cluster import open_cluster
from flowsim.outcomes import METRICS
from flowsim.scenario.interventions import Intervention, read_package
from flowsim.scenario.shipped import find_sweep, shipped_scenarios
from flowsim.wording import quoted, unknown

AT_A_TIME = 5
"""Replications between two looks at which arm is best."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SweepPlan:
    """A sweep that was checked whole and can start.

    Parameters
    ----------
    read : ReadSweep
    arms : tuple of Arm
        The baseline first.
    cells : tuple of Cell
        What each arm but the baseline was made of.
    numbers : tuple of int
        Replications to run; with a precision or a selection, at most.
    precision : Precision or None
    indifference : Target or None
        What the best arm is to be chosen by, if it is.
    """

    read: ReadSweep
    arms: tuple[Arm, ...]
    cells: tuple[Cell, ...]
    numbers: tuple[int, ...]
    precision: Precision | None
    indifference: Target | None

    @property
    def form(self) -> SweepFile:
        """What the file says."""
        return self.read.form

    @property
    def key(self) -> str:
        """What identifies the sweep: equal keys have equal results."""
        parts = {
            "arms": [[arm.name, arm.title, arm.key] for arm in self.arms],
            "seed": self.arms[0].seed,
            "replications": list(self.numbers),
            "precision": self.precision.as_json() if self.precision else None,
            "rank_by": self.form.rank_by,
            "select": [str(self.indifference), self.form.confidence] if self.indifference else None,
        }
        return digest(parts)


def plan_sweep(
    source: str | Path, *, replications: int | None = None, most_patients: int = MOST_PATIENTS
) -> SweepPlan:
    """Return a sweep that can start: every scenario was read and its hospital built.

    Parameters
    ----------
    source : str or Path
        A file, or the name of a shipped sweep.
    replications : int, optional
        Of each arm, in place of what the file says.
    most_patients : int
        A replication that would draw more is refused.

    Raises
    ------
    InputError
        With every problem of the file and of its scenarios.
    """
    read = read_sweep(find_sweep(str(source)))
    form = read.form
    problems: list[Problem] = []
    precision, indifference = _until(read, problems) if replications is None else (None, None)
    baseline = _beside(read, form.baseline)
    asked = [_asked(read, cell, problems) for cell in read.cells]
    try:
        name = load_scenario(baseline, form.changes.changes).value.name
        problems += _unknown_arms(read, {name, *(cell.name for cell in read.cells)})
    except InputError as error:
        place = str(read.place(("baseline",)))
        problems += [one if one.where else Problem(place, "baseline", str(one)) for one in error.problems]
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    arms = read_arms(
        baseline,
        asked,
        changes=form.changes.changes,
        replications=replications or form.replications,
        seed=form.seed,
        most_patients=most_patients,
    )
    # A name that a file gives, or one made of axes, says more than the interventions' names joined.
    named = [replace(arm, name=cell.name) for arm, cell in zip(arms[1:], read.cells, strict=True)]
    if arms[0].name in {cell.name for cell in read.cells}:
        raise InputError(f"arms must have other names than the baseline; found {quoted(arms[0].name)}")
    count = len(arms[0].planned.numbers)
    if precision or indifference:
        count = form.max_replications or MOST
    return SweepPlan(
        read=read,
        arms=(arms[0], *named),
        cells=read.cells,
        numbers=tuple(range(count)),
        precision=precision,
        indifference=indifference,
    )


def _until(read: ReadSweep, problems: list[Problem]) -> tuple[Precision | None, Target | None]:
    """Return the precision, or the indifference zone of a selection, that a file asks for, if it does."""
    form = read.form
    given = [name for name in ("replications", "precision", "select") if getattr(form, name)]
    if len(given) > 1:
        place = str(read.place((given[1],)))
        problems.append(Problem(place, given[1], f"must stand alone; found {given[0]}, too"))
    if not form.precision and not form.select:
        if form.max_replications is not None:
            place = str(read.place(("max_replications",)))
            message = "must go with a precision, or with select; found neither"
            problems.append(Problem(place, "max_replications", message))
        return None, None
    name = "precision" if form.precision else "select"
    written = form.precision or f"{form.rank_by}={form.select}"
    try:
        found = read_precision(written, form.max_replications)
    except InputError as error:
        place = str(read.place((name,)))
        problems += [Problem(place, name, one.message) for one in error.problems]
        return None, None
    return (found, None) if form.precision else (None, found.targets[0])


def _unknown_arms(read: ReadSweep, names: Collection[str]) -> Iterator[Problem]:
    """Yield each arm that is expected something of and is none."""
    for i, one in enumerate(read.form.expect):
        place = str(read.place(("expect", i)))
        for name in one.arms:
            if name not in names:
                yield Problem(place, f"expect.{i}.arms", unknown("arm", name, names))


def _asked(read: ReadSweep, cell: Cell, problems: list[Problem]) -> Asked:
    """Return what an arm is made of: a scenario of its own, or interventions, the last being its levers."""
    interventions: list[Intervention] = []
    for package, keys in cell.packages:
        alone = _beside(read, package)
        if len(cell.settings) == 1 and (alone != package or package in shipped_scenarios()):
            return alone
        try:
            interventions += read_package(str(alone))
        except InputError as error:
            place = str(read.place(keys))
            problems += [one if one.where else replace(one, where=place) for one in error.problems]
    if cell.changes:
        levers = tuple((change, read.place(keys)) for change, keys in cell.changes)
        label = ", ".join(one.label for one in cell.settings if one.changes)
        interventions.append(Intervention(name=label, title=label, levers=levers))
    return interventions


def _beside(read: ReadSweep, reference: str) -> str | Path:
    """Return a file beside the sweep's own, if there is one, or what was written."""
    file = read.file.parent / reference
    return file if file.is_file() else reference


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
    keys = [figures_key(arm.key, arm.seed) for arm in planned.arms]
    done: dict[tuple[str, int], Replication] = {}

    def seen(key: str, replication: Replication) -> None:
        if key == keys[0]:
            _refuse_unknown_figures(planned.form.expect, replication)

    source = Replications(store, jobs=jobs, executor=executor, told=told, seen=seen)
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
        planned = plan_sweep(source, replications=replications, most_patients=most_patients)
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


def _refuse_unknown_figures(expect: Sequence[Expectation], replication: Replication) -> None:
    """Refuse an expectation about what the hospital does not have, as soon as that can be known."""
    there = set(zip(replication.metric, replication.group, strict=True))
    for clause in (one.that for one in expect):
        if (clause.metric, clause.group) not in there:
            groups = sorted(group for metric, group in there if metric == clause.metric)
            raise InputError(f"{clause.text}: {unknown(f'group of {clause.metric}', clause.group, groups)}")


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
            results=Results.of(
                replace(arm.planned.about, name=arm.name, title=arm.title),
                [done[key, number] for number in given[key]],
            ),
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
