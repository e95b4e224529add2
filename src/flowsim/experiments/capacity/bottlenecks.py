"""Bottlenecks: what one more of everything would be worth, and which resource binds when.

Each lever of capacity is moved alone, in a paired run: the same patients come. One bed more among hundreds is
lost in the noise of a full hospital, where one patient fewer in a queue changes every day after; the noise
hardly grows with the step, the effect does. So the step is about a twentieth of what there is, one at least,
and what is told is the difference divided by the step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.capacity.binding import Binding, binding
from flowsim.experiments.capacity.worths import MEASURES, Bottlenecks, More
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.runs.hospitals import hospital_of
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.replications import Task, replicator_of
from flowsim.experiments.runs.run import Changes, load_scenario
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import Store, store_in
from flowsim.experiments.statistics.precision import Precision, batches, read_asked
from flowsim.experiments.work.workers import perform
from flowsim.pathways.capacity import resources_that_differ
from flowsim.scenario.capacity import CapacityLever, capacity_levers, chosen_levers
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.yaml_file import IN_PYTHON
from flowsim.wording import quoted, unknown

STEP = 0.05
"""Share of what there is by which a lever is moved, unless it is said by how many units."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BottleneckPlan:
    """Paired runs that were checked whole and can start.

    Parameters
    ----------
    arms : tuple of Arm
        The baseline first, then an arm for each lever.
    levers : tuple of CapacityLever
    steps : tuple of int
        By how many units each is moved.
    resources : tuple of tuple of str
        What each gives more of; nothing where it opens a way, as the hours of ambulatory care do.
    without : tuple of CapacityLever
        Levers that have nothing to add to.
    numbers : tuple of int
        Replications to run; with a precision, at most.
    precision : Precision or None
    rank_by : str
    """

    arms: tuple[Arm, ...]
    levers: tuple[CapacityLever, ...]
    steps: tuple[int, ...]
    resources: tuple[tuple[str, ...], ...]
    without: tuple[CapacityLever, ...]
    numbers: tuple[int, ...]
    precision: Precision | None
    rank_by: str

    @property
    def key(self) -> str:
        """What identifies them: equal keys have equal results."""
        parts = {
            "arms": [[arm.name, arm.key] for arm in self.arms],
            "seed": self.arms[0].seed,
            "replications": list(self.numbers),
            "precision": self.precision.as_json() if self.precision else None,
            "rank_by": self.rank_by,
        }
        return digest(parts)


def plan_bottlenecks(
    scenario: str | Path,
    *,
    levers: Sequence[str] = (),
    units: int | None = None,
    changes: Changes = (),
    rank_by: str = MEASURES[0],
    replications: int | None = None,
    precision: str | Iterable[str] | None = None,
    max_replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    most_patients: int = MOST_PATIENTS,
) -> BottleneckPlan:
    """Return paired runs that can start; the parameters are those of `bottlenecks`.

    Raises
    ------
    InputError
        With every problem found; nothing was run.
    """
    asked = read_asked(replications, precision, max_replications)
    if units is not None and units < 1:
        raise InputError(f"units must be a whole number >= 1; found {quoted(units)}")
    if rank_by not in MEASURES:
        raise InputError(unknown("metric to rank by", rank_by, MEASURES))
    loaded = load_scenario(scenario, changes)
    every = capacity_levers(loaded.value)
    chosen = chosen_levers(every, levers)
    steps = tuple(min(units or max(1, round(STEP * lever.size)), lever.most) for lever in chosen)
    arms = read_arms(
        scenario,
        [_with_more(lever, step) for lever, step in zip(chosen, steps, strict=True)],
        changes=changes,
        replications=asked.most if asked else replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    hospital = hospital_of(loaded.value)
    return BottleneckPlan(
        arms=arms,
        levers=chosen,
        steps=steps,
        resources=tuple(resources_that_differ(hospital, hospital_of(arm.loaded.value)) for arm in arms[1:]),
        without=tuple(lever for lever in every if not lever.most),
        numbers=arms[0].planned.numbers,
        precision=asked,
        rank_by=rank_by,
    )


def carry_out_bottlenecks(
    planned: BottleneckPlan,
    store: Store | None = None,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    told: Told | None = None,
) -> Bottlenecks:
    """Run what the store has not, and return what one more of everything is worth.

    The baseline is run whether it is stored or not, since what binds is seen in its log.

    Parameters
    ----------
    planned : BottleneckPlan
    store : Store, optional
        If not given, nothing is kept.
    jobs : int
        Processes.
    executor : Executor, optional
        What does the work in place of processes of our own.
    told : callable, optional
        Called after each replication with those done and those to do.
    """
    source = Replications(store, jobs=jobs, executor=executor, told=told)
    base, *_ = planned.arms
    bound: dict[int, Binding] = {}
    done: list[list[Replication]] = [[] for _ in planned.arms]
    found: list[Bottlenecks] = []
    for numbers in batches(planned.precision, planned.numbers, lambda: found[-1].targets_and_figures()):
        tasks = Task.several(base.setup, numbers)
        wanted = (len(done[0]) + len(numbers)) * len(planned.arms)
        # Closed whatever happens in `told`, so that no process outlives an interruption.
        with closing(perform(carry_out_with_binding, tasks, jobs=jobs, executor=executor)) as coming:
            for _, (replication, one) in coming:
                source.keep(base, replication)
                bound[replication.number] = one
                if told:
                    told(len(done[0]) * len(planned.arms[1:]) + len(bound), wanted)
        for mine, new in zip(done, source.of(planned.arms, numbers), strict=True):
            mine += new
        found.append(_bottlenecks(planned, done, [bound[number] for number in sorted(bound)]))
    return found[-1]


def carry_out_with_binding(task: Task) -> tuple[Replication, Binding]:
    """Return the replication of a task and what bound in it, in whatever process this is."""
    replicator = replicator_of(task.setup)
    run = replicator.simulated(task.number)
    return replicator.measured(run), binding(run.log, replicator.period)


def bottlenecks(
    scenario: str | Path,
    *,
    levers: Sequence[str] = (),
    units: int | None = None,
    changes: Changes = (),
    rank_by: str = MEASURES[0],
    replications: int | None = None,
    precision: str | Iterable[str] | None = None,
    max_replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    jobs: int = 1,
    store: str | Path | None = None,
    most_patients: int = MOST_PATIENTS,
) -> Bottlenecks:
    """Return what one more bed, cubicle, clinician, assessor or slot is worth, for each there is.

    Parameters
    ----------
    scenario : str or Path
        A file, or the name of a shipped scenario.
    levers : sequence of str
        Only these: paths such as `community.P1.places.FG`, or what several begin with, such as `wards.beds`.
    units : int, optional
        How many more of each is run; about a twentieth of what there is if not given, one at least. Worths
        are those of one unit all the same.
    changes : mapping or sequence
        Levers moved in the baseline, and so in every arm.
    rank_by : str
        One of `MEASURES`.
    replications, seed : int, optional
        As the scenario says if not given.
    precision : str or iterable of str, optional
        In place of `replications`: run until the 95 % intervals of the worths have these half-widths, such as
        `"0.05pp"` of four-hour performance a unit.
    max_replications : int, optional
        At most with a precision.
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
    Bottlenecks
        By lever the worth of one unit more on each of `MEASURES`, with 95 % intervals; and which resources
        patients wait for, by hour of the week.

    Raises
    ------
    InputError
        If it cannot be run; nothing was.
    """
    planned = plan_bottlenecks(
        scenario,
        levers=levers,
        units=units,
        changes=changes,
        rank_by=rank_by,
        replications=replications,
        precision=precision,
        max_replications=max_replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    return carry_out_bottlenecks(planned, store_in(store), jobs=jobs)


def _with_more(lever: CapacityLever, step: int) -> Intervention:
    title = f"{lever.units(step)} more, {lever.name}"
    return Intervention(name=lever.name, title=title, levers=((lever.more(step), IN_PYTHON),))


def _bottlenecks(
    planned: BottleneckPlan, done: Sequence[Sequence[Replication]], bound: Sequence[Binding]
) -> Bottlenecks:
    baseline, *others = (
        arm.results(replications) for arm, replications in zip(planned.arms, done, strict=True)
    )
    first, *more = bound
    return Bottlenecks(
        baseline=baseline,
        levers=tuple(
            More(lever=lever, step=step, resources=resources, results=results)
            for lever, step, resources, results in zip(
                planned.levers, planned.steps, planned.resources, others, strict=True
            )
        ),
        binding=sum(more, start=first),
        without=planned.without,
        rank_by=planned.rank_by,
        asked=planned.precision,
    )
