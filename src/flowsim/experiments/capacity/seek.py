"""Goal seek: the least of a lever, or the cheapest mix of two or three, for which a target is likely met.

Every value is a scenario with the same patients; `seeking` says how they are judged and which are tried. All
replications go through a store, so that a search that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError, Problem
from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.capacity.bottlenecks import (
    MEASURES,
    Bottlenecks,
    carry_out_bottlenecks,
    plan_bottlenecks,
)
from flowsim.experiments.capacity.seeking import Bools, Index, Point, Rule, Search
from flowsim.experiments.capacity.sought import Range, Sought, read_sought
from flowsim.experiments.runs.expectations import OPERATORS, Clause
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.results import About
from flowsim.experiments.runs.run import Changes, load_scenario
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import Store
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import MOST
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.levers import Change, read_changes
from flowsim.scenario.yaml_file import IN_PYTHON
from flowsim.wording import quoted, unknown

if TYPE_CHECKING:
    import pandas as pd

PROBABILITY = 0.8
MOST_VALUES = {1: 10**9, 2: 13, 3: 7}
"""Of how many values of each lever a grid is made, by the number of levers."""

Tried = Callable[[str], None]
"""Called with a sentence about each value that is being tried."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SeekPlan:
    """A search that was checked whole and can start.

    Parameters
    ----------
    scenario : str or Path
    changes : tuple of Change
        Levers moved in the baseline, and so everywhere.
    baseline : Arm
    clause : Clause
        The target.
    levers : tuple of Sought
    costs : tuple of float
        Of a unit of each lever, in the direction of its range; empty if none were given.
    rule : Rule
    """

    scenario: str | Path
    changes: tuple[Change, ...]
    baseline: Arm
    clause: Clause
    levers: tuple[Sought, ...]
    costs: tuple[float, ...]
    rule: Rule

    @property
    def key(self) -> str:
        """What identifies it: equal keys have equal results."""
        parts = {
            "scenario": self.baseline.key,
            "seed": self.baseline.seed,
            "target": self.clause.text,
            "levers": [[lever.name, list(lever.values)] for lever in self.levers],
            "costs": list(self.costs),
            "rule": [self.rule.probability, self.rule.first, self.rule.most],
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def values(self, index: Index) -> tuple[float, ...]:
        """Return the value of each lever at a point."""
        return tuple(lever.values[i] for lever, i in zip(self.levers, index, strict=True))

    def moves(self, index: Index) -> list[Change]:
        """Return the changes that make a point of the baseline."""
        return [lever.change(value) for lever, value in zip(self.levers, self.values(index), strict=True)]

    def text(self, index: Index) -> str:
        """Return a point in words, such as `acute_medicine.amu_beds 64 beds`."""
        parts = zip(self.levers, self.values(index), strict=True)
        return ", ".join(f"{lever.name} {lever.text(value)}" for lever, value in parts)

    def arm(self, index: Index) -> Arm:
        """Return the scenario of a point."""
        name = self.text(index)
        levers = tuple((change, IN_PYTHON) for change in self.moves(index))
        _, arm = read_arms(
            self.scenario,
            [Intervention(name=name, title=name, levers=levers)],
            changes=self.changes,
            build=False,
            seed=self.baseline.seed,
            engine=self.baseline.engine,
            most_patients=self.baseline.most_patients,
        )
        return arm

    def cost(self, index: Index) -> float:
        """Return what a point costs beyond what there is now; NaN if no costs were given."""
        if not self.costs:
            return float("nan")
        return float(
            sum(
                cost * (value - lever.now) * (1 if lever.values[-1] > lever.values[0] else -1)
                for cost, lever, value in zip(self.costs, self.levers, self.values(index), strict=True)
            )
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Seek:
    """What a search found.

    Parameters
    ----------
    planned : SeekPlan
    points : tuple of Point
        Every point that was tried, in the order of values.
    answer : Point or None
        The first that meets the target; None if none does.
    obstacles : Bottlenecks or None
        At the best point, if none meets the target.
    """

    planned: SeekPlan
    points: tuple[Point, ...]
    answer: Point | None
    obstacles: Bottlenecks | None = None

    @property
    def about(self) -> About:
        """What was run."""
        return self.planned.baseline.planned.about

    @property
    def found(self) -> bool:
        """Whether any point meets the target."""
        return self.answer is not None

    @cached_property
    def best(self) -> Point:
        """The answer, or the point that came nearest."""
        return self.answer or best_of(self.points, self.planned.clause)

    @property
    def before(self) -> Point | None:
        """Of one lever, the nearest value tried before the answer; None if there is none."""
        if self.answer is None or len(self.answer.index) > 1:
            return None
        earlier = [point for point in self.points if point.index < self.answer.index]
        return max(earlier, key=lambda point: point.index, default=None)

    def value(self, point: Point) -> dict[str, float]:
        """Return the values of the levers at a point, by name."""
        names = [lever.name for lever in self.planned.levers]
        return dict(zip(names, self.planned.values(point.index), strict=True))

    def summary(self) -> pd.DataFrame:
        """Return a table of the points tried.

        A column for each lever, then cost, mean, ci_low, ci_high, p_met, p_low, p_high, replications, meets,
        sure; the mean is that of what the target is about, `sure` whether P's interval leaves no doubt.
        """
        import pandas as pd

        rows = []
        for point in self.points:
            figure, chance = point.figure, point.chance
            rows.append(
                {
                    **self.value(point),
                    "cost": self.planned.cost(point.index),
                    "mean": figure.mean,
                    "ci_low": figure.low,
                    "ci_high": figure.high,
                    "p_met": chance.share,
                    "p_low": chance.low,
                    "p_high": chance.high,
                    "replications": chance.of,
                    "meets": self.planned.rule.meets(point),
                    "sure": self.planned.rule.is_sure(point),
                }
            )
        return pd.DataFrame(rows)

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: a column for each lever, then replication, value, met."""
        import pandas as pd

        frames = [
            pd.DataFrame(
                {
                    **self.value(point),
                    "replication": np.arange(len(point.figures), dtype=np.int32),
                    "value": point.figures,
                    "met": point.met,
                }
            )
            for point in self.points
        ]
        return pd.concat(frames, ignore_index=True)

    def _repr_html_(self) -> str:
        answer = self.planned.text(self.answer.index) if self.answer else "no value in range does it"
        head = html.escape(f"{self.about.title}: {self.planned.clause.text}: {answer}")
        return f"<p>{head}</p>{self.summary().to_html(index=False, float_format='{:,.4g}'.format)}"


def plan_seek(
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
    most_patients: int = MOST_PATIENTS,
) -> SeekPlan:
    """Return a search that can start; the parameters are those of `seek`.

    Raises
    ------
    InputError
        With every problem found; nothing was run.
    """
    problems: list[str] = []
    names = [lever] if isinstance(lever, str) else list(lever)
    if len(names) not in MOST_VALUES or len(set(names)) < len(names):
        problems.append(
            f"there must be 1 to {max(MOST_VALUES)} different levers; found {', '.join(names) or 'none'}"
        )
    if not 0 < probability < 1:
        problems.append(f"probability must be above 0 and below 1; found {quoted(probability)}")
    clause = _clause(until, problems)
    ranges = _ranges(names, between, problems)
    costs = _costs(names, cost, problems)
    loaded = load_scenario(scenario, changes)
    first = loaded.value.run.replications if replications is None else replications
    most = max(MOST, first) if max_replications is None else max_replications
    if not 1 <= first <= most:
        problems.append(f"replications must be 1 to max_replications, {most}; found {quoted(first)}")
    levers = []
    for name in names:
        try:
            levers.append(read_sought(loaded, name, ranges.get(name)))
        except InputError as error:
            problems.append(str(error))
    if problems or clause is None:
        raise InputError([Problem("", "", problem) for problem in problems])
    (baseline,) = read_arms(
        scenario,
        (),
        changes=changes,
        replications=first,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    planned = SeekPlan(
        scenario=scenario,
        changes=tuple(read_changes(changes)),
        baseline=baseline,
        clause=clause,
        levers=tuple(lever.thinned(MOST_VALUES[len(names)]) for lever in levers),
        costs=costs,
        rule=Rule(probability=probability, first=first, most=most),
    )
    for corner in itertools.product(*((0, len(one.values) - 1) for one in planned.levers)):
        _ = planned.arm(corner).planned
    return planned


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
    kept = Store(Path(store), lambda told: warnings.warn(told, stacklevel=2)) if store else None
    return carry_out_seek(planned, kept, jobs=jobs)


def best_of(points: Sequence[Point], clause: Clause) -> Point:
    """Return the point that is likeliest to meet a target, of equal ones that with the best mean."""
    better = 1 if clause.operator[0] == ">" else -1
    return max(points, key=lambda point: (point.chance.share, better * point.figure.mean))


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


def _clause(until: str, problems: list[str]) -> Clause | None:
    try:
        return Clause.parse(until)
    except ValueError as error:
        problems.append(f"until {error}")
        return None


def _ranges(names: Sequence[str], between: Any, problems: list[str]) -> dict[str, Range]:
    """Return the range of each lever that has one."""
    if between is None:
        return {}
    if isinstance(between, Mapping):
        ranges = dict(between)
    else:
        alone = len(names) == 1 and len(between) == 2 and not isinstance(between[0], list | tuple)
        pairs = [between] if alone else list(between)
        if len(pairs) != len(names):
            problems.append(f"between must be given for each lever in turn, or for none; found {len(pairs)}")
            return {}
        ranges = dict(zip(names, pairs, strict=True))
    problems += [unknown("lever in between", name, names) for name in ranges if name not in names]
    wrong = [name for name, pair in ranges.items() if not isinstance(pair, list | tuple) or len(pair) != 2]
    problems += [
        f"between of {name} must be a first value and a last; found {quoted(ranges.pop(name))}"
        for name in wrong
    ]
    return {name: (first, last) for name, (first, last) in ranges.items()}


def _costs(names: Sequence[str], cost: Mapping[str, float] | None, problems: list[str]) -> tuple[float, ...]:
    """Return the cost of each lever; none if there is one lever and no cost was given."""
    cost = cost or {}
    problems += [unknown("lever in cost", name, names) for name in cost if name not in names]
    missing = [name for name in names if name not in cost]
    if missing and (cost or len(names) > 1):
        problems.append(f"cost must be given for each of several levers; missing: {', '.join(missing)}")
    wrong = [name for name, amount in cost.items() if not 0 < amount < float("inf")]
    problems += [f"cost of {name} must be a finite number > 0; found {quoted(cost[name])}" for name in wrong]
    return () if missing or not cost else tuple(float(cost[name]) for name in names)
