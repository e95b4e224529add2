"""Figures over an ensemble: what is plausible of the parameters, and chance, in every headline.

Each member has replications of its own, so that chance is known apart from what the member makes. An
intervention comes after a member's levers, and has the member's replications: a difference is paired.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from flowsim.calibration.ensemble import Ensemble
from flowsim.calibration.hospital_runs import HospitalRuns
from flowsim.calibration.parameters import Parameters
from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError, Problem
from flowsim.experiments.arms.arms import package_of
from flowsim.experiments.arms.stored import Told
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.folders.resolved import scenario_key
from flowsim.experiments.runs.run import Changes, load_scenario, plan
from flowsim.experiments.runs.store import Store
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.axes import Axis
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.levers import Change, read_changes
from flowsim.scenario.loading import Loaded, load
from flowsim.scenario.schema import Scenario
from flowsim.sensitivity.variance import Split, split_variance
from flowsim.wording import quoted

if TYPE_CHECKING:
    import pandas as pd

EACH = 2
"""Replications of each member, unless otherwise said: the fewest that show chance apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnsemblePlan:
    """Runs over an ensemble that were checked and can start; the fields are those of `plan_over_ensemble`."""

    loaded: Loaded[Scenario]
    source: str
    changes: tuple[Change, ...]
    ensemble: Ensemble
    arms: tuple[tuple[Intervention, ...], ...]
    metrics: tuple[str, ...]
    each: int
    seed: int
    engine: str

    @property
    def key(self) -> str:
        """What identifies the runs: equal keys have equal results."""
        arms = [scenario_key(self.at(0, arm)) for arm in ((), *self.arms)]
        members = self.ensemble.to_json().decode()
        return digest(
            {
                "arms": arms,
                "members": members,
                "metrics": self.metrics,
                "each": self.each,
                "seed": self.seed,
            }
        )

    @property
    def replications(self) -> int:
        """How many will be run or read."""
        return (1 + len(self.arms)) * len(self.ensemble) * self.each

    def at(self, member: int, arm: Sequence[Intervention] = ()) -> Loaded[Scenario]:
        """Return the scenario as one of its plausible selves, with an intervention."""
        changes = [*self.changes, *self.ensemble.changes(member)]
        return load(self.source, Scenario, changes, interventions=arm)


@dataclass(frozen=True, kw_only=True, eq=False)
class OverEnsemble:
    """Figures of every member; k members, r replications of each, m metrics.

    Parameters
    ----------
    name, title, key : str
    start : date
    days, seed : int
    metrics : tuple of str
    baseline : NDArray[np.float64]
        Shape (k, r, m).
    arms : dict of str to NDArray[np.float64]
        By the name of each intervention or package, the same members and replications.
    """

    name: str
    title: str
    key: str
    start: dt.date
    days: int
    seed: int
    metrics: tuple[str, ...]
    baseline: Floats
    arms: dict[str, Floats]

    def differences(self, arm: str) -> Floats:
        """Return what an arm changes in each member and replication, paired, shape (k, r, m)."""
        return self.arms[arm] - self.baseline

    def draws(self, arm: str, metric: str) -> Floats:
        """Return the paired differences of one metric, a row a member, a column a replication."""
        return np.asarray(self.differences(arm)[:, :, self.metrics.index(metric)])

    def splits(self) -> dict[str, Split]:
        """Return the variance of the baseline's figures, under no name, and of each arm's differences."""
        return {"": split_variance(self.baseline)} | {
            arm: split_variance(self.differences(arm)) for arm in self.arms
        }

    def summary(self) -> pd.DataFrame:
        """Return a row an arm and metric: figures of the baseline, differences of the others."""
        import pandas as pd

        return pd.DataFrame(
            {
                "arm": arm or self.name,
                "metric": metric,
                "mean": split.mean.mean[j],
                "ci_low": split.mean.low[j],
                "ci_high": split.mean.high[j],
                "year_low": split.year_low[j],
                "year_high": split.year_high[j],
                "variance_of_parameters": split.parameters[j],
                "variance_of_chance": split.chance[j],
                "share_of_parameters": split.share[j],
                "share_low": split.share_low[j],
                "share_high": split.share_high[j],
            }
            for arm, split in self.splits().items()
            for j, metric in enumerate(self.metrics)
        )

    def to_frame(self) -> pd.DataFrame:
        """Return every figure: a row an arm, member and replication, a column a metric."""
        import pandas as pd

        k, r, m = self.baseline.shape
        frames = []
        for arm, values in {self.name: self.baseline, **self.arms}.items():
            frame = pd.DataFrame(values.reshape(k * r, m), columns=list(self.metrics))
            frame.insert(0, "arm", arm)
            frame.insert(1, "member", np.repeat(np.arange(k), r))
            frame.insert(2, "replication", np.arange(k * r))
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)


def plan_over_ensemble(
    source: str | Path,
    ensemble: Ensemble,
    *,
    interventions: Sequence[Sequence[Intervention]] = (),
    metrics: Sequence[str] = HEADLINES,
    changes: Changes = (),
    each: int = EACH,
    seed: int | None = None,
    engine: str = DEFAULT,
) -> EnsemblePlan:
    """Return runs over an ensemble that can start.

    Parameters
    ----------
    source : str or Path
        A scenario's file, or the name of a shipped one.
    ensemble : Ensemble
        From `read_ensemble`.
    interventions : sequence of sequence of Intervention
        Packages, each beside the baseline.
    metrics : sequence of str
    changes : mapping or sequence
        Levers moved before those of a member.
    each : int
        Replications of each member.
    seed : int, optional
        As the scenario says if not given.
    engine : str

    Raises
    ------
    InputError
        If the ensemble is of another scenario, its levers are no longer there, or there is too little of it.
    """
    own = read_changes(changes)
    loaded = load_scenario(source, own)
    if ensemble.scenario != loaded.value.name:
        raise InputError(
            f"the ensemble must be one of {quoted(loaded.value.name)}; found one of "
            f"{quoted(ensemble.scenario)}"
        )
    if len(ensemble) < 2 or each < 2:
        raise InputError(
            "an ensemble must have at least 2 members with 2 replications each, for chance to be told from "
            f"parameters; found {len(ensemble)} with {each}"
        )
    planned = EnsemblePlan(
        loaded=loaded,
        source=str(source),
        changes=tuple(own),
        ensemble=ensemble,
        arms=tuple(map(tuple, interventions)),
        metrics=tuple(metrics),
        each=each,
        seed=plan(loaded, replications=1, seed=seed).about.seed,
        engine=engine,
    )
    try:
        for arm in ((), *planned.arms):
            plan(planned.at(0, arm), replications=1)
    except InputError as error:
        problems = [Problem("the ensemble", one.path, one.message) for one in error.problems]
        raise InputError(problems) from None
    return planned


def carry_out_over_ensemble(
    planned: EnsemblePlan,
    store: Store | None = None,
    *,
    jobs: int = 1,
    told: Told | None = None,
) -> OverEnsemble:
    """Run what the store has not, and return the figures of every member.

    Parameters
    ----------
    planned : EnsemblePlan
    store : Store, optional
        If not given, nothing is kept.
    jobs : int
        Processes.
    told : callable, optional
        Called after each replication with those done and those to do.
    """
    ensemble, scenario = planned.ensemble, planned.loaded.value
    numbers = np.arange(len(ensemble) * planned.each).reshape(-1, planned.each).tolist()
    # Every lever as the ensemble sets it, whatever the scenario says meanwhile.
    levers = Parameters(tuple(Axis(path, (path,), "set", ()) for path in ensemble.levers[0]))
    found = []
    for before, arm in enumerate(((), *planned.arms)):
        done = before * len(ensemble) * planned.each
        model = HospitalRuns(
            source=planned.source,
            parameters=levers,
            figures=[(metric, ALL) for metric in planned.metrics],
            changes=planned.changes,
            interventions=arm,
            seed=planned.seed,
            engine=planned.engine,
            jobs=jobs,
            store=store,
            told=_counting(told, done, planned.replications),
        )
        found.append(model.of(ensemble.levers, numbers))
    return OverEnsemble(
        name=scenario.name,
        title=scenario.title,
        key=planned.key,
        start=scenario.run.start,
        days=scenario.run.days,
        seed=planned.seed,
        metrics=planned.metrics,
        baseline=found[0],
        arms=dict(zip(map(package_of, planned.arms), found[1:], strict=True)),
    )


def _counting(told: Told | None, before: int, total: int) -> Callable[[int], None] | None:
    return (lambda done: told(before + done, total)) if told else None
