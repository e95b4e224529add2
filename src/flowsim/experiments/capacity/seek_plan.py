"""What is sought, checked whole before anything is run: levers, their ranges and costs, and the target."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError, Problem
from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.experiments.capacity.seeking import Index, Rule
from flowsim.experiments.capacity.sought import Range, Sought, read_sought
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.runs.expectations import Clause
from flowsim.experiments.runs.run import Changes, load_scenario
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.statistics.precision import MOST
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.levers import Change, read_changes
from flowsim.scenario.yaml_file import IN_PYTHON
from flowsim.wording import quoted, unknown

PROBABILITY = 0.8
MOST_VALUES = {1: 10**9, 2: 13, 3: 7}
"""Of how many values of each lever a grid is made, by the number of levers."""


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
        return digest(parts)

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
    try:
        if clause:
            clause.refuse_unknown_date(loaded.value)
    except ValueError as error:
        problems.append(f"until {error}")
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
