"""A sweep: many scenarios, each beside one baseline with the same patients; nothing is run twice.

Every replication that is finished is kept in a store, under what it follows from. So a sweep that was
stopped, however that was, goes on where it was, and one whose file was changed runs only what changed.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.experiments.arms import Arm, Asked, read_arms
from flowsim.experiments.expectations import Expectation
from flowsim.experiments.precision import Precision, read_precision
from flowsim.experiments.replication import Replication
from flowsim.experiments.results import Results
from flowsim.experiments.run import load_scenario
from flowsim.experiments.size import MOST_PATIENTS
from flowsim.experiments.store import Store, figures_key
from flowsim.experiments.stored import Told, in_order, run_missing
from flowsim.experiments.sweep_file import Cell, ReadSweep, SweepFile, read_sweep
from flowsim.experiments.sweep_results import Sweep, SweptArm
from flowsim.scenario.interventions import Intervention, read_package
from flowsim.scenario.shipped import find_sweep, shipped_scenarios
from flowsim.wording import quoted, unknown


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
        Replications to run; with a precision, at most.
    precision : Precision or None
    """

    read: ReadSweep
    arms: tuple[Arm, ...]
    cells: tuple[Cell, ...]
    numbers: tuple[int, ...]
    precision: Precision | None

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
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


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
    precision = _precision(read, problems) if replications is None else None
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
    count = precision.most if precision else len(arms[0].planned.numbers)
    return SweepPlan(
        read=read,
        arms=(arms[0], *named),
        cells=read.cells,
        numbers=tuple(range(count)),
        precision=precision,
    )


def _precision(read: ReadSweep, problems: list[Problem]) -> Precision | None:
    form = read.form
    if not form.precision:
        if form.max_replications is not None:
            place = str(read.place(("max_replications",)))
            problems.append(Problem(place, "max_replications", "must go with a precision; found none"))
        return None
    if form.replications is not None:
        place = str(read.place(("precision",)))
        problems.append(Problem(place, "precision", "must stand alone; found replications, too"))
    try:
        return read_precision(form.precision, form.max_replications)
    except InputError as error:
        place = str(read.place(("precision",)))
        problems += [Problem(place, "precision", one.message) for one in error.problems]
        return None


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
        What does the work in place of processes of our own.
    told : callable, optional
        Called after each replication.

    Raises
    ------
    InputError
        If an expectation is about a figure that the hospital does not have.
    """
    if jobs < 1:
        raise InputError(f"jobs must be a whole number >= 1; found {quoted(jobs)}")
    keys = [figures_key(arm.key, arm.seed) for arm in planned.arms]
    done: dict[tuple[str, int], Replication] = {}
    words: dict[tuple[str, ...], tuple[str, ...]] = {}
    for numbers in _batches(planned, keys, done):
        wanted = len(done) + len(set(keys)) * len(numbers)
        missing = []
        for key, arm, number in in_order(planned.arms, keys, numbers):
            found = store.get(key, number) if store else None
            if found is None:
                missing.append((key, arm, number))
            else:
                done[key, number] = found
        if told:
            told(len(done), wanted)
        # Closed whatever happens, so that no process outlives an interruption.
        with closing(run_missing(missing, jobs, executor)) as coming:
            for key, replication in coming:
                if store:
                    store.put(key, replication)
                done[key, replication.number] = _sharing_words(words, replication)
                if key == keys[0]:
                    _refuse_unknown_figures(planned.form.expect, replication)
                if told:
                    told(len(done), wanted)
    return _sweep(planned, keys, done)


def sweep(
    source: str | Path,
    *,
    replications: int | None = None,
    jobs: int = 1,
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
    """
    planned = plan_sweep(source, replications=replications, most_patients=most_patients)
    kept = Store(Path(store), lambda told: warnings.warn(told, stacklevel=2)) if store else None
    return carry_out_sweep(planned, kept, jobs=jobs)


def _batches(
    planned: SweepPlan, keys: Sequence[str], done: Mapping[tuple[str, int], Replication]
) -> Iterator[Sequence[int]]:
    """Yield the replications to run next in every arm, once those before are done."""
    if planned.precision is None:
        yield planned.numbers
        return
    metrics = [target.metric for target in planned.precision.targets]
    count, wanted = 0, planned.precision.count([])
    while wanted > count:
        yield planned.numbers[count:wanted]
        count = wanted
        results = _sweep(planned, keys, done).arms
        wanted = max(
            planned.precision.count([arm.results.by_replication(metric) for metric in metrics])
            for arm in results
        )


def _sharing_words(words: dict[tuple[str, ...], tuple[str, ...]], replication: Replication) -> Replication:
    """Return a replication that shares its words with those before, so that thousands of them stay small."""
    metric, group = (words.setdefault(one, one) for one in (replication.metric, replication.group))
    return replace(replication, metric=metric, group=group)


def _refuse_unknown_figures(expect: Sequence[Expectation], replication: Replication) -> None:
    """Refuse an expectation about what the hospital does not have, as soon as that can be known."""
    there = set(zip(replication.metric, replication.group, strict=True))
    for clause in (one.that for one in expect):
        if (clause.metric, clause.group) not in there:
            groups = sorted(group for metric, group in there if metric == clause.metric)
            raise InputError(f"{clause.text}: {unknown(f'group of {clause.metric}', clause.group, groups)}")


def _sweep(planned: SweepPlan, keys: Sequence[str], done: Mapping[tuple[str, int], Replication]) -> Sweep:
    """Return the results of the replications there are."""
    numbers = sorted({number for _, number in done})
    varied = ({}, *({one.axis: one.value for one in cell.settings} for cell in planned.cells))
    arms = [
        SweptArm(
            name=arm.name,
            title=arm.title,
            key=arm.key,
            varied=settings,
            results=Results.of(
                replace(arm.planned.about, name=arm.name, title=arm.title),
                [done[key, number] for number in numbers],
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
    )
