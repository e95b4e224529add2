"""Bottlenecks: what one more of everything would be worth, and which resource binds when.

Each lever of capacity is moved alone, in a paired run: the same patients come. One bed more among hundreds is
lost in the noise of a full hospital, where one patient fewer in a queue changes every day after; the noise
hardly grows with the step, the effect does. So the step is about a twentieth of what there is, one at least,
and what is told is the difference divided by the step.
"""

from __future__ import annotations

import hashlib
import html
import json
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.capacity.binding import Binding, binding
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.replications import Task, replicator_of
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import Changes, load_scenario
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import Store
from flowsim.experiments.statistics.differences import ALPHA, Differences, differences, holm
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import Attained, Precision, read_asked
from flowsim.experiments.work.workers import perform
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.pathways.capacity import resources_that_differ
from flowsim.pathways.hospital import build
from flowsim.scenario.capacity import CapacityLever, capacity_levers, chosen_levers
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.yaml_file import IN_PYTHON
from flowsim.wording import quoted, unknown

if TYPE_CHECKING:
    import pandas as pd

MEASURES = (
    "four_hour_performance",
    "four_hour_performance_type1",
    "dta_waits_over_12h",
    "occupied_bed_days",
    "mffd_bed_days",
)
"""Metrics whose worths are tested together, for all levers; the levers are ranked by one of them."""

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
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, eq=False)
class More:
    """The hospital with more of one thing.

    Parameters
    ----------
    lever : CapacityLever
    step : int
        How many units more.
    resources : tuple of str
        What it gives more of.
    results : Results
    """

    lever: CapacityLever
    step: int
    resources: tuple[str, ...]
    results: Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one unit more changes, in the metric's unit: the paired difference divided by the step."""

    mean: float
    low: float
    high: float
    p: float
    """Of the paired t test, for itself."""
    adjusted: float
    """The same for being one of many, by Holm's procedure; NaN for what is not tested together."""

    @property
    def clear(self) -> bool:
        """Whether it is there, the number of levers and measures looked at considered."""
        return self.adjusted < ALPHA


@dataclass(frozen=True, kw_only=True, eq=False)
class Bottlenecks:
    """What one more of everything is worth, and what binds when.

    Parameters
    ----------
    baseline : Results
    levers : tuple of More
        In the order of the schema.
    binding : Binding
        Of the baseline.
    without : tuple of CapacityLever
        Levers that have nothing to add to.
    rank_by : str
    asked : Precision or None
        What was asked for of the worths.
    """

    baseline: Results
    levers: tuple[More, ...]
    binding: Binding
    without: tuple[CapacityLever, ...] = ()
    rank_by: str = MEASURES[0]
    asked: Precision | None = None

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that all arms have, of all patients."""
        results = (self.baseline, *(more.results for more in self.levers))
        return tuple(name for name in METRICS if all((name, ALL) in one for one in results))

    def lever(self, name: str) -> More:
        """Return what was run with more of a lever.

        Raises
        ------
        InputError
            If there is none of that name, with those there are.
        """
        for more in self.levers:
            if more.lever.name == name:
                return more
        raise InputError(unknown("lever", name, [more.lever.name for more in self.levers]))

    def worth(self, lever: str, metric: str) -> Worth:
        """Return what one unit more of a lever changes.

        Raises
        ------
        InputError
            If there is no such lever or metric, with those there are.
        """
        more, found = self.lever(lever), self._differences[lever]
        if metric not in self.metrics:
            raise InputError(unknown("metric", metric, self.metrics))
        i = self.metrics.index(metric)
        mean, low, high = (
            float(each[i]) / more.step
            for each in (found.interval.mean, found.interval.low, found.interval.high)
        )
        adjusted = self._adjusted.get((lever, metric), float("nan"))
        return Worth(mean=mean, low=low, high=high, p=float(found.p[i]), adjusted=adjusted)

    def by_replication(self, lever: str, metric: str) -> Floats:
        """Return what one unit more changed in each replication, shape (n,)."""
        more = self.lever(lever)
        after, before = (one.by_replication(metric) for one in (more.results, self.baseline))
        return np.asarray((after - before) / more.step)

    def ranking(self, metric: str | None = None) -> tuple[More, ...]:
        """Return the levers by what one unit is worth, the best first."""
        metric = metric or self.rank_by
        better = 1 if METRICS[metric].direction == "lower" else -1
        return tuple(sorted(self.levers, key=lambda more: better * self.worth(more.lever.name, metric).mean))

    def waited_share(self, more: More) -> float:
        """Return the share of the time in which anybody waits for what a lever gives; NaN if for nothing."""
        at = [self.binding.resources.index(name) for name in more.resources]
        return float(max(self.binding.share_in_all[at], default=float("nan")))

    def utilisation(self, more: More) -> float:
        """Return how much of what a lever gives is in use, of the places there are; NaN if of nothing."""
        at = [self.binding.resources.index(name) for name in more.resources]
        return float(max(self.binding.utilisation_in_all[at], default=float("nan")))

    @property
    def binds_most(self) -> str:
        """The resource for which anybody waits the largest share of the time."""
        return self.binding.resources[int(np.nanargmax(self.binding.share_in_all))]

    @property
    def precision(self) -> tuple[tuple[str, Attained], ...]:
        """What became of the precision that was asked for, of each lever; nothing if none was."""
        if self.asked is None:
            return ()
        several, figures = _asked_of(self.asked, self)
        names = [more.lever.name for more in self.levers for _ in self.asked.targets]
        return tuple(zip(names, several.attained(figures), strict=True))

    def summary(self) -> pd.DataFrame:
        """Return a table of worths, the best lever first.

        Columns: rank, lever, unit, now, step, waited_share, utilisation, metric, baseline, worth, ci_low,
        ci_high, p, p_holm, metric_unit. A worth is of one unit.
        """
        import pandas as pd

        rows = []
        for rank, more in enumerate(self.ranking(), 1):
            lever = more.lever
            for metric in self.metrics:
                worth = self.worth(lever.name, metric)
                rows.append(
                    {
                        "rank": rank,
                        "lever": lever.name,
                        "unit": lever.unit,
                        "now": lever.size,
                        "step": more.step,
                        "waited_share": self.waited_share(more),
                        "utilisation": self.utilisation(more),
                        "metric": metric,
                        "baseline": self.baseline.figure(metric).mean,
                        "worth": worth.mean,
                        "ci_low": worth.low,
                        "ci_high": worth.high,
                        "p": worth.p,
                        "p_holm": worth.adjusted,
                        "metric_unit": METRICS[metric].unit,
                    }
                )
        return pd.DataFrame(rows)

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: lever, step, replication, metric, baseline, value, worth; of all patients."""
        import pandas as pd

        before = self._values(self.baseline)
        frames = []
        for more in self.levers:
            after = self._values(more.results)
            frames.append(
                pd.DataFrame(
                    {
                        "lever": more.lever.name,
                        "step": more.step,
                        "replication": np.repeat(
                            np.array(self.baseline.numbers, dtype=np.int32), len(self.metrics)
                        ),
                        "metric": list(self.metrics) * len(before),
                        "baseline": before.ravel(),
                        "value": after.ravel(),
                        "worth": ((after - before) / more.step).ravel(),
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)

    def _repr_html_(self) -> str:
        table = self.summary()
        chosen = table[table.metric.isin(MEASURES)]
        wide = chosen.pivot(index=["rank", "lever", "unit", "step"], columns="metric", values="worth")
        count = len(self.baseline.numbers)
        head = f"{self.baseline.about.title}: what one unit more is worth, {count} replications"
        return f"<p>{html.escape(head)}</p>{wide.to_html(float_format='{:,.4g}'.format)}"

    @cached_property
    def _differences(self) -> dict[str, Differences]:
        before = self._values(self.baseline)
        return {more.lever.name: differences(before, self._values(more.results)) for more in self.levers}

    @cached_property
    def _adjusted(self) -> dict[tuple[str, str], float]:
        measures = [metric for metric in MEASURES if metric in self.metrics]
        tested = [(more.lever.name, metric) for more in self.levers for metric in measures]
        p = [self._differences[lever].p[self.metrics.index(metric)] for lever, metric in tested]
        return dict(zip(tested, holm(np.array(p)).tolist(), strict=True))

    def _values(self, results: Results) -> Floats:
        """Return the metrics in each replication, shape (n, m)."""
        return np.stack([results.by_replication(metric) for metric in self.metrics], axis=1)


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
    hospital = build(loaded.value)
    return BottleneckPlan(
        arms=arms,
        levers=chosen,
        steps=steps,
        resources=tuple(resources_that_differ(hospital, build(arm.loaded.value)) for arm in arms[1:]),
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
    for numbers in _batches(planned, found):
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
    kept = Store(Path(store), lambda told: warnings.warn(told, stacklevel=2)) if store else None
    return carry_out_bottlenecks(planned, kept, jobs=jobs)


def _with_more(lever: CapacityLever, step: int) -> Intervention:
    title = f"{lever.units(step)} more, {lever.name}"
    return Intervention(name=lever.name, title=title, levers=((lever.more(step), IN_PYTHON),))


def _batches(planned: BottleneckPlan, found: Sequence[Bottlenecks]) -> Iterator[Sequence[int]]:
    """Yield the replications to run next, once those before are done."""
    if planned.precision is None:
        yield planned.numbers
        return
    reached, count = 0, planned.precision.count([])
    while count > reached:
        yield planned.numbers[reached:count]
        reached = count
        several, figures = _asked_of(planned.precision, found[-1])
        count = several.count(figures)


def _asked_of(asked: Precision, found: Bottlenecks) -> tuple[Precision, list[Floats]]:
    """Return each target for each lever, and figures that vary as its worth does.

    The baseline's mean is added, so that a width in percent is one of the metric.
    """
    pairs = [(more.lever.name, target) for more in found.levers for target in asked.targets]
    figures = [
        found.baseline.figure(target.metric).mean + found.by_replication(lever, target.metric)
        for lever, target in pairs
    ]
    return replace(asked, targets=tuple(target for _, target in pairs)), figures


def _bottlenecks(
    planned: BottleneckPlan, done: Sequence[Sequence[Replication]], bound: Sequence[Binding]
) -> Bottlenecks:
    baseline, *others = (
        Results.of(replace(arm.planned.about, name=arm.name, title=arm.title), replications)
        for arm, replications in zip(planned.arms, done, strict=True)
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
