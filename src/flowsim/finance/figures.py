"""The figures that are priced: of arms that are run, kept or compared, and of an ensemble's members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from flowsim.calibration.ensemble import Ensemble
from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm, Asked, read_arms
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import Changes
from flowsim.experiments.runs.store import Store


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priceable:
    """Figures of an arm that can be priced.

    Parameters
    ----------
    name, title : str
    parts : tuple of str
        The interventions that it is made of.
    results : Results
    """

    name: str
    title: str
    parts: tuple[str, ...]
    results: Results


Figures = tuple[Results, Sequence[Priceable]]
"""Those of a baseline, and of its arms."""


def of_comparison(comparison: Comparison) -> tuple[Results, list[Priceable]]:
    """Return what of a comparison can be priced."""
    arms = [
        Priceable(name=arm.name, title=arm.title, parts=arm.parts, results=arm.results)
        for arm in comparison.arms
    ]
    return comparison.baseline, arms


def run_arms(
    arms: Sequence[Arm],
    members: Sequence[Sequence[Arm]] = (),
    store: Store | None = None,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    told: Told | None = None,
) -> tuple[Figures, list[Figures]]:
    """Return the figures of arms, the baseline's first, and of the members; what the store has not is run.

    Parameters
    ----------
    arms : sequence of Arm
        From `read_arms`.
    members : sequence of sequence of Arm
        The same with other sets of parameters, from `read_members`.
    store : Store, optional
    jobs : int
        Processes.
    executor : Executor, optional
        What does the work in place of processes of our own.
    told : callable, optional
        Called after each replication with those done and those to do.
    """
    if len(arms) < 2:
        raise InputError("an appraisal must have at least one intervention; found none")
    source = Replications(store, jobs=jobs, executor=executor, told=told)
    every = [arm for several in (arms, *members) for arm in several]
    done = iter(source.of(every, arms[0].planned.numbers))
    figures = [_figures(several, [next(done) for _ in several]) for several in (arms, *members)]
    return figures[0], figures[1:]


def _figures(arms: Sequence[Arm], done: Sequence[Sequence[Replication]]) -> Figures:
    baseline, *others = (arm.results(replications) for arm, replications in zip(arms, done, strict=True))
    return baseline, [
        Priceable(name=arm.name, title=arm.title, parts=tuple(p.name for p in arm.parts), results=results)
        for arm, results in zip(arms[1:], others, strict=True)
    ]


def read_members(
    ensemble: Ensemble,
    baseline: str | Path,
    asked: Sequence[Asked],
    arms: Sequence[Arm],
    changes: Changes = (),
) -> list[tuple[Arm, ...]]:
    """Return the arms with each set of parameters of an ensemble, each checked whole.

    Parameters
    ----------
    ensemble : Ensemble
        From `flowsim.calibration.ensemble.read_ensemble`.
    baseline, asked, changes
        As `read_arms` had them.
    arms : sequence of Arm
        What it returned.

    Raises
    ------
    InputError
        If the ensemble is of another scenario, with every problem of every arm.
    """
    first = arms[0]
    first_changes = [changes] if isinstance(changes, Mapping) else list(changes)
    if ensemble.scenario != first.name:
        raise InputError(f"the ensemble must be of {first.name}; found one of {ensemble.scenario}")
    return [
        read_arms(
            baseline,
            asked,
            changes=[*first_changes, *ensemble.changes(member)],
            build=False,
            replications=first.replications,
            seed=first.seed,
            engine=first.engine,
            most_patients=first.most_patients,
        )
        for member in range(len(ensemble))
    ]
