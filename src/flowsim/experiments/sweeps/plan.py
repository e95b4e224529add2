"""A sweep that was checked whole and can start: its scenarios, and how many replications each gets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.errors import InputError, Problem, tried
from flowsim.experiments.arms.arms import Arm, Asked, ToldOfStep, read_arms
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.runs.run import load_scenario
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.statistics.precision import MOST, Precision, Target, read_precision
from flowsim.experiments.sweeps.file import Cell, ReadSweep, SweepFile, read_sweep
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.complaints import by_line
from flowsim.scenario.interventions import Intervention, read_package
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import find_sweep, shipped_scenarios
from flowsim.wording import unknown


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
    only : tuple of (str, str)
        The figures that are kept, each a metric and a group, if not all.
    """

    read: ReadSweep
    arms: tuple[Arm, ...]
    cells: tuple[Cell, ...]
    numbers: tuple[int, ...]
    precision: Precision | None
    indifference: Target | None
    only: tuple[tuple[str, str], ...]

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
            "only": self.only,
            "select": [str(self.indifference), self.form.confidence] if self.indifference else None,
        }
        return digest(parts)


def plan_sweep(
    source: str | Path,
    *,
    replications: int | None = None,
    most_patients: int = MOST_PATIENTS,
    jobs: int = 1,
    told: ToldOfStep | None = None,
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
    jobs : int
        Processes that build the hospitals, if there are many.
    told : callable, optional
        Called after each scenario that was read and each hospital that was built.

    Raises
    ------
    InputError
        With every problem of the file and of its scenarios.
    """
    problems: list[Problem] = []
    read = read_sweep(find_sweep(str(source)), problems)
    form = read.form
    precision, indifference = _until(read, problems) if replications is None else (None, None)
    baseline = _beside(read, form.baseline)
    start = _baseline(read, baseline, problems)
    asked = {cell.name: _asked(read, cell, problems) for cell in read.cells}
    arms: tuple[Arm, ...] | None = None
    if start is not None:
        problems += _unknown_arms(read, {start.name, *asked}) if read.whole else ()
        problems += _unknown_dates(read, start)
        known = {name: one for name, one in asked.items() if one is not None}
        arms = tried(
            problems,
            lambda: read_arms(
                baseline,
                list(known.values()),
                changes=form.changes.changes,
                # A file's own name, or one made of axes, says more than the interventions' names joined.
                names=list(known),
                build=not problems,
                replications=replications or form.replications,
                seed=form.seed,
                most_patients=most_patients,
                jobs=jobs,
                told=told,
            ),
        )
    if problems or arms is None:
        raise InputError(sorted(dict.fromkeys(problems), key=by_line))
    count = len(arms[0].planned.numbers)
    if precision or indifference:
        count = form.max_replications or MOST
    return SweepPlan(
        read=read,
        arms=arms,
        cells=read.cells,
        numbers=tuple(range(count)),
        precision=precision,
        indifference=indifference,
        only=_only(form, precision),
    )


def _only(form: SweepFile, precision: Precision | None) -> tuple[tuple[str, str], ...]:
    """Return the figures that are kept; nothing if that is all."""
    if not form.figures:
        return ()
    targets = [(one.metric, ALL) for one in precision.targets] if precision else []
    expected = [(one.that.metric, one.that.group) for one in form.expect]
    return tuple(
        dict.fromkeys([(form.rank_by, ALL), *((name, ALL) for name in form.figures), *targets, *expected])
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


def _baseline(read: ReadSweep, baseline: str | Path, problems: list[Problem]) -> Scenario | None:
    """Return the baseline, or None if it cannot be run."""
    changes = read.form.changes.changes
    try:
        return load_scenario(baseline, changes).value
    except InputError as error:
        for one in error.problems:
            moved = any(f"{one.path}.".startswith(f"{change.path}.") for change in changes)
            keys = ("changes", one.path) if moved else ("baseline",)
            place = str(read.place(keys))
            message = one.message if moved else str(one)
            problems.append(one if one.where else Problem(place, ".".join(keys), message))
        return None


def _unknown_dates(read: ReadSweep, baseline: Scenario) -> Iterator[Problem]:
    """Yield each expectation of a month or a week that the run does not have."""
    for i, one in enumerate(read.form.expect):
        try:
            one.that.refuse_unknown_date(baseline)
        except ValueError as error:
            yield Problem(str(read.place(("expect", i))), f"expect.{i}", str(error))


def _asked(read: ReadSweep, cell: Cell, problems: list[Problem]) -> Asked | None:
    """Return what an arm is made of: a scenario of its own, or interventions, the last being its levers.

    None if an intervention cannot be read, which is told.
    """
    interventions: list[Intervention] = []
    readable = True
    for package, keys in cell.packages:
        alone = _beside(read, package)
        if len(cell.settings) == 1 and (alone != package or package in shipped_scenarios()):
            return alone
        try:
            interventions += read_package(str(alone))
        except InputError as error:
            place = str(read.place(keys))
            problems += [one if one.where else replace(one, where=place) for one in error.problems]
            readable = False
    if cell.changes:
        levers = tuple((change, read.place(keys)) for change, keys in cell.changes)
        label = ", ".join(one.label for one in cell.settings if one.changes)
        interventions.append(Intervention(name=label, title=label, levers=levers))
    return interventions if readable else None


def _beside(read: ReadSweep, reference: str) -> str | Path:
    """Return a file beside the sweep's own, if there is one, or what was written."""
    file = read.file.parent / reference
    return file if file.is_file() else reference
